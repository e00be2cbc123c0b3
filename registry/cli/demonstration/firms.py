"""Registering the demonstration's firms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from registry.cli.demonstration.accounts import add_person
from registry.cli.demonstration.bureaus import account_of, city_of
from registry.cli.demonstration.goods import FAMILIES
from registry.domain.identifiers import make_org_code, make_uscc
from registry.domain.roles import Role
from registry.models import Area, Claim, Enterprise, Membership
from registry.services import claim_decisions, claims, factories, people
from registry.services.claims import revision_shown

if TYPE_CHECKING:
    from random import Random

    from registry.cli.demonstration.firm_list import FirmEntry
    from registry.cli.demonstration.goods.model import Family
    from registry.cli.demonstration.papers import PaperDesk
    from registry.cli.demonstration.stage import Scene, Stage
    from registry.models import Evidence

_SURNAMES: Final = "陈沈徐姚朱钱陆吴周顾潘许曹俞钟杨张王李赵"
_GIVEN_NAMES: Final = ("示例", "样例", "演示", "虚构", "示范", "样本")
_VIEWED_FIRM: Final = 1
_STILL_LOOKED_AT: Final = 10  # days
_RECUSAL_FIRM: Final = 18


@dataclass
class Firm:
    """A firm of the demonstration; what it has in the registry comes with its registration."""

    number: int
    entry: FirmEntry
    registered_days_ago: int = 0
    enterprise: Enterprise | None = None
    report: Evidence | None = None
    line_id: int = 0

    @property
    def account(self) -> str:
        """The owner's account."""
        return f"firm{self.number:02d}"

    @property
    def family(self) -> Family:
        """What the firm makes."""
        return FAMILIES[self.entry.family]

    @property
    def owner_name(self) -> str:
        """Who owns the account and signs."""
        given = _GIVEN_NAMES[self.number % len(_GIVEN_NAMES)]
        return _SURNAMES[self.number * 3 % len(_SURNAMES)] + given

    @property
    def uscc(self) -> str:
        """A right code that nobody has: no organisation code begins with T00."""
        kind = "93" if "合作社" in self.entry.name else "91"
        return make_uscc(kind + self._registering_division() + make_org_code(f"T00{self.number:05d}"))

    def _registering_division(self) -> str:
        """The office that registered the firm, which often is not the one of its county."""
        county = self.entry.area[:6]
        if self.number % 5 == 0:
            return f"{county[:2]}0000"
        return f"{county[:4]}00" if self.number % 7 == 0 else county


def scene(stage: Stage, papers: PaperDesk, firm: Firm, random: Random) -> Scene:
    """The firm's owner makes an account and registers the firm, which the county verifies some days later."""
    yield from register(stage, papers, firm, random)
    yield stage.moment(firm.registered_days_ago - 4, random)
    assert firm.enterprise is not None
    approve(stage, stage.session.scalars(select(Claim).where(Claim.enterprise_id == firm.enterprise.id)).one())
    if firm.number == _VIEWED_FIRM:
        _join(stage, "viewer", firm, Role.VIEWER)
    if firm.number == _RECUSAL_FIRM:
        _join(stage, "recusal", firm, Role.FILER)


def register(stage: Stage, papers: PaperDesk, firm: Firm, random: Random) -> Scene:
    """The firm's owner makes an account, registers the firm and shows its papers."""
    yield stage.moment(firm.registered_days_ago, random)
    owner = add_person(stage, firm.account, firm.owner_name)
    is_new = firm.registered_days_ago < _STILL_LOOKED_AT
    licence = papers.licence(firm.entry.name, firm.uscc) if is_new else papers.licence()
    letter = papers.letter(firm.entry.name, owner.name) if is_new else papers.letter()
    claim = claims.register_firm(stage.work(firm.account), _values(firm), licence=licence, letter=letter)
    firm.enterprise = claim.enterprise
    firm.line_id = _enter_line(stage, firm)


def _enter_line(stage: Stage, firm: Firm) -> int:
    """The firm's own factory with the line that its goods are made on."""
    assert firm.enterprise is not None
    values = factories.first_values(firm.enterprise) | {"lines": [{"name": firm.family.line}]}
    return factories.add(stage.work(firm.account), values).lines[0].id


def approve(stage: Stage, claim: Claim) -> None:
    """The county finds a claim right."""
    work = stage.work(account_of(claim.enterprise.area))
    claim_decisions.approve(work, claim.id, revision=revision_shown(claim))


def add_recusal_reviewer(stage: Stage) -> None:
    """Somebody who reviews for the county of a firm that they later belong to."""
    area = stage.session.get_one(Area, "330481")
    reviewer = stage.people[account_of(area)]
    person = add_person(stage, "recusal", "许演示")
    post = reviewer.posts[0]
    people.appoint(stage.work(), person, post.bureau, Role.REVIEWER)


def place_of(stage: Stage, firm: Firm) -> str:
    """Where the firm's papers are signed: city and county."""
    area = stage.session.get_one(Area, firm.entry.area)
    names = [area.name]
    if area.parent is not None and not area.name.startswith(area.parent.name[:2]):
        names.insert(0, area.parent.name)
    return "".join(names)


def _join(stage: Stage, account: str, firm: Firm, role: Role) -> None:
    person = stage.people.get(account) or add_person(stage, account, "钱示例")
    stage.session.add(Membership(user=person, enterprise=firm.enterprise, role=role, since=stage.clock.now()))
    stage.session.flush()


def _values(firm: Firm) -> dict[str, str]:
    entry, number = firm.entry, firm.number
    founded = date(1996 + number * 7 % 20, 1 + number % 12, 1 + number % 28)
    return {
        "uscc": firm.uscc,
        "name": entry.name,
        "name_en": entry.name_en,
        "area": entry.area,
        "address": f"示例路 {number * 6} 号",
        "industry": firm.family.industry,
        "founded_on": founded.isoformat(),
        "customs_code": f"{entry.area[:4]}9T{number:04d}" if number % 4 else "",
        "legal_representative": firm.owner_name,
        "contact_name": firm.owner_name,
        "contact_phone": _phone(firm),
    }


def _phone(firm: Firm) -> str:
    if firm.number % 2 == 0:
        return f"1380000{firm.number:04d}"
    prefix = city_of(firm.entry.area).phone_prefix
    return f"{prefix}1{firm.number:03d}"
