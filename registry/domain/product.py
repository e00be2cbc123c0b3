"""What the registry asks of a product."""

from __future__ import annotations

from typing import Final

from registry.domain.identifiers import check_gtin, check_hs_code, check_link
from registry.domain.messages import N_
from registry.domain.requirements import Field, Kind

CATEGORIES: Final = (
    ("agricultural_food", N_("农食产品")),
    ("consumer", N_("一般消费品")),
    ("industrial", N_("工业品")),
)

MOST_PICTURES: Final = 20

_GTIN: Final = Field(
    "gtin",
    N_("商品条码（GTIN）"),
    required=False,
    help=N_("包装条码下的 8、12、13 或 14 位数字。"),
    why=N_("查验的人可以和手中的包装核对。"),
    example="6901234567892",
    max_length=30,
    check=check_gtin,
    public=True,
)
_HS_CODE: Final = Field(
    "hs_code",
    N_("HS 编码"),
    required=False,
    help=N_("6、8、10 或 13 位数字，见报关单。"),
    why=N_("与出口的是不是同一种商品，凭它对应。"),
    example="7013.37.00",
    max_length=30,
    check=check_hs_code,
    public=True,
)

VARIANT_COLUMNS: Final = (
    Field("name", N_("规格"), example=N_("300 mL 透明"), max_length=100, public=True),
    Field("gtin", _GTIN.label, required=False, help=_GTIN.help, max_length=30, check=check_gtin, public=True),
    Field(
        "hs_code",
        N_("HS 编码（不同时填写）"),
        required=False,
        help=_HS_CODE.help,
        max_length=30,
        check=check_hs_code,
        public=True,
    ),
)
_NOT_ATTESTED: Final = N_("只保存在企业档案中，不属于备案内容，查验页面和凭证上都不显示。")
LINK_COLUMNS: Final = (
    Field("shop", N_("店铺或平台"), example=N_("××旗舰店"), max_length=60, why_private=_NOT_ATTESTED),
    Field(
        "url",
        N_("商品页面地址"),
        example="https://shop.example.com/item/300",
        max_length=500,
        check=check_link,
        why_private=_NOT_ATTESTED,
    ),
)

FIELDS: Final = (
    Field("name", N_("产品名称"), help=N_("与包装上一致。"), example=N_("高硼硅玻璃杯"), max_length=200, public=True),
    Field(
        "name_en",
        N_("英文名称"),
        required=False,
        help=N_("与出口单证一致。"),
        example="Borosilicate glass tumbler",
        why=N_("英文查验页面和英文凭证上显示。"),
        max_length=200,
        editorial=True,
        public=True,
    ),
    Field(
        "brand",
        N_("品牌（商标）"),
        required=False,
        help=N_("包装上的品牌；没有的留空。"),
        max_length=100,
        public=True,
    ),
    Field(
        "model",
        N_("型号规格"),
        required=False,
        help=N_("与包装或铭牌上一致。"),
        example="GB-300 300 mL",
        max_length=200,
        public=True,
    ),
    Field(
        "category",
        N_("类别"),
        Kind.CHOICE,
        choices=CATEGORIES,
        help=N_("食品和农产品选“农食产品”，日常用品选“一般消费品”，生产中使用的选“工业品”。"),
        why=N_("公示查询按类别筛选。"),
        public=True,
    ),
    _GTIN,
    _HS_CODE,
    Field(
        "variants",
        N_("规格"),
        Kind.ROWS,
        required=False,
        columns=VARIANT_COLUMNS,
        max_rows=100,
        help=N_("同一产品有几种容量、颜色或包装时，逐一列出，各填各的条码。"),
        public=True,
    ),
    Field(
        "links",
        N_("网店链接"),
        Kind.ROWS,
        required=False,
        columns=LINK_COLUMNS,
        max_rows=20,
        help=N_("消费者能买到它的页面，以 http 或 https 开头。"),
        why_private=_NOT_ATTESTED,
    ),
)

ROWS: Final = tuple(field for field in FIELDS if field.kind is Kind.ROWS)
SINGLE: Final = tuple(field for field in FIELDS if field.kind is not Kind.ROWS)
# What a new product that is made after another one has to say by itself.
CODES: Final = frozenset({"gtin", "hs_code"})
