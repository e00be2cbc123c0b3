"""Counting what the database is asked."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import event

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Engine

_COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@dataclass
class Statements:
    """What was sent to each engine, by the engine's name, in order."""

    sent: dict[str, list[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many statements read or write rows; beginnings and ends of transactions do not count."""
        return sum(text.lstrip().upper().startswith(_COUNTED) for texts in self.sent.values() for text in texts)

    def __str__(self) -> str:
        return "\n".join(f"{name}: {text}" for name, texts in self.sent.items() for text in texts)


@contextmanager
def counted(engines: Mapping[str, Engine]) -> Iterator[Statements]:
    """Note every statement that the block sends to one of these engines."""
    statements = Statements()
    listeners = []
    for name, engine in engines.items():
        texts = statements.sent.setdefault(name, [])

        def note(_connection, _cursor, text, *_rest, texts=texts) -> None:
            texts.append(text)

        event.listen(engine, "before_cursor_execute", note)
        listeners.append((engine, note))
    try:
        yield statements
    finally:
        for engine, note in listeners:
            event.remove(engine, "before_cursor_execute", note)
