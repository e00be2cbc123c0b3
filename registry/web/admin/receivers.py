"""The question who goes on with somebody's open cases: one choice for each office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from registry.services import assignments
from registry.services.posts import PILE
from registry.web.forms import RegistryForm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.models import Bureau
    from registry.services.work import Work

_PREFIX = "to-"


def form_of(work: Work, user_id: int, cases: Mapping[Bureau, int]) -> RegistryForm:
    """A form that asks for each office with open cases who gets them; without any there is nothing to ask."""
    known = assignments.colleagues(work, [bureau.id for bureau in cases], user_id)
    fields = {}
    for bureau, count in cases.items():
        label = gettext("%(bureau)s的 %(count)s 件在办案件交给", bureau=bureau.name, count=count)
        options = [SelectChoice(str(user.id), user.name) for user in known.get(bureau.id, [])]
        options.append(SelectChoice(PILE, gettext("放回待办，由本部门审核人员承办")))
        fields[f"{_PREFIX}{bureau.id}"] = RadioField(label, choices=options, validate_choice=False)
    form: RegistryForm = type("ReceiverForm", (RegistryForm,), fields)()
    return form


def chosen(form: RegistryForm) -> dict[int, str]:
    """The answers by office."""
    return {int(field.name.removeprefix(_PREFIX)): field.data or "" for field in form if field.name.startswith(_PREFIX)}
