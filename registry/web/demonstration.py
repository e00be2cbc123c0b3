"""What somebody needs who tries a demonstration site: accounts, codes, and the letters that no mail server sends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flask import Blueprint, abort, render_template

from registry.services import demonstration
from registry.web.work import adapters, current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from registry.infrastructure.mail import KeptLetter

blueprint = Blueprint("demonstration", __name__, url_prefix="/demonstration")

_MOST_LETTERS: Final = 20
_LINK: Final = re.compile(r"https?://\S+")


@blueprint.get("")
def overview() -> ResponseReturnValue:
    """The demonstration's accounts and its last letters; on any other site there is no such page."""
    if not adapters().settings.demonstration:
        abort(404)
    code, seconds = demonstration.code(adapters().authenticator)
    box = adapters().letter_box
    return render_template(
        "demonstration/overview.html",
        accounts=demonstration.list_accounts(current_work()),
        password=demonstration.PASSWORD,
        secret=demonstration.TOTP_SECRET,
        code=code,
        seconds=seconds,
        letters=[(letter, _parts(letter)) for letter in (box.newest(_MOST_LETTERS) if box else [])],
    )


def _parts(letter: KeptLetter) -> list[list[tuple[str, bool]]]:
    """Each line in pieces, and whether a piece is an address of this site."""
    own = adapters().settings.public_url
    lines = []
    for line in letter.body.splitlines():
        found = _LINK.search(line)
        if found and found.group().startswith(f"{own}/"):
            address = found.group().removeprefix(own)
            lines.append([(line[: found.start()], False), (address, True), (line[found.end() :], False)])
        else:
            lines.append([(line, False)])
    return lines
