"""What is said beside a field without refusing it: something to correct or explain, or something nobody could check."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from registry.domain.messages import Message
    from registry.domain.requirements import Note


class Weight(StrEnum):
    """How much a remark says against what was typed."""

    WARNING = "warning"  # It contradicts itself or something that is known.
    NOTE = "note"  # Nothing is known against it; the registry could not check it, or it will matter later.
    HINT = "hint"  # Help for whoever types, such as how a number will be spelt; nobody else has to know.


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark on one thing."""

    subject: str  # What it is about: a field's name, or a standard's number as it was typed.
    message: Message
    weight: Weight = Weight.WARNING


def for_reviewers(notes: Iterable[Note]) -> list[Remark]:
    """What the firm was told, as far as a reviewer has to know it."""
    return [Remark(note.field, note.message, note.weight) for note in notes if note.weight is not Weight.HINT]
