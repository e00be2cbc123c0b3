"""Questions and answers on a case: who may write when, and what."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from registry.domain.messages import N_
from registry.domain.requirements import Field, Kind
from registry.domain.workflow import Status

MOST_TEXT: Final = 2_000  # characters
MOST_MESSAGES: Final = 200  # on one case: nobody reads more, and whoever writes more is a program.

_BETWEEN: Final = N_("仅供企业和审核机关查看。")

TEXT_FIELD: Final = Field(
    "text",
    N_("内容"),
    Kind.TEXT,
    help=N_("双方都能看到，发送后不能修改。"),
    max_length=MOST_TEXT,
    why_private=_BETWEEN,
)
ABOUT_FIELD: Final = Field(
    "field", N_("关于哪一项"), Kind.CHOICE, required=False, help=N_("不针对某一项的，留空。"), why_private=_BETWEEN
)
FIELDS: Final = (ABOUT_FIELD, TEXT_FIELD)

# While a case lies with an office or waits for the firm, both may write; a draft is nobody's business yet.
OPEN_TO_MESSAGES: Final = frozenset({Status.UNDER_REVIEW, Status.RETURNED})


class Side(StrEnum):
    """Who writes."""

    FIRM = "firm"
    OFFICE = "office"
