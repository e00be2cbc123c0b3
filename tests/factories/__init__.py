"""Small worlds for tests, made through the services that real work goes through."""

from tests.factories.certificates import act, approve, certified, change, filed, stored_certificate, worker
from tests.factories.declarations import add_report, complete_content, file_declaration, pdf_report, start_complete
from tests.factories.passkeys import some_passkey
from tests.factories.world import World, build_world

__all__ = [
    "World",
    "act",
    "add_report",
    "approve",
    "build_world",
    "certified",
    "change",
    "complete_content",
    "file_declaration",
    "filed",
    "pdf_report",
    "some_passkey",
    "start_complete",
    "stored_certificate",
    "worker",
]
