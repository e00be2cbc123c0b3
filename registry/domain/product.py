"""What the registry asks of a product."""

from __future__ import annotations

from typing import Final

from registry.domain.identifiers import check_gtin, check_hs_code
from registry.domain.messages import N_
from registry.domain.requirements import Field, Kind

CATEGORIES: Final = (
    ("agricultural_food", N_("农食产品")),
    ("consumer", N_("一般消费品")),
    ("industrial", N_("工业品")),
)

FIELDS: Final = (
    Field("name", N_("产品名称"), help=N_("与包装上一致。"), example=N_("高硼硅玻璃杯"), max_length=200, public=True),
    Field("name_en", N_("英文名称"), required=False, max_length=200, public=True),
    Field("brand", N_("品牌（商标）"), required=False, max_length=100, public=True),
    Field("model", N_("型号规格"), required=False, example="GB-300 300 mL", max_length=200, public=True),
    Field("category", N_("类别"), Kind.CHOICE, choices=CATEGORIES, public=True),
    Field(
        "gtin",
        N_("商品条码（GTIN）"),
        required=False,
        help=N_("包装条码下的 8、12、13 或 14 位数字。"),
        example="6901234567892",
        max_length=30,
        check=check_gtin,
        public=True,
    ),
    Field(
        "hs_code",
        N_("HS 编码"),
        required=False,
        help=N_("6、8、10 或 13 位数字，见报关单。"),
        example="7013.37.00",
        max_length=30,
        check=check_hs_code,
        public=True,
    ),
)
