"""Standing in for an absent colleague: for which days, and how long at most."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from registry.domain.errors import InvalidFields
from registry.domain.messages import N_, Message
from registry.domain.requirements import Field, Kind

MOST_DAYS: Final = 90
_FURTHEST: Final = 365  # days ahead; whoever plans further has mistaken the year

FIELDS: Final = (
    Field("colleague", N_("代办人"), Kind.CHOICE, help=N_("同一主管部门的同事。")),
    Field("first", N_("第一天"), Kind.DATE),
    Field("last", N_("最后一天"), Kind.DATE, help=N_("当天仍由代办人办理，最长 90 天。")),
)


def check_days(first: date, last: date, today: date) -> None:
    """Whether somebody may stand in on these days, both of them included.

    Raises:
        InvalidFields: they lie in the past, in the wrong order or too far ahead, or are too many.
    """
    if first < today:
        raise InvalidFields({"first": Message(N_("不能早于今天。"))})
    if first > today + timedelta(days=_FURTHEST):
        raise InvalidFields({"first": Message(N_("最多提前一年安排。"))})
    if last < first:
        raise InvalidFields({"last": Message(N_("不能早于第一天。"))})
    days = (last - first).days + 1
    if days > MOST_DAYS:
        raise InvalidFields(
            {"last": Message(N_("最多 %(most)s 天，现为 %(days)s 天。"), {"most": MOST_DAYS, "days": days})}
        )
