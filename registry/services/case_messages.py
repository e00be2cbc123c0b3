"""Questions and answers on a case: written by either side, read by both, changed by nobody.

Writing does not count as a change of the filing: a firm that is correcting its filing must not be told “somebody has
acted” because it was asked something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from registry.domain.case_messages import FIELDS, MOST_MESSAGES, OPEN_TO_MESSAGES, Side
from registry.domain.errors import AlreadyClosed, NotAllowed
from registry.domain.filings import DEFINITIONS
from registry.domain.messages import N_
from registry.domain.requirements import Facts, validated
from registry.domain.roles import FILING_ROLES
from registry.domain.workflow import CLOSED_STATUSES
from registry.models import CaseMessage, Decision, Filing
from registry.services import audit, notifications
from registry.services.locking import lock
from registry.services.reviews import REVIEWER, guard_recusal, is_own_firm

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import ColumnElement

    from registry.domain.roles import Actor, Seat
    from registry.services.work import Work


def write_for_office(work: Work, filing: Filing, values: Mapping[str, Any]) -> CaseMessage:
    """Ask the firm something, or answer it, in the name of an office that reviews cases of this scope.

    Args:
        work: who writes.
        filing: the case, loaded within the actor's scope.
        values: what is written, as typed, see `domain.case_messages.FIELDS`.

    Raises:
        NotAllowed: the actor reviews nothing here, or must stand back.
        AlreadyClosed: the case has ended.
        InvalidFields: nothing was written, too much, or about a field that there is not.
    """
    guard_recusal(work.actor, filing)
    seats = _seats(work.actor, filing)
    if not seats:
        raise NotAllowed
    # Somebody with several seats writes for the office where the case lies.
    seat = min(seats, key=lambda each: (each.tier != filing.tier, each.stands_in_for_id is not None))
    return _write(work, filing, values, bureau_id=seat.bureau_id)


def write_for_firm(work: Work, filing: Filing, values: Mapping[str, Any]) -> CaseMessage:
    """Ask the offices something, or answer them.

    Args:
        work: who writes.
        filing: a filing of the actor's own firm.
        values: as for `write_for_office`.

    Raises:
        NotAllowed: the actor does not file for the firm, or it was not submitted yet.
        AlreadyClosed, InvalidFields: as for `write_for_office`.
    """
    if filing.enterprise_id not in work.actor.enterprise_ids(FILING_ROLES):
        raise NotAllowed
    return _write(work, filing, values, bureau_id=None)


def may_write(work: Work, filing: Filing) -> bool:
    """Whether the actor may ask or answer on this case now, for either side."""
    if filing.status not in OPEN_TO_MESSAGES:
        return False
    if filing.enterprise_id in work.actor.enterprise_ids(FILING_ROLES):
        return True
    return not is_own_firm(work.actor, filing) and bool(_seats(work.actor, filing))


def unanswered(side: Side) -> ColumnElement[bool]:
    """Open cases in which this side wrote last, and the other has neither answered nor acted since.

    What a side does itself answers none of its own questions.
    """
    later = aliased(CaseMessage)
    of_the_other = Decision.bureau_id.is_not(None) if side is Side.FIRM else Decision.bureau_id.is_(None)
    acted = (Decision.filing_id == CaseMessage.filing_id, Decision.decided_at > CaseMessage.written_at, of_the_other)
    last = (
        select(CaseMessage.id)
        .where(
            CaseMessage.filing_id == Filing.id,
            CaseMessage.side == side,
            ~exists().where(later.filing_id == CaseMessage.filing_id, later.sequence > CaseMessage.sequence),
            ~exists().where(*acted),
        )
        .correlate(Filing)
    )
    return Filing.status.in_(OPEN_TO_MESSAGES) & last.exists()


def asking(work: Work, filings: Iterable[Filing]) -> frozenset[int]:
    """Those of these filings, a page of them, in which the firm waits for an answer."""
    numbers = [filing.id for filing in filings]
    return _numbers(work, Filing.id.in_(numbers), unanswered(Side.FIRM))


def asked_own(work: Work) -> frozenset[int]:
    """The filings of the actor's firm in which an office waits for an answer."""
    return _numbers(work, Filing.enterprise_id.in_(work.actor.enterprise_ids()), unanswered(Side.OFFICE))


def _numbers(work: Work, *conditions: ColumnElement[bool]) -> frozenset[int]:
    return frozenset(work.session.scalars(select(Filing.id).where(*conditions)))


def _seats(actor: Actor, filing: Filing) -> tuple[Seat, ...]:
    return actor.seats_at(area_path=filing.area.path, subject=filing.subject, roles=REVIEWER)


def _write(work: Work, filing: Filing, values: Mapping[str, Any], *, bureau_id: int | None) -> CaseMessage:
    lock(work.session, filing)
    if filing.status in CLOSED_STATUSES:
        raise AlreadyClosed
    if filing.status not in OPEN_TO_MESSAGES:
        raise NotAllowed(N_("申报提交之后才能询问。"))
    known = frozenset(DEFINITIONS[filing.kind].fields)
    normal = validated(FIELDS, values, Facts(work.today, {"field": known}))
    last = work.session.scalars(
        select(CaseMessage).where(CaseMessage.filing_id == filing.id).order_by(CaseMessage.sequence.desc()).limit(1)
    ).first()
    if last and (last.author_id, last.field, last.text) == (work.actor.user_id, normal["field"], normal["text"]):
        return last  # Pressed twice.
    sequence = last.sequence + 1 if last else 1
    if sequence > MOST_MESSAGES:
        raise NotAllowed(N_("这件申报的询问与答复过多，请直接与审核机关联系。"))
    side = Side.FIRM if bureau_id is None else Side.OFFICE
    message = CaseMessage(
        filing_id=filing.id,
        sequence=sequence,
        side=side,
        author_id=work.actor.user_id,
        author_name=work.actor.name,
        bureau_id=bureau_id,
        field=normal["field"],
        text=normal["text"],
        written_at=work.now,
    )
    work.session.add(message)
    work.session.flush()
    work.session.expire(filing, ["messages"])
    source = "enterprise" if side is Side.FIRM else "review"
    audit.record(work, f"{source}:message:write", filing.id, sequence=sequence, field=message.field)
    notifications.case_message(work, filing, message)
    return message
