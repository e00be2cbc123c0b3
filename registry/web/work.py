"""The request's unit of work."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Flask, current_app, g, request
from flask_security import current_user

from registry.infrastructure.database import READ, db
from registry.services import people
from registry.services.work import Adapters, Work
from registry.web import acting

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def adapters() -> Adapters:
    """What this process talks to the outside with."""
    return cast("Adapters", current_app.extensions["registry"])


def current_work() -> Work:
    """Who acts in this request, when, and on which session; made once per request."""
    if "work" not in g:
        user_id = current_user.id if current_user.is_authenticated else None
        actor = None
        if user_id is not None:
            actor = people.actor_of(db.session, user_id, adapters().clock.now(), acting.chosen())
            acting.remember(actor)
        g.work = Work(db.session, adapters(), actor, g.request_id, request.remote_addr or "")
    return cast("Work", g.work)


def public_session() -> Session:
    """The reading session, for pages that know no visitor."""
    return db.session


def read_only_for_safe_methods() -> None:
    """A GET reads on an engine that the database itself holds to reading: it cannot write, and waits for nobody."""
    if request.method in SAFE_METHODS:
        db.session.bind = db.get_engine(READ)


def init_app(app: Flask) -> None:
    """Choose the engine before anything reads."""
    app.before_request(read_only_for_safe_methods)
