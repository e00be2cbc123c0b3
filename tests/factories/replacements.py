"""Certificates that take the place of others."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from registry.domain.succession import Purpose
from registry.infrastructure.clock import office_midnight
from registry.models import Certificate, Product
from registry.services import certificates, directory, filings, products, replacements, verification
from tests.factories.certificates import approve_all
from tests.factories.filings import completed, file_declaration, said_anew

if TYPE_CHECKING:
    from datetime import date

    from registry.models import Filing
    from registry.services.verification import PublicCertificate
    from registry.services.work import Work
    from tests.conftest import Site

# What changes something that is attested, and what does not.
SUBSTANCE: Final[dict[str, Any]] = {"limits": "不适用于定制产品"}
EDITORIAL: Final[dict[str, Any]] = {"signatory_name": "另一位签署人"}


def fill_in(work: Work, draft: Filing, **changes: Any) -> Filing:
    """The draft of a replacement with nothing missing; `changes` takes the place of what it says."""
    anew = said_anew(work) | {"quality_record": "none", "quality_note": ""}
    if "comparison" in draft.content:
        anew |= {"comparison": [row | {"measured": row["measured"] or "0.02"} for row in draft.content["comparison"]]}
    return completed(work, draft, draft.content | anew | changes)


def file_replacement(site: Site, *certificate_ids: int, purpose: Purpose = Purpose.CHANGE, **changes: Any) -> int:
    """A submitted filing of the first firm that is to replace these certificates."""
    with site.work(site.world.owner) as work:
        draft = replacements.start(work, certificate_ids[0], purpose=purpose, others=certificate_ids[1:])
        draft = fill_in(work, draft, **changes)
        return filings.submit(work, draft.id, revision=draft.revision).id


def replaced(site: Site, certificate_id: int, *, purpose: Purpose = Purpose.CHANGE, **changes: Any) -> int:
    """The certificate that has taken the place of this one."""
    [newer] = approve_all(site, file_replacement(site, certificate_id, purpose=purpose, **changes))
    return newer


def change_product(site: Site, **values: str) -> None:
    """Let the first firm change its product's record."""
    with site.work(site.world.owner) as work:
        product = work.session.get_one(Product, site.world.product)
        products.change(work, product.id, products.as_form(product) | values, revision=product.revision)


def number_of(site: Site, certificate_id: int) -> str:
    """A certificate's number."""
    with site.work(site.world.owner) as work:
        return certificates.get(work, certificate_id).number


def certified_together(site: Site, *names: str) -> list[int]:
    """The certificates of one declaration, of the first firm's product and of further ones with these names."""
    with site.work(site.world.owner) as work:
        more = [products.add(work, {"name": name, "category": "consumer"}).id for name in names]
        chosen = [str(number) for number in (site.world.product, *more)]
        filing_id = file_declaration(work, site.world.product, products=chosen).id
    return approve_all(site, filing_id)


def at(site: Site, day: date) -> None:
    """Let it be ten in the morning of this day."""
    site.clock.moment = office_midnight(day) + timedelta(hours=10)


def scanned(site: Site, certificate_id: int, day: date | None = None) -> PublicCertificate:
    """What somebody sees who scans the code of a certificate."""
    with site.work() as work:
        code = work.session.get_one(Certificate, certificate_id).code
        shown = verification.look_up(work.session, code, day or work.today)
        assert shown is not None
        return shown


def listed(site: Site, day: date) -> list[str]:
    """The numbers that the directory shows as valid."""
    with site.work() as work:
        return [entry.number for entry in directory.find(work.session, directory.Query(), day).rows]


def facts(site: Site, certificate_id: int) -> tuple[str, str, int | None]:
    """State, succession and successor, as stored."""
    with site.work(site.world.owner) as work:
        found = certificates.get(work, certificate_id)
        return found.state, found.succession, found.superseded_by_id
