"""A city with two counties, their offices, two firms, and the people in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from flask_security import hash_password
from sqlalchemy import delete, select

from registry.domain.identifiers import make_uscc
from registry.domain.roles import Role, Subject, Tier
from registry.models import Bureau, Claim, Job, Post, StoredFile
from registry.services import factories, people, products
from registry.services.work import Work
from tests.factories.firms import acting, register_firm, verified

if TYPE_CHECKING:
    from registry.models import Enterprise, User
    from registry.services.work import Work

PASSWORD = "fictional-password"  # One for all; tests sign in with it.
TOTP_SECRET = "SANTONGTESTSANTONGTESTSANTONGTES"  # One for all staff, as authenticator apps hold it.

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
    filer: int
    expert: int
    publisher: int
    colleague: int
    deputy: int
    system_admin: int
    security_admin: int
    other_security_admin: int
    audit_admin: int
    enterprise: int
    other_enterprise: int
    product: int
    other_product: int
    line: int
    other_line: int
    emails: dict[int, str]


def build_world(work: Work) -> World:
    """Make the world; committed by the caller."""
    emails: dict[int, str] = {}

    def person(name: str) -> User:
        user = people.add_user(
            work,
            email=f"{name}@test.example",
            name=f"测试{name}",
            password_hash=hash_password(PASSWORD),
            for_work=True,
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

    def protected(user: User) -> None:
        """Staff work with a second factor only."""
        user.tf_totp_secret = work.adapters.authenticator.keep(TOTP_SECRET, user.id)
        user.tf_primary_method = "authenticator"

    def seated(name: str, bureau: Bureau | None, role: Role = Role.REVIEWER) -> int:
        user = person(name)
        protected(user)
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
    protected(conflicted)
    firm = verified(work, _firm(work, owner, "91330481T0000001", "海宁虚构玻璃制品有限公司", HAINING), county)
    other = verified(work, _firm(work, other_owner, "91330421T0000002", "嘉善虚构纺织有限公司", JIASHAN), other_county)
    people.join(work, conflicted, firm, Role.VIEWER)
    people.appoint(work, conflicted, haining, Role.REVIEWER)
    people.appoint(work, conflicted, jiaxing, Role.SUPERVISOR)
    viewer, filer = person("viewer"), person("filer")
    people.join(work, viewer, firm, Role.VIEWER)
    people.join(work, filer, firm, Role.FILER)
    for model in (Job, Claim, StoredFile):  # Letters have been read, and papers returned, long ago.
        work.session.execute(delete(model))
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
        filer=filer.id,
        expert=seated("expert", jiaxing, Role.EXPERT),
        publisher=seated("publisher", jiaxing, Role.PUBLISHER),
        colleague=seated("colleague", haining),
        deputy=_standing_in(work, seated("deputy", haining, Role.PUBLISHER), county),
        system_admin=seated("system-admin", None, Role.SYSTEM_ADMIN),
        security_admin=seated("security-admin", None, Role.SECURITY_ADMIN),
        other_security_admin=seated("other-security-admin", None, Role.SECURITY_ADMIN),
        audit_admin=seated("audit-admin", None, Role.AUDIT_ADMIN),
        enterprise=firm.id,
        other_enterprise=other.id,
        product=_product(work, owner),
        other_product=_product(work, other_owner),
        line=_line(work, owner, firm),
        other_line=_line(work, other_owner, other),
        emails=emails,
    )


def _standing_in(work: Work, deputy: int, absent: int) -> int:
    """Let somebody stand in for a colleague from now on; without the letters that come with it."""
    post = work.session.scalars(select(Post).where(Post.user_id == absent)).one()
    work.session.add(
        Post(
            user_id=deputy,
            bureau_id=post.bureau_id,
            role=post.role,
            since=work.now,
            until=work.now + timedelta(days=30),
            stands_in_for_id=post.id,
        )
    )
    work.session.flush()
    return deputy


def _acting(work: Work, user: User) -> Work:
    return acting(work, user.id)


def _firm(work: Work, owner: User, code: str, name: str, area: str) -> Claim:
    values = {
        "uscc": make_uscc(code + "0"),
        "name": name,
        "area": area,
        "address": "示例路 1 号",
        "industry": "30",
        "founded_on": "2008-08-08",
        "contact_name": "测试联系人",
        "contact_phone": "0573-55500001",
    }
    return register_firm(_acting(work, owner), values)


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


def _line(work: Work, owner: User, firm: Enterprise) -> int:
    values = factories.first_values(firm) | {"lines": [{"name": "二号车间 A3 压制线"}]}
    return factories.add(_acting(work, owner), values).lines[0].id
