"""Asking a colleague to stand in while one is away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from registry.domain import absence as definition
from registry.domain.roles import ROLE_LABELS
from registry.infrastructure.clock import office_date
from registry.services import absences as service
from registry.services import posts
from registry.web.account.blueprint import blueprint
from registry.web.forms import form_for, told_at_fields
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/absence")
def absence() -> str:
    """The actor's posts, who stands in for them, and for whom the actor does."""
    work = current_work()
    return render_template(
        "account/absence.html",
        posts=service.own_posts(work),
        arranged=service.arranged(work),
        own_id=work.actor.user_id,
        now=work.now,
        first_day=office_date,
        last_day=posts.last_day,
        role_labels=ROLE_LABELS,
    )


@blueprint.route("/absence/<int:post_id>", methods=["GET", "POST"])
@commits
def arrange_absence(post_id: int) -> ResponseReturnValue:
    """Name the colleague and the days."""
    work = current_work()
    post = service.own_post(work, post_id)
    people = [(str(user.id), user.name) for user in service.colleagues(work, post)]
    form = form_for(*definition.FIELDS, choices={"colleague": people})()
    if form.validate_on_submit():
        with told_at_fields(form):
            service.delegate(work, post, form.typed())
            flash(gettext("代办已安排，双方会收到通知。"), "success")
            return redirect(url_for("account.absence"))
        post = service.own_post(work, post_id)
    return render_template(
        "account/absence_form.html",
        form=form,
        post=post,
        people=people,
        definition=definition,
        role_labels=ROLE_LABELS,
    ), form.status


@blueprint.post("/absence/<int:stand_in_id>/end")
@commits
def recall_stand_in(stand_in_id: int) -> ResponseReturnValue:
    """End an arrangement before its time, or call it off."""
    service.recall(current_work(), stand_in_id)
    flash(gettext("代办已结束，双方会收到通知。"), "success")
    return redirect(url_for("account.absence"))
