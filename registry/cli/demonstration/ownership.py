"""Whose firms are: people who serve two, who are invited, who ask, who dispute, and firms that have changed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from registry.cli.demonstration import firms
from registry.cli.demonstration.accounts import add_person, email_of
from registry.cli.demonstration.bureaus import account_of
from registry.cli.demonstration.firm_list import FirmEntry
from registry.cli.demonstration.firms import Firm
from registry.infrastructure.clock import office_date
from registry.models import Area, Claim
from registry.services import claim_decisions, claims, enterprises, invitations, members
from registry.services.claims import revision_shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from registry.cli.demonstration.papers import PaperDesk
    from registry.cli.demonstration.stage import Scene, Stage
    from registry.models import Enterprise

# Numbers in the list of firms.
_VIEWED, _SERVES_TWO, _SERVED_TOO, _RENAMED, _DISPUTED, _CHANGING = 1, 2, 3, 4, 19, 20
# Firms that no bureau has verified yet, beyond the list.
NEWCOMERS: Final = (
    FirmEntry("330481", "glass", "海宁演示新登记玻璃有限公司", "Haining Demo Newcomer Glass Co., Ltd.", "演新"),
    FirmEntry("330402", "garments", "嘉兴演示待补正服饰有限公司", "Jiaxing Demo Pending Garments Co., Ltd.", "演补"),
)
_NEW_NAME: Final = "嘉兴演示烟雨智能照明股份有限公司"
_WANTED_NAME: Final = "海宁虚构时尚皮具有限公司"


def scenes(stage: Stage, papers: PaperDesk, all_firms: list[Firm], random: Random) -> Iterator[Scene]:
    """Everything of this kind, each at its moment."""
    by_number = {firm.number: firm for firm in all_firms}
    yield _serve_two(stage, by_number[_SERVES_TWO], by_number[_SERVED_TOO], random)
    yield _invite_and_ask(stage, by_number[_VIEWED], random)
    yield _rename(stage, papers, by_number[_RENAMED], random)
    yield _dispute(stage, papers, by_number[_DISPUTED], random)
    yield _ask_for_a_change(stage, papers, by_number[_CHANGING], random)
    waiting, refused = (Firm(len(all_firms) + 1 + place, entry, 3 + place) for place, entry in enumerate(NEWCOMERS))
    yield firms.register(stage, papers, waiting, random)
    yield _refuse(stage, papers, refused, random)


def _serve_two(stage: Stage, first: Firm, second: Firm, random: Random) -> Scene:
    """The owner of one firm files for another one as well."""
    yield stage.moment(8, random)
    values = {"message": "我同时负责贵公司的质量申报。"}
    request = members.ask_to_join(stage.work(first.account), _enterprise(second), values)
    yield stage.moment(3, random)
    members.answer(stage.work(second.account), request.id, {"role": "filer"}, grant=True)


def _invite_and_ask(stage: Stage, firm: Firm, random: Random) -> Scene:
    """The first firm has invited a colleague, and somebody asks to be let in."""
    yield stage.moment(2, random)
    invitations.invite(stage.work(firm.account), {"email": email_of("invited"), "role": "filer"})
    yield stage.moment(1, random)
    values = {"message": "我是质量部新来的同事，请让我加入。"}
    members.ask_to_join(stage.work("newcomer"), _enterprise(firm), values)


def _rename(stage: Stage, papers: PaperDesk, firm: Firm, random: Random) -> Scene:
    """A firm that has another name since; its older certificates show the name they were issued under."""
    days_ago = min(100, firm.registered_days_ago // 2)
    yield stage.moment(days_ago, random)
    claim = _propose(stage, papers, firm, _NEW_NAME)
    yield stage.moment(max(days_ago - 3, 1), random)
    firms.approve(stage, claim)


def _ask_for_a_change(stage: Stage, papers: PaperDesk, firm: Firm, random: Random) -> Scene:
    """A change of name that waits for the county."""
    yield stage.moment(2, random)
    _propose(stage, papers, firm, _WANTED_NAME)


def _dispute(stage: Stage, papers: PaperDesk, firm: Firm, random: Random) -> Scene:
    """Somebody says that a firm's file is theirs."""
    yield stage.moment(3, random)
    person = add_person(stage, "claimant", "俞示例")
    enterprise = _enterprise(firm)
    licence = papers.licence(enterprise.name, enterprise.uscc)
    letter = papers.letter(enterprise.name, person.name)
    statement = "原经办人已离职，账号未移交。"
    claims.dispute(stage.work("claimant"), enterprise, licence=licence, letter=letter, statement=statement)


def _refuse(stage: Stage, papers: PaperDesk, firm: Firm, random: Random) -> Scene:
    """A firm whose papers were refused, and that is to send better ones."""
    yield from firms.register(stage, papers, firm, random)
    yield stage.moment(1, random)
    enterprise = _enterprise(firm)
    claim = stage.session.scalars(select(Claim).where(Claim.enterprise_id == enterprise.id)).one()
    work = stage.work(account_of(stage.session.get_one(Area, firm.entry.area)))
    text = "授权书落款处请加盖企业公章。"
    claim_decisions.refuse(work, claim.id, revision=revision_shown(claim), reasons=["no_seal"], text=text)


def _propose(stage: Stage, papers: PaperDesk, firm: Firm, name: str) -> Claim:
    work = stage.work(firm.account)
    enterprise = claims.own(work)
    day = office_date(stage.clock.now()) - timedelta(days=5)
    values: dict[str, Any] = enterprises.as_form(enterprise) | {"name": name, "effective_on": day.isoformat()}
    licence = papers.licence(name, enterprise.uscc, day.isoformat())
    return claims.propose_change(work, values, licence=licence, revision=enterprise.revision)


def _enterprise(firm: Firm) -> Enterprise:
    assert firm.enterprise is not None
    return firm.enterprise
