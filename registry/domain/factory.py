"""What the registry asks of a place where goods are made, and of its production lines (同线)."""

from __future__ import annotations

from typing import Final

from registry.domain.identifiers import check_uscc
from registry.domain.messages import N_
from registry.domain.requirements import Field, Kind

_BY_CHOICE: Final = N_("在申报中勾选后才公开。")

LINE_FIELD: Final = Field(
    "name",
    N_("生产线名称或编号"),
    help=N_("写明车间和生产线，与现场标识一致。"),
    example=N_("二号车间 A3 压制线"),
    max_length=200,
    why_private=_BY_CHOICE,
)

FIELDS: Final = (
    Field(
        "manufacturer",
        N_("生产企业"),
        help=N_("实际生产的企业。委托加工的，填写受托企业的名称。"),
        max_length=200,
        public=True,
    ),
    Field(
        "manufacturer_uscc",
        N_("生产企业的统一社会信用代码"),
        required=False,
        help=N_("委托加工时填写，用来核对生产企业。"),
        example="91330411T00063280M",
        max_length=60,  # Blanks and full-width letters are taken off before the length counts.
        check=check_uscc,
        why_private=N_("仅用于核验。"),
    ),
    Field(
        "address",
        N_("工厂地址"),
        help=N_("从省、市写到门牌号。"),
        example=N_("浙江省嘉兴市海宁市示例路 1 号"),
        max_length=300,
        why=N_("“同线”要能到现场核对。"),
        why_private=_BY_CHOICE,
    ),
)

# A new factory comes with its first lines: without one, no filing can choose it.
LINES_FIELD: Final = Field(
    "lines",
    N_("生产线"),
    Kind.ROWS,
    columns=(LINE_FIELD,),
    max_rows=50,
    help=N_("一家工厂可以有多条生产线，以后还可以增加。"),
    why=N_("“同线”指出口与内销产品由同一生产企业在同一生产线生产。"),
    why_private=_BY_CHOICE,
)
