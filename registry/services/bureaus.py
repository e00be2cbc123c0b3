"""Offices: adding one, and changing what it is called. What it answers for never changes, and none is deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from registry.domain import bureau as definition
from registry.domain.administration import Duty
from registry.domain.errors import Duplicate, InvalidFields, NotFound, StaleRevision
from registry.domain.messages import N_, Message
from registry.domain.requirements import Facts, validated
from registry.domain.roles import Subject, Tier
from registry.domain.text import clean_line
from registry.models import Area, Bureau, Certificate, Decision, Post
from registry.services import audit
from registry.services.administration import require
from registry.services.constraints import unique
from registry.services.locking import lock
from registry.services.paging import Page, paginate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from registry.services.work import Work

_NAME_TAKEN: Final = N_("已有同名的主管部门。")
_SCOPE_TAKEN: Final = N_("这个地区、这条业务线已有主管部门。")


@dataclass(frozen=True, slots=True)
class Use:
    """What names an office, and so keeps it from being deleted."""

    posts: int
    decisions: int
    certificates: int


def find(work: Work, *, text: str = "", page: int = 1) -> Page[Bureau]:
    """Offices by area, 市场监管 before 商务.

    Raises:
        NotAllowed: the actor does not manage offices.
    """
    require(work, Duty.BUREAUS)
    statement = select(Bureau).join(Bureau.area).order_by(Area.path, Bureau.subject.desc())
    if text := clean_line(text):
        columns = (Bureau.name, Area.name, Area.code)
        statement = statement.where(or_(*(column.icontains(text, autoescape=True) for column in columns)))
    return paginate(work.session, statement, page, joinedload(Bureau.area))


def get(work: Work, bureau_id: int) -> Bureau:
    """An office.

    Raises:
        NotAllowed: the actor does not manage offices.
        NotFound: there is none with this number.
    """
    require(work, Duty.BUREAUS)
    bureau = work.session.get(Bureau, bureau_id, options=[joinedload(Bureau.area)])
    if bureau is None:
        raise NotFound
    return bureau


def serving(session: Session, area_code: str, subject: Subject) -> list[Bureau]:
    """The offices that see to a place, the nearest first: its own, and those of the areas above it. Public."""
    path = session.scalar(select(Area.path).where(Area.code == clean_line(area_code)))
    statement = (
        select(Bureau)
        .join(Bureau.area)
        .where(Bureau.subject == subject, Bureau.area_code.in_((path or "").split("/")))
        .order_by(func.length(Area.path).desc())
        .options(contains_eager(Bureau.area))
    )
    return list(session.scalars(statement))


def use(work: Work, bureau: Bureau) -> Use:
    """How often an office is named: an office that ever acted must be found for as long as what it did counts."""
    counts = [
        select(func.count()).select_from(model).where(model.bureau_id == bureau.id).scalar_subquery()
        for model in (Post, Decision, Certificate)
    ]
    return Use(*work.session.execute(select(*counts)).one())


def add(work: Work, values: Mapping[str, Any]) -> Bureau:
    """Add an office. Its tier is its area's: a functional zone ranks as a county.

    Raises:
        NotAllowed: the actor does not manage offices.
        InvalidFields: fields are missing or wrong.
        Duplicate: there is an office of this name, or for this area and subject.
    """
    require(work, Duty.BUREAUS)
    normal = validated((*definition.SCOPE_FIELDS, *definition.FIELDS), values, Facts(work.today))
    area = work.session.get(Area, normal["area"].upper())
    if area is None:
        raise InvalidFields({"area": Message(N_("没有这个行政区划代码，请核对。"))})
    bureau = Bureau(
        name=normal["name"],
        name_en=normal["name_en"],
        area=area,
        subject=Subject(normal["subject"]),
        tier=Tier(area.level),
        phone=normal["phone"],
    )
    _check_name(work, normal["name"])
    with (
        unique(work.session, "uq_bureau_name", "name", _NAME_TAKEN),
        unique(work.session, "uq_bureau_area_code_subject", "area", _SCOPE_TAKEN),
    ):
        work.session.add(bureau)
    audit.record(work, "admin:bureau:add", bureau.id, area=area.code, subject=bureau.subject)
    return bureau


def change(work: Work, bureau: Bureau, values: Mapping[str, Any], *, revision: int) -> None:
    """Change what an office is called and where it is reached. What it has signed keeps the name of its time.

    Raises:
        NotAllowed: the actor does not manage offices.
        StaleRevision: somebody else changed it since the form was shown.
        InvalidFields: fields are missing or wrong.
        Duplicate: another office has this name.
    """
    require(work, Duty.BUREAUS)
    lock(work.session, bureau)
    if bureau.revision != revision:
        raise StaleRevision
    normal = validated(definition.FIELDS, values, Facts(work.today))
    changed = [name for name, value in normal.items() if getattr(bureau, name) != value]
    if "name" in changed:
        _check_name(work, normal["name"])
    if changed:
        with unique(work.session, "uq_bureau_name", "name", _NAME_TAKEN):
            for name in changed:
                setattr(bureau, name, normal[name])
        audit.record(work, "admin:bureau:change", bureau.id, fields=changed)


def as_form(bureau: Bureau) -> dict[str, str]:
    """What the form for changing an office shows."""
    return {field.name: getattr(bureau, field.name) for field in definition.FIELDS}


def _check_name(work: Work, name: str) -> None:
    if work.session.scalar(select(Bureau.id).where(Bureau.name == name)) is not None:
        raise Duplicate("name", _NAME_TAKEN)
