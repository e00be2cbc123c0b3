"""Texts for people, made where no language and no request is known.

The message ids are Chinese, because Chinese is the language the texts are written and reviewed in. The
domain and the services say what is wrong with a ``Message``; the web layer translates its ``text`` and then
fills it in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_ARGS: Mapping[str, object] = MappingProxyType({})


def N_(text: str) -> str:  # noqa: N802 - the name that message extractors know
    """Mark a text for extraction into the message catalogue and return it unchanged."""
    return text


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """A text with its arguments still apart, so that it can be translated before it is filled in.

    Two messages are equal when text and arguments are. Messages are hashable and can be pickled.
    """

    # The message id: Chinese, with placeholders in the form %(name)s. Beside placeholders a percent sign is
    # written %%; a text without arguments is taken as it stands, as gettext functions commonly do.
    text: str
    # What the placeholders stand for. A value may itself be a Message, which is translated on its own.
    args: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # A private copy that nobody can write to: a message must not change after it was hashed or logged.
        object.__setattr__(self, "args", MappingProxyType(dict(self.args)) if self.args else _NO_ARGS)

    def __str__(self) -> str:
        """Return the Chinese text, filled in."""
        return self.text % self.args if self.args else self.text

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Message):
            return NotImplemented
        return self.text == other.text and dict(self.args) == dict(other.args)

    def __hash__(self) -> int:
        # Arguments need not be hashable (a list of names, say), so only their names count here.
        return hash((self.text, frozenset(self.args)))

    def __reduce__(self) -> tuple[type[Message], tuple[str, dict[str, object]]]:
        # A mapping proxy cannot be pickled, so the copy is rebuilt from a plain dictionary.
        return Message, (self.text, dict(self.args))
