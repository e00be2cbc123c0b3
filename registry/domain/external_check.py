"""A reviewer's look at the national site for a third party's certificate (cx.cnca.cn has no interface)."""

from __future__ import annotations

from typing import Final

from registry.domain.messages import N_
from registry.domain.requirements import Field, Kind

MATCHES: Final = "matches"
UNAVAILABLE: Final = "unavailable"

RESULTS: Final = (
    (MATCHES, N_("查到，内容一致")),
    ("differs", N_("查到，内容不一致")),
    ("not_found", N_("查不到")),
    (UNAVAILABLE, N_("网站无法访问")),
)

FIELDS: Final = (
    Field("result", N_("核对结果"), Kind.CHOICE, choices=RESULTS, why_private=N_("仅供审核。")),
    Field(
        "checked_on",
        N_("核对日期"),
        Kind.DATE,
        not_future=True,
        help=N_("在国家认监委网站查询的日期。"),
        why_private=N_("仅供审核。"),
    ),
    Field(
        "note",
        N_("说明"),
        Kind.TEXT,
        required=False,
        help=N_("查到的状态、有效期；不一致时写明哪里不一致。"),
        max_length=1000,
        why_private=N_("仅供审核。"),
    ),
)
