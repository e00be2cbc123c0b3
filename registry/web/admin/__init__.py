"""The administrators' desk: staff, posts and offices."""

from registry.web.admin import accounts, bureaus, certification_bodies, home, imports, posts, proposals, staff
from registry.web.admin.blueprint import blueprint

__all__ = ["accounts", "blueprint", "bureaus", "certification_bodies", "home", "imports", "posts", "proposals", "staff"]
