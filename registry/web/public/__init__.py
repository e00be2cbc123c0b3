"""Pages for everybody: no session, no cookie, fit for shared caches."""

from registry.web.public import certificate, directory, guide, home, verify
from registry.web.public.blueprint import blueprint

__all__ = ["blueprint", "certificate", "directory", "guide", "home", "verify"]
