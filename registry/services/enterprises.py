"""Firms: registering one, reading and changing one's own."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased, joinedload

from registry.domain import enterprise as definition
from registry.domain.errors import Duplicate, NotAllowed, StaleRevision
from registry.domain.messages import N_
from registry.domain.requirements import Facts, validated
from registry.domain.roles import ENTERPRISE_ROLES, FILING_ROLES, Role, Subject
from registry.models import Area, Enterprise, EnterpriseVersion
from registry.services import audit, people, reference
from registry.services.constraints import unique
from registry.services.locking import lock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from registry.domain.requirements import Field
    from registry.models import User
    from registry.services.work import Work

# The form's name of a field where the table's differs.
_COLUMNS: Final = {"area": "area_code", "industry": "industry_code"}
# What makes a new version; the English name stands on no licence, and is only kept along.
_VERSIONED: Final = ("uscc", "name", "area_code", "address")
_TAKEN: Final = N_("这家企业已在本平台登记。")


class AlreadyRegistered(Duplicate):
    """Some firm has this code, or had it before it was converted; `enterprise_id` says which."""

    def __init__(self, enterprise_id: int, uscc: str) -> None:
        super().__init__("uscc", _TAKEN)
        self.enterprise_id, self.uscc = enterprise_id, uscc

    def __reduce__(self) -> tuple[type[AlreadyRegistered], tuple[int, str]]:  # type: ignore[override]
        return type(self), (self.enterprise_id, self.uscc)


def check(work: Work, values: Mapping[str, Any]) -> None:
    """Whether a firm could be registered with these facts.

    Raises:
        InvalidFields: fields are missing or wrong.
    """
    validated((definition.CODE_FIELD, *definition.FIELDS), values, facts(work))


def register(work: Work, owner: User, values: Mapping[str, Any]) -> Enterprise:
    """Register a firm under its 统一社会信用代码, with this person as the owner of its file.

    Nobody has checked anything yet: see `services.claims`.

    Raises:
        InvalidFields: fields are missing or wrong.
        AlreadyRegistered: some firm has this code already.
    """
    normal = validated((definition.CODE_FIELD, *definition.FIELDS), values, facts(work))
    _guard_free(work, normal["uscc"])
    enterprise = Enterprise(uscc=normal["uscc"], created_at=work.now)
    _fill(enterprise, normal)
    _save_code(work, enterprise)
    record_version(work, enterprise, valid_from=enterprise.founded_on or work.today)
    people.join(work, owner, enterprise, Role.OWNER)
    audit.record(work, "enterprise:enterprise:register", enterprise.id, uscc=enterprise.uscc)
    return enterprise


def find(session: Session, uscc: str) -> Enterprise | None:
    """The firm with this code, or the one that had it before it was converted.

    A code that a firm once typed wrongly, before any bureau had looked at it, does not count: it is another's.
    """
    firm = session.scalar(select(Enterprise).where(Enterprise.uscc == uscc))
    if firm is not None:
        return firm
    later = aliased(EnterpriseVersion)
    was_checked = ~exists().where(
        later.enterprise_id == EnterpriseVersion.enterprise_id,
        later.id > EnterpriseVersion.id,
        later.claim_id.is_(None),
        later.recorded_at <= Enterprise.verified_at,
    )
    return session.scalar(
        select(Enterprise)
        .join(EnterpriseVersion, EnterpriseVersion.enterprise_id == Enterprise.id)
        .where(EnterpriseVersion.uscc == uscc, Enterprise.verified_at.is_not(None), was_checked)
        .order_by(EnterpriseVersion.id.desc())
        .limit(1)
    )


def as_of(session: Session, enterprise_id: int, day: date) -> EnterpriseVersion | None:
    """What the licence said on this day; for days before the first version, what that one says."""
    versions = history(session, enterprise_id)
    known = [version for version in versions if version.valid_from <= day]
    return next(iter(known or reversed(versions)), None)


def history(session: Session, enterprise_id: int) -> list[EnterpriseVersion]:
    """Everything the licence has said, the latest first; where two hold from one day, the one recorded last."""
    return list(
        session.scalars(
            select(EnterpriseVersion)
            .where(EnterpriseVersion.enterprise_id == enterprise_id)
            .options(joinedload(EnterpriseVersion.area))
            .order_by(EnterpriseVersion.valid_from.desc(), EnterpriseVersion.id.desc())
        )
    )


def record_version(work: Work, enterprise: Enterprise, *, valid_from: date, claim_id: int | None = None) -> None:
    """Keep what the firm's row says now, where its latest version says something else."""
    said = {name: getattr(enterprise, name) for name in _VERSIONED}
    last = next(iter(history(work.session, enterprise.id)), None)
    if last is not None and all(getattr(last, name) == value for name, value in said.items()):
        return
    work.session.add(
        EnterpriseVersion(
            enterprise_id=enterprise.id,
            valid_from=valid_from,
            name_en=enterprise.name_en,
            claim_id=claim_id,
            recorded_at=work.now,
            **said,
        )
    )
    work.session.flush()


