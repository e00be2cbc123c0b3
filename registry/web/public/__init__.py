"""Pages for everybody: no session, no cookie, fit for shared caches."""

from registry.web.public import certificate, directory, home, verify
from registry.web.public.blueprint import blueprint

__all__ = ["blueprint", "certificate", "directory", "home", "verify"]
