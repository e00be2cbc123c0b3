"""Words that others use as passwords."""

from __future__ import annotations

from functools import cache

from registry.config import PROJECT_ROOT


@cache
def common_passwords() -> frozenset[str]:
    """All of them, in lower case; read when the first new password is chosen, and kept."""
    path = PROJECT_ROOT / "registry" / "data" / "common_passwords.txt"
    return frozenset(path.read_text(encoding="utf-8").split())
