"""Tidying: what was kept for a while goes when its time is over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete

from registry.models import Job, KeptForm

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

FORM_KEPT: Final = timedelta(days=1)
JOB_KEPT: Final = timedelta(days=30)


def tidy(session: Session, now: datetime) -> None:
    """Delete forms kept for more than a day, and jobs done more than a month ago. Failed jobs stay to be looked at."""
    session.execute(delete(KeptForm).where(KeptForm.kept_at < now - FORM_KEPT))
    session.execute(delete(Job).where(Job.status == "done", Job.finished_at < now - JOB_KEPT))
