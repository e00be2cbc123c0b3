"""Signing in, registering, and one's own account."""

from registry.web.account import desk, registration
from registry.web.account.blueprint import blueprint

__all__ = ["blueprint", "desk", "registration"]
