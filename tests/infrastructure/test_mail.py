"""Mail, spoken with a server of our own."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any, Self

import pytest
from jinja2 import UndefinedError
from structlog.testing import capture_logs

from registry.infrastructure.mail import LetterMaker, LogMailer, SmtpMailer, make_mailer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Server(threading.Thread):
    """Takes one message, or refuses the recipient; what it was told is in `lines`."""

    def __init__(self, *, refuse: bool = False) -> None:
        super().__init__(daemon=True)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._refuse = refuse
        self.port = self._listener.getsockname()[1]
        self.lines: list[bytes] = []
        self.message = b""

    def run(self) -> None:
        connection, _address = self._listener.accept()
        with connection, connection.makefile("rb") as said, self._listener:
            connection.sendall(b"220 ready\r\n")
            for line in said:
                self.lines.append(line.strip())
                word = line[:4].upper()
                if word == b"DATA":
                    connection.sendall(b"354 go on\r\n")
                    self.message = b"".join(iter(said.readline, b".\r\n"))
                refused = self._refuse and word == b"RCPT"
                if word == b"QUIT":
                    connection.sendall(b"221 bye\r\n")
                    break
                connection.sendall(b"550 no such user\r\n" if refused else b"250 ok\r\n")


@pytest.fixture
def server() -> Iterator[Server]:
    thread = Server()
    thread.start()
    yield thread
    thread.join(5)


def test_a_message_arrives_as_it_was_written(server: Server) -> None:
    mailer = make_mailer(f"smtp://127.0.0.1:{server.port}", "三同平台 <noreply@registry.example>")
    mailer.send(to="zhang@test.example", subject="请补正申报内容（SM-2026-000001）", body="张三，您好：\n\n.\n𠮷\n")
    server.join(5)
    message = message_from_bytes(server.message.replace(b"\r\n..", b"\r\n."), policy=policy.default)
    assert message["To"] == "zhang@test.example"
    assert message["From"] == "三同平台 <noreply@registry.example>"
    assert message["Subject"] == "请补正申报内容（SM-2026-000001）"
    assert message.get_content().splitlines() == ["张三，您好：", "", ".", "𠮷"]
    assert not any(line.upper().startswith((b"AUTH", b"STARTTLS")) for line in server.lines)


def test_a_refused_recipient_is_an_os_error() -> None:
    """So that the job is tried again."""
    server = Server(refuse=True)
    server.start()
    with pytest.raises(OSError, match="no such user"):
        SmtpMailer(f"smtp://127.0.0.1:{server.port}", "a@test.example").send(to="b@test.example", subject="", body="")
    server.join(5)


def test_a_server_that_is_away_is_an_os_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(OSError, match="refused"):
        SmtpMailer(f"smtp://127.0.0.1:{port}", "a@test.example").send(to="b@test.example", subject="", body="")


def test_a_header_cannot_be_forged() -> None:
    with pytest.raises(ValueError, match=r"newline|linefeed"):
        SmtpMailer("smtp://127.0.0.1:1", "a@test.example").send(to="b@x.cn\r\nBcc: c@x.cn", subject="", body="")


class Recorder:
    """Stands in for smtplib's classes: notes what is asked of it."""

    calls: list[tuple[Any, ...]]

    def __init__(self, host: str, port: int, *, timeout: int, context: ssl.SSLContext | None = None) -> None:
        self.calls = [("connect", host, port, timeout, context)]
        type(self).last = self  # type: ignore[attr-defined]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.calls.append(("quit",))

    def starttls(self, *, context: ssl.SSLContext) -> None:
        self.calls.append(("starttls", context))

    def login(self, user: str, password: str) -> None:
        self.calls.append(("login", user, password))

    def send_message(self, message: Any) -> None:
        self.calls.append(("send", message["To"]))


def spoken(monkeypatch: pytest.MonkeyPatch, url: str, name: str) -> list[tuple[Any, ...]]:
    recorder = type("ThisRecorder", (Recorder,), {})
    monkeypatch.setattr(smtplib, name, recorder)
    SmtpMailer(url, "a@test.example").send(to="b@test.example", subject="x", body="x")
    return recorder.last.calls  # type: ignore[attr-defined, no-any-return]


def checks_certificates(context: ssl.SSLContext) -> bool:
    return context.check_hostname and context.verify_mode is ssl.CERT_REQUIRED


def test_a_password_goes_out_only_to_a_server_with_a_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    connect, starttls, login, *_rest = spoken(monkeypatch, "smtp://us%40er:p%3Aw@mail.example:587", "SMTP")
    assert connect[1:4] == ("mail.example", 587, 30)
    assert starttls[0] == "starttls"
    assert checks_certificates(starttls[1])
    assert login == ("login", "us@er", "p:w")


def test_smtps_is_secure_from_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    connect, login, sent, left = spoken(monkeypatch, "smtps://user@mail.example", "SMTP_SSL")
    assert connect[1:3] == ("mail.example", 0)
    assert checks_certificates(connect[4])
    assert login == ("login", "user", "")
    assert (sent, left) == (("send", "b@test.example"), ("quit",))


def test_without_a_server_mail_goes_into_the_log() -> None:
    mailer = make_mailer("", "a@test.example")
    assert isinstance(mailer, LogMailer)
    with capture_logs() as lines:
        mailer.send(to="b@test.example", subject="主题", body="正文")
    assert lines == [{"event": "mail", "log_level": "info", "to": "b@test.example", "subject": "主题", "body": "正文"}]


def test_letters(tmp_path: Path) -> None:
    (tmp_path / "hello.txt").write_text(
        "{{ name }}，您好\n\n{% if more %}\n{{ more }}\n{% endif %}\n再见\n\n", encoding="utf-8"
    )
    letters = LetterMaker(tmp_path)
    assert letters.write("hello", {"name": "A&B\r\n C", "more": ""})[0] == "A&B"
    assert letters.write("hello", {"name": "<b>张三</b>  李四", "more": "行一\n行二"}) == (
        "<b>张三</b> 李四，您好",
        "行一\n行二\n再见\n",
    )
    with pytest.raises(UndefinedError):
        letters.write("hello", {"name": "x"})
