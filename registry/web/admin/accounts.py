"""What the security administrator does with accounts: deactivating, unlocking, lost second factors, sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from registry.services import staff as service
from registry.web.admin.blueprint import blueprint
from registry.web.admin.receivers import chosen, form_of
from registry.web.forms import told_at_fields
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.route("/staff/<int:user_id>/deactivate", methods=["GET", "POST"])
@commits
def deactivate(user_id: int) -> ResponseReturnValue:
    """Bar a person from signing in, once it is said who goes on with the open cases."""
    work = current_work()
    user = service.get(work, user_id)
    form = form_of(work, user_id, service.cases_to_hand_on(work, user_id))
    if form.validate_on_submit():
        with told_at_fields(form):
            service.deactivate(work, user_id, hand_to=chosen(form))
            flash(gettext("账号已停用，所有登录已结束。"), "success")
            return redirect(url_for("admin.person", user_id=user_id))
    return render_template("admin/deactivate.html", form=form, user=user), form.status


@blueprint.post("/staff/<int:user_id>/reactivate")
@commits
def reactivate(user_id: int) -> ResponseReturnValue:
    """Let a person sign in again."""
    service.reactivate(current_work(), user_id)
    flash(gettext("账号已恢复，原有岗位继续有效。"), "success")
    return redirect(url_for("admin.person", user_id=user_id))


@blueprint.post("/staff/<int:user_id>/unlock")
@commits
def unlock(user_id: int) -> ResponseReturnValue:
    """Forget failed tries."""
    service.unlock(current_work(), user_id)
    flash(gettext("账号已解锁，可以立即登录。"), "success")
    return redirect(url_for("admin.person", user_id=user_id))


@blueprint.route("/staff/<int:user_id>/second-factor", methods=["GET", "POST"])
@commits
def reset_factors(user_id: int) -> ResponseReturnValue:
    """Take away second factors that are lost, after the person has been recognised."""
    work = current_work()
    user = service.get(work, user_id)
    form = form_of(work, user_id, {})
    if form.validate_on_submit():
        service.reset_factors(work, user_id)
        flash(gettext("第二重验证已重置，所有登录已结束。"), "success")
        return redirect(url_for("admin.person", user_id=user_id))
    return render_template("admin/reset_factors.html", form=form, user=user), form.status


@blueprint.post("/staff/<int:user_id>/end-sessions")
@commits
def end_sessions(user_id: int) -> ResponseReturnValue:
    """End all sessions of a person."""
    count = service.end_sessions(current_work(), user_id)
    flash(gettext("已结束 %(count)s 个登录。", count=count), "success")
    return redirect(url_for("admin.person", user_id=user_id))
