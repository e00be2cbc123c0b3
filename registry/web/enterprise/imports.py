"""Many products or declarations from one spreadsheet: the template, the upload, what is wrong, taking it in."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flask import Response, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, FileField, HiddenField

from registry.domain.errors import InvalidFields
from registry.domain.messages import N_, Message
from registry.domain.retention import BULK_IMPORTS
from registry.infrastructure import workbooks
from registry.infrastructure.inspection import WORKBOOK_LIMITS, RefusedFile
from registry.services import bulk_imports as service
from registry.services.bulk_targets import TARGETS
from registry.web import sessions
from registry.web.enterprise.blueprint import blueprint
from registry.web.forms import RegistryForm, told_at_fields
from registry.web.messages import translated
from registry.web.transaction import commits
from registry.web.uploads import received, workbook
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from registry.models import BulkImport

_SECONDS: Final = 3  # after which a page that shows work under way is loaded again


class UploadForm(RegistryForm):
    """A spreadsheet."""

    file = FileField(lazy_gettext("填好的表格"))


class StartForm(RegistryForm):
    """Which button was pressed: that what is right is meant, although not all of the spreadsheet is."""

    only_right = BooleanField()


class CancelForm(RegistryForm):
    """What the spreadsheet was at when the page was made."""

    shown = HiddenField()


@blueprint.get("/imports")
def imports() -> str:
    """The kinds of spreadsheets, and those that were sent."""
    return render_template(
        "enterprise/imports.html",
        targets=TARGETS,
        imports=service.list_own(current_work()),
        kept_days=BULK_IMPORTS.days,
    )


@blueprint.get("/imports/template/<kind>")
def import_template(kind: str) -> Response:
    """The workbook to fill in, with what the firm can choose from."""
    work = current_work()
    definition = service.template(work, kind)
    with tempfile.TemporaryDirectory(dir=work.settings.data_dir, prefix="workbook-") as folder:
        path = Path(folder) / "template.xlsx"
        workbooks.write_template(path, definition, say=translated)
        name = gettext("批量导入模板-%(kind)s", kind=gettext(TARGETS[kind].LABEL))
        return workbook(path.read_bytes(), name=name)


@blueprint.route("/imports/new/<kind>", methods=["GET", "POST"])
@commits
def upload_import(kind: str) -> ResponseReturnValue:
    """Send a spreadsheet."""
    work = current_work()
    definition = service.template(work, kind)
    form = UploadForm()
    if form.validate_on_submit():
        with told_at_fields(form):
            added = _sent(kind)
            return redirect(url_for("enterprise.bulk_import", import_id=added.id))
    page = render_template(
        "enterprise/import_new.html",
        target=TARGETS[kind],
        form=form,
        definition=definition,
        max_bytes=min(work.settings.max_upload_bytes, WORKBOOK_LIMITS.max_bytes),
    )
    return page, form.status


@blueprint.get("/imports/<int:import_id>")
def bulk_import(import_id: int) -> ResponseReturnValue:
    """How far it has come; the page loads itself again while the worker is at it."""
    return _page(service.get_own(current_work(), import_id), StartForm())


@blueprint.post("/imports/<int:import_id>/start")
@commits
def start_import(import_id: int) -> ResponseReturnValue:
    """Take the right rows in."""
    form = StartForm()
    with told_at_fields(form):
        only_right = bool(form.only_right.data)
        service.start(current_work(), import_id, revision=form.shown_revision, only_right=only_right)
        return redirect(url_for("enterprise.bulk_import", import_id=import_id))
    return _page(service.get_own(current_work(), import_id), form)


@blueprint.post("/imports/<int:import_id>/cancel")
@commits
def cancel_import(import_id: int) -> ResponseReturnValue:
    """Take nothing in, or nothing more."""
    service.cancel(current_work(), import_id, shown=CancelForm().shown.data or "")
    return redirect(url_for("enterprise.bulk_import", import_id=import_id))


@blueprint.get("/imports/<int:import_id>/remarks")
def import_remarks(import_id: int) -> Response:
    """The same rows with what is wrong, to be corrected and sent again."""
    name, content = service.read_remarks(current_work(), import_id)
    return workbook(content, name=gettext("处理结果-%(name)s", name=name))


def _sent(kind: str) -> BulkImport:
    try:
        with received("file") as upload:
            if upload is None:
                raise InvalidFields({"file": Message(N_("请选择文件。"))})
            return service.upload(current_work(), kind, upload.path, upload.name)
    except RefusedFile as error:
        raise InvalidFields({"file": error.message}) from error


def _page(row: BulkImport, form: StartForm) -> ResponseReturnValue:
    work = current_work()
    form.revision.data = str(row.revision)
    done = service.outcomes(work, row) if row.done else {}
    failed = bool(done.get("failed"))
    listed = failed or row.status == "checked"
    page = render_template(
        "enterprise/import.html",
        row=row,
        form=form,
        cancelling=CancelForm(formdata=None, shown=row.status),
        target=TARGETS[row.kind],
        right=row.total - row.wrong,
        effects={note["effect"] for note in row.notes or []},
        known=service.count_known(work, row) if row.status == "checked" else 0,
        outcomes=done,
        mistakes=service.first_mistakes(work, row, failed=failed) if listed else [],
        most_shown=service.MOST_MISTAKES,
        message_of=service.message_of,
        reload_after=_SECONDS if row.status in service.AT_WORK else None,
        unattended=f"{url_for('enterprise.bulk_import', import_id=row.id)}?{sessions.UNATTENDED}=yes",
    )
    return page, form.status
