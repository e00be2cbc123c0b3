"""The papers that prove whose a firm is, on their way in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask_babel import lazy_gettext
from wtforms import FileField

from registry.domain.claims import LETTER_PAPER, LICENCE_PAPER
from registry.domain.messages import N_, Message
from registry.infrastructure.inspection import RefusedFile
from registry.services import papers
from registry.web.forms import RegistryForm
from registry.web.uploads import received
from registry.web.work import current_work

if TYPE_CHECKING:
    from registry.services.papers import Paper

BOTH: Final = 2  # papers
_MISSING: Final = N_("请上传文件。")
_AGAIN: Final = N_("其他内容需要更正。浏览器不保留文件，改好后请重新选择这份文件再提交。")


class Required:
    """Marks a control as required on the page."""

    field_flags: Final = {"required": True}

    def __call__(self, _form: Any, _field: Any) -> None:
        """Refuse nothing: that there is no file, `kept` says."""


class LicenceField(RegistryForm):
    """The licence alone."""

    licence = FileField(
        lazy_gettext(LICENCE_PAPER.label), description=lazy_gettext(LICENCE_PAPER.help), validators=[Required()]
    )


class PaperFields(LicenceField):
    """The licence, and the letter by which the firm authorises the person."""

    letter = FileField(
        lazy_gettext(LETTER_PAPER.label), description=lazy_gettext(LETTER_PAPER.help), validators=[Required()]
    )


def kept(form: RegistryForm, *names: str) -> dict[str, Paper]:
    """Those of the files sent that are accepted, by field; what is wrong with the others is told there."""
    found, wrong = {}, {}
    for name in names:
        try:
            with received(name) as upload:
                if upload is None:
                    wrong[name] = Message(_MISSING)
                else:
                    found[name] = papers.keep(current_work(), upload.path, upload.name)
        except RefusedFile as error:
            wrong[name] = error.message
    form.show_errors(wrong)
    return found


def ask_again(form: RegistryForm, found: dict[str, Paper]) -> None:
    """Say at the fields of files that were right that they have to be chosen once more; no browser keeps them."""
    if form.errors or form.form_errors:
        form.show_errors({name: Message(_AGAIN) for name in found})
