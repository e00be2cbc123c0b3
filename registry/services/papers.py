"""Papers that a person shows a bureau: kept like evidence, and read by the office that checks them and nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.domain.filenames import display_name
from registry.services import files

if TYPE_CHECKING:
    from pathlib import Path

    from registry.models import StoredFile
    from registry.services.work import Work


@dataclass(frozen=True, slots=True)
class Paper:
    """A stored file and the name it came with, made safe."""

    file: StoredFile
    name: str


def keep(work: Work, path: Path, name: str) -> Paper:
    """Store a file that was sent.

    Raises:
        RefusedFile: the file is none that is accepted; the message says why and what to do.
        InspectionUnavailable: nobody could look at the file; it may be fine.
        StorageFull: there is no room.
    """
    stored = files.keep_upload(work, path)
    return Paper(stored, display_name(name, stored.media_type))
