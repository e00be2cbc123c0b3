"""The menus: what a visitor can go to from every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app, request, url_for
from flask_babel import gettext, pgettext
from flask_security import current_user

from registry.domain.administration import DUTIES, Duty
from registry.domain.roles import ADMIN_ROLES, BUREAU_ROLES, CASE_ROLES, ENTERPRISE_ROLES, Role, Subject
from registry.web import acting, sessions
from registry.web.work import current_work

if TYPE_CHECKING:
    from registry.domain.roles import Actor

Item = dict[str, Any]


def public() -> list[Item]:
    """The public site's menu."""
    return [
        _item(gettext("首页"), "public.home"),
        _item(gettext("公示查询"), "public.directory"),
        _item(gettext("查验证书"), "public.verify"),
        _item(gettext("办事指南"), "public.guides", "guide"),
        _item(gettext("登录"), "account.desk"),
    ]


def footer() -> list[Item]:
    """What stands at the foot of every page."""
    return [
        _item(gettext("办事指南"), "public.guides"),
        _item(gettext("关于本平台"), "public.about"),
        _item(gettext("个人信息处理规则"), "public.privacy"),
    ]


def forget_visitor() -> None:
    """For the rest of this request nobody is signed in, and nobody asks the database; the session stays."""
    current_app.login_manager._update_request_context_with_user()  # type: ignore[attr-defined]  # noqa: SLF001


def private() -> dict[str, Any]:
    """The desk's menus for the seats the visitor holds; for a visitor, the public one."""
    home = url_for("public.home")
    if not current_user.is_authenticated:
        return {"public_nav": public(), "desk_nav": public(), "home_url": home}
    return {
        "public_nav": public(),
        "desk_nav": [] if sessions.is_halfway() else _desk(),
        "user_menu": _user_menu(),
        "firm_menu": acting.menu(current_work().actor),
        "home_url": home,
    }


def _desk() -> list[Item]:
    actor = current_work().actor
    items = []
    if actor.has(ENTERPRISE_ROLES):
        items += [
            _item(gettext("工作台"), "enterprise.dashboard"),
            _item(gettext("申报"), "enterprise.filings", "filing"),
            _item(pgettext("list", "产品"), "enterprise.products", "product", "import"),
            _item(gettext("证书"), "enterprise.certificates", "certificate"),
            _item(gettext("企业档案"), "enterprise.dossier", "profile", "factor", "_line", "evidence", "trade"),
            _item(gettext("成员"), "enterprise.members", "member"),
        ]
    if actor.has(frozenset({Role.REVIEWER})):
        items.append(_item(gettext("待审事项"), "review.queue", "review."))
    if any(seat.role is Role.REVIEWER and seat.subject is Subject.MARKET_SUPERVISION for seat in actor.seats):
        items.append(_item(gettext("企业核验"), "bureau.claims", "claim"))
    if actor.has(CASE_ROLES):
        items.append(_item(gettext("证书监管"), "bureau.certificates", "certificate"))
    if actor.has(BUREAU_ROLES):
        items.append(_item(gettext("代办安排"), "account.absence"))
    if actor.has(frozenset({Role.AUDIT_ADMIN})):
        items.append(_item(gettext("审计记录"), "audit.trail", "audit."))
    return items + _administration(actor)


def _administration(actor: Actor) -> list[Item]:
    """The pages of one administrator; nobody has those of two."""
    pages = {
        Duty.HOME: _item(gettext("管理首页"), "admin.home"),
        Duty.SEE_STAFF: _item(gettext("工作人员"), "admin.staff", "staff"),
        Duty.GIVE_POSTS: _item(gettext("待授予岗位"), "admin.proposals"),
        Duty.BUREAUS: _item(gettext("主管部门"), "admin.bureaus", "bureau"),
        Duty.CERTIFICATION_BODIES: _item(gettext("认证机构名录"), "admin.certification_bodies", "certification_bod"),
    }
    return [item for duty, item in pages.items() if actor.has(DUTIES[duty])]


def _user_menu() -> list[Item]:
    own = [
        {"label": gettext("我的账号"), "url": url_for("account.profile")},
        {"label": gettext("账号安全"), "url": url_for("security.sessions")},
    ]
    if not current_work().actor.has(ADMIN_ROLES):
        own.append({"label": gettext("我的申请"), "url": url_for("enterprise.requests")})
    return [
        *own,
        {"label": gettext("公开网站"), "url": url_for("public.home")},
        {"label": gettext("退出登录"), "url": url_for("security.logout"), "post": True},
    ]


def _item(label: str, endpoint: str, *families: str) -> Item:
    """One entry; current on its own page and on those of its families (parts of the endpoints' names)."""
    here = request.endpoint or ""
    blueprint = endpoint.partition(".")[0]
    current = here == endpoint or (here.startswith(blueprint) and any(family in here for family in families))
    return {"label": label, "url": url_for(endpoint), "current": current}
