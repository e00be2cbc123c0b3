"""Which names the site answers to.

A request carries the name it was addressed to in a header that anybody can fill in. No link of ours is built from it,
and a request under another name is refused all the same: it comes from a rebound or mistyped name, or from
somebody who hopes that a cache or a letter will repeat what was sent.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flask import Flask, request

from registry.domain.messages import N_, Message
from registry.web import navigation
from registry.web.errors import error_page

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask.typing import ResponseReturnValue

    from registry.config import Settings

_PORT: Final = re.compile(r":[0-9]+$")
_ANSWERS_TO_ALL: Final = "health"  # Load balancers ask by address; there is nothing to repeat in “ok”.
_OTHER_NAME: Final = N_("这个网址不是本网站的网址。")


def host_name(host: str) -> str:
    """A host as a header or a setting has it, in lower case and without its port."""
    return _PORT.sub("", host).lower()


def init_app(app: Flask, settings: Settings) -> None:
    """Refuse requests under other names, before anybody is looked up for them."""
    names = frozenset(map(host_name, settings.hosts))

    @app.before_request
    def refuse_other_names() -> ResponseReturnValue | None:
        if request.blueprint == _ANSWERS_TO_ALL or host_name(request.host) in names:
            return None
        navigation.forget_visitor()
        return error_page(400, Message(_OTHER_NAME))


class Below:
    """Tells the application that it is shown below a path of another site, as the settings say.

    A proxy could say so in a header. But then any visitor whose request passes a proxy that does not take that header
    off would decide where all links of a page lead, and a shared cache would keep the page.
    """

    def __init__(self, app: WSGIApplication, prefix: str) -> None:
        """Take the application and the path, with a slash before and none after it."""
        self._app, self._prefix = app, prefix

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass the request on, whether or not the proxy has left the path in the address."""
        path = environ.get("PATH_INFO", "")
        if path == self._prefix or path.startswith(f"{self._prefix}/"):
            environ["PATH_INFO"] = path[len(self._prefix) :] or "/"
        environ["SCRIPT_NAME"] = self._prefix
        return self._app(environ, start_response)
