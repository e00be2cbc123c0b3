"""Claims on the bureau's desk: the list, one of them, its papers, and the decision with what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import joinedload

from registry.domain.claims import NO_ACCOUNT, NOT_OWNER, OVERTAKEN, ClaimKind, ClaimStatus, refusal
from registry.domain.errors import AlreadyClosed, InvalidFields, NotAllowed, NotFound, StaleRevision
from registry.domain.masking import mask_name
from registry.domain.messages import N_
from registry.domain.roles import Role, Subject
from registry.models import Claim, Enterprise, Membership, User
from registry.services import audit, enterprises, notifications, people, scope
from registry.services.claims import revision_shown
from registry.services.locking import hold, lock
from registry.services.paging import Page, paginate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Select

    from registry.domain.roles import Seat
    from registry.models import StoredFile
    from registry.services.work import Work

REVIEWER: Final = frozenset({Role.REVIEWER})
_BEYOND_PAPERS: Final = frozenset({OVERTAKEN, NOT_OWNER, NO_ACCOUNT})  # No better ones would help.
_STAND_BACK: Final = N_("您与该企业有关联，应当回避，请由其他审核人员处理。")


def list_in_scope(work: Work, *, page: int = 1) -> Page[Claim]:
    """The claims of the actor's office: those that wait first, the oldest on top; then the last decided."""
    is_open = Claim.status == ClaimStatus.OPEN
    statement = (
        select(Claim)
        .where(scope.claimed(work.actor))
        .order_by(case((is_open, 0), else_=1), case((is_open, Claim.made_at)), Claim.decided_at.desc(), Claim.id)
    )
    options = (joinedload(Claim.enterprise).joinedload(Enterprise.area), joinedload(Claim.user))
    return paginate(work.session, statement, page, *options)


def count_waiting(work: Work) -> int:
    """How many claims wait for the actor's office."""
    waiting = select(func.count()).select_from(Claim).where(scope.claimed(work.actor), Claim.status == ClaimStatus.OPEN)
    return work.session.scalar(waiting) or 0


def get(work: Work, claim_id: int) -> Claim:
    """One of them.

    Raises:
        NotFound: there is none, or another office checks it.
    """
    claim = work.session.scalar(
        select(Claim)
        .where(Claim.id == claim_id, scope.claimed(work.actor))
        .options(
            joinedload(Claim.enterprise).joinedload(Enterprise.area),
            joinedload(Claim.enterprise).joinedload(Enterprise.industry),
            joinedload(Claim.user),
            joinedload(Claim.licence),
            joinedload(Claim.letter),
        )
    )
    if claim is None:
        raise NotFound
    return claim


def get_paper(work: Work, claim_id: int, paper: str) -> tuple[Claim, StoredFile, str]:
    """The `licence` or the `letter` of a claim, and the name it came with.

    Raises:
        NotFound: as for the claim, or it has no such paper.
    """
    claim = get(work, claim_id)
    found = {"licence": (claim.licence, claim.licence_name), "letter": (claim.letter, claim.letter_name)}
    file, name = found.get(paper, (None, ""))
    if file is None:
        raise NotFound
    return claim, file, name


def others_open(work: Work, claim: Claim) -> list[Claim]:
    """What else waits for a decision about the same firm."""
    return list(
        work.session.scalars(
            select(Claim)
            .where(
                Claim.enterprise_id == claim.enterprise_id,
                Claim.id != claim.id,
                Claim.status == ClaimStatus.OPEN,
            )
            .options(joinedload(Claim.user))
            .order_by(Claim.id)
        )
    )


def owners(work: Work, enterprise_id: int) -> list[User]:
    """Whose file it is now."""
    statement = _owning(enterprise_id).options(joinedload(Membership.user)).order_by(Membership.id)
    return [membership.user for membership in work.session.scalars(statement)]


def must_stand_back(work: Work, claim: Claim) -> bool:
    """Whether the actor made the claim, or belongs or once belonged to the firm (回避)."""
    return claim.user_id == work.actor.user_id or claim.enterprise_id in work.actor.related_enterprises


