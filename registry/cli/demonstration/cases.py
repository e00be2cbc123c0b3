"""One case and what can be done with it, each through the service that a page would call.

A case here is a declaration; `certified.py` has those that rest on a third party's certificate.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import select

from registry.cli.demonstration import content, products, texts
from registry.cli.demonstration.bureaus import account_of, city_of
from registry.cli.demonstration.stage import Pace
from registry.domain.filings import DECLARATION, Definition
from registry.domain.validity import CertificateAction
from registry.domain.workflow import Action
from registry.infrastructure.clock import office_date
from registry.models import Area, Certificate
from registry.services import (
    case_messages,
    certificates,
    corrections,
    declaration_papers,
    filings,
    replacements,
    reviews,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date, datetime
    from random import Random

    from registry.cli.demonstration.firms import Firm
    from registry.cli.demonstration.papers import PaperDesk
    from registry.cli.demonstration.pictures import PictureBook
    from registry.cli.demonstration.products import Goods
    from registry.cli.demonstration.reports import ReportShelf
    from registry.cli.demonstration.stage import Stage
    from registry.domain.succession import Purpose
    from registry.models import Filing, Product
    from registry.services.work import Work


@dataclass
class Case:
    """A firm's filing, mostly of one product, from the first draft to the certificate's end."""

    definition: ClassVar[Definition] = DECLARATION
    steps: ClassVar[Mapping[str, Callable[[Any], dict[str, Any]]]] = content.STEPS

    stage: Stage
    goods: Goods
    days_ago: int  # When it begins.
    random: Random
    reports: ReportShelf
    pictures: PictureBook
    papers: PaperDesk
    others: tuple[Goods, ...] = ()  # Declared along with it.
    pace: Pace = field(init=False)
    products: list[Product] = field(default_factory=list)
    filing: Filing | None = None
    _works: dict[str, Work] = field(default_factory=dict)
    _moment: datetime | None = None  # Of the works.

    def __post_init__(self) -> None:
        self.pace = Pace(self.stage, self.days_ago, self.random)

    @property
    def firm(self) -> Firm:
        """Whose case it is."""
        return self.goods.firm

    @property
    def county(self) -> str:
        """The account that reviews for the firm's county."""
        return account_of(self.stage.session.get_one(Area, self.firm.entry.area))

    @property
    def city(self) -> str:
        """The account that decides for the firm's city."""
        return account_of(self.stage.session.get_one(Area, city_of(self.firm.entry.area).code))

    def work(self, account: str = "") -> Work:
        """The unit of work of somebody who acts in the case, else of the firm; the same one until the clock moves."""
        if self._moment != self.stage.clock.moment:
            self._moment = self.stage.clock.moment
            self._works.clear()
        account = account or self.firm.account
        if account not in self._works:
            self._works[account] = self.stage.work(account)
        return self._works[account]

    # ------------------------------------------------------------------------------------- the firm

    def enter_product(self) -> None:
        """Enter the product and what is declared along with it, every second one with a picture."""
        for goods in (self.goods, *self.others):
            self.products.append(products.enter(self.stage, goods))
            if goods.number % 4 in {1, 2}:
                self.pictures.add(goods, self.products[-1])

    def rename_product(self) -> None:
        """Change the product's record after its certificate was issued."""
        products.rename(self.stage, self.goods, self.products[0])

    def begin(self) -> None:
        """Begin the draft."""
        self.filing = filings.start(self.work(), self.definition.kind, product_id=self.products[0].id)

    def begin_replacement(self, purpose: Purpose) -> None:
        """Begin the draft of a declaration that is to replace the case's certificate."""
        self.filing = replacements.start(self.work(), self.certificate.id, purpose=purpose)

    def fill(self, steps: Iterable[str] = ()) -> None:
        """Fill in these steps rightly, or all of them."""
        for step in steps or self.steps:
            self.save(step, self.steps[step](self))

    def fill_wrongly(self) -> None:
        """Fill in everything, some of it wrong."""
        self.fill(("object", "line"))
        for step, values in content.spoil(self).items():
            self.save(step, values)

    def save(self, step: str, values: Mapping[str, Any]) -> None:
        """Save one step; of a filing that was sent back, what is open."""
        draft, work = self._draft, self.work()
        opened = corrections.open_fields(draft, [], [])
        values = {name: value for name, value in values.items() if name in opened}
        filings.save_step(work, draft.id, step, values, revision=draft.revision)

    def submit(self) -> None:
        """Sign, and submit or submit again, where nothing had to be corrected with a word that this is meant."""
        draft, work = self._draft, self.work()
        if self.definition.signed:
            self._sign(work, draft)
        filings.submit(work, draft.id, revision=draft.revision, unchanged=True)

    def _sign(self, work: Work, draft: Filing) -> None:
        """As if the document had been rendered, which takes a while, and come back as a scan."""
        scan = self.papers.declaration()
        paper = declaration_papers.current(work, draft) or declaration_papers.record(work, draft, scan.file)
        report = {"pages": 1, "pages_matched": 1, "document_pages": 1}
        declaration_papers.accept(work, paper, scan.file, name=scan.name, means="scan", report=report)

    def withdraw_filing(self) -> None:
        """Take the filing back."""
        draft, reason = self._draft, self.random.choice(texts.WITHDRAWN_FILING)
        filings.withdraw(self.work(), draft.id, revision=draft.revision, reason=reason)

    def ask(self, text: str, field_name: str = "") -> None:
        """Write something on the case for the firm."""
        case_messages.write_for_firm(self.work(), self._draft, {"text": text, "field": field_name})

    # ---------------------------------------------------------------------------------- the offices

    def ask_firm(self, account: str, text: str, field_name: str = "") -> None:
        """Write something on the case for an office."""
        work = self.work(account)
        case_messages.write_for_office(
            work, reviews.get_case(work, self._draft.id), {"text": text, "field": field_name}
        )

    def recommend(self) -> None:
        """The county recommends it to the city."""
        self._decide(self.county, Action.RECOMMEND, self.random.choice(texts.RECOMMENDED))

    def approve(self) -> None:
        """The city approves it, which issues the certificate."""
        self._decide(self.city, Action.APPROVE, self.random.choice(texts.APPROVED))

    def send_back_from_county(self) -> None:
        """The county sends it back for correction."""
        self.send_back(self.county, self.random.choice(texts.RETURNED_BY_COUNTY))

    def send_back_from_city(self) -> None:
        """The city sends it back for correction."""
        self.send_back(self.city, self.random.choice(texts.RETURNED_BY_CITY))

    def send_back(self, account: str, asked: tuple[str, Mapping[str, str]]) -> None:
        """An office sends it back, with a reason and what is to be corrected by field."""
        self._decide(account, Action.RETURN, *asked)

    def reject(self) -> None:
        """The city rejects it."""
        self.reject_because(self.random.choice(texts.REJECTED))

    def reject_because(self, reason: str) -> None:
        """The city rejects it, with this reason."""
        self._decide(self.city, Action.REJECT, reason)

    # ------------------------------------------------------------------------------ the certificate

    @property
    def certificate(self) -> Certificate:
        """The certificate issued on the latest filing; of several products, that of the first."""
        issued = select(Certificate).where(Certificate.filing_id == self._draft.id).order_by(Certificate.id).limit(1)
        return self.stage.session.scalars(issued).one()

    def suspend(self) -> None:
        """The city suspends the certificate and allows two months to put things right."""
        correct_by = self.today + timedelta(days=60)
        reason = self.random.choice(texts.SUSPENDED)
        self._supervise(CertificateAction.SUSPEND, reason, correct_by=correct_by)

    def reinstate(self) -> None:
        """The city reinstates it."""
        self._supervise(CertificateAction.REINSTATE, self.random.choice(texts.REINSTATED))

    def revoke(self, reason: str) -> None:
        """The city revokes it."""
        self._supervise(CertificateAction.REVOKE, reason)

    def withdraw_by_bureau(self) -> None:
        """The city withdraws it."""
        self._supervise(CertificateAction.WITHDRAW, texts.WITHDRAWN_BY_BUREAU)

    def withdraw_by_holder(self) -> None:
        """The firm withdraws its own certificate."""
        self._change(self.firm.account, CertificateAction.WITHDRAW, self.random.choice(texts.WITHDRAWN_BY_HOLDER))

    @property
    def today(self) -> date:
        """The day at the office."""
        return office_date(self.stage.clock.now())

    # -------------------------------------------------------------------------------------- private

    @property
    def _draft(self) -> Filing:
        assert self.filing is not None
        return self.filing

    def _decide(self, account: str, action: Action, reason: str, remarks: Mapping[str, str] | None = None) -> None:
        work = self.work(account)
        filing = reviews.get_case(work, self._draft.id)
        reviews.apply_action(work, filing, action, revision=filing.revision, reason=reason, remarks=remarks)

    def _supervise(self, action: CertificateAction, reason: str, *, correct_by: date | None = None) -> None:
        city = city_of(self.firm.entry.area)
        number = f"{city.paper_prefix}〔{self.today.year}〕{self.random.randint(1, 60)} 号"
        self._change(f"{self.city}-supervisor", action, reason, number, correct_by)

    def _change(
        self,
        account: str,
        action: CertificateAction,
        reason: str,
        document_number: str = "",
        correct_by: date | None = None,
    ) -> None:
        work = self.work(account)
        certificate = certificates.get(work, self.certificate.id)
        certificates.change_state(
            work,
            certificate,
            action,
            revision=certificate.revision,
            reason=reason,
            document_number=document_number,
            correct_by=correct_by,
        )
