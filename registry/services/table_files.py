"""Tables that people upload: small enough to be read whole, while they wait."""

from __future__ import annotations

from registry.domain import tables
from registry.domain.errors import InvalidFields, InvalidValue
from registry.domain.messages import N_, Message


def too_large() -> InvalidFields:
    """What is told where a file is larger than is read while somebody waits."""
    return InvalidFields({"file": Message(N_("文件不能超过 2 MB，请分几个文件导入。"))})


def decode(content: bytes) -> str:
    """The text of an uploaded file.

    Raises:
        InvalidFields: it is too large, or no text.
    """
    if len(content) > tables.MOST_BYTES:
        raise too_large()
    try:
        return tables.decode(content)
    except InvalidValue as error:
        raise InvalidFields({"file": error.message}) from error
