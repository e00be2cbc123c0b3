"""Chinese first, English on request.

A private page remembers the choice in the session. A public page has no session, since caches share it, so there
the language is part of the address (`?lang=en`) and is carried on by every link to another public page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from flask import Flask, g, request, session, url_for
from flask_babel import Babel, get_domain

from registry.config import PROJECT_ROOT
from registry.web.access import is_public

if TYPE_CHECKING:
    from flask import Response

DEFAULT: Final = "zh_Hans_CN"
ENGLISH: Final = "en"
_TAGS: Final = {DEFAULT: "zh-Hans", ENGLISH: "en"}
_LOCALES: Final = {"zh": DEFAULT, "en": ENGLISH}  # What an address may ask for.


def choose() -> str:
    """The locale of this request."""
    if "locale" not in g:
        asked = request.args.get("lang") if request else None
        public = not request or is_public(request.endpoint)
        if asked in _LOCALES and not public:
            session["lang"] = asked
        wanted = asked if asked in _LOCALES or public else session.get("lang")
        g.locale = _LOCALES.get(wanted or "", DEFAULT)
    return str(g.locale)


def tag() -> str:
    """The BCP 47 tag for the page's `lang` attribute."""
    return _TAGS[choose()]


def other_url() -> str:
    """This page in the other language. What stands in the address is copied and never interpreted."""
    lang = "zh" if choose() == ENGLISH else "en"
    if request.endpoint is None or request.method != "GET":
        return url_for("public.home", lang=lang)
    args = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{quote(request.root_path + request.path)}?{urlencode([*args, ('lang', lang)])}"


def remember(response: Response) -> Response:
    """Keep the choice also where the answer has no words: the page it redirects to has."""
    choose()
    return response


def carried() -> str:
    """What links and forms of this page must say of the language: nothing in Chinese, or where a session knows it."""
    return "en" if request and is_public(request.endpoint) and choose() == ENGLISH else ""


def carry_on(endpoint: str, values: dict[str, Any]) -> None:
    """Put the language into links between public pages."""
    if endpoint != "static" and (lang := carried()):
        values.setdefault("lang", lang)


def init_app(app: Flask) -> None:
    """Set up the catalogues and the choice."""
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(PROJECT_ROOT / "registry" / "translations")
    Babel(app, locale_selector=choose)
    # The extension looks its catalogue up for every word; a page has a hundred of them.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # The i18n extension adds it.
        lambda text: _catalogue().ugettext(text),
        lambda one, many, count: _catalogue().ungettext(one, many, count),
        newstyle=True,
        pgettext=lambda context, text: _catalogue().upgettext(context, text),
    )
    app.url_defaults(carry_on)
    app.after_request(remember)


def _catalogue() -> Any:
    """This request's catalogue."""
    if "catalogue" not in g:
        g.catalogue = get_domain().get_translations()
    return g.catalogue