def approve(work: Work, claim_id: int, *, revision: int) -> Claim:
    """Find a claim right, and let follow what follows: verified, another owner, or new facts.

    A claim whose ground is gone is closed as refused instead, and nothing follows: the account is closed or barred,
    or the person owns the firm's file no more. `status` tells.

    Raises:
        NotFound: as for reading it.
        NotAllowed: the actor must stand back.
        AlreadyClosed, StaleRevision: claim or firm have changed since the page was shown.
        InvalidFields: the new code has come to belong to another firm.
    """
    claim, seat = _begin(work, claim_id, revision)
    gone = _ground_gone(work, claim)
    if gone is not None:
        code, reason = gone
        _close(work, claim, ClaimStatus.REFUSED, seat, reason=reason)
        _record_refusal(work, claim, [code])
        return claim
    if claim.kind == ClaimKind.CHANGE:
        _change_facts(work, claim)
    elif claim.kind == ClaimKind.DISPUTE:
        _hand_to(work, claim, seat)
    else:
        claim.enterprise.verified_at = claim.enterprise.verified_at or work.now
    _close(work, claim, ClaimStatus.APPROVED, seat)
    audit.record(work, "bureau:claim:approve", claim.id, person_id=claim.user_id, kind=claim.kind)
    if claim.kind == ClaimKind.DISPUTE and claim.enterprise.verified_at is None:
        _verify_next(work, claim)
    return claim


def refuse(work: Work, claim_id: int, *, revision: int, reasons: Iterable[str], text: str = "") -> Claim:
    """Find a claim wrong, and tell the person why.

    Raises:
        InvalidFields: no reason is given.
        NotFound, NotAllowed, AlreadyClosed, StaleRevision: as for approving.
    """
    reasons = list(reasons)
    claim, seat = _begin(work, claim_id, revision)
    _close(work, claim, ClaimStatus.REFUSED, seat, reason=refusal(reasons, text))
    _record_refusal(work, claim, sorted(set(reasons)))
    if claim.kind == ClaimKind.DISPUTE:
        notifications.to_owners(
            work,
            claim.enterprise_id,
            key=f"claim-{claim.id}-refused",
            template="dispute_refused",
            data={"person": mask_name(claim.user.name), "bureau": seat.bureau_name},
        )
    return claim


def _begin(work: Work, claim_id: int, revision: int) -> tuple[Claim, Seat]:
    """Lock firm and claim, and see that the actor may decide on what was shown."""
    claim = get(work, claim_id)
    lock(work.session, claim.enterprise)
    hold(work.session, claim.user)
    lock(work.session, claim)
    if claim.status != ClaimStatus.OPEN:
        raise AlreadyClosed
    if revision_shown(claim) != revision:
        raise StaleRevision
    if must_stand_back(work, claim):
        raise NotAllowed(_STAND_BACK)
    path = claim.enterprise.area.path
    seats = work.actor.seats_at(area_path=path, subject=Subject.MARKET_SUPERVISION, roles=REVIEWER)
    return claim, max(seats, key=lambda seat: len(seat.area_path))


def _ground_gone(work: Work, claim: Claim) -> tuple[str, str] | None:
    """Why nothing can follow from a claim however right its papers are: code and sentence; None where it can.

    A dispute says that the person ought to own the file; all others are made by somebody who does.
    """
    if not claim.user.active:
        return "no_account", NO_ACCOUNT
    if claim.kind != ClaimKind.DISPUTE and not people.is_owner(work.session, claim.user_id, claim.enterprise_id):
        return "not_owner", NOT_OWNER
    return None


def _close(work: Work, claim: Claim, status: ClaimStatus, seat: Seat, *, reason: str = "") -> None:
    claim.status, claim.reason = status, reason
    claim.decided_at, claim.decided_by_id, claim.bureau_id = work.now, work.actor.user_id, seat.bureau_id
    work.session.flush()
    notifications.to_person(
        work,
        claim.user_id,
        key=f"claim-{claim.id}-decided",
        template="claim_decided",
        data={
            "kind": claim.kind,
            "approved": status == ClaimStatus.APPROVED,
            "enterprise": claim.enterprise.name,
            "bureau": seat.bureau_name,
            "reason": reason,
            "again": reason not in _BEYOND_PAPERS,
            "link": f"{work.settings.public_url}/enterprise/requests",
        },
    )


