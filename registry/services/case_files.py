"""A case whole, for paper: everything as it was submitted, what it rests on, what was decided and what was said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from registry.domain.corrections import field_of
from registry.domain.evidence import kind_named
from registry.domain.external_check import RESULTS
from registry.domain.filings import DEFINITIONS
from registry.domain.requirements import Kind
from registry.domain.succession import PURPOSE_LABELS, Purpose
from registry.services import certificates, declaration_papers, filings, products, reviews, snapshots

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from registry.domain.filings import Definition
    from registry.domain.requirements import Field
    from registry.models import Certificate, ExternalCheck, Filing, SignedPaper, Submission
    from registry.services.work import Work


@dataclass(frozen=True, slots=True)
class Attachment:
    """A piece of evidence, numbered through the whole case."""

    number: int
    field: Field
    facts: Mapping[str, Any]  # As submissions hold them.

    @property
    def kind(self) -> str:
        """What kind of evidence it is, in Chinese."""
        return kind_named(self.field.evidence_kind).label


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What is printed of a case."""

    filing: Filing
    definition: Definition
    declared: Mapping[str, Any]  # In the shape of a submission.
    submission: Submission | None  # What was submitted last; None: a draft that nobody has submitted.
    attachments: tuple[Attachment, ...]
    paper: SignedPaper | None  # The signed declaration that belongs to it.
    certificates: tuple[Certificate, ...]
    replaced: tuple[Certificate, ...]  # Those that the new ones are to take the place of.
    checks: tuple[tuple[ExternalCheck, str], ...]  # Look-ups at the national site, with what was found in words.
    printed_at: datetime

    @property
    def purpose(self) -> str:
        """What it was filed for, in Chinese."""
        return PURPOSE_LABELS[Purpose(self.declared["purpose"])]

    @property
    def number_of_paper(self) -> int:
        """The number of the signed declaration, which is attached last."""
        return len(self.attachments) + 1

    def attached_to(self, field: Field) -> tuple[int, ...]:
        """The numbers of the attachments of a field."""
        return tuple(item.number for item in self.attachments if item.field is field)


def of_own(work: Work, filing_id: int) -> CaseFile:
    """A filing of the actor's firm: as it was submitted last, else the draft.

    Raises:
        NotFound: there is none, or it is another firm's.
    """
    return _file(work, filings.get_own(work, filing_id))


def in_scope(work: Work, filing_id: int) -> CaseFile:
    """A case within the actor's region × subject, as it was submitted last.

    Raises:
        NotFound: there is none, or it lies outside the scope.
    """
    return _file(work, reviews.get_case(work, filing_id))


def own_pictures(work: Work, filing_id: int) -> list[str]:
    """The digests of the pictures in the print of a filing of the actor's firm, one product after the other.

    Raises:
        NotFound: there is none, or it is another firm's.
    """
    filing = filings.get_own(work, filing_id)
    if filing.submissions:
        declared = snapshots.read(filing.submissions[-1])["products"]
    else:
        products.load_whole(work, [item.product_id for item in filing.objects])
        declared = snapshots.products_now(filing)
    return [picture for product in declared for picture in product["pictures"]]


def _file(work: Work, filing: Filing) -> CaseFile:
    submission = filing.submissions[-1] if filing.submissions else None
    declared = snapshots.read(submission) if submission else _drafted(work, filing)
    definition = DEFINITIONS[filing.kind]
    fields = [definition.fields[name] for name in definition.evidence_fields]
    pieces = [(field, facts) for field in fields for facts in declared["content"][field.name]]
    signed = declared.get("paper")
    return CaseFile(
        filing=filing,
        definition=definition,
        declared=declared,
        submission=submission,
        attachments=tuple(Attachment(number, *piece) for number, piece in enumerate(pieces, start=1)),
        paper=declaration_papers.named(work, filing, signed) if signed else None,
        certificates=tuple(filings.certificates_of(work, filing)),
        replaced=tuple(certificates.to_be_superseded(work, filing)),
        checks=tuple((check, dict(RESULTS)[check.result]) for check in filing.external_checks),
        printed_at=work.now,
    )


def _drafted(work: Work, filing: Filing) -> dict[str, Any]:
    """A draft in the shape of a submission. What is wrong with it stands as it was typed, if it was typed at all."""
    wrong = {field_of(gap.field) for gap in filings.gaps(work, filing)}
    fields = DEFINITIONS[filing.kind].fields.values()
    sound = [field for field in fields if field.name not in wrong or field.kind in _CHOSEN_FROM_LISTS]
    typed = {field.name: _typed(field, filing.content.get(field.name)) for field in fields}
    products.load_whole(work, [item.product_id for item in filing.objects])
    return {
        "purpose": filing.purpose,
        "enterprise": snapshots.enterprise_of(filing),
        "products": snapshots.products_now(filing),
        "content": typed | snapshots.resolved(work, filing, sound),
    }


def _typed(field: Field, value: Any) -> Any:
    if field.kind not in _TYPED:
        return None
    return value.splitlines() if field.kind is Kind.LINES and value else value


_TYPED: Final = frozenset({Kind.LINE, Kind.TEXT, Kind.LINES, Kind.DATE, Kind.ROWS})
# Of these, what is known is shown, and what is not known is left out.
_CHOSEN_FROM_LISTS: Final = frozenset({Kind.CHOICES, Kind.EVIDENCE})
