"""A firm comes to the registry: its first account and the firm itself, together or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry.domain import account
from registry.domain import enterprise as definition
from registry.domain.errors import InvalidFields
from registry.domain.requirements import Step, cleaned, find_gaps
from registry.services import enterprises, people

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from registry.models import User
    from registry.services.work import Work

_STEPS = (Step("", "", (*account.FIELDS, definition.CODE_FIELD, *definition.FIELDS)),)


def register(
    work: Work,
    values: Mapping[str, Any],
    *,
    password: str,
    password_again: str,
    hash_password: Callable[[str], str],
) -> User:
    """Make the account and register the firm.

    Raises:
        InvalidFields: fields are missing or wrong; all are named at once.
        Duplicate: the address or the firm is registered already.
    """
    wrong = {gap.field: gap.message for gap in find_gaps(_STEPS, values, enterprises.facts(work))}
    wrong |= account.check_password(password, password_again)
    if wrong:
        raise InvalidFields(wrong)
    normal = cleaned(_STEPS, values)
    user = people.add_user(
        work, email=normal["email"], name=normal["person_name"], password_hash=hash_password(password)
    )
    enterprises.register(work, user, values)
    return user
