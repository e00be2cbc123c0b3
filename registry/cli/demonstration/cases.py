"""One case and what can be done with it, each through the service that a page would call."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from registry.cli.demonstration import content, products, texts
from registry.cli.demonstration.bureaus import account_of, city_of
from registry.cli.demonstration.stage import Pace
from registry.domain.declaration import STEP_NAMES
from registry.domain.validity import CertificateAction
from registry.domain.workflow import Action
from registry.infrastructure.clock import office_date
from registry.models import Area, Certificate
from registry.services import certificates, declarations, reviews

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from random import Random

    from registry.cli.demonstration.firms import Firm
    from registry.cli.demonstration.pictures import PictureBook
    from registry.cli.demonstration.products import Goods
    from registry.cli.demonstration.reports import ReportShelf
    from registry.cli.demonstration.stage import Stage
    from registry.models import Declaration, Product


@dataclass
class Case:
    """A firm's declaration of one product, from the first draft to the certificate's end."""

    stage: Stage
    goods: Goods
    days_ago: int  # When it begins.
    random: Random
    reports: ReportShelf
    pictures: PictureBook
    pace: Pace = field(init=False)
    product: Product | None = None
    declaration: Declaration | None = None

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

    # ------------------------------------------------------------------------------------- the firm

    def enter_product(self) -> None:
        """Enter the product, every second one with a picture."""
        self.product = products.enter(self.stage, self.goods)
        if self.goods.number % 4 in {1, 2}:
            self.pictures.add(self.goods, self.product)

    def rename_product(self) -> None:
        """Change the product's record after its certificate was issued."""
        assert self.product is not None
        products.rename(self.stage, self.goods, self.product)

    def begin(self) -> None:
        """Begin the draft."""
        assert self.product is not None
        work = self.stage.work(self.firm.account)
        self.declaration = declarations.start(work, product_id=self.product.id)

    def begin_replacement(self) -> None:
        """Begin the draft of a declaration that is to replace the case's certificate."""
        work = self.stage.work(self.firm.account)
        self.declaration = declarations.start_replacement(work, self.certificate.id)

    def fill(self, steps: Iterable[str] = STEP_NAMES) -> None:
        """Fill in these steps rightly."""
        for step in steps:
            self.save(step, content.STEPS[step](self))

    def fill_wrongly(self) -> None:
        """Fill in everything, some of it wrong."""
        self.fill(("object", "line"))
        for step, values in content.spoil(self).items():
            self.save(step, values)

    def save(self, step: str, values: Mapping[str, Any]) -> None:
        """Save one step."""
        draft = self._draft
        work = self.stage.work(self.firm.account)
        declarations.save_step(work, draft.id, step, values, revision=draft.revision)

    def submit(self) -> None:
        """Submit, or submit again."""
        draft = self._draft
        declarations.submit(self.stage.work(self.firm.account), draft.id, revision=draft.revision)

    def withdraw_filing(self) -> None:
        """Take the filing back."""
        draft, reason = self._draft, self.random.choice(texts.WITHDRAWN_FILING)
        work = self.stage.work(self.firm.account)
        declarations.withdraw(work, draft.id, revision=draft.revision, reason=reason)

    # ---------------------------------------------------------------------------------- the offices

    def recommend(self) -> None:
        """The county recommends it to the city."""
        self._decide(self.county, Action.RECOMMEND, self.random.choice(texts.RECOMMENDED))

    def approve(self) -> None:
        """The city approves it, which issues the certificate."""
        self._decide(self.city, Action.APPROVE, self.random.choice(texts.APPROVED))

    def send_back_from_county(self) -> None:
        """The county sends it back for correction."""
        reason, remarks = self.random.choice(texts.RETURNED_BY_COUNTY)
        self._decide(self.county, Action.RETURN, reason, remarks)

    def send_back_from_city(self) -> None:
        """The city sends it back for correction."""
        reason, remarks = self.random.choice(texts.RETURNED_BY_CITY)
        self._decide(self.city, Action.RETURN, reason, remarks)

    def reject(self) -> None:
        """The city rejects it."""
        self._decide(self.city, Action.REJECT, self.random.choice(texts.REJECTED))

    # ------------------------------------------------------------------------------ the certificate

    @property
    def certificate(self) -> Certificate:
        """The certificate issued on the latest declaration."""
        filing_id = self._draft.id
        return self.stage.session.scalars(select(Certificate).where(Certificate.filing_id == filing_id)).one()

    def suspend(self) -> None:
        """The city suspends the certificate and allows two months to put things right."""
        correct_by = self._today + timedelta(days=60)
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

    # -------------------------------------------------------------------------------------- private

    @property
    def _draft(self) -> Declaration:
        assert self.declaration is not None
        return self.declaration

    @property
    def _today(self) -> date:
        return office_date(self.stage.clock.now())

    def _decide(self, account: str, action: Action, reason: str, remarks: Mapping[str, str] | None = None) -> None:
        work = self.stage.work(account)
        filing = reviews.get_case(work, self._draft.id)
        reviews.apply_action(work, filing, action, revision=filing.revision, reason=reason, remarks=remarks)

    def _supervise(self, action: CertificateAction, reason: str, *, correct_by: date | None = None) -> None:
        city = city_of(self.firm.entry.area)
        number = f"{city.paper_prefix}〔{self._today.year}〕{self.random.randint(1, 60)} 号"
        self._change(f"{self.city}-supervisor", action, reason, number, correct_by)

    def _change(
        self,
        account: str,
        action: CertificateAction,
        reason: str,
        document_number: str = "",
        correct_by: date | None = None,
    ) -> None:
        work = self.stage.work(account)
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
