"""Chinese first, English on request.

A private page remembers the choice in the session. A public page has no session, since caches share it, so there
the language is part of the address (`?lang=en`) and is carried on by every link to another public page.
"""

from __future__ import annotations

from typing import Any, Final

from flask import Flask, g, request, session, url_for
from flask_babel import Babel, get_domain

from registry.config import PROJECT_ROOT
from registry.web.access import is_public

DEFAULT: Final = "zh_Hans_CN"
ENGLISH: Final = "en"
_TAGS: Final = {DEFAULT: "zh-Hans", ENGLISH: "en"}


def choose() -> str:
    """The locale of this request."""
    if "locale" not in g:
        asked = request.args.get("lang") if request else None
        public = not request or is_public(request.endpoint)
        if asked and not public:
            session["lang"] = asked
        wanted = asked or (None if public else session.get("lang"))
        g.locale = ENGLISH if wanted == "en" else DEFAULT
    return str(g.locale)


def tag() -> str:
    """The BCP 47 tag for the page's `lang` attribute."""
    return _TAGS[choose()]


def other_url() -> str:
    """This page in the other language."""
    args = request.args.to_dict(flat=False)
    args["lang"] = ["zh" if choose() == ENGLISH else "en"]
    values: dict[str, Any] = dict(request.view_args or {}) | args
    endpoint = request.endpoint if request.endpoint and request.method == "GET" else "public.home"
    if endpoint == "public.home":
        values = {"lang": args["lang"]}
    return url_for(endpoint, **values)


def carry_on(endpoint: str, values: dict[str, Any]) -> None:
    """Put the language into links between public pages."""
    if request and is_public(request.endpoint) and choose() == ENGLISH and endpoint != "static":
        values.setdefault("lang", "en")


def init_app(app: Flask) -> None:
    """Set up the catalogues and the choice."""
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(PROJECT_ROOT / "registry" / "translations")
    Babel(app, locale_selector=choose)
    # The extension looks its catalogue up for every word; a page has a hundred of them.
    app.jinja_env.install_gettext_callables(
        lambda text: _catalogue().ugettext(text),
        lambda one, many, count: _catalogue().ungettext(one, many, count),
        newstyle=True,
        pgettext=lambda context, text: _catalogue().upgettext(context, text),
    )
    app.url_defaults(carry_on)


def _catalogue() -> Any:
    """This request's catalogue."""
    if "catalogue" not in g:
        g.catalogue = get_domain().get_translations()
    return g.catalogue
