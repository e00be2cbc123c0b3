"""Moving a filing. `apply_action` is the only writer of a filing's status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from registry.domain.corrections import guard_in_time, last_day
from registry.domain.errors import AlreadyClosed, InvalidFields, NotAllowed, NotFound, StaleRevision
from registry.domain.messages import N_, Message
from registry.domain.roles import FILING_ROLES, Role, Tier
from registry.domain.rules import rules_of
from registry.domain.text import clean_text
from registry.domain.workflow import CLOSED_STATUSES, Action, Stage, Status, allowed_transitions, resolve
from registry.models import Decision, Filing
from registry.services import audit, corrections, issuing, notifications, scope
from registry.services.locking import lock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from registry.domain.roles import Actor, Seat
    from registry.domain.workflow import Route
    from registry.models import Enterprise
    from registry.services.work import Work

REVIEWER: Final = frozenset({Role.REVIEWER})
FIRM_ACTIONS: Final = frozenset({Action.SUBMIT, Action.RESUBMIT, Action.WITHDRAW})
MOST_REASON: Final = 2_000  # characters


def apply_action(
    work: Work,
    filing: Filing,
    action: Action,
    *,
    revision: int,
    reason: str = "",
    remarks: Mapping[str, str] | None = None,
    correct_by: str = "",
) -> Decision:
    """Do one step of the workflow: guard, change, record, notify.

    Args:
        work: who acts, and when.
        filing: the case, loaded within the actor's scope.
        action: what is to be done.
        revision: the revision the actor was shown.
        reason: opinion or reason, told to the firm.
        remarks: what is to be corrected, by the field's name.
        correct_by: the last day for a correction, as typed; empty: what the rules allow.

    Raises:
        AlreadyClosed: the case has ended.
        StaleRevision: somebody acted since the actor looked.
        NotAllowed: not this action, not here, not now, not by this person, or on the actor's own firm.
        InvalidFields: a reason is required and missing, or too long; the last day is none, too near or too far.
    """
    lock(work.session, filing)
    _guard_revision(filing, revision)
    seat = _seat_for(work.actor, filing, action)
    stage = stage_of(filing)
    row, after = resolve(filing.kind, stage, action, route_of(filing), frozenset({seat.role}))
    if action is Action.RESUBMIT:
        guard_in_time(filing.status, filing.correct_by, work.today)
    reason = clean_text(reason)
    remarks = {field: text for field, raw in (remarks or {}).items() if (text := clean_text(raw))}
    wrong = _wrong_reason(reason, remarks, needed=row.needs_reason)
    until = None
    if after.status is Status.RETURNED:
        try:
            until = _last_day(work, filing, correct_by)
        except InvalidFields as error:
            wrong |= error.fields
    if wrong:
        raise InvalidFields(wrong)

    _move(work, filing, after, action, until)
    decision = _record(work, filing, action, seat, before=stage, after=after, reason=reason, remarks=remarks)
    if after.status is Status.APPROVED:
        issuing.issue(work, filing, decision)
    elif after.status is Status.RETURNED:
        corrections.remind_later(work, filing, decision)
    notifications.filing_moved(work, filing, decision)
    return decision


def get_case(work: Work, filing_id: int) -> Filing:
    """A case within the actor's region × subject, with its decisions and submissions.

    Raises:
        NotFound: there is none, or it lies outside the scope.
    """
    filing = work.session.scalar(
        select(Filing)
        .where(Filing.id == filing_id, scope.reviewable(work.actor))
        .options(
            joinedload(Filing.enterprise),
            joinedload(Filing.area),
            joinedload(Filing.handler),
            selectinload(Filing.decisions).joinedload(Decision.bureau),
            selectinload(Filing.submissions),
            selectinload(Filing.evidence),
        )
    )
    if filing is None:
        raise NotFound
    return filing


def read_contact(work: Work, filing_id: int) -> Enterprise:
    """The firm of a case with its contact person, whom the pages else show masked; that it was read is recorded.

    Raises:
        NotFound: there is no such case, or it lies outside the scope.
    """
    enterprise = get_case(work, filing_id).enterprise
    audit.record(work, "review:contact:read", enterprise.id)
    return enterprise


def possible_actions(work: Work, filing: Filing) -> tuple[Action, ...]:
    """What the actor may do with the case now, in the order of the transition table."""
    found: dict[Action, None] = {}
    for row in allowed_transitions(filing.kind, stage_of(filing), route_of(filing), frozenset(Role)):
        try:
            _seat_for(work.actor, filing, row.action)
        except NotAllowed:
            continue
        if row.action is Action.RESUBMIT and corrections.lapsed(work, filing):
            continue
        found[row.action] = None
    return tuple(found)


def seat_of(work: Work, filing: Filing) -> Seat:
    """The seat in which the actor reviews this case at its present tier.

    Raises:
        NotAllowed: there is none, or the actor must stand back.
    """
    return _seat_for(work.actor, filing, Action.RETURN)


def acts_for(work: Work, filing: Filing) -> str:
    """The absent colleague in whose place the actor would decide; empty: in the actor's own name, or not at all."""
    try:
        return seat_of(work, filing).stands_in_for
    except NotAllowed:
        return ""


