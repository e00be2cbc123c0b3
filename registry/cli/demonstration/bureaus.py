"""The offices of the trial regions and the people who hold posts there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from registry.cli.demonstration.accounts import add_person
from registry.domain.roles import Role, Subject, Tier
from registry.models import Area, Bureau
from registry.services import people

if TYPE_CHECKING:
    from registry.cli.demonstration.stage import Stage


@dataclass(frozen=True, slots=True)
class City:
    """A city whose offices work with the registry, and what its offices' papers begin with."""

    code: str
    phone_prefix: str
    paper_prefix: str
    has_commerce: bool = False


CITIES: Final = (
    City("330400", "0573-5550", "嘉市监演", has_commerce=True),
    City("140100", "0351-555", "并市监演"),
    City("140800", "0359-555", "运市监演"),
)
# A zone's office is a branch of the city's, not an office of a county.
_ZONE_OFFICES: Final = {
    "330400-JK": ("嘉兴市市场监督管理局经济技术开发区分局", "嘉兴经济技术开发区商务局", "jingkai"),
    "330400-GQ": ("嘉兴市市场监督管理局嘉兴港区分局", "嘉兴港区商务局", "gangqu"),
}
_SURNAMES: Final = "陈沈徐姚朱钱陆吴周顾潘许曹俞钟杨张王李赵"
_REVIEWER_NAMES: Final = ("示例", "样例", "演示", "虚构")


def city_of(area_code: str) -> City:
    """The city that an area belongs to."""
    return next(city for city in CITIES if area_code[:4] == city.code[:4])


def account_of(area: Area) -> str:
    """The account of an area's reviewer: the first word of its English name, as `haining`."""
    if area.code in _ZONE_OFFICES:
        return _ZONE_OFFICES[area.code][2]
    return area.name_en.split()[0].lower()


def open_offices(stage: Stage) -> None:
    """Open the offices of all cities and their counties, and appoint their people."""
    for city in CITIES:
        areas = stage.session.scalars(
            select(Area).where((Area.code == city.code) | (Area.parent_code == city.code)).order_by(Area.path)
        ).all()
        for number, area in enumerate(areas):
            _open(stage, city, area, number)


def _open(stage: Stage, city: City, area: Area, number: int) -> None:
    is_city = area.code == city.code
    office = _add_bureau(stage, city, area, Subject.MARKET_SUPERVISION, number)
    account = account_of(area)
    _appoint(stage, office, account, number, Role.REVIEWER)
    if is_city:
        _appoint(stage, office, f"{account}-supervisor", number + 1, Role.SUPERVISOR)
    if city.has_commerce:
        commerce = _add_bureau(stage, city, area, Subject.COMMERCE, number)
        if is_city:
            _appoint(stage, commerce, f"{account}-commerce", number + 2, Role.REVIEWER)


def _add_bureau(stage: Stage, city: City, area: Area, subject: Subject, number: int) -> Bureau:
    is_commerce = subject is Subject.COMMERCE
    phone = f"{city.phone_prefix}{'9' if is_commerce else '0'}{number:03d}"
    bureau = Bureau(
        name=_name(area, is_commerce=is_commerce),
        name_en=_name_en(area, is_commerce=is_commerce),
        area=area,
        area_code=area.code,
        subject=subject,
        tier=Tier(area.level),
        phone=phone,
    )
    stage.session.add(bureau)
    stage.session.flush()
    return bureau


def _name(area: Area, *, is_commerce: bool) -> str:
    if area.code in _ZONE_OFFICES:
        return _ZONE_OFFICES[area.code][1 if is_commerce else 0]
    # There is more than one 城区; a county or a city beneath another city has a name of its own.
    city = area.parent.name if area.name.endswith("区") and area.parent is not None else ""
    return f"{city}{area.name}{'商务局' if is_commerce else '市场监督管理局'}"


def _name_en(area: Area, *, is_commerce: bool) -> str:
    kind = "Bureau of Commerce" if is_commerce else "Administration for Market Regulation"
    return f"{area.name_en} {kind}"


def _appoint(stage: Stage, bureau: Bureau, account: str, number: int, role: Role) -> None:
    surname = _SURNAMES[(number * 7 + len(account)) % len(_SURNAMES)]
    user = add_person(stage, account, surname + _REVIEWER_NAMES[number % len(_REVIEWER_NAMES)])
    people.appoint(stage.work(), user, bureau, role)
