"""What a person claims of a firm, on the person's side: it is mine, or its licence has changed.

A bureau decides, see `services.claim_decisions`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from registry.domain import claims as definition
from registry.domain.claims import ClaimKind, ClaimStatus
from registry.domain.enterprise import LICENCE_FIELDS
from registry.domain.errors import AlreadyClosed, Duplicate, InvalidFields, NotAllowed, NotFound, StaleRevision
from registry.domain.masking import mask_email, mask_name
from registry.domain.messages import N_, Message
from registry.domain.requirements import Facts, validated
from registry.domain.roles import Role
from registry.models import Claim, Enterprise, Membership, User
from registry.services import audit, enterprises, notifications, people
from registry.services.constraints import unique
from registry.services.locking import lock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from registry.services.papers import Paper
    from registry.services.work import Work

OWNER: Final = frozenset({Role.OWNER})
_UNIQUE: Final = "uq_claim_enterprise_id_user_id_kind"
_OPEN_ALREADY: Final = N_("您已提交过，正在等待核验；需要更换材料时，请先撤回。")
_MEMBER: Final = N_("您已经是这家企业的成员，请在页面上方切换到这家企业。")


def register_firm(
    work: Work, values: Mapping[str, Any], *, licence: Paper, letter: Paper, statement: str = ""
) -> Claim:
    """Register a firm and ask the bureau to verify it.

    Where somebody else has registered it and no bureau has verified that yet, the papers speak against that person
    and become a dispute.

    Raises:
        InvalidFields: fields are missing or wrong.
        AlreadyRegistered: it is registered and verified: its owner lets people in.
        Duplicate: the person belongs to it already, or has these papers with the bureau.
    """
    user = work.session.get_one(User, work.actor.user_id)
    try:
        enterprise = enterprises.register(work, user, values)
    except enterprises.AlreadyRegistered as error:
        known = work.session.get_one(Enterprise, error.enterprise_id)
        if known.verified_at is not None or serves(work, known):
            _guard_stranger(work, known, field="uscc")
            raise
        return dispute(work, known, licence=licence, letter=letter, statement=statement)
    return _open(work, enterprise, ClaimKind.FIRST, licence=licence, letter=letter, statement=statement)


def ask_to_verify(work: Work, *, licence: Paper, letter: Paper, statement: str = "") -> Claim:
    """Ask again to verify the actor's own firm, with better papers than those that were refused.

    Raises:
        NotAllowed: the actor does not own it, or it is verified.
        Duplicate: the bureau has papers of this person already.
    """
    enterprise = lock_own(work)
    if enterprise.verified_at is not None:
        raise NotAllowed(N_("企业已经核验。"))
    return _open(work, enterprise, ClaimKind.FIRST, licence=licence, letter=letter, statement=statement)


def dispute(work: Work, enterprise: Enterprise, *, licence: Paper, letter: Paper, statement: str = "") -> Claim:
    """Say that a registered firm's file is the actor's; its owners are told.

    Raises:
        Duplicate: the person belongs to the firm already, or has said so before.
    """
    _guard_stranger(work, enterprise, field="enterprise")
    claim = _open(work, enterprise, ClaimKind.DISPUTE, licence=licence, letter=letter, statement=statement)
    notifications.to_owners(
        work,
        enterprise.id,
        key=f"claim-{claim.id}-opened",
        template="dispute_opened",
        data={
            "person": mask_name(work.actor.name),
            "email": mask_email(claim.user.email),
            "link": notifications.firm_link(work, enterprise.id, "members"),
        },
    )
    return claim


def propose_change(
    work: Work, values: Mapping[str, Any], *, licence: Paper, revision: int, statement: str = ""
) -> Claim:
    """Tell what the new licence of the actor's own, verified firm says.

    Args:
        work: who says so; an owner.
        values: the facts on the licence, and `effective_on`, the day on it.
        licence: the new one.
        revision: of the firm, as the form was shown.
        statement: what the person adds.

    Raises:
        NotAllowed: the actor does not own it, or nobody has verified it yet, so that it changes freely.
        InvalidFields: fields are missing or wrong, or nothing has changed.
        AlreadyRegistered: the new code belongs to another firm.
        StaleRevision: the firm was changed since the form was shown.
        Duplicate: a change of the firm waits already.
    """
    enterprise = lock_own(work)
    if enterprise.verified_at is None:
        raise NotAllowed(N_("企业尚未核验，可以直接修改资料。"))
    if enterprise.revision != revision:
        raise StaleRevision
    fields = (*LICENCE_FIELDS, definition.EFFECTIVE_FIELD)
    normal = validated(fields, values, enterprises.facts(work))
    effective_on = work.today.fromisoformat(normal.pop("effective_on"))
    _guard_change(work, enterprise, normal, effective_on)
    return _open(
        work,
        enterprise,
        ClaimKind.CHANGE,
        licence=licence,
        statement=statement,
        proposed=normal,
        effective_on=effective_on,
    )


def withdraw(work: Work, claim_id: int, *, revision: int) -> Claim:
    """Take an own claim back before it is decided.

    Raises:
        NotFound: it is not the actor's.
        AlreadyClosed, StaleRevision: it was decided or changed meanwhile.
    """
    claim = work.session.scalar(select(Claim).where(Claim.id == claim_id, Claim.user_id == work.actor.user_id))
    if claim is None:
        raise NotFound
    lock(work.session, claim)
    if claim.status != ClaimStatus.OPEN:
        raise AlreadyClosed
    if claim.revision != revision:
        raise StaleRevision
    _withdraw(work, claim)
    return claim


def withdraw_all(work: Work) -> None:
    """Take back all that waits, and forget what the person wrote wherever it was not granted: the account closes.

    The person's row is locked.
    """
    mine = select(Claim).where(Claim.user_id == work.actor.user_id, Claim.status != ClaimStatus.APPROVED)
    for claim in work.session.scalars(mine.order_by(Claim.id)).all():
        lock(work.session, claim)
        if claim.status == ClaimStatus.OPEN:
            _withdraw(work, claim)
        claim.statement = ""  # Nobody has approved it meanwhile: whoever decides holds the person's row first.
    work.session.flush()


def firms_waiting(work: Work) -> list[Enterprise]:
    """The firms about which the actor has claimed something that nobody has decided, in the order of locks."""
    waiting = select(Claim.enterprise_id).where(Claim.user_id == work.actor.user_id, Claim.status == ClaimStatus.OPEN)
    return list(work.session.scalars(select(Enterprise).where(Enterprise.id.in_(waiting)).order_by(Enterprise.id)))


def list_own(work: Work) -> list[Claim]:
    """Everything the actor has claimed, the latest first."""
    return list(
        work.session.scalars(
            select(Claim)
            .where(Claim.user_id == work.actor.user_id)
            .options(joinedload(Claim.enterprise))
            .order_by(Claim.id.desc())
        )
    )


def latest_of_firm(work: Work, enterprise_id: int, kind: ClaimKind) -> Claim | None:
    """The latest claim of this kind by one who serves the firm, for its own pages."""
    members = select(Membership.user_id).where(Membership.enterprise_id == enterprise_id, Membership.until.is_(None))
    return work.session.scalars(
        select(Claim)
        .where(Claim.enterprise_id == enterprise_id, Claim.kind == kind, Claim.user_id.in_(members))
        .order_by(Claim.id.desc())
        .limit(1)
    ).first()


def revision_shown(claim: Claim) -> int:
    """What a page about a claim is made for: both numbers only grow, so that their sum tells if either has changed."""
    return claim.revision + claim.enterprise.revision


def own(work: Work) -> Enterprise:
    """The firm that the actor acts for and owns.

    Raises:
        NotAllowed: there is none.
    """
    ids = work.actor.enterprise_ids(OWNER)
    if not ids:
        raise NotAllowed
    return work.session.get_one(Enterprise, ids[0])


def lock_own(work: Work) -> Enterprise:
    """The same, with its row locked: who acts for a firm changes in turn, and nothing about it otherwise.

    Raises:
        NotAllowed: there is none, or the actor lost it to the one who was waited for.
    """
    enterprise = own(work)
    lock(work.session, enterprise)
    membership = people.membership_of(work.session, work.actor.user_id, enterprise.id)
    if membership is None or membership.role != Role.OWNER:
        raise NotAllowed
    return enterprise


def serves(work: Work, enterprise: Enterprise) -> bool:
    """Whether the actor has a seat at a firm, be it the one acted for or another."""
    return any(seat.enterprise_id == enterprise.id for seat in work.actor.enterprise_seats)


def _withdraw(work: Work, claim: Claim) -> None:
    claim.status, claim.decided_at = ClaimStatus.WITHDRAWN, work.now
    work.session.flush()
    audit.record(work, "enterprise:claim:withdraw", claim.id, kind=claim.kind)


def _guard_stranger(work: Work, enterprise: Enterprise, *, field: str) -> None:
    if serves(work, enterprise):
        raise Duplicate(field, _MEMBER)


def _guard_change(work: Work, enterprise: Enterprise, normal: Mapping[str, Any], effective_on: date) -> None:
    known = enterprises.as_form(enterprise)
    if all(known[name] == value for name, value in normal.items()):
        raise InvalidFields({"name": Message(N_("填写的内容与现在登记的相同，没有需要变更的。"))})
    enterprises.guard_code(work, normal["uscc"], enterprise)
    last = enterprises.history(work.session, enterprise.id)
    if last and effective_on < last[0].valid_from:
        raise InvalidFields({"effective_on": Message(N_("变更日期不能早于上一次变更或登记的日期。"))})
    waiting = select(Claim.id).where(
        Claim.enterprise_id == enterprise.id, Claim.kind == ClaimKind.CHANGE, Claim.status == ClaimStatus.OPEN
    )
    if work.session.scalar(waiting.limit(1)) is not None:
        raise Duplicate("name", N_("已有一项变更正在核验，请等待办理结果。"))


def _open(
    work: Work,
    enterprise: Enterprise,
    kind: ClaimKind,
    *,
    licence: Paper,
    statement: str,
    letter: Paper | None = None,
    proposed: dict[str, Any] | None = None,
    effective_on: date | None = None,
) -> Claim:
    said = validated((definition.STATEMENT_FIELD,), {"statement": statement}, Facts(work.today))
    claim = Claim(
        kind=kind,
        enterprise_id=enterprise.id,
        user_id=work.actor.user_id,
        licence=licence.file,
        licence_name=licence.name,
        letter=letter.file if letter else None,
        letter_name=letter.name if letter else "",
        statement=said["statement"],
        proposed=proposed,
        effective_on=effective_on,
        made_at=work.now,
    )
    with unique(work.session, _UNIQUE, "enterprise", _OPEN_ALREADY):
        work.session.add(claim)
    audit.record(work, "enterprise:claim:open", claim.id, kind=str(kind))
    return claim
