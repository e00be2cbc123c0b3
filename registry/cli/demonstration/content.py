"""What the firms type into the five steps of a declaration."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from registry.cli.demonstration.firms import place_of

if TYPE_CHECKING:
    from registry.cli.demonstration.cases import Case

_PUBLIC_CHOICES = ("factory_address", "production_line", "comparison", "reports", "signatory_name")


def object_step(case: Case) -> dict[str, Any]:
    """Which products, and which batches of them."""
    year = case.today.year
    batch = f"{year} 年 1 月起生产的批次" if case.random.random() < 0.3 else ""  # noqa: PLR2004  # A share.
    return {"products": [str(product.id) for product in case.products], "batch": batch}


def line_step(case: Case) -> dict[str, Any]:
    """Where both the export goods and the others are made."""
    return {"line": str(case.firm.line_id)}


def standard_step(case: Case) -> dict[str, Any]:
    """Markets, standards and the comparison of their limits."""
    family = case.firm.family
    return {
        "markets": list(family.markets),
        "overseas_standards": "\n".join(family.overseas),
        "domestic_standards": "\n".join(family.domestic),
        "comparison": [
            {
                "indicator": row.name,
                "unit": row.unit,
                "overseas_limit": row.overseas,
                "domestic_limit": row.domestic,
                "measured": case.random.choice(row.measured),
                "stricter": row.stricter,
            }
            for row in family.indicators
        ],
    }


def quality_step(case: Case) -> dict[str, Any]:
    """The test report, and what happened in the last year."""
    had_recall = case.random.random() < 0.1  # noqa: PLR2004  # One in ten.
    return {
        "reports": [str(case.reports.hand_to(case.firm).id)],
        "quality_record": "some" if had_recall else "none",
        "quality_note": "上年度监督抽查标签项目一项不合格，已整改并经复查合格。" if had_recall else "",
    }


def statement_step(case: Case) -> dict[str, Any]:
    """The statement itself; its text is what the registry proposes."""
    assert case.filing is not None
    public = [choice for choice in _PUBLIC_CHOICES if case.random.random() < 0.85]  # noqa: PLR2004  # Most.
    return {
        "statement": case.filing.content["statement"],
        "limits": "不适用于客户指定特殊要求的批次。" if case.random.random() < 0.2 else "",  # noqa: PLR2004
        "signatory_name": case.firm.owner_name,
        "signatory_function": case.random.choice(("质量负责人", "总经理", "法定代表人")),
        "place": place_of(case.stage, case.firm),
        "declared_on": case.today.isoformat(),
        "public": public,
        "consent": "yes",
    }


STEPS = {
    "object": object_step,
    "line": line_step,
    "standard": standard_step,
    "quality": quality_step,
    "statement": statement_step,
}


def spoil(case: Case) -> dict[str, dict[str, Any]]:
    """By step, values that are wrong in the ways in which people get them wrong."""
    quality, statement = quality_step(case), statement_step(case)
    quality |= {"reports": [], "quality_record": "some", "quality_note": ""}
    statement |= {"declared_on": (case.stage.today + timedelta(days=30)).isoformat(), "consent": ""}
    standard = standard_step(case) | {"markets": []}
    standard["comparison"][0] |= {"measured": "", "stricter": ""}
    return {"standard": standard, "quality": quality, "statement": statement}
