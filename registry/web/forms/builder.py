"""From a field's definition to a control on a page.

The forms carry what was typed and show what is wrong with it; what *is* wrong, the domain says. So there are no
validators here but CSRF: a rule stands in one place, for the page, the bulk upload and the interface alike.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from flask_wtf import FlaskForm
from wtforms import (
    FieldList,
    FileField,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice

from registry.domain.requirements import Field, Kind
from registry.web.incoming import row_number
from registry.web.messages import translated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.domain.messages import Message

# A first line that chooses nothing, so that nobody picks the first place by accident.
_NOTHING: Final = SelectChoice("", "—")
_FEW: Final = 6  # Up to this many choices stand open as radio buttons.


class DateWidget(widgets.DateInput):  # type: ignore[misc]  # WTForms ships no types.
    """A native picker for a date, and plain text where something else was typed: a picker would not show it."""

    def __call__(self, field: StringField, **kwargs: Any) -> Any:
        if field.data and not _picker_shows(field.data):
            kwargs["type"] = "text"
        return super().__call__(field, **kwargs)


def _picker_shows(text: str) -> bool:
    """Whether a picker shows this date: 2026-11-20, but not 20261120, which is a date as well."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


class DateField(StringField):  # type: ignore[misc]  # WTForms ships no types.
    """A date, kept as it was typed."""

    widget = DateWidget()


class BoxesField(SelectMultipleField):  # type: ignore[misc]  # WTForms ships no types.
    """Several of a list, as boxes to tick."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def process_data(self, value: Any) -> None:
        """Take what is kept; of a single box, that is its value and not a list."""
        super().process_data([value] if isinstance(value, str) and value else value)


class RegistryForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types.
    """A form whose controls come from definitions, and whose errors come from the domain."""

    definitions: tuple[Field, ...] = ()
    revision = HiddenField()

    def typed(self) -> dict[str, Any]:
        """Everything as it was typed, in the shape the domain reads."""
        return {definition.name: _typed(definition, self[definition.name]) for definition in self.definitions}

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows this form: 422 where something is wrong with it."""
        return 422 if self.errors or self.form_errors else 200

    @property
    def shown_revision(self) -> int:
        """The revision the page was made for; -1, which is always stale, where the page has been tampered with."""
        sent = self.revision.raw_data  # Not `data`: where none was sent, that is what the row has now.
        number = row_number(sent[0] if sent else None)
        return -1 if number is None else number

    def show_errors(self, fields: Mapping[str, Message]) -> None:
        """Put each message at its field; what belongs to no field of this form goes to the top."""
        for name, message in fields.items():
            target = self._find(name)
            if target is None:
                self.form_errors.append(translated(message))
            else:
                target.errors = [*target.errors, translated(message)]

    def _find(self, name: str) -> Any:
        """The control with this full name, also inside rows; a column `evidence` is shown at its file input."""
        if name in self:
            return self[name]
        head, _, rest = name.partition("-")
        number, _, column = rest.partition("-")
        if head not in self or not column:
            return None
        row = self[head].entries[int(number)].form
        return row[f"{column}_file"] if f"{column}_file" in row else row[column]


def form_for(
    *fields: Field, choices: Mapping[str, Any] | None = None, base: type[RegistryForm] = RegistryForm
) -> type[RegistryForm]:
    """A form class with a control for each definition.

    Args:
        fields: the definitions.
        choices: choices that are not in the definition, by field name: pairs, or groups of pairs.
        base: a class with further fields.
    """
    controls = {name: control for field in fields for name, control in _controls(field, choices or {}).items()}
    return type("Form", (base,), {"definitions": fields, **controls})


def _controls(field: Field, choices: Mapping[str, Any], *, in_row: bool = False) -> dict[str, Any]:
    """The control for a definition; a file has two, the input and the number of what is already kept."""
    label = translated(field.label)
    if field.kind is Kind.ROWS:
        columns = {
            name: control
            for column in field.columns
            for name, control in _controls(column, choices, in_row=True).items()
        }
        row = type("Row", (PlainForm,), columns)
        return {field.name: FieldList(FormField(row), label, min_entries=1)}
    if field.kind is Kind.FILE:
        return {
            field.name: HiddenField(),
            f"{field.name}_file": FileField(label, **_marks(field)),
        }
    return {field.name: _single(field, label, choices, in_row=in_row)}


def _single(field: Field, label: str, choices: Mapping[str, Any], *, in_row: bool) -> Any:
    marks = _marks(field)
    if field.kind is Kind.DATE:
        return DateField(label, **marks)
    if field.kind in {Kind.TEXT, Kind.LINES}:
        return TextAreaField(label, **marks | {"render_kw": {"rows": 4}})
    if field.kind is Kind.LINE:
        return StringField(label, **marks)
    options = _options(
        choices[field.name] if field.name in choices else [(value, translated(text)) for value, text in field.choices]
    )
    if field.kind in {Kind.CHOICES, Kind.EVIDENCE, Kind.FLAG}:
        return BoxesField(label, choices=options, validate_choice=False, **marks)
    if field.choices and len(options) <= _FEW and not in_row:
        return RadioField(label, choices=options, validate_choice=False, **marks)
    return SelectField(label, choices=[_NOTHING, *options], validate_choice=False, **marks)


def _options(pairs: Any) -> list[SelectChoice]:
    """Choices from pairs of value and label, or from groups of such pairs by the group's label."""
    if isinstance(pairs, dict):
        return [SelectChoice(value, label, optgroup=group) for group, each in pairs.items() for value, label in each]
    return [SelectChoice(value, label) for value, label in pairs]


class _Required:
    """Marks a control as required on the page; whether it is filled in, the domain says."""

    field_flags: Final = {"required": True}

    def __call__(self, _form: PlainForm, _field: Any) -> None:
        """Refuse nothing."""


def _marks(field: Field) -> dict[str, Any]:
    """What every control gets: whether it is required, and no suggestions from earlier visitors."""
    return {
        "validators": [_Required()] if field.required else [],
        "render_kw": {"autocomplete": "off"} if field.kind is Kind.LINE else {},
    }


def _typed(definition: Field, control: Any) -> Any:
    if definition.kind is Kind.ROWS:
        return [
            {column.name: _typed(column, entry.form[column.name]) for column in definition.columns}
            for entry in control.entries
        ]
    if definition.kind in {Kind.CHOICES, Kind.EVIDENCE}:
        return list(control.data or [])
    if definition.kind is Kind.FLAG:
        return "yes" if "yes" in (control.data or []) else ""
    return control.data or ""
