"""Entering something for a filing: the way from one of its fields to the form, and back with the new thing chosen.

An address that carries ``?filing=7&field=line`` says for which field something is entered. Nothing else is believed:
the filing has to be the firm's own and open for changes, and the field has to take such a thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from registry.domain.filings import DEFINITIONS
from registry.domain.requirements import Kind
from registry.services import filings
from registry.services.filing_kinds import kind_named
from registry.web.enterprise.filing_words import title_of
from registry.web.incoming import row_number
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from registry.domain.requirements import Field
    from registry.models import Filing


@dataclass(frozen=True, slots=True)
class Errand:
    """Something is entered for this field of this filing."""

    filing: Filing
    field: Field

    @property
    def args(self) -> dict[str, Any]:
        """What the address of the form carries."""
        return {"filing": self.filing.id, "field": self.field.name}

    @property
    def url(self) -> str:
        """Where it came from: the field on the filing's step."""
        step = DEFINITIONS[self.filing.kind].step_of(self.field.name)
        return url_for("enterprise.edit_filing", filing_id=self.filing.id, step_name=step.name, _anchor=self.field.name)

    @property
    def title(self) -> str:
        """What the filing is called."""
        return title_of(self.filing)

    @property
    def known(self) -> dict[str, str]:
        """What the filing says already of the file that is entered for it, as the form of its kind wants it."""
        return kind_named(self.filing.kind).known_of_file(current_work(), self.filing, self.field)

    def finish(self, number: int) -> ResponseReturnValue:
        """Choose what was entered, and go back.

        Raises:
            StaleRevision: the filing was changed at this very moment.
        """
        work, chosen = current_work(), str(number)
        if self.field.kind is not Kind.CHOICE:
            before = list(self.filing.content.get(self.field.name) or [])
            value: Any = before if chosen in before else [*before, chosen]
        else:
            value = chosen
        step = DEFINITIONS[self.filing.kind].step_of(self.field.name)
        filings.save_step(work, self.filing.id, step.name, {self.field.name: value}, revision=self.filing.revision)
        flash(gettext("已登记，并在申报中选用。"), "success")
        return redirect(self.url)


def errand_for(field_name: str = "", *, evidence_kind: str = "") -> Errand | None:
    """What this request is about to enter something for; None where it comes from no filing, or not from such a field.

    Args:
        field_name: the field that takes what the page enters, where there is but one.
        evidence_kind: else the kind of evidence that the field must take.

    Raises:
        NotFound: the filing is another firm's.
    """
    number = row_number(request.args.get("filing"))
    if number is None:
        return None
    filing = filings.get_own(current_work(), number, to_file=True)
    field = DEFINITIONS[filing.kind].fields.get(field_name or request.args.get("field", ""))
    if field is None or field.evidence_kind != evidence_kind or not filings.is_open(current_work(), filing, field.name):
        return None
    return Errand(filing, field)


def here(errand: Errand | None, **more: str) -> str:
    """The address of this very page, which its form is sent to, with what it is entered for."""
    args: dict[str, Any] = {**(request.view_args or {}), **(errand.args if errand else {}), **more}
    return url_for(request.endpoint or "", **args)
