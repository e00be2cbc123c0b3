"""The administrators' desk: staff, posts and offices."""

from registry.web.admin import accounts, bureaus, home, imports, posts, proposals, staff
from registry.web.admin.blueprint import blueprint

__all__ = ["accounts", "blueprint", "bureaus", "home", "imports", "posts", "proposals", "staff"]
