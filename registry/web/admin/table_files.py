"""Tables that administrators upload, and the empty ones to begin with."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from flask import Response, request

from registry.domain.errors import InvalidFields
from registry.domain.messages import N_, Message
from registry.domain.tables import MOST_BYTES
from registry.services import table_files
from registry.web.uploads import received

if TYPE_CHECKING:
    from collections.abc import Iterable


def uploaded_text() -> str:
    """The text of the file that was sent.

    Raises:
        InvalidFields: there is none, or it is too large or no text.
    """
    if request.content_length and request.content_length > 2 * MOST_BYTES:
        raise table_files.too_large()
    with received("file") as upload:
        if upload is None:
            raise InvalidFields({"file": Message(N_("请上传文件。"))})
        return table_files.decode(upload.path.read_bytes())


def template(rows: Iterable[Iterable[str]], name: str) -> Response:
    """A table with the right headings, in the encoding that spreadsheets read without asking."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    answer = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
