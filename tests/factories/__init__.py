"""Small worlds for tests, made through the services that real work goes through."""

from tests.factories.certificates import (
    act,
    approve,
    approve_all,
    certified,
    change,
    filed,
    look_up,
    stored_certificate,
    worker,
)
from tests.factories.evidence import add_evidence, add_report, pdf_report
from tests.factories.filings import (
    complete_certification,
    complete_content,
    completed,
    file_certification,
    file_declaration,
    start_certification,
    start_complete,
)
from tests.factories.passkeys import some_passkey
from tests.factories.world import World, build_world

__all__ = [
    "World",
    "act",
    "add_evidence",
    "add_report",
    "approve",
    "approve_all",
    "build_world",
    "certified",
    "change",
    "complete_certification",
    "complete_content",
    "completed",
    "file_certification",
    "file_declaration",
    "filed",
    "look_up",
    "pdf_report",
    "some_passkey",
    "start_certification",
    "start_complete",
    "stored_certificate",
    "worker",
]
