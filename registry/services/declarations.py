"""What is particular to self-declarations: what a new one begins with, and what must be right beyond its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from registry.domain import declaration_checks
from registry.domain.filings import DECLARATION
from registry.domain.messages import N_, Message
from registry.domain.remarks import for_reviewers
from registry.domain.requirements import Note
from registry.domain.rules import rules_in_force
from registry.domain.succession import Purpose
from registry.domain.workflow import Status
from registry.models import Declaration
from registry.services import declaration_papers, evidence, standards

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.domain.remarks import Remark
    from registry.domain.requirements import Field, Gap
    from registry.models import Enterprise, Filing
    from registry.services.work import Work

DEFINITION: Final = DECLARATION
MODEL: Final = Declaration

# What a firm has once told us about its line, markets, standards and signatory is offered again. Values measured are
# the product's own and are asked for each time, so that nobody submits a comparison unseen; so are what happened in the
# last year, the limits of this declaration, and what may be made public.
CARRIED_OVER: Final = (
    "line",
    "markets",
    "overseas_standards",
    "domestic_standards",
    "comparison",
    "signatory_name",
    "signatory_function",
    "place",
)
_DATE_ANEW: Final = N_(
    "退回后须重新填写签署日期并勾选确认。内容有修改的，填重新签署的日期；没有修改的，填原来的日期，不必重新签署。"
)


def first_content(work: Work, _enterprise: Enterprise) -> dict[str, Any]:
    """What a draft holds before anybody has typed."""
    return {
        "statement": rules_in_force(DEFINITION.kind, work.today).statement,
        "public": [value for value, _label in DEFINITION.public_choices if value not in DEFINITION.personal],
    }


def also_known(_work: Work, _filing: Filing, _typed: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from what is typed, for fields that say nothing yet: nothing."""
    return {}


def known_of_file(_work: Work, _filing: Filing, _field: Field) -> dict[str, str]:
    """What the filing says of a file that is to come: nothing that the library would not ask for itself."""
    return {}


def follow(_work: Work, _filing: Filing) -> None:
    """Bring columns up to the content: a declaration has none of its own."""


def problems(work: Work, filing: Filing, found: list[Gap]) -> list[Gap]:
    """What is wrong beyond single fields: a comparison without a result, and no signature on what is declared now."""
    undecided = declaration_checks.undecided(filing.content)
    return [*undecided, *declaration_papers.problems(work, filing, [*found, *undecided])]


def submitted(work: Work, filing: Filing) -> dict[str, Any]:
    """What goes into the submission beside content and products: which paper was signed, and how."""
    signed = declaration_papers.of_submission(work, filing)
    return {
        "paper": {
            "identification": declaration_papers.identification(filing),
            "digest": signed.paper.digest,
            "means": signed.means,
            "sha256": signed.file.sha256,
        }
    }


def put_on_record(_work: Work, _filing: Filing) -> None:
    """What is to be noted on approval: nothing."""


def notes(work: Work, filing: Filing) -> list[Note]:
    """What is worth a second look: values beside their limits, standards that were replaced, a date to be said anew."""
    remarks = declaration_checks.remarks(filing.content)
    known = standards.notes(work, filing.content, DEFINITION)
    return [*remarks, *known, *_to_date_anew(filing), *_old_reports(work, filing)]


def _to_date_anew(filing: Filing) -> list[Note]:
    if filing.status != Status.RETURNED or filing.content.get("declared_on"):
        return []
    return [Note(DEFINITION.step_of("declared_on").name, "declared_on", Message(_DATE_ANEW))]


def _old_reports(work: Work, filing: Filing) -> list[Note]:
    """Of a renewal, reports from before the certificate that it renews: they say little of what is made today."""
    renewed = [item.replaces for item in filing.objects if item.replaces is not None]
    if filing.purpose != Purpose.RENEWAL or not renewed:
        return []
    since = max(certificate.issued_on for certificate in renewed)
    text = N_("报告 %(number)s 出具于 %(day)s，早于原证书的签发；续期请核对它是否仍能说明现在的产品。")
    return [
        Note("quality", "reports", Message(text, {"number": piece.number, "day": str(piece.issued_on)}))
        for piece in evidence.by_ids(work, filing.content.get("reports") or [], filing.enterprise_id).values()
        if piece.issued_on is not None and piece.issued_on < since
    ]


def for_reviewer(work: Work, filing: Filing) -> list[Remark]:
    """What the reviewer is told to look at: what the firm was told as well."""
    return for_reviewers(notes(work, filing))
