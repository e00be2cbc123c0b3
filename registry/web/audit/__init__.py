"""The audit administrator's desk."""

from registry.web.audit import trail
from registry.web.audit.blueprint import blueprint

__all__ = ["blueprint", "trail"]
