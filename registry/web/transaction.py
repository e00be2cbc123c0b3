"""A request is a unit of work: the view of a POST commits as a whole or not at all."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from registry.infrastructure.database import db

if TYPE_CHECKING:
    from collections.abc import Callable

Params = ParamSpec("Params")
Result = TypeVar("Result")


def commits(view: Callable[Params, Result]) -> Callable[Params, Result]:
    """Commit when the view has returned; whatever it raises rolls everything back."""

    @wraps(view)
    def wrapped(*args: Params.args, **kwargs: Params.kwargs) -> Result:
        try:
            result = view(*args, **kwargs)
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
        return result

    return wrapped
