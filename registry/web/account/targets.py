"""Where to go after signing in: an address of this site, and no other."""

from __future__ import annotations

import re
from typing import Final

from flask import request, url_for

# A path, and not the beginning of a host: browsers take a backslash for a slash and drop tabs.
_OWN: Final = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]{0,1000}")


def asked_for() -> str | None:
    """The page the visitor wanted, as the address says; None where it names none, or another site's."""
    target = request.args.get("next", "")
    return target if _OWN.fullmatch(target) else None


def wanted() -> str:
    """The page the visitor wanted, or else the desk."""
    return asked_for() or url_for("account.desk")