def guard_recusal(actor: Actor, filing: Filing) -> None:
    """Let nobody handle a case of a firm they belong or once belonged to.

    Raises:
        NotAllowed: the actor must stand back.
    """
    if is_own_firm(actor, filing):
        raise NotAllowed(N_("您与申报企业有关联，应当回避，请由其他审核人员处理。"))


def is_own_firm(actor: Actor, filing: Filing) -> bool:
    """Whether the actor belongs or once belonged to the firm that filed, and so must stand back (回避)."""
    return filing.enterprise_id in actor.related_enterprises


def stage_of(filing: Filing) -> Stage:
    """Where the filing stands."""
    return Stage(Status(filing.status), Tier(filing.tier) if filing.tier else None)


def route_of(filing: Filing) -> Route:
    """The tiers it goes through under its own version of the rules."""
    return rules_of(filing.kind, filing.rules_version).route


def _guard_revision(filing: Filing, revision: int) -> None:
    if filing.status in CLOSED_STATUSES:
        raise AlreadyClosed
    if filing.revision != revision:
        raise StaleRevision


def _seat_for(actor: Actor, filing: Filing, action: Action) -> Seat:
    """The seat in which the actor may do this to this filing.

    Raises:
        NotAllowed: there is none, or the actor must stand back.
    """
    if action in FIRM_ACTIONS:
        own = actor.enterprise_seat
        seats = [own] if own and own.enterprise_id == filing.enterprise_id and own.role in FILING_ROLES else []
    else:
        guard_recusal(actor, filing)
        in_scope = actor.seats_at(area_path=filing.area.path, subject=filing.subject, roles=REVIEWER)
        seats = [seat for seat in in_scope if seat.tier == filing.tier]
    if not seats:
        raise NotAllowed
    return min(seats, key=lambda seat: _preference(seat, filing.handler_id))


def _preference(seat: Seat, handler_id: int | None) -> int:
    """Somebody with several seats acts for the colleague whose case it is, else in their own name."""
    if seat.stands_in_for_id is None:
        return 1
    return 0 if seat.stands_in_for_id == handler_id else 2


def _wrong_reason(reason: str, remarks: Mapping[str, str], *, needed: bool) -> dict[str, Message]:
    if needed and not reason and not remarks:
        return {"reason": Message(N_("请填写原因，企业将看到这段文字。"))}
    texts = {"reason": reason} | {f"remark-{field}": text for field, text in remarks.items()}
    return {
        name: Message(N_("最多 %(most)s 个字，现有 %(count)s 个字。"), {"most": MOST_REASON, "count": len(text)})
        for name, text in texts.items()
        if len(text) > MOST_REASON
    }


def _last_day(work: Work, filing: Filing, typed: str) -> date:
    """The last day for a correction: of one that goes on, a later day than before."""
    days = rules_of(filing.kind, filing.rules_version).correction_days
    return last_day(typed, days=days, today=work.today, present=filing.correct_by)


def _move(work: Work, filing: Filing, after: Stage, action: Action, correct_by: date | None) -> None:
    if filing.tier != (after.tier or ""):
        filing.handler_id = None  # Whoever saw to it here has done their part.
    filing.status = after.status
    filing.tier = after.tier or ""
    filing.correct_by = correct_by
    filing.updated_at = work.now
    if action in {Action.SUBMIT, Action.RESUBMIT}:
        filing.submitted_at = work.now
    if action is Action.RETURN:
        filing.content = corrections.to_say_anew(filing)
    if after.status in CLOSED_STATUSES:
        filing.closed_at = work.now


def _record(
    work: Work,
    filing: Filing,
    action: Action,
    seat: Seat,
    *,
    before: Stage,
    after: Stage,
    reason: str,
    remarks: Mapping[str, str],
) -> Decision:
    decision = Decision(
        sequence=len(filing.decisions) + 1,
        action=action,
        from_status=before.status,
        from_tier=before.tier or "",
        to_status=after.status,
        to_tier=after.tier or "",
        actor_id=work.actor.user_id,
        actor_name=work.actor.name,
        bureau_id=seat.bureau_id,
        stands_in_for=seat.stands_in_for or None,
        reason=reason,
        remarks=dict(remarks),
        correct_by=filing.correct_by,
        decided_at=work.now,
    )
    filing.decisions.append(decision)
    work.session.flush()
    source = "enterprise" if action in FIRM_ACTIONS else "review"
    audit.record(work, f"{source}:filing:{action}", filing.id, revision=filing.revision)
    return decision
