"""The gallery: every layout and component with invented data, for looking at and for the accessibility test.

Run it with ``python -m tests.gallery.app`` and open the address it prints. It uses the real templates and
styles; only the data and the few global functions the application provides are stand-ins.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from types import SimpleNamespace

from flask import Flask, abort, g, render_template, request
from flask_babel import Babel
from jinja2 import ChoiceLoader, FileSystemLoader

from tests.gallery import samples

ROOT = Path(__file__).resolve().parents[2]

# Address → template. The first letter of each name says the layout: public pages, then desks.
PAGES = {
    "home": "home.html",
    "directory": "directory.html",
    "verify": "verify.html",
    "desk": "desk.html",
    "worklist": "worklist.html",
    "filing": "filing.html",
    "case": "case.html",
    "components": "components.html",
    "empty": "empty.html",
}


def _nonce() -> str:
    """Return this response's nonce, made once."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def _context() -> dict[str, object]:
    """Stand in for the context that the application gives to every template."""
    path = request.path.strip("/")
    lang = "en" if request.args.get("lang") == "en" else "zh-Hans"
    return {
        "site": SimpleNamespace(**samples.SITE),
        "lang": lang,
        "other_lang_url": f"{request.path}?lang={'zh' if lang == 'en' else 'en'}",
        "current_user": SimpleNamespace(is_authenticated=True, name="张晓梅"),
        "user_menu": samples.USER_MENU,
        "public_nav": [{**item, "current": item["url"].strip("/") == path} for item in samples.PUBLIC_NAV],
        "desk_nav": [{**item, "current": item["url"].strip("/") == path} for item in samples.DESK_NAV],
        "footer_nav": samples.FOOTER_NAV,
    }


def create_gallery() -> Flask:
    """Build the gallery application."""
    app = Flask(__name__, static_folder=str(ROOT / "static"))
    app.secret_key = "gallery"
    app.jinja_loader = ChoiceLoader(  # type: ignore[assignment]
        [FileSystemLoader(ROOT / "templates"), FileSystemLoader(Path(__file__).parent / "templates")]
    )
    Babel(app, default_locale="zh_Hans_CN")
    app.jinja_env.filters["translated"] = str
    app.jinja_env.globals.update(
        csp_nonce=_nonce,
        csrf_token=lambda: "gallery",
        form_owner=lambda: "gallery",
        form_owner_field="form_owner",
        form_firm=lambda: None,
        form_firm_field="enterprise",
        carried_language=lambda: "",
    )
    app.context_processor(_context)

    @app.route("/")
    @app.route("/<name>", methods=["GET", "POST"])
    def page(name: str = "components") -> str:
        if name not in PAGES:
            abort(404)
        return render_template(f"gallery/{PAGES[name]}", **samples.data_for(name))

    @app.route("/verify/<state>")
    def verify(state: str) -> str:
        return render_template("gallery/verify.html", **samples.data_for("verify", state))

    @app.errorhandler(404)
    def not_found(_error: Exception) -> tuple[str, int]:
        return render_template("errors/error.html", **samples.ERROR), 404

    @app.after_request
    def security_headers(response):
        response.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src 'nonce-{_nonce()}' 'self'; style-src 'self'; "
            "img-src 'self' data:; "
            "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        )
        return response

    return app


if __name__ == "__main__":
    create_gallery().run(port=5099)
