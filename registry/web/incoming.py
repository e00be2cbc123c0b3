"""What comes in, made fit to be asked for and to be shown again; what it means is for the domain to say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from flask import Flask, Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import IntegerConverter

from registry.domain.requirements import MOST_DIGITS

if TYPE_CHECKING:
    from collections.abc import Iterable

# Code points that no HTML page may hold (HTML 13.2.3.5: controls and noncharacters). Tabs and line ends stay. The first
# of them, NUL, is also what no text in PostgreSQL may hold.
_NOT_FOR_PAGES: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)


def printable(text: str) -> str:
    """The text without what a page cannot show; no keyboard has any of it."""
    return _NOT_FOR_PAGES.sub("", text)


def row_number(text: str | None) -> int | None:
    """A row's number as a form sends it; None where it can be none."""
    text = text or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None


class PrintableValues(ImmutableMultiDict[str, Any]):
    """The values of a form or a query, printable; the parsers put files into such a thing too, which stay."""

    def __init__(self, pairs: Iterable[tuple[str, Any]] = ()) -> None:
        """Take pairs, as the parsers give them."""
        super().__init__(
            [(printable(name), printable(value) if isinstance(value, str) else value) for name, value in pairs]
        )


class IncomingRequest(Request):
    """A request whose form and query hold nothing that cannot be stored or shown."""

    parameter_storage_class = PrintableValues

    @property  # type: ignore[misc]  # Nobody sets it for a single request here.
    def max_content_length(self) -> int | None:  # type: ignore[override]
        """Bytes of the body. The large limit is for files; a form without any is read into memory as a whole."""
        with_files = self.mimetype == "multipart/form-data"
        return super().max_content_length if with_files else self.max_form_memory_size


class RowNumber(IntegerConverter):
    """A number in an address: one that fits into a row's number."""

    regex = rf"[0-9]{{1,{MOST_DIGITS}}}"


def refuse_nul() -> None:
    """A part of an address may become a text that the database is asked for."""
    if "\0" in request.path:
        abort(400)


def refuse_unreadable_target() -> None:
    """Where to go after signing in must be an address at all: the accounts library takes it apart unasked."""
    if request.blueprint == "security":
        for values in (request.args, request.form):
            try:
                urlsplit(values.get("next", ""))
            except ValueError:
                abort(400)


def init_app(app: Flask) -> None:
    """Before the addresses are added: they are read with this converter."""
    app.request_class = IncomingRequest
    app.url_map.converters["int"] = RowNumber
    app.before_request(refuse_nul)
    app.before_request(refuse_unreadable_target)
