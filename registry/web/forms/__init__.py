"""Forms, built from the definitions in `registry.domain`."""

from registry.web.forms.builder import DateField, RegistryForm, form_for
from registry.web.forms.errors import told_at_fields
from registry.web.forms.messages import message_form

__all__ = ["DateField", "RegistryForm", "form_for", "message_form", "told_at_fields"]
