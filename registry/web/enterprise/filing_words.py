"""What the pages of a filing say: its title, the words for its values, its files, how far each step is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import gettext

from registry.domain.filings import DEFINITIONS
from registry.services import declaration_papers, evidence
from registry.web.forms.choices import filing_choices
from registry.web.messages import translated
from registry.web.titles import titled
from registry.web.work import current_work

if TYPE_CHECKING:
    from collections.abc import Collection

    from registry.domain.requirements import Gap
    from registry.models import Evidence, Filing


def title_of(filing: Filing) -> str:
    """What a filing is called in lists: after its products."""
    return titled([item.product.name for item in filing.objects])


def words_of(filing: Filing) -> dict[str, dict[str, str]]:
    """The words for the values of every choice, by field."""
    fields = DEFINITIONS[filing.kind].fields.values()
    words = {
        field.name: {value: translated(label) for value, label in field.choices}
        for outer in fields
        for field in (outer, *outer.columns)
    }
    for name, choices in filing_choices(current_work(), filing).items():
        groups = choices.values() if isinstance(choices, dict) else [choices]
        words[name] = {value: label for group in groups for value, label in group}
    return words


def files_of(filing: Filing) -> dict[str, Evidence]:
    """The evidence that the content names, by the numbers that it carries."""
    return {str(found.id): found for found in evidence.of_content(current_work(), filing)}


def progress(filing: Filing, gaps: list[Gap], current: str, waiting: Collection[str] = ()) -> list[dict[str, Any]]:
    """The list of steps with what is done and what is missing.

    Args:
        filing: the draft.
        gaps: what keeps it from being submitted.
        current: the step that is shown.
        waiting: fields that the office has remarked on and that say the same as before.
    """
    items: list[dict[str, Any]] = []
    for step in DEFINITIONS[filing.kind].steps:
        missing = sum(gap.step == step.name and gap.missing for gap in gaps)
        wrong = sum(gap.step == step.name and not gap.missing for gap in gaps)
        asked = sum(field.name in waiting for field in step.fields)
        url = url_for("enterprise.edit_filing", filing_id=filing.id, step_name=step.name)
        items.append(
            {
                "label": translated(step.label),
                "url": url,
                "current": step.name == current,
                "done": not missing and not wrong and not asked,
                "asked": asked,
                "missing": missing,
                "wrong": wrong,
            }
        )
    if DEFINITIONS[filing.kind].signed:
        unsigned = sum(gap.step == declaration_papers.STEP for gap in gaps)
        url = url_for("enterprise.sign_filing", filing_id=filing.id)
        at = current == declaration_papers.STEP
        label = gettext("签署")
        items.append({"label": label, "url": url, "current": at, "done": not unsigned, "missing": unsigned, "wrong": 0})
    url = url_for("enterprise.check_filing", filing_id=filing.id)
    items.append({"label": gettext("检查并提交"), "url": url, "current": current == "check", "note": " "})
    return items


def gap_links(filing: Filing, gaps: list[Gap]) -> list[dict[str, str]]:
    """Every gap as a link to its field."""
    return [_link(filing, gap) for gap in gaps]


def _link(filing: Filing, gap: Gap) -> dict[str, str]:
    if gap.step == declaration_papers.STEP:
        url = url_for("enterprise.sign_filing", filing_id=filing.id)
    else:
        url = url_for("enterprise.edit_filing", filing_id=filing.id, step_name=gap.step, check=1, _anchor=gap.field)
    label = translated(gap.label)
    row = gap.field.partition("-")[2].partition("-")[0]
    if row.isdecimal():
        label = gettext("第 %(row)s 行 · %(label)s", row=int(row) + 1, label=label)
    text = gettext("%(label)s：%(text)s", label=label, text=translated(gap.message))
    return {"href": url, "text": text}
