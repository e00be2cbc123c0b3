"""A case that rests on a third party's certificate: what the firm types, and the look at the national site."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final

from PIL import Image, ImageDraw, ImageFont

from registry.cli.demonstration import certification_bodies as bodies
from registry.cli.demonstration.cases import Case
from registry.domain.filings import CERTIFICATION, Definition
from registry.services import certification_bodies, evidence, external_checks, files, reviews

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from registry.cli.demonstration.press import Press

_KIND: Final = "certification_certificate"
_PROJECT: Final = "同线同标同质产品认证"
_FOOD_PROJECT: Final = "食品安全管理体系认证"  # What the body for food is approved for.
_CCC_FAMILIES: Final = {"appliances": "0711"}  # With the class in the catalogue.
_AGE: Final = timedelta(days=40)  # Of the certificate, when it is filed.
_CYCLE: Final = timedelta(days=3 * 365)


def _object(case: CertifiedCase) -> dict[str, Any]:
    return {"products": [str(product.id) for product in case.products], "line": str(case.firm.line_id)}


def _certificate(case: CertifiedCase) -> dict[str, Any]:
    """The file says number, body and dates itself."""
    first, _issued, _last = case.dates
    family = case.firm.family
    return {
        "certificate": [case.file_of_certificate()],
        "project": _FOOD_PROJECT if case.body == bodies.FOOD_ONLY else _PROJECT,
        "scheme": case.random.choice(("type_test", "type_test_inspection")),
        "standards": "\n".join((*family.domestic, *family.overseas)),
        "markets": list(family.markets),
        "first_issued_on": first.isoformat(),
    }


def _parties(case: CertifiedCase) -> dict[str, Any]:
    """The firm itself is all three, as the form says already; a few are certified for somebody else."""
    return {"applicant_name": "示例控股集团有限公司（虚构）"} if case.random.random() < 0.2 else {}  # noqa: PLR2004


def _ccc(case: CertifiedCase) -> dict[str, Any]:
    family = _CCC_FAMILIES.get(case.firm.family.key)
    number = f"{case.dates[1].year}99{family}{case.goods.number:06d}"
    return {"ccc": "yes", "ccc_number": number} if family else {"ccc": "no"}


def _statement(case: CertifiedCase) -> dict[str, Any]:
    public = [value for value, _label in CERTIFICATION.public_choices if case.random.random() < 0.85]  # noqa: PLR2004
    return {"quality_record": "none", "quality_note": "", "public": public, "consent": "yes"}


STEPS: Final = {
    "object": _object,
    "certificate": _certificate,
    "parties": _parties,
    "ccc": _ccc,
    "statement": _statement,
}


@dataclass
class CertifiedCase(Case):
    """A firm that puts a body's certificate on record."""

    definition: ClassVar[Definition] = CERTIFICATION
    steps: ClassVar[Mapping[str, Callable[[Any], dict[str, Any]]]] = STEPS

    press: Press = field(kw_only=True)
    body: str = bodies.APPROVED
    ends_in: int = 0  # Days from today until the certificate's last one.

    @property
    def number(self) -> str:
        """On the certificate: no body numbers like this."""
        return f"{self.body[-3:]}P-{self.goods.number:04d}/虚构"

    @property
    def dates(self) -> tuple[date, date, date]:
        """When it was first issued, when it was issued, and its last day."""
        issued = self.stage.today - timedelta(days=self.days_ago) - _AGE
        return issued - _CYCLE, issued, self.stage.today + timedelta(days=self.ends_in)

    def look_up(
        self, account: str, result: str = "matches", note: str = "状态有效，持证人、产品和有效期与证书一致。"
    ) -> None:
        """Somebody at an office looks at the national site, and keeps what it shows."""
        work = self.work(account)
        values = {"result": result, "checked_on": self.today.isoformat(), "note": note}
        screenshot = None if result == "unavailable" else files.keep_upload(work, self._screenshot(result))
        external_checks.add(work, reviews.get_case(work, self._draft.id), values, screenshot)

    def _screenshot(self, result: str) -> Path:
        """A picture that nobody can take for the real site."""
        path = self.stage.folder / f"looked-up-{result}.png"
        if not path.exists():
            picture = Image.new("RGB", (800, 360), "white")
            draw = ImageDraw.Draw(picture)
            draw.rectangle((20, 20, 780, 340), outline="#4a5568", width=3)
            draw.text((60, 80), "DEMO - NOT THE REAL SITE", fill="#a61b1b", font=ImageFont.load_default(36))
            draw.text((60, 180), result.replace("_", " ").upper(), fill="#1a1f2b", font=ImageFont.load_default(48))
            picture.save(path)
        return path

    def file_of_certificate(self) -> str:
        """The certificate in the firm's library, by its number of row; put there on the first call."""
        _first, issued, last = self.dates
        found = certification_bodies.named(self.stage.session, self.body)
        assert found is not None
        facts = {
            "number": self.number,
            "issuer": found.name,
            "issued_on": issued.isoformat(),
            "expires_on": last.isoformat(),
        }
        rows = (("证书编号", self.number), ("获证产品", self.goods.item.name), ("有效期至", last.isoformat()))
        stored = self.press.paper("产品认证证书", rows, f"认证机构：{found.name}")
        return str(evidence.add_made(self.work(), stored, "认证证书.pdf", kind=_KIND, facts=facts).id)
