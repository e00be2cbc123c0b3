"""What the domain refuses, told at the fields of a form."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from registry.domain.errors import Duplicate, InvalidFields
from registry.infrastructure.database import db

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry.web.forms.builder import RegistryForm


@contextmanager
def told_at_fields(form: RegistryForm) -> Iterator[None]:
    """Run a service call; when it refuses the input, undo it and show why at the fields.

    The view goes on after the block and renders the form again, with everything that was typed.
    """
    try:
        yield
    except (InvalidFields, Duplicate) as error:
        db.session.rollback()
        form.show_errors({error.field: error.message} if isinstance(error, Duplicate) else error.fields)
