"""Who sees to a case (承办人): taking it up, putting it back, handing it over.

A case that somebody has taken up may still be decided on by colleagues of the same scope, who are told whose it is: it
is a mark against double work and no lock, since an office must not stand still while one person is away.

The handler is written beside the case's revision, which counts what is done with the filing itself: a firm that is
correcting its declaration must not be told “somebody has acted” because desks were rearranged. Instead, whoever
changes the handler says which one was seen; that one must still be there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import CursorResult, and_, func, select, update
from sqlalchemy.orm import joinedload

from registry.domain.errors import AlreadyClosed, InvalidFields, NotAllowed, StaleRevision
from registry.domain.messages import N_, Message
from registry.domain.roles import Role
from registry.domain.workflow import CLOSED_STATUSES
from registry.models import Filing, Membership, Post, User
from registry.services import audit, people, reviews, scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement

    from registry.domain.roles import Seat
    from registry.models import Bureau
    from registry.services.work import Work


def may_claim(work: Work, filing: Filing) -> bool:
    """Whether the actor could decide on the case now, and so may take it up."""
    actions = frozenset(reviews.possible_actions(work, filing)) - reviews.FIRM_ACTIONS
    return bool(actions) and not reviews.is_own_firm(work.actor, filing)


def claim(work: Work, filing: Filing, *, seen: int | None) -> None:
    """Take a case up, from the common pile or from a colleague.

    Args:
        work: who acts.
        filing: the case, loaded within the actor's scope.
        seen: the handler whom the page showed; None for nobody.

    Raises:
        AlreadyClosed: the case has ended.
        NotAllowed: the actor could not decide on it, or must stand back.
        StaleRevision: somebody else has taken it up meanwhile.
    """
    if filing.status in CLOSED_STATUSES:
        raise AlreadyClosed
    if not may_claim(work, filing):
        raise NotAllowed
    _write(work, [filing], seen, work.actor.user_id)
    audit.record(work, "review:filing:claim", filing.id, person_id=seen)


def release(work: Work, filing: Filing) -> None:
    """Put a case of one's own back on the common pile.

    Raises:
        StaleRevision: it is not the actor's any more.
    """
    _write(work, [filing], work.actor.user_id, None)
    audit.record(work, "review:filing:release", filing.id)


def hand_over(work: Work, from_user_id: int, to_user_id: int | None, filings: Iterable[Filing]) -> int:
    """Hand open cases over to a colleague, or back to the common pile, and tell how many the colleague got.

    A case that the colleague must stand back from goes to the common pile.

    Args:
        work: who acts: an administrator, or nobody where it follows from something else.
        from_user_id: whose cases they are.
        to_user_id: the colleague; None for the common pile.
        filings: the cases.

    Raises:
        InvalidFields: the colleague has no seat of the same scope and tier.
        StaleRevision: a case is not that person's any more.
    """
    filings = list(filings)
    refused = _refused_to(work, to_user_id, filings)
    given = [filing for filing in filings if to_user_id is not None and filing.enterprise_id not in refused]
    put_back = [filing for filing in filings if filing not in given]
    _write(work, given, from_user_id, to_user_id)
    _write(work, put_back, from_user_id, None)
    for filing in filings:
        person = to_user_id if filing in given else None
        audit.record(work, "review:filing:hand_over", filing.id, person_id=person)
    return len(given)


def open_cases(work: Work, user_id: int, bureau: Bureau | None = None) -> Sequence[Filing]:
    """The open cases that a person sees to; with an office, those of its scope and tier."""
    statement = select(Filing).where(Filing.handler_id == user_id, Filing.status.not_in(CLOSED_STATUSES))
    if bureau is not None:
        statement = statement.where(_of_office(bureau))
    return work.session.scalars(statement.order_by(Filing.id).options(joinedload(Filing.area))).all()


def count_open(work: Work, user_id: int) -> int:
    """How many open cases a person sees to."""
    mine = and_(Filing.handler_id == user_id, Filing.status.not_in(CLOSED_STATUSES))
    return work.session.scalar(select(func.count()).select_from(Filing).where(mine)) or 0


def colleagues(work: Work, bureau_ids: Iterable[int], user_id: int) -> dict[int, list[User]]:
    """Those who review at these offices in a post of their own, besides this person; by office."""
    found: dict[int, list[User]] = {}
    rows = work.session.execute(
        select(Post.bureau_id, User)
        .join(User, User.id == Post.user_id)
        .where(
            Post.bureau_id.in_(list(bureau_ids)),
            Post.role == Role.REVIEWER,
            Post.until.is_(None),
            Post.stands_in_for_id.is_(None),
            User.id != user_id,
            User.active,
        )
        .order_by(User.name, User.id)
    )
    for bureau_id, user in rows:
        assert bureau_id is not None  # Reviewers always belong to an office.
        found.setdefault(bureau_id, []).append(user)
    return found


def settle(work: Work, user_id: int, back_to: int | None = None) -> None:
    """Take away from a person the cases for which no seat is left.

    Args:
        work: who acts; nobody where a time has run out.
        user_id: the person.
        back_to: the colleague they go back to, where that one can have them; else the common pile.
    """
    cases = open_cases(work, user_id)
    seats = _reviewer_seats(work, user_id) if cases else ()
    lost = [filing for filing in cases if not _covers(seats, filing)]
    seats = _reviewer_seats(work, back_to) if lost and back_to is not None else ()
    returned = [filing for filing in lost if _covers(seats, filing)]
    hand_over(work, user_id, back_to, returned)
    hand_over(work, user_id, None, [filing for filing in lost if filing not in returned])


def _refused_to(work: Work, user_id: int | None, filings: Sequence[Filing]) -> frozenset[int]:
    """The firms among these cases that a person must stand back from.

    Raises:
        InvalidFields: there is a case for which the person has no seat of the same scope and tier.
    """
    if user_id is None or not filings:
        return frozenset()
    seats = _reviewer_seats(work, user_id)
    if not all(_covers(seats, filing) for filing in filings):
        raise InvalidFields({"to": Message(N_("这个人没有同一辖区、同一层级的审核岗位。"))})
    firms = {filing.enterprise_id for filing in filings}
    related = select(Membership.enterprise_id).where(Membership.user_id == user_id, Membership.enterprise_id.in_(firms))
    return frozenset(work.session.scalars(related))


def _reviewer_seats(work: Work, user_id: int) -> tuple[Seat, ...]:
    """The seats of an account that may sign in; none of any other."""
    user = work.session.get(User, user_id)
    if user is None or not user.active:
        return ()
    work.session.expire(user, ["posts"])  # They may have changed a moment ago.
    seats = people.actor_of(work.session, user_id, work.now).seats
    return tuple(seat for seat in seats if seat.role is Role.REVIEWER)


def _covers(seats: Iterable[Seat], filing: Filing) -> bool:
    return any(
        seat.subject == filing.subject and seat.tier == filing.tier and filing.area.path.startswith(seat.area_path)
        for seat in seats
    )


def _of_office(bureau: Bureau) -> ColumnElement[bool]:
    return and_(
        Filing.subject == bureau.subject,
        Filing.tier == bureau.tier,
        scope.in_area(Filing.area_code, bureau.area.path),
    )


def _write(work: Work, filings: Sequence[Filing], seen: int | None, new: int | None) -> None:
    """Change the handler of these cases, if it is still the one who was seen; their revisions stay."""
    if not filings:
        return
    same = Filing.handler_id.is_(None) if seen is None else Filing.handler_id == seen
    result = work.session.execute(
        update(Filing).where(Filing.id.in_([filing.id for filing in filings]), same).values(handler_id=new),
        execution_options={"synchronize_session": False},
    )
    assert isinstance(result, CursorResult)
    if result.rowcount != len(filings):
        raise StaleRevision
    for filing in filings:
        work.session.expire(filing, ["handler_id", "handler"])
