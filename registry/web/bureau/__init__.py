"""The bureau's desk."""

from registry.web.bureau import certificates, claims
from registry.web.bureau.blueprint import blueprint

__all__ = ["blueprint", "certificates", "claims"]
