"""The kinds of filing, as the services see them: one module for each, all of the same shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from registry.domain.errors import NotFound
from registry.services import certifications, declarations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.domain.filings import Definition
    from registry.domain.remarks import Remark
    from registry.domain.requirements import Field, Gap, Note
    from registry.models import Enterprise, Filing
    from registry.services.work import Work


class FilingKind(Protocol):
    """What a module for one kind of filing has."""

    @property
    def DEFINITION(self) -> Definition:  # noqa: N802  # A constant of the module.
        """What it asks for."""

    @property
    def MODEL(self) -> type[Filing]:  # noqa: N802  # A constant of the module.
        """Its table."""

    @property
    def CARRIED_OVER(self) -> tuple[str, ...]:  # noqa: N802  # A constant of the module.
        """Fields that a new draft takes from the last one submitted."""

    def first_content(self, work: Work, enterprise: Enterprise, /) -> dict[str, Any]:
        """What a draft holds before anybody has typed."""

    def also_known(self, work: Work, filing: Filing, typed: Mapping[str, Any], /) -> dict[str, Any]:
        """What follows from what is typed into a draft now, for fields that say nothing of their own yet."""

    def known_of_file(self, work: Work, filing: Filing, field: Field, /) -> dict[str, str]:
        """What the filing says already of a file that is to be put into the library for this field."""

    def follow(self, work: Work, filing: Filing, /) -> None:
        """Bring columns of its own up to the content."""

    def problems(self, work: Work, filing: Filing, found: list[Gap], /) -> list[Gap]:
        """What is wrong beyond single fields; `found` is what is wrong already."""

    def submitted(self, work: Work, filing: Filing, /) -> dict[str, Any]:
        """What goes into the submission beside content and products."""

    def put_on_record(self, work: Work, filing: Filing, /) -> None:
        """What is to be noted when it is approved."""

    def notes(self, work: Work, filing: Filing, /) -> list[Note]:
        """What is worth a second look."""

    def for_reviewer(self, work: Work, filing: Filing, /) -> list[Remark]:
        """What the reviewer of a case is told to look at, as things stand now."""


KINDS: Final[Mapping[str, FilingKind]] = {"declaration": declarations, "certification": certifications}


def kind_named(name: str) -> FilingKind:
    """The kind with this name.

    Raises:
        NotFound: there is no such kind.
    """
    if name not in KINDS:
        raise NotFound
    return KINDS[name]
