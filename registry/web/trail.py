"""What the audit trail must know although the request itself changes nothing, or was refused.

Such an event is written in a transaction of its own: a refused request is rolled back, and a page that is only read
has no transaction that writes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog
from flask import request

from registry.infrastructure.database import BUSY, db
from registry.services import audit
from registry.web.access import is_public
from registry.web.work import current_work

if TYPE_CHECKING:
    from registry.domain.errors import RegistryError

log = structlog.get_logger()

# Nothing is ever taken out of the trail, so nobody may fill it: beyond this, refusals of one person go to the log.
_FLOOD: Final = 60
_FLOOD_WITHIN: Final = timedelta(minutes=10)


def record_read(tag: str, object_id: int | None, *, person_id: int | None = None, **payload: Any) -> None:
    """Note that somebody reads what not everybody may; call it before it is shown.

    Raises:
        sqlalchemy.exc.OperationalError: the trail cannot be written now. Then nothing is shown.
    """
    _record_apart(tag, object_id, person_id=person_id, **payload)


def record_refusal(reason: str) -> None:
    """Note that somebody who is signed in was refused. The answer is given even where the trail cannot be written."""
    if is_public(request.endpoint) or request.endpoint is None:
        return
    work = current_work()
    db.session.rollback()  # Whatever was read for this must not keep the trail from being written.
    if work.visitor is None:
        return
    try:
        if audit.count_recent(work, "web:request:refuse", within=_FLOOD_WITHIN) >= _FLOOD:
            log.warning("refusals not recorded any more", actor=work.visitor.user_id, reason=reason)
            return
    except BUSY:
        log.exception("refusal not recorded", reason=reason)
        return
    finally:
        db.session.rollback()
    numbers = [value for value in (request.view_args or {}).values() if isinstance(value, int)]
    try:
        _record_apart(
            "web:request:refuse",
            numbers[0] if numbers else None,
            success=False,
            endpoint=str(request.endpoint),
            method=request.method,
            reason=reason,
        )
    except BUSY:
        log.exception("refusal not recorded", reason=reason)


def reason_of(error: RegistryError) -> str:
    """What a refusal is called in the trail: NotAllowed, NotFound, StaleRevision and so on."""
    return type(error).__name__


def _record_apart(tag: str, object_id: int | None, **details: Any) -> None:
    work = current_work()
    with db.sessionmaker() as session:
        audit.record(replace(work, session=session), tag, object_id, **details)
        session.commit()
