"""A city with two counties, their offices, two firms, and the people in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_security import hash_password

from registry.domain.identifiers import make_uscc
from registry.domain.roles import Role, Subject, Tier
from registry.models import Bureau
from registry.services import enterprises, people, products
from registry.services.work import Work

if TYPE_CHECKING:
    from registry.models import User

PASSWORD = "fictional-password"  # One for all; tests sign in with it.

HAINING, JIASHAN, JIAXING = "330481", "330421", "330400"


@dataclass(frozen=True)
class World:
    """Who is there: row numbers, because rows belong to a session and tests open many."""

    owner: int
    other_owner: int
    county_reviewer: int
    other_county_reviewer: int
    city_reviewer: int
    city_supervisor: int
    commerce_reviewer: int
    conflicted_reviewer: int
    nobody: int
    viewer: int
    county_supervisor: int
    enterprise: int
    other_enterprise: int
    product: int
    other_product: int
    emails: dict[int, str]


def build_world(work: Work) -> World:
    """Make the world; committed by the caller."""
    emails: dict[int, str] = {}

    def person(name: str) -> User:
        user = people.add_user(
            work, email=f"{name}@test.example", name=f"测试{name}", password_hash=hash_password(PASSWORD)
        )
        emails[user.id] = user.email
        return user

    def office(area: str, tier: Tier, subject: Subject = Subject.MARKET_SUPERVISION) -> Bureau:
        bureau = Bureau(
            name=f"虚构{area}{subject}局",
            name_en=f"Fictional {area}",
            area_code=area,
            subject=subject,
            tier=tier,
        )
        work.session.add(bureau)
        work.session.flush()
        return bureau

    def seated(name: str, bureau: Bureau, role: Role = Role.REVIEWER) -> int:
        user = person(name)
        people.appoint(work, user, bureau, role)
        return user.id

    haining, jiashan = office(HAINING, Tier.COUNTY), office(JIASHAN, Tier.COUNTY)
    jiaxing = office(JIAXING, Tier.CITY)
    commerce = office(JIAXING, Tier.CITY, Subject.COMMERCE)
    county = seated("county", haining)
    other_county = seated("other-county", jiashan)
    city, supervisor = seated("city", jiaxing), seated("supervisor", jiaxing, Role.SUPERVISOR)
    commerce_reviewer = seated("commerce", commerce)
    owner, other_owner, conflicted = person("owner"), person("other-owner"), person("conflicted")
    firm = _firm(work, owner, "91330481T0000001", "海宁虚构玻璃制品有限公司", HAINING)
    other = _firm(work, other_owner, "91330421T0000002", "嘉善虚构纺织有限公司", JIASHAN)
    people.join(work, conflicted, firm, Role.VIEWER)
    people.appoint(work, conflicted, haining, Role.REVIEWER)
    people.appoint(work, conflicted, jiaxing, Role.SUPERVISOR)
    viewer = person("viewer")
    people.join(work, viewer, firm, Role.VIEWER)
    return World(
        owner=owner.id,
        other_owner=other_owner.id,
        county_reviewer=county,
        other_county_reviewer=other_county,
        city_reviewer=city,
        city_supervisor=supervisor,
        commerce_reviewer=commerce_reviewer,
        conflicted_reviewer=conflicted.id,
        nobody=person("nobody").id,
        viewer=viewer.id,
        county_supervisor=seated("county-supervisor", haining, Role.SUPERVISOR),
        enterprise=firm.id,
        other_enterprise=other.id,
        product=_product(work, owner),
        other_product=_product(work, other_owner),
        emails=emails,
    )


def _acting(work: Work, user: User) -> Work:
    return Work(work.session, work.adapters, people.actor_of(work.session, user.id, work.now))


def _firm(work: Work, owner: User, code: str, name: str, area: str):
    values = {
        "uscc": make_uscc(code + "0"),
        "name": name,
        "area": area,
        "address": "示例路 1 号",
        "industry": "30",
        "contact_name": "测试联系人",
        "contact_phone": "0573-55500001",
    }
    return enterprises.register(work, owner, values)


def _product(work: Work, owner: User) -> int:
    work.session.refresh(owner)
    values = {
        "name": "高硼硅玻璃杯",
        "brand": "虚构牌",
        "model": "GB-300",
        "category": "consumer",
        "gtin": "6901234567892",
    }
    return products.add(_acting(work, owner), values).id
