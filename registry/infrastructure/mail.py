"""Sending mail: over SMTP, or into the log where no server is set."""

from __future__ import annotations

import json
import secrets
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import unquote, urlsplit

import structlog
from jinja2 import Environment, FileSystemLoader, StrictUndefined

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from registry.infrastructure.clock import Clock

log = structlog.get_logger()

_TIMEOUT: Final = 30  # seconds
_MOST_KEPT: Final = 200  # letters


class Mailer(Protocol):
    """Sends one message, or raises an OSError so that it is tried again."""

    def send(self, *, to: str, subject: str, body: str) -> None:
        """Send a plain-text message."""
        ...


class LogMailer:
    """Writes messages to the log; for development."""

    def send(self, *, to: str, subject: str, body: str) -> None:
        """Log the message."""
        log.info("mail", to=to, subject=subject, body=body)


class SmtpMailer:
    """Sends through the server of an address such as smtps://user:password@mail.example:465."""

    def __init__(self, url: str, sender: str) -> None:
        """Take the server's address and the sender's."""
        self._url = urlsplit(url)
        self._sender = sender

    def send(self, *, to: str, subject: str, body: str) -> None:
        """Send the message.

        Raises:
            OSError: the server cannot be reached or refuses the message (smtplib's errors are OSErrors).
        """
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, to, subject
        message.set_content(body)
        secure = self._url.scheme == "smtps"
        # smtplib's own default checks no certificate, and would tell the password to whoever answers.
        context = ssl.create_default_context()
        connect = partial(smtplib.SMTP_SSL, context=context) if secure else smtplib.SMTP
        with connect(self._url.hostname or "localhost", self._url.port or 0, timeout=_TIMEOUT) as server:
            if self._url.username and not secure:
                server.starttls(context=context)
            if self._url.username:
                server.login(unquote(self._url.username), unquote(self._url.password or ""))
            server.send_message(message)


@dataclass(frozen=True, slots=True)
class KeptLetter:
    """A letter that a demonstration shows instead of sending it."""

    at: datetime
    to: str
    subject: str
    body: str


class LetterBox:
    """A mailer that keeps letters in a folder; for demonstrations, where nobody has a mailbox."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        """Take the folder, which is made when the first letter comes."""
        self._folder, self._clock = folder, clock

    def send(self, *, to: str, subject: str, body: str) -> None:
        """Keep the letter, in place of the oldest where there are many.

        Raises:
            OSError: the disk is full; the job is tried again.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        at = self._clock.now()
        name = f"{at:%Y%m%d%H%M%S%f}-{secrets.token_hex(4)}.json"
        text = json.dumps({"at": at.isoformat(), "to": to, "subject": subject, "body": body}, ensure_ascii=False)
        # Written aside and renamed, so that whoever reads sees a whole letter or none.
        aside = self._folder / f".{name}"
        aside.write_text(text, encoding="utf-8")
        aside.rename(self._folder / name)
        for old in self._names()[_MOST_KEPT:]:
            old.unlink(missing_ok=True)

    def newest(self, count: int) -> list[KeptLetter]:
        """The last letters, the newest first."""
        letters = []
        for path in self._names()[:count]:
            with suppress(FileNotFoundError):
                found = json.loads(path.read_text(encoding="utf-8"))
                found["at"] = datetime.fromisoformat(found["at"])
                letters.append(KeptLetter(**found))
        return letters

    def _names(self) -> list[Path]:
        return sorted(self._folder.glob("*.json"), reverse=True)


def make_mailer(url: str, sender: str) -> Mailer:
    """The mailer for a setting; an empty address means the log."""
    return SmtpMailer(url, sender) if url else LogMailer()


class LetterMaker:
    """Makes letters from text templates; the first line of a template is the subject."""

    def __init__(self, templates: Path) -> None:
        """Take the folder of the templates."""
        self._environment = Environment(
            loader=FileSystemLoader(templates),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,  # noqa: S701  # Plain text: escaping would write &amp; into letters.
        )

    def write(self, template: str, data: Mapping[str, Any]) -> tuple[str, str]:
        """The subject and the body of a letter."""
        text = self._environment.get_template(f"{template}.txt").render(data)
        subject, _, body = text.partition("\n")
        # A header must stay one line, whatever is in a firm's name.
        return " ".join(subject.split()), body.strip() + "\n"
