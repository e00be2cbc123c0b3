"""What the rows of a spreadsheet can become: one module for each, all of the same shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from registry.domain.errors import NotFound
from registry.services import bulk_declarations, bulk_products

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from registry.domain.bulk import Entry, Finding, Put, Template
    from registry.domain.errors import InvalidFields
    from registry.services.work import Work


class Target(Protocol):
    """What a module for one kind of thing has."""

    @property
    def KIND(self) -> str:  # noqa: N802  # A constant of the module.
        """Its name in addresses and rows."""

    @property
    def LABEL(self) -> str:  # noqa: N802  # A constant of the module.
        """What people call it."""

    @property
    def INTRO(self) -> str:  # noqa: N802  # A constant of the module.
        """What each row becomes."""

    def template(self, work: Work, enterprise_id: int, /) -> Template:
        """What there is to fill in, with what this firm can choose from."""

    def compare(self, work: Work, enterprise_id: int, entries: Sequence[Entry], /) -> dict[int, Finding]:
        """What the registry knows of entries that are right by themselves, by row."""

    def put_all(self, work: Work, rows: Sequence[Mapping[str, Any]], /) -> list[Put | InvalidFields]:
        """Store the entries of the actor's firm; for each what became of it, or why nothing did."""


TARGETS: Final[Mapping[str, Target]] = {"product": bulk_products, "declaration": bulk_declarations}


def target_named(kind: str) -> Target:
    """The target of this kind.

    Raises:
        NotFound: there is none.
    """
    if kind not in TARGETS:
        raise NotFound
    return TARGETS[kind]
