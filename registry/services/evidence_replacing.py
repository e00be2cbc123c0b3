"""A newer file in the place of a piece of evidence: in the library, in drafts, and in corrections that are open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from registry.domain.filings import DEFINITIONS
from registry.domain.workflow import Status
from registry.services import evidence, filings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from registry.models import Evidence, Filing
    from registry.services.work import Work


@dataclass(frozen=True, slots=True)
class Replaced:
    """What has come of it."""

    new: Evidence
    is_new: bool  # To the library: of a file that was there already, known facts stay.
    kept: list[Filing]  # Sent back, and still with the older piece: the field is closed, or it is too late.


def replace(
    work: Work, evidence_id: int, path: Path, name: str, facts: Mapping[str, Any], *, revision: int
) -> Replaced:
    """Put a newer file in the place of a piece of evidence, which stays for the filings that it was submitted with.

    Drafts name the new one from now on, and so does a filing that was sent back where the firm may change that field.

    Raises:
        InvalidFields, RefusedFile, StorageFull, StaleRevision: as for `evidence.replace`.
    """
    old = evidence.get_own(work, evidence_id, to_change=True)
    new, is_new = evidence.replace(work, evidence_id, path, name, facts, revision=revision)
    for filing in evidence.naming(work, old, {Status.RETURNED}):
        fields = DEFINITIONS[filing.kind].evidence_fields
        evidence.exchange(filing, old, new, [name for name in fields if filings.is_open(work, filing, name)])
    work.session.flush()
    return Replaced(new, is_new, evidence.naming(work, old, {Status.RETURNED}))
