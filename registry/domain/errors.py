"""What can go wrong in the registry's own terms.

Services and domain functions raise these and nothing else for expected failures. The web layer answers each
of them in one place; none carries an HTTP status, since the domain does not know who is asking.
"""

# The names say what happened, as in a sentence; a suffix "Error" on each would add nothing.
# ruff: noqa: N818

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from registry.domain.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Mapping


class RegistryError(Exception):
    """Any expected failure. ``message`` tells the person concerned what happened and what to do next."""

    default: str = N_("操作未能完成。")

    def __init__(self, message: Message | str | None = None) -> None:
        """Take a ``Message``, a plain message id, or nothing for the class's own text."""
        super().__init__(message)
        self.message = message if isinstance(message, Message) else Message(message or self.default)

    def __str__(self) -> str:
        return str(self.message)


class InvalidValue(RegistryError):
    """One value breaks a rule. The caller knows which field it came from."""

    default = N_("填写的内容不符合要求。")


class InvalidFields(RegistryError):
    """One or more named fields break a rule; ``fields`` maps each field's name to what is wrong with it."""

    default = N_("有内容需要更正，请查看各项提示。")

    def __init__(self, fields: Mapping[str, Message]) -> None:
        """Take every field that is wrong at once, so that nobody has to correct them one by one."""
        super().__init__()
        self.fields: Mapping[str, Message] = MappingProxyType(dict(fields))

    def __reduce__(self) -> tuple[type[InvalidFields], tuple[dict[str, Message]]]:
        return type(self), (dict(self.fields),)


class NotAllowed(RegistryError):
    """The actor may not do this: wrong role, region, subject, or their own firm's case."""

    default = N_("您没有进行此项操作的权限。")


class NotFound(RegistryError):
    """There is no such thing, or the actor may not know that there is."""

    default = N_("没有找到相应的记录。")


class StaleRevision(RegistryError):
    """Somebody acted in between: the form was made for an older revision."""

    default = N_("已有人处理，请刷新页面后查看最新情况。")


class AlreadyClosed(RegistryError):
    """The case has ended, so that nothing can be decided on it any more."""

    default = N_("该事项已办结，不能再处理。")


class Duplicate(RegistryError):
    """A value that must be unique is already there; ``field`` says which one."""

    default = N_("已存在相同的记录。")

    def __init__(self, field: str, message: Message | str | None = None) -> None:
        """Name the field, with the text to show beside it."""
        super().__init__(message)
        self.field = field

    def __reduce__(self) -> tuple[type[Duplicate], tuple[str, Message]]:
        return type(self), (self.field, self.message)
