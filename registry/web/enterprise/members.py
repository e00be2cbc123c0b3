"""Who acts for the firm: the list, invitations, requests to be let in, roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext

from registry.domain.roles import ROLE_LABELS, Role
from registry.services import enterprises, invitations
from registry.services import members as service
from registry.web.enterprise.blueprint import blueprint
from registry.web.forms import RegistryForm, form_for, told_at_fields
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/members")
def members() -> ResponseReturnValue:
    """Everybody who acts for the firm; its owners manage them."""
    return _page(_invite_form())


@blueprint.post("/members/invite")
@commits
def invite() -> ResponseReturnValue:
    """Invite somebody by mail."""
    form = _invite_form()
    if form.validate_on_submit():
        with told_at_fields(form):
            invitations.invite(current_work(), form.typed())
            flash(gettext("邀请已发出，%(days)s 天内有效。", days=invitations.LASTS.days), "success")
            return redirect(url_for("enterprise.members"))
    return _page(form)


@blueprint.post("/members/invitations/<int:invitation_id>/resend")
@commits
def resend_invitation(invitation_id: int) -> ResponseReturnValue:
    """Send an invitation again, with a new link."""
    invitations.resend(current_work(), invitation_id)
    return _done(gettext("邀请已重新发出，原来的链接失效。"))


@blueprint.post("/members/invitations/<int:invitation_id>/revoke")
@commits
def revoke_invitation(invitation_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    invitations.revoke(current_work(), invitation_id)
    return _done(gettext("邀请已撤回，链接失效。"))


@blueprint.post("/members/requests/<int:request_id>")
@commits
def answer_request(request_id: int) -> ResponseReturnValue:
    """Let somebody in who has asked, or say no."""
    grant = request.form.get("answer") == "grant"
    service.answer(current_work(), request_id, request.form, grant=grant)
    return _done(gettext("已同意加入。") if grant else gettext("已拒绝申请。"))


@blueprint.post("/members/<int:membership_id>/role")
@commits
def change_role(membership_id: int) -> ResponseReturnValue:
    """Give a member another role."""
    service.change_role(current_work(), membership_id, request.form)
    return _done(gettext("角色已调整。"))


@blueprint.post("/members/<int:membership_id>/remove")
@commits
def remove_member(membership_id: int) -> ResponseReturnValue:
    """End a member's acting for the firm."""
    service.remove(current_work(), membership_id)
    return _done(gettext("成员已移除。"))


@blueprint.post("/members/<int:membership_id>/hand-over")
@commits
def hand_over(membership_id: int) -> ResponseReturnValue:
    """Make another member the owner in one's own place."""
    service.hand_over(current_work(), membership_id)
    return _done(gettext("企业账号已移交，您现在是填报人。"))


@blueprint.post("/members/leave")
@commits
def leave() -> ResponseReturnValue:
    """Stop acting for the firm."""
    enterprise = service.leave(current_work())
    session.pop("acting_for", None)
    flash(gettext("您已退出：%(name)s", name=enterprise.name), "success")
    return redirect(url_for("account.desk"))


def _invite_form() -> RegistryForm:
    return form_for(invitations.EMAIL_FIELD, service.ROLE_FIELD)()


def _done(text: str) -> ResponseReturnValue:
    flash(text, "success")
    return redirect(url_for("enterprise.members"))


def _page(form: RegistryForm) -> ResponseReturnValue:
    work = current_work()
    page = render_template(
        "enterprise/members.html",
        enterprise=enterprises.own(work),
        members=service.list_own(work),
        invitations=invitations.list_open(work),
        waiting=service.requests_waiting(work),
        is_owner=work.actor.has(frozenset({Role.OWNER})),
        me=work.actor.user_id,
        now=work.now,
        roles=ROLE_LABELS,
        choices=service.ROLE_FIELD.choices,
        form=form,
        email_field=invitations.EMAIL_FIELD,
        role_field=service.ROLE_FIELD,
    )
    return page, form.status
