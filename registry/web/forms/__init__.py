"""Forms, built from the definitions in `registry.domain`."""

from registry.web.forms.builder import RegistryForm, form_for
from registry.web.forms.errors import told_at_fields

__all__ = ["RegistryForm", "form_for", "told_at_fields"]
