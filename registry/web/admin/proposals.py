"""Posts that wait for the security administrator: giving or refusing many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from registry.domain.errors import Duplicate, InvalidFields
from registry.domain.messages import N_, Message
from registry.domain.roles import ROLE_LABELS
from registry.infrastructure.database import db
from registry.services import proposals as service
from registry.web import trail
from registry.web.admin.blueprint import blueprint
from registry.web.incoming import row_number
from registry.web.messages import translated
from registry.web.pagination import page_number
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.route("/posts/proposed", methods=["GET", "POST"])
@commits
def proposals() -> ResponseReturnValue:
    """The posts asked for, and deciding on those that are ticked; `all` ticks every box of the page."""
    if request.method == "POST":
        return _decided()
    work = current_work()
    bureau_id = row_number(request.args.get("bureau"))
    found = service.waiting(work, bureau_id=bureau_id, page=page_number())
    if found.rows:
        # Whole addresses stand there: two people of one name have to be told apart before one is given a post.
        trail.record_read("admin:user:find", None, found=len(found.rows))
    return render_template(
        "admin/proposals.html",
        page=found,
        number=page_number(),
        bureaus=service.bureaus_waiting(work),
        bureau_id=bureau_id,
        ticked="all" in request.args,
        role_labels=ROLE_LABELS,
        address=lambda number: url_for("admin.proposals", bureau=bureau_id, page=number),
    )


def _decided() -> ResponseReturnValue:
    """Give the posts that were ticked, or refuse them; what cannot be given stays, with the reason."""
    ids = {number for text in request.form.getlist("proposal") if (number := row_number(text)) is not None}
    try:
        granted = _pressed()
        outcome = service.decide(current_work(), ids, granted=granted)
    except (InvalidFields, Duplicate) as error:
        db.session.rollback()
        flash(translated(error.message if isinstance(error, Duplicate) else error.fields["proposal"]), "warning")
        return redirect(url_for("admin.proposals"))
    words = gettext("已授予 %(count)s 个岗位。") if granted else gettext("已退回 %(count)s 个岗位。")
    flash(words % {"count": outcome.done}, "success")
    for row, message in outcome.problems:
        flash(gettext("%(name)s：%(why)s", name=row.user.name, why=translated(message)), "warning")
    return redirect(url_for("admin.proposals"))


def _pressed() -> bool:
    """Whether the posts are to be given or refused; Enter in one of the boxes presses neither button.

    Raises:
        InvalidFields: neither was pressed.
    """
    pressed = {"grant": True, "refuse": False}.get(request.form.get("action", ""))
    if pressed is None:
        raise InvalidFields({"proposal": Message(N_("请按下面的一个按钮作出决定。"))})
    return pressed
