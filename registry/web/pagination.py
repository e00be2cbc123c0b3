"""The page's number, from the address."""

from __future__ import annotations

from flask import request


def page_number() -> int:
    """The page asked for, from 1; whatever is no number is the first page."""
    text = request.args.get("page", "1")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 1  # noqa: PLR2004
