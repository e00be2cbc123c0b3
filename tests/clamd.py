"""A virus scanner's daemon for tests, which speaks the protocol of ClamAV and knows one virus."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

# The harmless text that all scanners agree to find (EICAR), in two parts, so that none finds it in this file.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD" + rb"-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd:
    """Listens until it is closed. What it was sent is in `received`, one entry a file."""

    def __init__(
        self,
        path: Path | None = None,
        *,
        longest: int = 25 * 1024 * 1024,
        silent: bool = False,
        answer: bytes | None = None,
        by_bytes: bool = False,
        pause: float = 0,
    ) -> None:
        """Listen on a path or a port; keep silent, or say something else, where a test asks for that."""
        if path is not None:
            self._listener = socket.socket(socket.AF_UNIX)
            self._listener.bind(str(path))
            self._listener.listen()
            self.address = str(path)
        else:
            self._listener = socket.create_server(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._longest, self._silent, self._answer, self._by_bytes = longest, silent, answer, by_bytes
        self._pause, self._over = pause, threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.received: list[bytes] = []
        self.pieces: list[int] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as said:
            command = b"".join(iter(lambda: said.read(1), b"\0"))
            if self._silent:
                self._over.wait(10)
                return
            if command == b"zPING":
                self._say(connection, b"PONG")
            elif command == b"zINSTREAM":
                content = b""
                while size := struct.unpack("!I", said.read(4))[0]:
                    self.pieces.append(size)
                    if len(content) + size > self._longest:
                        self._say(connection, b"INSTREAM size limit exceeded. ERROR")
                        return
                    content += said.read(size)
                self.received.append(content)
                found = b"stream: Eicar-Test-Signature FOUND" if EICAR in content else b"stream: OK"
                self._say(connection, self._answer or found)
            else:
                self._say(connection, b"UNKNOWN COMMAND")

    def _say(self, connection: socket.socket, line: bytes) -> None:
        line = line.removesuffix(b"<cut>") if line.endswith(b"<cut>") else line + b"\0"
        for part in [line[i : i + 1] for i in range(len(line))] if self._by_bytes else [line]:
            self._over.wait(self._pause)
            connection.sendall(part)
