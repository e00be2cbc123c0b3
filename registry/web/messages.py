"""From a message of the domain to a sentence in the visitor's language."""

from __future__ import annotations

from flask_babel import gettext

from registry.domain.messages import Message


def translated(message: Message | str) -> str:
    """Translate first, then fill in; arguments that are messages themselves are translated too."""
    if isinstance(message, str):
        return str(gettext(message)) if message else ""
    values = {name: translated(value) if isinstance(value, Message) else value for name, value in message.args.items()}
    return str(gettext(message.text, **values))
