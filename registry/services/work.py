"""One unit of work: who acts, when, on which database session, with which adapters.

Every service function takes it first. Services flush and never commit: the request, the command or the job that
made the unit of work commits it as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from registry.config import PROJECT_ROOT
from registry.domain.errors import NotAllowed
from registry.infrastructure.clock import office_date
from registry.infrastructure.fonts import prepare_fonts
from registry.infrastructure.identity import IdentityService
from registry.infrastructure.passkeys import PasskeyReader
from registry.infrastructure.pdf import DocumentMaker
from registry.infrastructure.signatures import read_roots
from registry.infrastructure.totp import Authenticator

if TYPE_CHECKING:
    from datetime import date, datetime

    from cryptography.x509 import Certificate
    from sqlalchemy.orm import Session

    from registry.config import Settings
    from registry.domain.roles import Actor
    from registry.infrastructure.antivirus import VirusScanner
    from registry.infrastructure.clock import Clock
    from registry.infrastructure.fonts import FontSet
    from registry.infrastructure.mail import LetterBox, LetterMaker, Mailer
    from registry.infrastructure.storage import FileStore


DOCUMENT_TEMPLATES: Final = PROJECT_ROOT / "templates" / "documents"
DOCUMENT_STYLESHEET: Final = PROJECT_ROOT / "static" / "css" / "documents.css"


@dataclass
class Adapters:
    """What a process has for talking to the outside; made once, when the application is made."""

    settings: Settings
    clock: Clock
    store: FileStore
    mailer: Mailer
    letters: LetterMaker
    letter_box: LetterBox | None = None  # Where a demonstration keeps its letters instead of sending them.
    scanner: VirusScanner | None = None  # None: nobody looks for viruses.

    @cached_property
    def fonts(self) -> FontSet:
        """The fonts of documents, built by the first process that asks for them."""
        return prepare_fonts(self.settings.fonts_dir)

    @cached_property
    def documents(self) -> DocumentMaker:
        """What makes PDFs. A process that makes none never loads it."""
        return DocumentMaker(
            fonts_dir=self.settings.fonts_dir,
            templates=DOCUMENT_TEMPLATES,
            stylesheet=DOCUMENT_STYLESHEET,
            fonts=self.fonts,
        )

    @cached_property
    def authenticator(self) -> Authenticator:
        """What makes and checks the codes of authenticator apps."""
        return Authenticator(self.settings.secret_keys, self.settings.site.name, self.clock)

    @cached_property
    def identity(self) -> IdentityService | None:
        """The identity service that people may sign in at; None where none is set."""
        settings = self.settings
        if not settings.oidc_issuer:
            return None
        return IdentityService(
            settings.oidc_issuer,
            settings.oidc_client_id,
            settings.oidc_client_secret,
            settings.oidc_strong_acr,
            self.clock,
        )

    @cached_property
    def signature_roots(self) -> tuple[Certificate, ...]:
        """What certificates of signers have to lead to; none where nothing is checked.

        Raises:
            RootsUnreadable: the file that is set cannot be used.
        """
        path = self.settings.signature_roots
        return read_roots(path) if path is not None else ()

    @cached_property
    def passkeys(self) -> PasskeyReader:
        """What speaks with browsers about passkeys."""
        return PasskeyReader(self.settings.public_url, self.settings.site.name)


@dataclass(frozen=True, slots=True)
class Work:
    """What a use case needs from outside itself."""

    session: Session
    adapters: Adapters
    visitor: Actor | None = None  # None: nobody is signed in.
    request_id: str = ""
    origin: str = ""  # The visitor's network address; empty: the machine itself acts.

    @property
    def now(self) -> datetime:
        """The present moment in UTC."""
        return self.adapters.clock.now()

    @property
    def today(self) -> date:
        """Today at the office."""
        return office_date(self.now)

    @property
    def settings(self) -> Settings:
        """The settings of this process."""
        return self.adapters.settings

    @property
    def store(self) -> FileStore:
        """Where files are kept."""
        return self.adapters.store

    @property
    def actor(self) -> Actor:
        """The person who acts.

        Raises:
            NotAllowed: nobody is signed in.
        """
        if self.visitor is None:
            raise NotAllowed
        return self.visitor
