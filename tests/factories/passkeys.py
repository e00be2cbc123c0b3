"""Passkeys of people who have one, made as their browser and the site would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.services import passkeys
from tests.authenticator import SoftPasskey

if TYPE_CHECKING:
    from registry.models import Passkey, User
    from registry.services.work import Work


def some_passkey(
    work: Work, user: User, soft: SoftPasskey | None = None, name: str = "测试密钥", but: int | None = None
) -> Passkey:
    """Give a person a passkey; all sessions end but this one."""
    soft = soft or SoftPasskey(work.settings.public_url)
    challenge = "test-challenge"
    answer = soft.create(passkeys.ask_for_new(work, user, challenge))
    return passkeys.add(work, user, name=name, answer=answer, challenge=challenge, but=but)
