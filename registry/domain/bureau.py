"""What the registry asks of an office."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from registry.domain.identifiers import check_phone
from registry.domain.messages import N_
from registry.domain.requirements import Field, Kind
from registry.domain.roles import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

SUBJECT_LABELS: Final[Mapping[Subject, str]] = {
    Subject.MARKET_SUPERVISION: N_("市场监管"),
    Subject.COMMERCE: N_("商务"),
}

# What an office answers for never changes: cases and certificates have found their office by it.
SCOPE_FIELDS: Final = (
    Field(
        "area",
        N_("行政区划代码"),
        help=N_("负责的地区，按 GB/T 2260；功能区在所属城市的代码后加短横和缩写。"),
        example="330481",
        max_length=12,
    ),
    Field("subject", N_("业务条线"), Kind.CHOICE, choices=tuple((key.value, SUBJECT_LABELS[key]) for key in Subject)),
)
FIELDS: Final = (
    Field("name", N_("部门名称"), help=N_("全称，与公文一致。"), max_length=80),
    Field("name_en", N_("英文名称"), required=False, max_length=160),
    Field("phone", N_("公开电话"), required=False, max_length=40, check=check_phone),
)
