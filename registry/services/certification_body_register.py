"""The register of certification bodies, as administrators keep it: the list, adding, changing, and the history."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import flag_modified

from registry.domain import certification_bodies as definition
from registry.domain.administration import Duty
from registry.domain.errors import Duplicate, InvalidFields, InvalidValue, NotFound, StaleRevision
from registry.domain.messages import N_, Message
from registry.domain.requirements import Facts, validated
from registry.domain.validity import CertificateState
from registry.models import CertificationBody, CertificationBodyEvent, CertificationBodyScope
from registry.services import audit
from registry.services.administration import require
from registry.services.certification_bodies import fields, has_words
from registry.services.constraints import unique
from registry.services.locking import lock
from registry.services.paging import Page, paginate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.domain.certification_bodies import NamedCode
    from registry.services.work import Work

_TAKEN: Final = N_("名录中已有这个批准号。")


def find(work: Work, *, text: str = "", page: int = 1) -> Page[CertificationBody]:
    """Bodies by their numbers, all or those whose number or names have these words; their events are loaded.

    Raises:
        NotAllowed: the actor does not keep the register.
    """
    require(work, Duty.CERTIFICATION_BODIES)
    statement = select(CertificationBody).order_by(CertificationBody.approval_number)
    if text.strip():
        statement = statement.where(has_words(text))
    return paginate(work.session, statement, page, selectinload(CertificationBody.events))


def get(work: Work, body_id: int) -> CertificationBody:
    """A body.

    Raises:
        NotAllowed: the actor does not keep the register.
        NotFound: there is none with this number.
    """
    require(work, Duty.CERTIFICATION_BODIES)
    body = work.session.get(CertificationBody, body_id)
    if body is None:
        raise NotFound
    return body


def history(body: CertificationBody) -> list[CertificationBodyEvent]:
    """A body's events, the latest first; of two from one day, the one recorded last, which counts."""
    first = _first(body)
    return sorted(body.events, key=lambda event: (event.effective_on or first, event.id), reverse=True)


def latest(body: CertificationBody) -> CertificationBodyEvent:
    """The last event, also one of a day to come. Every body has one from its beginning on."""
    return history(body)[0]


def add(work: Work, values: Mapping[str, Any]) -> CertificationBody:
    """Add a body whose approval is valid.

    Raises:
        NotAllowed: the actor does not keep the register.
        InvalidFields: fields are missing or wrong.
        Duplicate: there is a body with this number.
    """
    require(work, Duty.CERTIFICATION_BODIES)
    normal = validated(definition.NEW_FIELDS, values, Facts(work.today))
    approved_on, expires_on = _day(normal["approved_on"]), _day(normal["expires_on"])
    definition.check_approval(normal["approval_number"], approved_on, expires_on, work.today)
    scopes = _parsed(work, normal["scopes"])
    if work.session.scalar(
        select(CertificationBody.id).where(CertificationBody.approval_number == normal["approval_number"])
    ):
        raise Duplicate("approval_number", _TAKEN)
    body = CertificationBody(
        approval_number=normal["approval_number"],
        name=normal["name"],
        former_names=definition.names_before(normal["name"], normal["former_names"], normal["name"]),
        uscc=normal["uscc"],
        approved_on=approved_on,
        note=normal["note"],
        source=normal["source"],
        updated_at=work.now,
    )
    _fill_keys(body)
    body.events.append(_event(work, state=CertificateState.VALID, expires_on=expires_on))
    body.scopes.extend(CertificationBodyScope(code=scope.code, name=scope.name) for scope in scopes)
    with unique(work.session, "uq_certification_body_approval_number", "approval_number", _TAKEN):
        work.session.add(body)
    audit.record(work, "admin:certification_body:add", body.id, number=body.approval_number)
    return body


def change(work: Work, body: CertificationBody, values: Mapping[str, Any], *, revision: int) -> None:
    """Change what is known of a body. A name that it loses becomes a former one.

    Raises:
        NotAllowed: the actor does not keep the register.
        StaleRevision: somebody else changed it since the form was shown.
        InvalidFields: fields are missing or wrong.
    """
    _take(work, body, revision)
    normal = validated(definition.FIELDS, values, Facts(work.today))
    normal["approved_on"] = _day(normal["approved_on"])
    definition.check_approval(body.approval_number, normal["approved_on"], latest(body).expires_on, work.today)
    normal["former_names"] = definition.names_before(normal["name"], normal["former_names"], body.name)
    changed = [name for name, value in normal.items() if getattr(body, name) != value]
    if changed:
        for name in changed:
            setattr(body, name, normal[name])
        _fill_keys(body)
        _touch(work, body)
        audit.record(work, "admin:certification_body:change", body.id, fields=changed)


