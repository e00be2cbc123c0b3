"""Canonical JSON: one text for one content, so that it can be hashed, signed and compared.

The form is RFC 8785 (JSON Canonicalization Scheme) for the values snapshots use: objects, lists, strings,
whole numbers, true, false and null. Fractions are refused, because their text form is where implementations
differ; amounts and limits are kept as the strings that were typed.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(value: Any) -> str:
    """The canonical text of a JSON value.

    Raises:
        TypeError: the value holds something snapshots must not hold, such as a float or a date.
    """
    _check(value)
    return _text(value)


def digest(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _text(value: Any) -> str:
    if isinstance(value, dict):
        # RFC 8785 clause 3.2.3 sorts names by UTF-16 code units, not by code points.
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_text(name)}:{_text(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_text(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _check(value: Any) -> None:
    if isinstance(value, dict):
        for name, item in value.items():
            if not isinstance(name, str):
                raise TypeError(f"A name must be a string, not {name!r}.")
            _check(item)
    elif isinstance(value, list):
        for item in value:
            _check(item)
    elif not isinstance(value, str | bool | int | None):
        raise TypeError(f"{type(value).__name__} has no canonical form here.")
