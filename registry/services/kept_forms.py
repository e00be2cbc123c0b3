"""Forms whose session had ended, kept until their owner has signed in again."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select

from registry.models import KeptForm

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

MOST_KEPT: Final = 5  # forms of one person: whoever sends more fills no disk


def keep(session: Session, owner: int, path: str, fields: list[tuple[str, str]], now: datetime) -> str:
    """Keep a form's fields for their owner, in place of the owner's oldest; returns the form's random name."""
    newest = select(KeptForm.token).where(KeptForm.user_id == owner).order_by(KeptForm.kept_at.desc())
    older = session.scalars(newest.offset(MOST_KEPT - 1)).all()
    session.execute(delete(KeptForm).where(KeptForm.token.in_(older)))
    token = secrets.token_urlsafe(32)
    session.add(KeptForm(token=token, user_id=owner, path=path, fields=fields, kept_at=now))
    session.flush()
    return token


def find(session: Session, token: str, owner: int) -> KeptForm | None:
    """The form with this name, if it is this person's."""
    form = session.get(KeptForm, token)
    return form if form is not None and form.user_id == owner else None
