"""How many copies of a document are printed at once (一式几份)."""

from __future__ import annotations

from typing import Final

from flask import request

from registry.web.incoming import row_number

NAME: Final = "copies"
MOST: Final = 9


def chosen() -> int:
    """The number in the address, from 1; what is none of the choices is one copy."""
    number = row_number(request.args.get(NAME))
    return number if number is not None and 1 <= number <= MOST else 1
