"""Work accounts from a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from wtforms import FileField, HiddenField

from registry.domain.staff_table import COLUMNS, MOST_ROWS, TEMPLATE
from registry.domain.tables import MOST_BYTES
from registry.services import staff_import as service
from registry.web.admin import table_files
from registry.web.admin.blueprint import blueprint
from registry.web.forms import RegistryForm, told_at_fields
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

    from registry.domain.staff_table import Table

_MOST_SHOWN: Final = 200  # mistakes; nobody corrects more before trying again


class ImportForm(RegistryForm):
    """A file, or the text of the one that was sent before."""

    file = FileField(lazy_gettext("人员表（CSV）"))
    text = HiddenField()


@blueprint.route("/staff/import", methods=["GET", "POST"])
@commits
def import_staff() -> ResponseReturnValue:
    """Make accounts for the people in a table: all of them or, where asked to, those in the right lines."""
    form, table, text = ImportForm(), None, ""
    if form.validate_on_submit():
        work = current_work()
        with told_at_fields(form):
            text = form.text.data or table_files.uploaded_text()
            table = service.read(work, text)
            if not table.mistakes or (form.text.data and table.rows):
                return _written(table)
    page = render_template(
        "admin/import.html",
        form=form,
        table=table,
        text=text,
        shown=table.mistakes[:_MOST_SHOWN] if table else [],
        columns=list(COLUMNS),
        most=MOST_ROWS,
        most_bytes=MOST_BYTES,
    )
    return page, 422 if table else form.status


@blueprint.get("/staff/import/template.csv")
def import_template() -> Response:
    """A table to begin with."""
    return table_files.template(TEMPLATE, "staff.csv")


def _written(table: Table) -> ResponseReturnValue:
    result = service.write(current_work(), table)
    flash(
        gettext(
            "已建立 %(accounts)s 个账号，提出 %(proposals)s 个岗位，等安全管理员授予。",
            accounts=result.accounts,
            proposals=result.proposals,
        ),
        "success",
    )
    if table.mistakes:
        flash(gettext("有错误的 %(count)s 行没有导入。", count=table.wrong_lines), "warning")
    return redirect(url_for("admin.staff"))
