"""Giving and ending posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from registry.domain.roles import ROLE_LABELS
from registry.services import posts as service
from registry.services import staff
from registry.web.admin import choices
from registry.web.admin.blueprint import blueprint
from registry.web.admin.receivers import chosen, form_of
from registry.web.forms import RegistryForm, told_at_fields
from registry.web.incoming import row_number
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


class PostForm(RegistryForm):
    """Which role, and where."""

    role = SelectField(lazy_gettext("岗位"), validate_choice=False)
    bureau = SelectField(lazy_gettext("主管部门"), validate_choice=False)


@blueprint.route("/staff/<int:user_id>/posts/new", methods=["GET", "POST"])
@commits
def give_post(user_id: int) -> ResponseReturnValue:
    """Give a person a post, from now on."""
    work = current_work()
    user = staff.get(work, user_id)
    form = PostForm()
    form.role.choices = [SelectChoice(*pair) for pair in [("", "—"), *choices.roles()]]
    form.bureau.choices = [SelectChoice(*pair) for pair in [("", "—"), *choices.bureaus(work)]]
    if form.validate_on_submit():
        with told_at_fields(form):
            service.give(work, user_id, role=form.role.data or "", bureau_id=row_number(form.bureau.data))
            flash(gettext("岗位已授予，本人会收到通知。"), "success")
            return redirect(url_for("admin.person", user_id=user_id))
    return render_template("admin/post_form.html", form=form, user=user), form.status


@blueprint.route("/posts/<int:post_id>/end", methods=["GET", "POST"])
@commits
def end_post(post_id: int) -> ResponseReturnValue:
    """End a post, once it is said who goes on with its open cases."""
    work = current_work()
    post = service.get(work, post_id)
    cases = service.cases_to_hand_on(work, [post]) if service.lasts(work, post) else {}
    form = form_of(work, post.user_id, {post.bureau: len(cases[post.bureau.id])} if cases and post.bureau else {})
    if form.validate_on_submit():
        with told_at_fields(form):
            service.end(work, post, hand_to=chosen(form))
            flash(gettext("岗位已终止，本人会收到通知。"), "success")
            return redirect(url_for("admin.person", user_id=post.user_id))
        post = service.get(work, post_id)
    return render_template(
        "admin/post_end.html", form=form, post=post, lasts=service.lasts(work, post), role_labels=ROLE_LABELS
    ), form.status
