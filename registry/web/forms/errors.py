"""What the domain refuses, told at the fields of a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.domain.errors import Duplicate, InvalidFields
from registry.infrastructure.database import db

if TYPE_CHECKING:
    from types import TracebackType

    from registry.web.forms.builder import RegistryForm


class told_at_fields:  # noqa: N801  # Reads as a phrase: with told_at_fields(form).
    """Run a service call; when it refuses the input, undo it and show why at the fields.

    The view goes on after the block and renders the form again, with everything that was typed.
    """

    def __init__(self, form: RegistryForm) -> None:
        """Take the form that the input came from."""
        self._form = form

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        """Show a refusal at its fields; let everything else pass."""
        if not isinstance(error, InvalidFields | Duplicate):
            return False
        db.session.rollback()
        self._form.show_errors({error.field: error.message} if isinstance(error, Duplicate) else error.fields)
        return True
