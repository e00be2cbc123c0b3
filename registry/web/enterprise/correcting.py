"""What the pages of a filing that was sent back show besides: what is open, what was said, what has changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from registry.domain.corrections import answering
from registry.domain.differences import Part
from registry.domain.workflow import Status
from registry.services import corrections, snapshots
from registry.web.work import current_work

if TYPE_CHECKING:
    from registry.domain.differences import Difference
    from registry.domain.requirements import Gap
    from registry.models import Decision, Filing
    from registry.services.corrections import Said


@dataclass(frozen=True, slots=True)
class Correcting:
    """A filing on its way back to the office; of a draft, everything is open and nothing was said yet."""

    opened: frozenset[str]
    returned: Decision | None = None
    said: dict[str, list[Said]] = field(default_factory=dict)
    changes: list[Difference] = field(default_factory=list)
    submitted: dict[str, Any] = field(default_factory=dict)  # What was submitted last, and holds of closed fields.

    @property
    def answers(self) -> bool:
        """Whether anything has changed besides the date, which is another one each time."""
        return bool(answering(self.changes))

    @property
    def waiting(self) -> frozenset[str]:
        """The fields that the office has remarked on and that say the same as before."""
        if self.returned is None:
            return frozenset()
        changed = {change.field.name for change in self.changes if change.part is Part.CONTENT}
        return frozenset(name for name in self.returned.remarks if name not in changed)


def correcting(filing: Filing, gaps: list[Gap]) -> Correcting:
    """What is to be shown of a correction."""
    changes = corrections.changes_now(current_work(), filing, gaps)
    opened = corrections.open_fields(filing, gaps, changes)
    if filing.status != Status.RETURNED:
        return Correcting(opened)
    before = snapshots.read(filing.submissions[-1])
    submitted = before["content"] | {"products": [product["name"] for product in before["products"]]}
    return Correcting(opened, corrections.last_return(filing), corrections.said_of(filing), changes, submitted)
