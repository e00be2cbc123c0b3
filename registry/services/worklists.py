"""What waits for whom: the reviewer's queue and the supervisor's list of certificates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, false, func, or_, select
from sqlalchemy.orm import joinedload

from registry.domain.roles import Role
from registry.domain.text import clean_line
from registry.domain.workflow import Status
from registry.models import Certificate, Declaration, Filing
from registry.services import scope
from registry.services.directory import state_condition
from registry.services.paging import Page, paginate

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from registry.domain.roles import Actor
    from registry.domain.validity import DisplayedState
    from registry.services.work import Work


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of cases, and how many there are in each pile."""

    page: Page[Declaration]
    counts: dict[str, int]


def cases(work: Work, *, pile: str = "waiting", page: int = 1) -> Queue:
    """The cases of the actor's scope: `waiting` for the actor, with the `other` tier, `returned` or `closed`."""
    piles = _piles(work.actor)
    visible = scope.reviewable(work.actor)
    columns = [func.count().filter(condition).label(name) for name, condition in piles.items()]
    counts = work.session.execute(select(*columns).select_from(Filing).where(visible)).one()
    statement = select(Declaration).where(visible, piles.get(pile, piles["waiting"])).order_by(*_order(pile))
    options = (
        joinedload(Declaration.enterprise),
        joinedload(Declaration.product),
        joinedload(Declaration.area),
        joinedload(Declaration.handler),
    )
    return Queue(paginate(work.session, statement, page, *options), dict(counts._mapping))  # noqa: SLF001  # Public by its docs.


def certificates(
    work: Work, *, state: DisplayedState | None = None, text: str = "", page: int = 1
) -> Page[Certificate]:
    """The certificates of the actor's scope, the newest first."""
    statement = select(Certificate).where(scope.supervised(work.actor)).order_by(Certificate.id.desc())
    if state is not None:
        statement = statement.where(state_condition(state, work.today))
    text = clean_line(text)
    if text:
        matches = (column.icontains(text, autoescape=True) for column in _SEARCHED)
        statement = statement.where(or_(*matches))
    return paginate(work.session, statement, page)


_SEARCHED = (Certificate.number, Certificate.product_name, Certificate.enterprise_name)


def _order(pile: str) -> tuple[ColumnElement[Any], ...]:
    """Open cases wait in line; of the closed ones the last decided is looked for first."""
    if pile == "closed":
        return (Declaration.closed_at.desc(), Declaration.id.desc())
    return (Declaration.submitted_at.asc(), Declaration.id.asc())


def _piles(actor: Actor) -> dict[str, ColumnElement[bool]]:
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
    under_review = Filing.status == Status.UNDER_REVIEW
    return {
        "waiting": and_(under_review, mine),
        "other": and_(under_review, ~mine),
        "returned": Filing.status == Status.RETURNED,
        "closed": Filing.status.in_([Status.APPROVED, Status.REJECTED, Status.WITHDRAWN]),
    }
