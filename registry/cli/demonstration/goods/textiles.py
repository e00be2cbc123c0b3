"""Garments, sweaters, children's wear, bedding and warp-knitted fabric."""

from __future__ import annotations

from typing import Final

from registry.cli.demonstration.goods.model import Family, Indicator, Item

_REACH: Final = "REACH (EC) 1907/2006 Annex XVII"

_FORMALDEHYDE = Indicator("甲醛含量", "mg/kg", "≤75", "≤75", "equal", ("未检出（<20）", "21", "24"))
_PH = Indicator("pH 值", "", "4.0～7.5", "4.0～8.5", "overseas", ("6.8", "7.0", "7.2"))
_WATER_FASTNESS = Indicator("耐水色牢度", "级", "≥3-4", "≥3", "overseas", ("4", "4-5"))
_AROMATIC_AMINES = Indicator("可分解致癌芳香胺", "mg/kg", "≤30", "≤20", "domestic", ("未检出（<5）",))

_GARMENTS = Family(
    key="garments",
    category="consumer",
    industry="18",
    line="缝制一车间吊挂线",
    markets=("JP", "FR", "IT"),
    overseas=(_REACH, "OEKO-TEX STANDARD 100"),
    domestic=("GB 18401-2010", "GB/T 14272-2021"),
    indicators=(_FORMALDEHYDE, _PH, _WATER_FASTNESS, _AROMATIC_AMINES),
    items=(
        Item("羽绒服", "Down Jacket", "62014010", ("Y-2201", "Y-2202", "Y-2305")),
        Item("男式衬衫", "Men's Shirt", "62052000", ("C-101", "C-118")),
        Item("女式风衣", "Women's Trench Coat", "620230", ("F-309", "F-312")),
        Item("针织 T 恤衫", "Knitted T-shirt", "61091000", ("T-180", "T-200")),
    ),
    shape="shirt",
)

_SWEATERS = Family(
    key="sweaters",
    category="consumer",
    industry="18",
    line="横机车间 12 针组",
    markets=("JP", "US", "GB"),
    overseas=(_REACH, "ISO 14184-1:1998", "ISO 3071:2005"),
    domestic=("GB 18401-2010", "FZ/T 73018-2021"),
    indicators=(
        _FORMALDEHYDE,
        _PH,
        _AROMATIC_AMINES,
        Indicator("起球", "级", "≥3", "≥3-4", "domestic", ("3-4", "4")),
    ),
    items=(
        Item("羊毛衫", "Wool Sweater", "61101100", ("M-1201", "M-1208", "M-1216")),
        Item("羊绒衫", "Cashmere Sweater", "61101200", ("R-601", "R-602")),
        Item("棉针织开衫", "Cotton Cardigan", "611020", ("K-88", "K-96")),
    ),
    shape="shirt",
)

_CHILDREN = Family(
    key="children",
    category="consumer",
    industry="18",
    line="童装车间二号线",
    markets=("DE", "SE", "CA"),
    overseas=("EN 14682:2014", _REACH),
    domestic=("GB 31701-2015", "GB/T 31900-2015"),
    indicators=(
        Indicator("甲醛含量（A 类）", "mg/kg", "≤75", "≤20", "domestic", ("未检出（<20）",)),
        Indicator("铅（附件）", "mg/kg", "≤500", "≤90", "domestic", ("6", "11")),
        Indicator("邻苯二甲酸酯", "%", "≤0.1", "≤0.1", "equal", ("未检出（<0.005）",)),
        Indicator("头颈部绳带", "", "不得有", "不得有", "equal", ("无",)),
    ),
    items=(
        Item("婴儿连体衣", "Baby Romper", "61112000", ("59 码", "66 码", "73 码")),
        Item("儿童卫衣", "Children's Sweatshirt", "61102000", ("110 码", "130 码")),
        Item("儿童棉裤", "Children's Trousers", "620462", ("120 码", "140 码")),
    ),
    shape="shirt",
)

_BEDDING = Family(
    key="bedding",
    category="consumer",
    industry="17",
    line="家纺车间绗缝线",
    markets=("US", "AU", "DE"),
    overseas=(_REACH, "ISO 105-X12:2001"),
    domestic=("GB 18401-2010", "GB/T 22796-2021"),
    indicators=(
        _FORMALDEHYDE,
        _PH,
        _AROMATIC_AMINES,
        Indicator("耐干摩擦色牢度", "级", "≥4", "≥3-4", "overseas", ("4", "4-5")),
    ),
    items=(
        Item("全棉四件套", "Cotton Bedding Set", "63022190", ("1.5 m", "1.8 m", "2.0 m")),
        Item("提花毛巾", "Jacquard Towel", "63026010", ("34×76 cm", "70×140 cm")),
        Item("遮光窗帘", "Blackout Curtain", "630392", ("ZG-280", "ZG-300")),
    ),
    shape="stack",
)

_WARP_KNIT = Family(
    key="warpknit",
    category="industrial",
    industry="17",
    line="经编车间 32 号机",
    markets=("VN", "TR", "IN"),
    overseas=(_REACH, "ISO 105-E04:2013"),
    domestic=("GB 18401-2010", "GB/T 3922-2013"),
    indicators=(
        _FORMALDEHYDE,
        _PH,
        _AROMATIC_AMINES,
        Indicator("耐汗渍色牢度", "级", "≥3-4", "≥3", "overseas", ("4", "4-5")),
    ),
    items=(
        Item("经编绒面料", "Warp-knitted Velvet", "60019200", ("JB-260 g/m²", "JB-320 g/m²")),
        Item("经编网布", "Warp-knitted Mesh", "60053700", ("WB-75D", "WB-150D")),
        Item("经编弹力泳衣面料", "Warp-knitted Swimwear Fabric", "600410", ("YY-190", "YY-210")),
    ),
    shape="roll",
    has_barcode=False,
)

FAMILIES: Final = (_GARMENTS, _SWEATERS, _CHILDREN, _BEDDING, _WARP_KNIT)
