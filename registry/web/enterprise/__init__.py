"""The firm's desk."""

from registry.web.enterprise import (
    certificates,
    dashboard,
    declarations,
    evidence,
    members,
    products,
    profile,
    registration,
    verification,
)
from registry.web.enterprise.blueprint import blueprint

__all__ = [
    "blueprint",
    "certificates",
    "dashboard",
    "declarations",
    "evidence",
    "members",
    "products",
    "profile",
    "registration",
    "verification",
]
