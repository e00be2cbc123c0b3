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
