"""Links in letters that carry a signed value of their own: nothing is stored, and nothing can be made up.

Each purpose has a salt, so that a link for one thing opens no other. The newest of our keys signs; the older ones
still verify, so that keys rotate without spoiling letters on their way.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from itsdangerous import BadSignature, URLSafeSerializer

from registry.domain.errors import NotFound
from registry.domain.messages import N_

if TYPE_CHECKING:
    from datetime import timedelta

    from registry.services.work import Work


def sign(work: Work, purpose: str, value: str, *, lasts: timedelta) -> str:
    """The value under our signature, good for so long from now."""
    until = int((work.now + lasts).timestamp())
    return str(_signer(work, purpose).dumps([value, until]))


def read(work: Work, purpose: str, token: str) -> str:
    """The value that was signed for this purpose.

    Raises:
        NotFound: it was not, or not by us, or its time is over.
    """
    try:
        value, until = _signer(work, purpose).loads(token)
    except (BadSignature, ValueError, TypeError):
        value, until = "", 0
    if until < work.now.timestamp():
        raise NotFound(N_("链接无效或已过期，请重新申请。"))
    return str(value)


def _signer(work: Work, purpose: str) -> URLSafeSerializer:
    # The last of the list signs, all of them verify.
    keys = [*reversed(work.settings.secret_keys)]
    return URLSafeSerializer(keys, salt=f"link-{purpose}", signer_kwargs={"digest_method": hashlib.sha256})