def _record_refusal(work: Work, claim: Claim, reasons: list[str]) -> None:
    audit.record(work, "bureau:claim:refuse", claim.id, person_id=claim.user_id, kind=claim.kind, reasons=reasons)


def _change_facts(work: Work, claim: Claim) -> None:
    """Write what the new licence says, and keep it as a version of its own. Open filings stay where they are."""
    enterprise = claim.enterprise
    assert claim.proposed is not None
    assert claim.effective_on is not None
    try:
        enterprises.set_facts(work, enterprise, claim.proposed)
    except enterprises.AlreadyRegistered as error:
        raise InvalidFields({"reasons": error.message}) from error
    enterprises.record_version(work, enterprise, valid_from=claim.effective_on, claim_id=claim.id)


def _hand_to(work: Work, claim: Claim, seat: Seat) -> None:
    """Make this person the owner, and end everybody else's membership with what rested on it.

    Whoever acted for the firm was let in by somebody whose it is not. Nobody here can tell who of them the firm would
    have let in itself, and a wrong one would go on filing in its name; so all are asked to turn to the new owner.
    """
    enterprise = claim.enterprise
    others = select(Membership).where(
        Membership.enterprise_id == enterprise.id, Membership.until.is_(None), Membership.user_id != claim.user_id
    )
    ended = work.session.scalars(others.order_by(Membership.id)).all()
    for membership in ended:
        people.leave(work, membership)
        notifications.to_person(
            work,
            membership.user_id,
            key=f"claim-{claim.id}-ended",
            template="ownership_ended",
            data={
                "enterprise": enterprise.name,
                "person": mask_name(claim.user.name),
                "owned": membership.role == Role.OWNER,
                "link": f"{work.settings.public_url}/enterprise/known/{enterprise.uscc}",
            },
        )
    _overtake(work, claim, {membership.user_id for membership in ended}, seat)
    people.join(work, claim.user, enterprise, Role.OWNER)


def _overtake(work: Work, claim: Claim, ended: set[int], seat: Seat) -> None:
    """Refuse what others have claimed as owners, and whatever those whose membership has ended have claimed."""
    statement = select(Claim).where(
        Claim.enterprise_id == claim.enterprise_id,
        Claim.user_id != claim.user_id,
        Claim.status == ClaimStatus.OPEN,
        or_(Claim.kind != ClaimKind.DISPUTE, Claim.user_id.in_(ended)),
    )
    for other in work.session.scalars(statement.order_by(Claim.id)).all():
        _close(work, other, ClaimStatus.REFUSED, seat, reason=OVERTAKEN)
        _record_refusal(work, other, ["overtaken"])


def _verify_next(work: Work, claim: Claim) -> None:
    """Put the same papers on the desk once more: what the other person entered of the firm is still to be checked.

    Unless papers of this person wait there already, from a time when they owned the file.
    """
    waiting = select(Claim.id).where(
        Claim.enterprise_id == claim.enterprise_id,
        Claim.user_id == claim.user_id,
        Claim.kind == ClaimKind.FIRST,
        Claim.status == ClaimStatus.OPEN,
    )
    if work.session.scalar(waiting) is not None:
        return
    first = Claim(
        kind=ClaimKind.FIRST,
        enterprise_id=claim.enterprise_id,
        user_id=claim.user_id,
        licence_id=claim.licence_id,
        licence_name=claim.licence_name,
        letter_id=claim.letter_id,
        letter_name=claim.letter_name,
        statement=claim.statement,
        made_at=work.now,
    )
    work.session.add(first)
    work.session.flush()
    audit.record(work, "enterprise:claim:open", first.id, kind=first.kind)


def _owning(enterprise_id: int) -> Select[Membership]:
    return select(Membership).where(
        Membership.enterprise_id == enterprise_id, Membership.role == Role.OWNER, Membership.until.is_(None)
    )
