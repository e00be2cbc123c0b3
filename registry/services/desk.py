"""What a firm's first page tells of its filings: the first few of each sort, and how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from registry.domain.workflow import OPEN_STATUSES, Status
from registry.models import Filing, FilingProduct
from registry.services.filings import EDITABLE
from registry.services.paging import Page

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement

    from registry.services.work import Work

MOST: Final = 8


def to_do(work: Work, asked: Collection[int]) -> Page[Filing]:
    """What waits for the firm: corrections first, the nearest last day before the others; then what changed last.

    Args:
        work: who acts.
        asked: the filings in which an office waits for an answer.
    """
    return _first(work, or_(Filing.status.in_(EDITABLE), Filing.id.in_(asked)))


def under_review(work: Work) -> Page[Filing]:
    """What waits for an office, what changed last first."""
    return _first(work, Filing.status.in_(OPEN_STATUSES - {Status.RETURNED, Status.DRAFT}))


def _first(work: Work, condition: ColumnElement[bool]) -> Page[Filing]:
    """The first of those, counted in the same statement."""
    found = work.session.execute(
        select(Filing, func.count().over())
        .where(Filing.enterprise_id.in_(work.actor.enterprise_ids()), condition)
        .options(selectinload(Filing.objects).joinedload(FilingProduct.product))
        .order_by(Filing.correct_by.is_(None), Filing.correct_by, Filing.updated_at.desc(), Filing.id.desc())
        .limit(MOST)
    ).all()
    return Page([filing for filing, _total in found], 1, found[0][1] if found else 0, MOST)
