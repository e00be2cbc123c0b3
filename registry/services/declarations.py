"""What is particular to self-declarations: what a new one begins with, and what must be right beyond its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from registry.domain import declaration_checks
from registry.domain.filings import DECLARATION
from registry.domain.remarks import Remark, Weight
from registry.domain.rules import rules_in_force
from registry.models import Declaration
from registry.services import declaration_papers, standards

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.domain.requirements import Field, Gap, Note
    from registry.models import Enterprise, Filing
    from registry.services.work import Work

DEFINITION: Final = DECLARATION
MODEL: Final = Declaration

# What a firm has once told us about its line, markets, standards and signatory is offered again. Values measured are
# the product's own and are asked for each time, so that nobody submits a comparison unseen.
CARRIED_OVER: Final = (
    "line",
    "markets",
    "overseas_standards",
    "domestic_standards",
    "comparison",
    "quality_record",
    "limits",
    "signatory_name",
    "signatory_function",
    "place",
    "public",
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
    paper = declaration_papers.of_submission(work, filing)
    assert paper.signed is not None
    return {
        "paper": {
            "identification": declaration_papers.identification(filing),
            "digest": paper.digest,
            "means": paper.means,
            "sha256": paper.signed.sha256,
        }
    }


def put_on_record(_work: Work, _filing: Filing) -> None:
    """What is to be noted on approval: nothing."""


def notes(work: Work, filing: Filing) -> list[Note]:
    """What is worth a second look: values beside their limits, standards that were replaced."""
    return [*declaration_checks.remarks(filing.content), *standards.notes(work, filing.content, DEFINITION)]


def for_reviewer(work: Work, filing: Filing) -> list[Remark]:
    """What the reviewer is told to look at: what the firm was told as well."""
    return [Remark(note.field, note.message, Weight.NOTE) for note in notes(work, filing)]
