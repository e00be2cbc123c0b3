"""The menus: what a visitor can go to from every page."""

from __future__ import annotations

from typing import Any

from flask import current_app, request, url_for
from flask_babel import gettext, pgettext
from flask_security import current_user

from registry.domain.roles import BUREAU_ROLES, ENTERPRISE_ROLES, Role
from registry.web.work import current_work

Item = dict[str, Any]


def public() -> list[Item]:
    """The public site's menu."""
    return [
        _item(gettext("首页"), "public.home"),
        _item(gettext("公示查询"), "public.directory"),
        _item(gettext("查验证书"), "public.verify"),
        _item(gettext("登录"), "account.desk"),
    ]


def forget_visitor() -> None:
    """For the rest of this request nobody is signed in, and nobody asks the database; the session stays."""
    current_app.login_manager._update_request_context_with_user()  # type: ignore[attr-defined]  # noqa: SLF001


def private() -> dict[str, Any]:
    """The desk's menus for the seats the visitor holds; for a visitor, the public one."""
    home = url_for("public.home")
    if not current_user.is_authenticated:
        return {"public_nav": public(), "desk_nav": public(), "home_url": home}
    return {"public_nav": public(), "desk_nav": _desk(), "user_menu": _user_menu(), "home_url": home}


def _desk() -> list[Item]:
    actor = current_work().actor
    items = []
    if actor.has(ENTERPRISE_ROLES):
        items += [
            _item(gettext("工作台"), "enterprise.dashboard"),
            _item(gettext("自我声明"), "enterprise.declarations", "declaration"),
            _item(pgettext("list", "产品"), "enterprise.products", "product"),
            _item(gettext("证书"), "enterprise.certificates", "certificate"),
            _item(gettext("企业资料"), "enterprise.profile", "profile"),
        ]
    if actor.has(frozenset({Role.REVIEWER})):
        items.append(_item(gettext("待审事项"), "review.queue", "review."))
    if actor.has(BUREAU_ROLES):
        items.append(_item(gettext("证书监管"), "bureau.certificates", "bureau."))
    return items


def _user_menu() -> list[Item]:
    return [
        {"label": gettext("公开网站"), "url": url_for("public.home")},
        {"label": gettext("退出登录"), "url": url_for("security.logout"), "post": True},
    ]


def _item(label: str, endpoint: str, family: str = "") -> Item:
    """One entry; current on its own page and on those of its family (a part of the endpoint's name)."""
    here = request.endpoint or ""
    blueprint = endpoint.partition(".")[0]
    current = here == endpoint or bool(family and here.startswith(blueprint) and family in here)
    return {"label": label, "url": url_for(endpoint), "current": current}