def own(work: Work, *, to_file: bool = False) -> Enterprise:
    """The firm the actor acts for; with `to_file`, only one the actor may file for.

    Raises:
        NotAllowed: there is none.
    """
    ids = work.actor.enterprise_ids(FILING_ROLES if to_file else ENTERPRISE_ROLES)
    if not ids:
        raise NotAllowed
    return work.session.get_one(Enterprise, ids[0])


def fields_to_change(enterprise: Enterprise) -> tuple[Field, ...]:
    """What the firm may change by itself: of a verified firm, nothing that stands on its licence."""
    return definition.FREE_FIELDS if enterprise.verified_at else (definition.CODE_FIELD, *definition.FIELDS)


def change(work: Work, values: Mapping[str, Any], *, revision: int) -> Enterprise:
    """Change the facts of the actor's own firm. What a bureau has checked changes in `services.claims` only.

    Raises:
        InvalidFields: fields are missing or wrong.
        AlreadyRegistered: the code belongs to another firm.
        StaleRevision: somebody else changed the firm since the form was shown.
    """
    enterprise = own(work, to_file=True)
    lock(work.session, enterprise)
    if enterprise.revision != revision:
        raise StaleRevision
    set_facts(work, enterprise, validated(fields_to_change(enterprise), values, facts(work)))
    if enterprise.verified_at is None:
        # Nobody has checked it yet: the entry is corrected, and has always been so.
        begins = min((version.valid_from for version in history(work.session, enterprise.id)), default=work.today)
        record_version(work, enterprise, valid_from=begins)
    return enterprise


def set_facts(work: Work, enterprise: Enterprise, normal: Mapping[str, Any]) -> None:
    """Write checked facts into the firm's row, which is locked.

    Raises:
        AlreadyRegistered: the code belongs to another firm.
    """
    code = normal.get("uscc", enterprise.uscc)
    if code != enterprise.uscc:
        _guard_free(work, code, but=enterprise.id)
    changed = _fill(enterprise, normal)
    if changed:
        _save_code(work, enterprise)
        work.session.refresh(enterprise, ["area"])
        audit.record(work, "enterprise:enterprise:change", enterprise.id, fields=changed)


def guard_code(work: Work, uscc: str, enterprise: Enterprise) -> None:
    """Whether a firm may take this code.

    Raises:
        AlreadyRegistered: it belongs, or belonged, to another firm.
    """
    _guard_free(work, uscc, but=enterprise.id)


def as_form(enterprise: Enterprise) -> dict[str, Any]:
    """The firm's facts as the form wants them."""
    fields = (definition.CODE_FIELD, *definition.FIELDS)
    values = {field.name: getattr(enterprise, _COLUMNS.get(field.name, field.name)) for field in fields}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def area_name(work: Work, code: str) -> str:
    """What a place is called, its city's name before its own."""
    area = work.session.get_one(Area, code)
    return f"{area.parent.name}{area.name}" if area.parent else area.name


def facts(work: Work) -> Facts:
    """The choices a firm's form is checked against."""
    areas = reference.served_areas(work.session, Subject.MARKET_SUPERVISION)
    industries = reference.industries(work.session)
    return Facts(
        work.today,
        {
            "area": frozenset(code for _city, choices in areas for code, _name in choices),
            "industry": frozenset(code for _section, choices in industries for code, _name in choices),
        },
    )


def _guard_free(work: Work, uscc: str, *, but: int | None = None) -> None:
    known = find(work.session, uscc)
    if known is not None and known.id != but:
        raise AlreadyRegistered(known.id, uscc)


def _save_code(work: Work, enterprise: Enterprise) -> None:
    """Store the row; whoever took its code at the same moment is found by it."""
    uscc = enterprise.uscc
    try:
        with unique(work.session, "uq_enterprise_uscc", "uscc", _TAKEN):
            work.session.add(enterprise)
    except Duplicate as error:
        taken = work.session.scalars(select(Enterprise.id).where(Enterprise.uscc == uscc)).one()
        raise AlreadyRegistered(taken, uscc) from error


def _fill(enterprise: Enterprise, normal: Mapping[str, Any]) -> list[str]:
    """Set the columns and return the names of those that changed."""
    changed = []
    for name, raw in normal.items():
        value = (date.fromisoformat(raw) if raw else None) if name == "founded_on" else raw
        column = _COLUMNS.get(name, name)
        if getattr(enterprise, column) != value:
            setattr(enterprise, column, value)
            changed.append(name)
    return changed
