"""The form for a question or an answer on a case, the same for both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from registry.domain.case_messages import FIELDS
from registry.domain.filings import DEFINITIONS
from registry.web.forms.builder import RegistryForm, form_for
from registry.web.messages import translated

if TYPE_CHECKING:
    from registry.models import Filing


def message_form(filing: Filing, **options: Any) -> RegistryForm:
    """The form, about the field that the address names, if it names one.

    Args:
        filing: the case.
        options: for the form itself; formdata=None where another form of the page was sent.
    """
    fields = DEFINITIONS[filing.kind].fields
    labels = [(name, translated(field.label)) for name, field in fields.items()]
    return form_for(*FIELDS, choices={"field": labels})(data={"field": request.args.get("about", "")}, **options)
