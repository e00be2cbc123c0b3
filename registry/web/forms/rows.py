"""Rows of a form without script: a button adds one or takes one away, and the form comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from registry.web.incoming import row_number

if TYPE_CHECKING:
    from registry.web.forms.builder import RegistryForm


def change_rows(values: dict[str, Any]) -> str:
    """Add or remove a row where such a button was pressed, and return the table to go back to; else empty."""
    added, removed = request.form.get("add", ""), request.form.get("remove", "")
    if isinstance(values.get(added), list):
        values[added].append({})
        return added
    name, _, number = removed.rpartition("-")
    rows, index = values.get(name), row_number(number)
    if isinstance(rows, list) and index is not None and index < len(rows):
        del rows[index]
        return name
    return ""


def with_changed_rows(form: RegistryForm) -> RegistryForm | None:
    """The form with a row more or less, where such a button was pressed: to be shown again, and nothing to be saved."""
    values = form.typed()
    if not change_rows(values):
        return None
    return type(form)(formdata=None, data=values | {"revision": form.revision.data})
