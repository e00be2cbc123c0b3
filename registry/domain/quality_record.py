"""What every filing asks of the last year (同质): entered for the goods of this filing, each time anew."""

from __future__ import annotations

from typing import Final

from registry.domain.messages import N_
from registry.domain.requirements import Field, Kind

_FOR_REVIEW: Final = N_("仅供审核。")

QUALITY_RECORD: Final = (
    Field(
        "quality_record",
        N_("近一年监督抽查、召回、通报情况"),
        Kind.CHOICE,
        choices=(("none", N_("无不合格、召回或通报")), ("some", N_("有，说明如下"))),
        help=N_("只问这次申报的产品，从今天往前一年。"),
        why=N_("“同质”要求质量水平相同，近一年的情况可以佐证。"),
        why_private=_FOR_REVIEW,
    ),
    Field(
        "quality_note",
        N_("情况说明"),
        Kind.TEXT,
        required=False,
        required_if=("quality_record", "some"),
        help=N_("时间、事项、整改结果。"),
        max_length=2000,
        why_private=_FOR_REVIEW,
    ),
)
