"""Firms: registering one, reading and changing one's own."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from registry.domain import enterprise as definition
from registry.domain.errors import Duplicate, NotAllowed, StaleRevision
from registry.domain.messages import N_
from registry.domain.requirements import Facts, validated
from registry.domain.roles import ENTERPRISE_ROLES, FILING_ROLES, Role, Subject
from registry.models import Enterprise
from registry.services import audit, people, reference
from registry.services.constraints import unique
from registry.services.locking import lock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.models import User
    from registry.services.work import Work

# The form's name of a field where the table's differs.
_COLUMNS: Final = {"area": "area_code", "industry": "industry_code"}
_TAKEN: Final = N_("这家企业已在本平台登记。请向企业的账号所有人索取邀请，或联系当地主管部门。")


def register(work: Work, owner: User, values: Mapping[str, Any]) -> Enterprise:
    """Register a firm under its 统一社会信用代码, with this person as the owner of its file.

    Raises:
        InvalidFields: fields are missing or wrong.
        Duplicate: the firm is registered already.
    """
    normal = validated((definition.CODE_FIELD, *definition.FIELDS), values, facts(work))
    if work.session.scalar(select(Enterprise.id).where(Enterprise.uscc == normal["uscc"])) is not None:
        raise Duplicate("uscc", _TAKEN)
    enterprise = Enterprise(uscc=normal["uscc"], created_at=work.now)
    _fill(enterprise, normal)
    with unique(work.session, "uq_enterprise_uscc", "uscc", _TAKEN):
        work.session.add(enterprise)
    people.join(work, owner, enterprise, Role.OWNER)
    audit.record(work, "enterprise:enterprise:register", enterprise.id, uscc=enterprise.uscc)
    return enterprise


def own(work: Work, *, to_file: bool = False) -> Enterprise:
    """The firm the actor acts for; with `to_file`, only one the actor may file for.

    Raises:
        NotAllowed: there is none.
    """
    ids = work.actor.enterprise_ids(FILING_ROLES if to_file else ENTERPRISE_ROLES)
    if not ids:
        raise NotAllowed
    return work.session.get_one(Enterprise, ids[0])


def change(work: Work, values: Mapping[str, Any], *, revision: int) -> Enterprise:
    """Change the facts of the actor's own firm. The code is not among them.

    Raises:
        InvalidFields: fields are missing or wrong.
        StaleRevision: somebody else changed the firm since the form was shown.
    """
    enterprise = own(work, to_file=True)
    lock(work.session, enterprise)
    if enterprise.revision != revision:
        raise StaleRevision
    normal = validated(definition.FIELDS, values, facts(work))
    changed = _fill(enterprise, normal)
    if changed:
        work.session.flush()
        audit.record(work, "enterprise:enterprise:change", enterprise.id, fields=changed)
    return enterprise


def as_form(enterprise: Enterprise) -> dict[str, Any]:
    """The firm's facts as the form wants them."""
    values = {field.name: getattr(enterprise, _COLUMNS.get(field.name, field.name)) for field in definition.FIELDS}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


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


def _fill(enterprise: Enterprise, normal: Mapping[str, Any]) -> list[str]:
    """Set the columns and return the names of those that changed."""
    changed = []
    for field in definition.FIELDS:
        value = normal[field.name]
        if field.name == "founded_on":
            value = date.fromisoformat(value) if value else None
        column = _COLUMNS.get(field.name, field.name)
        if getattr(enterprise, column) != value:
            setattr(enterprise, column, value)
            changed.append(field.name)
    return changed
