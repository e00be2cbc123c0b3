"""What a workbook has besides its rows that somebody may not have meant: told before anything is taken in.

Whoever renames a heading, hides a column or mistypes a serial number sends rows that are right one by one, and say
something else than they mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from registry.domain.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from registry.domain.bulk import Checked, Sheet, Template
    from registry.domain.grids import FilledSheet

_MOST_LISTED: Final = 12  # More than that are not read by anybody in a sentence.
_LONGEST_HEADING: Final = 40  # characters

_NOBODYS: Final = N_(
    "工作表“%(sheet)s”中有 %(count)s 行找不到对应的序号。整张表这次不导入，已有的内容不变；"
    "要一并导入的，请改好序号后重新上传。"
)
_NOBODYS_REQUIRED: Final = N_("工作表“%(sheet)s”中有 %(count)s 行找不到对应的序号，请改好后重新上传。")
_RENAMED: Final = N_(
    "工作表“%(sheet)s”中，模板以外的列没有读取：%(extra)s；模板中的这些列没有找到：%(missing)s。"
    "如果只是改了标题，请照模板改回后重新上传。"
)
_EXTRA: Final = N_("工作表“%(sheet)s”中，模板以外的列没有读取：%(extra)s。")
_MISSING: Final = N_("工作表“%(sheet)s”中没有这些列，已有的内容不变：%(missing)s。")
_HIDDEN_ROWS: Final = N_("工作表“%(sheet)s”中有 %(count)s 行是隐藏的，同样会导入：第 %(rows)s 行。")
_HIDDEN_COLUMNS: Final = N_("工作表“%(sheet)s”中隐藏的列同样会导入：%(columns)s。")


class Effect(StrEnum):
    """What a note means for whoever decides."""

    TOLD = "told"  # It is good to know.
    ASKED = "asked"  # They have to say that the workbook is meant all the same.
    STOPS = "stops"  # Nothing of it can be taken in before it has been corrected.


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that is told."""

    effect: Effect
    message: Message


def notes_on(template: Template, sheets: Sequence[FilledSheet], checked: Checked) -> tuple[Note, ...]:
    """What is to be told of a workbook, in the order of its sheets.

    Args:
        template: what was to be filled in.
        sheets: as `bulk.fill` gives them.
        checked: what `bulk.check` found in them.
    """
    lost: dict[str, set[int]] = {}
    for mistake in checked.strays:
        lost.setdefault(mistake.sheet, set()).add(mistake.row)
    pairs = zip(template.sheets, sheets, strict=True)
    return tuple(note for sheet, filled in pairs for note in _notes(sheet, filled, len(lost.get(filled.title, ()))))


def _notes(sheet: Sheet, filled: FilledSheet, lost: int) -> Iterator[Note]:
    title: dict[str, object] = {"sheet": filled.title}
    if lost:
        effect, text = (Effect.ASKED, _NOBODYS) if sheet.optional else (Effect.STOPS, _NOBODYS_REQUIRED)
        yield Note(effect, Message(text, title | {"count": lost}))
    extra, missing = _listed(filled.extra_headings), _listed(filled.missing_headings)
    if extra and missing:
        yield Note(Effect.ASKED, Message(_RENAMED, title | {"extra": extra, "missing": missing}))
    elif extra:
        yield Note(Effect.TOLD, Message(_EXTRA, title | {"extra": extra}))
    elif missing:
        yield Note(Effect.TOLD, Message(_MISSING, title | {"missing": missing}))
    if filled.hidden_rows:
        rows = _listed([str(number) for number in filled.hidden_rows])
        yield Note(Effect.TOLD, Message(_HIDDEN_ROWS, title | {"count": len(filled.hidden_rows), "rows": rows}))
    if filled.hidden_headings:
        yield Note(Effect.TOLD, Message(_HIDDEN_COLUMNS, title | {"columns": _listed(filled.hidden_headings)}))


def _listed(names: Sequence[str]) -> str:
    """The first of them, each as long as a heading should be."""
    more = "…" if len(names) > _MOST_LISTED else ""
    return "、".join(name[:_LONGEST_HEADING] for name in names[:_MOST_LISTED]) + more