def change_state(work: Work, body: CertificationBody, values: Mapping[str, Any], *, revision: int) -> None:
    """Record that a body's approval is valid, suspended, revoked or withdrawn from a day on; the past stays.

    An approval's last day stays as it was where none is given.

    Raises:
        NotAllowed: the actor does not keep the register.
        StaleRevision: somebody else changed it since the form was shown.
        InvalidFields: fields are missing or wrong.
    """
    _take(work, body, revision)
    normal = validated(definition.STATE_FIELDS, values, Facts(work.today))
    effective_on = date.fromisoformat(normal["effective_on"])
    before = definition.latest_event(body.events, _first(body), effective_on) or latest(body)
    expires_on = _day(normal["expires_on"]) or before.expires_on
    # That an approval was ended after it had run out may be; that it is valid or suspended from then on may not.
    asked = expires_on if normal["state"] in {CertificateState.VALID, CertificateState.SUSPENDED} else None
    definition.check_change(normal["state"], effective_on, asked, normal["reason"], _first(body))
    body.events.append(
        _event(
            work,
            state=normal["state"],
            effective_on=effective_on,
            expires_on=expires_on,
            reason=normal["reason"],
            document_number=normal["document_number"],
        )
    )
    _touch(work, body)
    audit.record(
        work,
        "admin:certification_body:state",
        body.id,
        state=normal["state"],
        effective_on=normal["effective_on"],
    )


def change_scopes(work: Work, body: CertificationBody, values: Mapping[str, Any], *, revision: int) -> None:
    """Record what a body may certify from a day on; what it might before stays.

    Raises:
        NotAllowed: the actor does not keep the register.
        StaleRevision: somebody else changed it since the form was shown.
        InvalidFields: fields are missing or wrong; a day is missing, though other fields were known before.
    """
    _take(work, body, revision)
    normal = validated(definition.SCOPE_FIELDS, values, Facts(work.today))
    scopes, day = _parsed(work, normal["scopes"]), _day(normal["effective_on"])
    if body.scopes and day is None:
        raise InvalidFields({"effective_on": Message(N_("已有认证领域，请填写变更自何日起。"))})
    added, ended = definition.scope_changes(body.scopes, scopes, day)
    for scope, last in ended:
        scope.valid_until = last
    body.scopes.extend(CertificationBodyScope(code=each.code, name=each.name, valid_from=day) for each in added)
    if added or ended:
        _touch(work, body)
        audit.record(
            work,
            "admin:certification_body:scopes",
            body.id,
            added=[scope.code for scope in added],
            ended=[scope.code for scope, _last in ended],
        )


def as_form(body: CertificationBody) -> dict[str, str]:
    """What the form for changing a body shows."""
    shown = {field.name: getattr(body, field.name) for field in definition.FIELDS}
    return shown | {
        "former_names": "\n".join(body.former_names),
        "approved_on": body.approved_on.isoformat() if body.approved_on else "",
    }


def scopes_as_form(body: CertificationBody) -> dict[str, str]:
    """What the form for changing a body's fields shows: those without an end."""
    lasting = [scope for scope in body.scopes if scope.valid_until is None]
    return {"scopes": "\n".join(f"{scope.code} {scope.name}".strip() for scope in lasting)}


def _first(body: CertificationBody) -> date:
    return definition.first_day(body.approval_number, body.approved_on)


def _take(work: Work, body: CertificationBody, revision: int) -> None:
    require(work, Duty.CERTIFICATION_BODIES)
    lock(work.session, body)
    if body.revision != revision:
        raise StaleRevision


def _touch(work: Work, body: CertificationBody) -> None:
    """Count a change, also one of what only hangs on the body."""
    body.updated_at = work.now
    flag_modified(body, "updated_at")
    work.session.flush()


def _event(work: Work, **values: Any) -> CertificationBodyEvent:
    by = work.visitor.user_id if work.visitor else None
    return CertificationBodyEvent(recorded_at=work.now, recorded_by_id=by, **values)


def _fill_keys(body: CertificationBody) -> None:
    body.keys = definition.keys_of(body.approval_number, body.name, body.former_names)


def _parsed(work: Work, text: str) -> list[NamedCode]:
    try:
        return definition.parse_scopes(text, fields(work.session))
    except InvalidValue as error:
        raise InvalidFields({"scopes": error.message}) from error


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
