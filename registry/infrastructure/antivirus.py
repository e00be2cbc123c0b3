"""Asks ClamAV's daemon whether a file is known to be harmful.

The daemon listens on a socket. The file is sent in pieces, each behind its length in four bytes, the most significant
first; a piece of length nought ends it (clamd(8), INSTREAM). The daemon answers with one line. Nothing is written to
a place that the daemon would have to read, so that it may run elsewhere and under another user.
"""

from __future__ import annotations

import re
import socket
import struct
import time
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, Final

import structlog

from registry.infrastructure.inspection import InspectionUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

log = structlog.get_logger()

_PIECE: Final = 64 * 1024
_LONGEST_ANSWER: Final = 4096
_SECONDS: Final = 30.0  # For one file altogether; the daemon needs well under one for most.
_FOUND: Final = re.compile(r"stream: (?P<name>.+) FOUND")


class VirusScanner:
    """One daemon, under a path or under “host:port”. Each file gets a connection of its own."""

    def __init__(self, address: str, *, seconds: float = _SECONDS) -> None:
        """Take the address, and how long one file may take."""
        self._address, self._seconds = address, seconds

    def is_infected(self, path: Path) -> bool:
        """Whether the daemon knows something harmful in this file; its name for it goes to the log.

        Raises:
            InspectionUnavailable: the daemon is away, is slow, or does not say; the file may be fine.
            OSError: the file cannot be read.
        """
        with path.open("rb") as file:
            answer = self._ask(_instream(file))
        if answer == "stream: OK":
            return False
        if found := _FOUND.fullmatch(answer):
            log.warning("infected_file", found=found["name"])
            return True
        # Larger than the daemon's StreamMaxLength, or its own trouble: nobody has looked at the file.
        raise InspectionUnavailable(f"the virus scanner answered {answer!r}")

    def answers(self) -> bool:
        """Whether the daemon is there."""
        try:
            return self._ask([b"zPING\0"]) == "PONG"
        except InspectionUnavailable:
            return False

    def _ask(self, parts: Iterable[bytes]) -> str:
        until = time.monotonic() + self._seconds
        try:
            with self._connect() as connection:
                # A daemon that has heard enough answers and hangs up while we are still sending.
                with suppress(BrokenPipeError, ConnectionResetError):
                    for part in parts:
                        connection.settimeout(_left(until))
                        connection.sendall(part)
                return _receive(connection, until)
        except OSError as error:
            raise InspectionUnavailable(f"the virus scanner is away: {error}") from error

    def _connect(self) -> socket.socket:
        if self._address.startswith("/"):
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(self._seconds)
            try:
                connection.connect(self._address)
            except OSError:
                connection.close()
                raise
            return connection
        host, _, port = self._address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=self._seconds)


def _instream(file: BinaryIO) -> Iterator[bytes]:
    """The command and the file, in the pieces of the protocol."""
    yield b"zINSTREAM\0"
    while piece := file.read(_PIECE):
        yield struct.pack("!I", len(piece)) + piece
    yield struct.pack("!I", 0)


def _receive(connection: socket.socket, until: float) -> str:
    """The answer, which ends with NUL; one that was cut off says nothing."""
    answer = b""
    while b"\0" not in answer:
        connection.settimeout(_left(until))
        part = connection.recv(_LONGEST_ANSWER)
        if not part or len(answer) > _LONGEST_ANSWER:
            raise ConnectionError("its answer has no end")
        answer += part
    return answer.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _left(until: float) -> float:
    """Seconds that remain.

    Raises:
        TimeoutError: none do.
    """
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("it took too long")
    return left
