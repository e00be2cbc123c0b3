"""What an address and a form's numbers may hold, before anything asks the database."""

from __future__ import annotations

from typing import Final

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter

_MOST_DIGITS: Final = 18  # A row's number has 64 bits; a longer one makes the driver fail instead of finding nothing.


class RowNumber(IntegerConverter):
    """A number in an address."""

    regex = rf"[0-9]{{1,{_MOST_DIGITS}}}"


def row_number(text: str | None) -> int | None:
    """A row's number as a form sends it; None where it can be none."""
    text = text or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else None


def refuse_nul() -> None:
    """No text in PostgreSQL holds this character, no keyboard has it, and no link of ours carries it."""
    if "\0" in request.path or any("\0" in value for value in request.args.values()):
        abort(400)


def init_app(app: Flask) -> None:
    """Before the addresses are added: they are read with this converter."""
    app.url_map.converters["int"] = RowNumber
    app.before_request(refuse_nul)
