"""Recording how a reviewer found a third party's certificate on the national site. Approval asks for it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from registry.domain.errors import AlreadyClosed, InvalidFields, NotAllowed
from registry.domain.external_check import FIELDS, UNAVAILABLE
from registry.domain.filings import CERTIFICATION
from registry.domain.messages import N_, Message
from registry.domain.requirements import Facts, validated
from registry.domain.workflow import CLOSED_STATUSES, Status
from registry.infrastructure.clock import office_date
from registry.models import ExternalCheck
from registry.services import audit, files, reviews
from registry.services.locking import lock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from registry.models import Filing, StoredFile
    from registry.services.work import Work

_SCREENSHOT: Final = N_("请上传查询结果的截图。")
_TOO_EARLY: Final = N_("核对日期不能早于企业提交的日期（%(day)s）。")


def applies_to(filing: Filing) -> bool:
    """Whether the filing rests on a certificate that is to be looked up."""
    return filing.kind == CERTIFICATION.kind


def may_record(work: Work, filing: Filing) -> bool:
    """Whether the actor may record a look-up now."""
    if not applies_to(filing) or filing.status != Status.UNDER_REVIEW:
        return False
    try:
        reviews.seat_of(work, filing)
    except NotAllowed:
        return False
    return True


def record(work: Work, filing: Filing, values: Mapping[str, Any], screenshot: Path | None) -> ExternalCheck:
    """Record a look-up.

    Args:
        work: who looked.
        filing: the case, loaded within the actor's scope.
        values: as typed, see `domain.external_check.FIELDS`.
        screenshot: what the site showed; none only where the site could not be reached.

    Raises:
        AlreadyClosed: the case has ended.
        NotAllowed: not this case, or not this person.
        InvalidFields: fields are missing or wrong, or there is no screenshot.
        RefusedFile: the screenshot is no picture or PDF.
    """
    _checked(work, filing, values, seen=screenshot is not None)
    if screenshot is None:
        return add(work, filing, values, None)
    work.session.rollback()  # Looking at a file takes a while, and on SQLite everybody else would wait to write.
    judged = files.judge(work, screenshot)
    return add(work, filing, values, files.keep_judged(work, judged))


def add(work: Work, filing: Filing, values: Mapping[str, Any], screenshot: StoredFile | None) -> ExternalCheck:
    """Record a look-up whose screenshot is in the store; see `record`."""
    lock(work.session, filing)
    normal = _checked(work, filing, values, seen=screenshot is not None)
    seat = reviews.seat_of(work, filing)
    check = ExternalCheck(
        checked_on=_day(normal),
        result=normal["result"],
        note=normal["note"],
        screenshot=screenshot,
        checked_by_id=work.actor.user_id,
        checked_by_name=work.actor.name,
        bureau_id=seat.bureau_id,
        recorded_at=work.now,
    )
    filing.external_checks.append(check)
    work.session.flush()
    audit.record(work, "review:certificate:look-up", filing.id, result=check.result)
    return check


def _checked(work: Work, filing: Filing, values: Mapping[str, Any], *, seen: bool) -> Mapping[str, Any]:
    """What was typed in normal form, where it may be recorded.

    Raises:
        AlreadyClosed, NotAllowed, InvalidFields: as for `record`.
    """
    if filing.status in CLOSED_STATUSES:
        raise AlreadyClosed
    if not may_record(work, filing):
        raise NotAllowed
    normal = validated(FIELDS, values, Facts(work.today))
    wrong = {}
    submitted_on = office_date(filing.submissions[-1].submitted_at)
    if _day(normal) < submitted_on:
        wrong["checked_on"] = Message(_TOO_EARLY, {"day": submitted_on.isoformat()})
    if not seen and normal["result"] != UNAVAILABLE:
        wrong["screenshot"] = Message(_SCREENSHOT)
    if wrong:
        raise InvalidFields(wrong)
    return normal


def _day(normal: Mapping[str, Any]) -> date:
    return date.fromisoformat(normal["checked_on"])
