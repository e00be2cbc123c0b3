"""What waits for whom: the reviewer's queue and the supervisor's list of certificates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from registry.domain.case_messages import Side
from registry.domain.roles import Role
from registry.domain.text import clean_line
from registry.domain.workflow import Status
from registry.models import Certificate, Filing, FilingProduct
from registry.services import case_messages, scope
from registry.services.directory import state_condition
from registry.services.paging import Page, paginate

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from registry.domain.validity import DisplayedState
    from registry.services.work import Work


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of cases, and how many there are in each pile."""

    page: Page[Filing]
    counts: dict[str, int]
    asked: frozenset[int]  # Those of the page in which the firm waits for an answer.


def cases(work: Work, *, pile: str = "waiting", page: int = 1) -> Queue:
    """The cases of the actor's scope, pile by pile.

    They are `waiting` for the actor, or `asked` where the firm waits for an answer of the actor's tier; with the
    `other` tier, `returned` to the firm, `lapsed` there, or `closed`.
    """
    piles = _piles(work)
    visible = scope.reviewable(work.actor)
    columns = [func.count().filter(condition).label(name) for name, condition in piles.items()]
    counts = work.session.execute(select(*columns).select_from(Filing).where(visible)).one()
    statement = select(Filing).where(visible, piles.get(pile, piles["waiting"])).order_by(*_order(pile))
    options = (
        joinedload(Filing.enterprise),
        selectinload(Filing.objects).joinedload(FilingProduct.product),
        joinedload(Filing.area),
        joinedload(Filing.handler),
    )
    found = paginate(work.session, statement, page, *options)
    asked = case_messages.asking(work, found.rows)
    return Queue(found, dict(counts._mapping), asked)  # noqa: SLF001  # Public by its docs.


def certificates(
    work: Work, *, state: DisplayedState | None = None, kind: str = "", text: str = "", page: int = 1
) -> Page[Certificate]:
    """The certificates of the actor's scope, the newest first."""
    statement = select(Certificate).where(scope.supervised(work.actor)).order_by(Certificate.id.desc())
    if state is not None:
        statement = statement.where(state_condition(state, work.today))
    if kind:
        statement = statement.where(Certificate.kind == clean_line(kind))
    text = clean_line(text)
    if text:
        matches = (column.icontains(text, autoescape=True) for column in _SEARCHED)
        statement = statement.where(or_(*matches))
    return paginate(work.session, statement, page)


_SEARCHED = (Certificate.number, Certificate.product_name, Certificate.enterprise_name)


def _order(pile: str) -> tuple[ColumnElement[Any], ...]:
    """Open cases wait in line; of the closed ones the last decided is looked for first."""
    if pile == "closed":
        return (Filing.closed_at.desc(), Filing.id.desc())
    return (Filing.submitted_at.asc(), Filing.id.asc())


def _piles(work: Work) -> dict[str, ColumnElement[bool]]:
    actor = work.actor
    mine = or_(
        false(),
        *(
            and_(
                Filing.tier == seat.tier,
                Filing.subject == seat.subject,
                scope.in_area(Filing.area_code, seat.area_path),
                # Who must stand back is not waited for.
                Filing.enterprise_id.not_in(actor.related_enterprises),
            )
            for seat in actor.seats
            if seat.role is Role.REVIEWER
        ),
    )
    under_review, returned = Filing.status == Status.UNDER_REVIEW, Filing.status == Status.RETURNED
    late = and_(Filing.correct_by.is_not(None), Filing.correct_by < work.today)  # As `corrections.is_lapsed` says.
    return {
        "waiting": and_(under_review, mine),
        "asked": and_(mine, case_messages.unanswered(Side.FIRM)),
        "other": and_(under_review, ~mine),
        "returned": and_(returned, ~late),
        "lapsed": and_(returned, late),
        "closed": Filing.status.in_([Status.APPROVED, Status.REJECTED, Status.WITHDRAWN]),
    }
