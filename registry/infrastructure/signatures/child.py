"""The process that signs a document or checks its signatures, and ends; see ``inspection.errand``."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, Final

from registry.infrastructure.inspection.errand import run
from registry.infrastructure.signatures import checking, signing
from registry.infrastructure.signatures.refusal import CannotSign

if TYPE_CHECKING:
    from registry.infrastructure.inspection.errand import Answer, Errand


def main(description: str, sent: BinaryIO, out: BinaryIO) -> None:
    """Do the one job that is described in JSON, and write the answer; see ``errand.run``."""
    run(description, sent, out, _TASKS)


def _sign(errand: Errand) -> Answer:
    job = errand.job
    at = datetime.fromisoformat(job["at"])
    try:
        return {}, signing.sign(*errand.parts, reason=job["reason"], location=job["location"], at=at)
    except CannotSign as error:
        return {"obstacle": error.obstacle}, b""


def _check(errand: Errand) -> Answer:
    pdf, *roots = errand.parts
    job = errand.job
    report = checking.check(pdf, job["original_sha256"], roots, datetime.fromisoformat(job["at"]))
    return report.as_data(), b""


_TASKS: Final = {"sign": _sign, "check": _check}
