"""Signing in, registering, and one's own account."""

from registry.web.account import (
    absence,
    confirm,
    desk,
    devices,
    firms,
    oidc,
    own_data,
    passwords,
    registration,
    second_factor,
    sign_in,
)
from registry.web.account.blueprint import blueprint, security

__all__ = [
    "absence",
    "blueprint",
    "confirm",
    "desk",
    "devices",
    "firms",
    "oidc",
    "own_data",
    "passwords",
    "registration",
    "second_factor",
    "security",
    "sign_in",
]
