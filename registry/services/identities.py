"""Accounts at an identity service that sign in as a person here.

Who somebody is there never follows from a mail address: two services spell them as they like, and addresses pass from
one person to the next. The person shows both accounts once, and then they are linked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from registry.domain.errors import NotFound
from registry.domain.messages import N_
from registry.models import Identity, User
from registry.services import audit, security_letters
from registry.services.constraints import unique

if TYPE_CHECKING:
    from registry.services.work import Work

_TAKEN: Final = N_("这个统一身份认证账号已关联另一个账号。")


def find(work: Work, issuer: str, subject: str) -> User | None:
    """Who signs in here with this account there; None where nobody does, or the person is barred."""
    return work.session.scalar(
        select(User)
        .join(Identity, Identity.user_id == User.id)
        .where(Identity.issuer == issuer, Identity.subject == subject, User.active)
    )


def of(work: Work, user_id: int) -> list[Identity]:
    """The accounts linked to a person."""
    return list(work.session.scalars(select(Identity).where(Identity.user_id == user_id).order_by(Identity.id)))


def link(work: Work, user: User, issuer: str, subject: str) -> None:
    """Let this account there sign in as this person from now on.

    Raises:
        Duplicate: it is linked already, to this person or another.
    """
    row = Identity(user_id=user.id, issuer=issuer, subject=subject, linked_at=work.now)
    with unique(work.session, "uq_identity_issuer_subject", "identity", _TAKEN):
        work.session.add(row)
    audit.record(work, "account:identity:link", row.id, person_id=user.id)
    security_letters.changed(work, user, "identity_linked")


def unlink(work: Work, user: User, number: int) -> None:
    """Let an account there sign in as this person no more.

    Raises:
        NotFound: the person has no such link.
    """
    row = work.session.get(Identity, number)
    if row is None or row.user_id != user.id:
        raise NotFound
    work.session.delete(row)
    work.session.flush()
    audit.record(work, "account:identity:unlink", number, person_id=user.id)
