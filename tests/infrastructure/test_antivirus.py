"""The virus scanner, spoken with a daemon of our own."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from registry.infrastructure.antivirus import VirusScanner
from registry.infrastructure.inspection import InspectionUnavailable
from tests.clamd import EICAR, Clamd

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"%PDF-1.7 harmless")
    return path


def test_a_harmless_file_passes_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    content = bytes(range(256)) * 1_000  # Four pieces, the last of them shorter.
    path.write_bytes(content)
    with Clamd() as daemon:
        assert VirusScanner(daemon.address).is_infected(path) is False
    assert daemon.received == [content]
    assert daemon.pieces == [65_536, 65_536, 65_536, 59_392]


def test_a_known_virus_is_found_and_named_in_the_log(file: Path) -> None:
    file.write_bytes(b"\n" * 70_000 + EICAR)
    with Clamd() as daemon, capture_logs() as logs:
        assert VirusScanner(daemon.address).is_infected(file) is True
    assert [(entry["event"], entry["found"]) for entry in logs] == [("infected_file", "Eicar-Test-Signature")]


def test_it_may_listen_under_a_path_and_answer_byte_by_byte(file: Path, tmp_path: Path) -> None:
    with Clamd(tmp_path / "clamd.sock", by_bytes=True) as daemon:
        scanner = VirusScanner(daemon.address)
        assert scanner.is_infected(file) is False
        file.write_bytes(EICAR)
        assert scanner.is_infected(file) is True
        assert scanner.answers()


def test_an_empty_file_is_sent_as_one(file: Path) -> None:
    file.write_bytes(b"")
    with Clamd() as daemon:
        assert VirusScanner(daemon.address).is_infected(file) is False
    assert daemon.received == [b""]


def test_a_file_the_daemon_finds_too_large_has_not_been_looked_at(file: Path) -> None:
    """It answers and hangs up while we are still sending."""
    file.write_bytes(bytes(8 * 1024 * 1024))
    with Clamd(longest=100_000) as daemon, pytest.raises(InspectionUnavailable):
        VirusScanner(daemon.address).is_infected(file)


@pytest.mark.parametrize(
    "answer",
    [
        b"stream: OK<cut>",
        b"stream: Eicar-Test-Signature FOUND<cut>",
        b"stream: Can't allocate memory ERROR",
        b"OK",
        b"x" * 20_000 + b"<cut>",
    ],
)
def test_what_does_not_say_that_the_file_is_fine_is_no_pass(file: Path, answer: bytes) -> None:
    with Clamd(answer=answer) as daemon, pytest.raises(InspectionUnavailable):
        VirusScanner(daemon.address).is_infected(file)


def test_a_daemon_that_is_away_is_told(file: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    for address in (f"127.0.0.1:{port}", str(tmp_path / "nothing.sock")):
        scanner = VirusScanner(address)
        with pytest.raises(InspectionUnavailable, match="away"):
            scanner.is_infected(file)
        assert not scanner.answers()


def test_a_daemon_that_keeps_silent_is_not_waited_for(file: Path) -> None:
    with Clamd(silent=True) as daemon:
        began = time.monotonic()
        with pytest.raises(InspectionUnavailable, match="away"):
            VirusScanner(daemon.address, seconds=0.2).is_infected(file)
        assert time.monotonic() - began < 5


def test_a_daemon_that_trickles_is_not_waited_for_either(file: Path) -> None:
    """The time is for the whole file, not for each byte of the answer."""
    with Clamd(by_bytes=True, pause=0.05) as daemon, pytest.raises(InspectionUnavailable, match="away"):
        VirusScanner(daemon.address, seconds=0.2).is_infected(file)
