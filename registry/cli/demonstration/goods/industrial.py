"""Fasteners, flanges, boards, batteries."""

from __future__ import annotations

from typing import Final

from registry.cli.demonstration.goods.model import Family, Indicator, Item

_FASTENERS = Family(
    key="fasteners",
    category="industrial",
    industry="34",
    line="冷镦二号线与热处理三号炉",
    markets=("DE", "US", "RU"),
    overseas=("ISO 898-1:2009", "ISO 4014", "ISO 4032"),
    domestic=("GB/T 3098.1-2010", "GB/T 5782-2016", "GB/T 6170-2015"),
    indicators=(
        Indicator("抗拉强度（8.8 级）", "MPa", "≥800", "≥800", "equal", ("868", "875", "890")),
        Indicator("断后伸长率", "%", "≥12", "≥12", "equal", ("14.5", "15.0")),
        Indicator("维氏硬度", "HV", "250～320", "250～320", "equal", ("282", "291")),
        Indicator("保证应力", "MPa", "580", "580", "equal", ("580 无永久变形",)),
    ),
    items=(
        Item("六角头螺栓", "Hexagon Head Bolt", "73181590", ("M10×60 8.8", "M12×80 8.8", "M16×100 8.8")),
        Item("内六角圆柱头螺钉", "Hexagon Socket Cap Screw", "73181590", ("M8×30 12.9", "M10×40 12.9")),
        Item("1 型六角螺母", "Hexagon Nut, Style 1", "73181600", ("M10 8 级", "M12 8 级")),
        Item("平垫圈", "Plain Washer", "731822", ("M10 200HV", "M12 200HV")),
    ),
    shape="bolt",
    has_barcode=False,
)

_FLANGES = Family(
    key="flanges",
    category="industrial",
    industry="34",
    line="锻造一线与数控加工中心",
    markets=("IT", "SA", "KR"),
    overseas=("EN 1092-1", "ASME B16.5"),
    domestic=("GB/T 9124.1-2019", "GB/T 9124.2-2019"),
    indicators=(
        Indicator("水压试验", "×PN", "1.5", "1.5", "equal", ("1.5 无渗漏",)),
        Indicator("螺栓孔中心圆直径偏差", "mm", "±0.8", "±1.0", "overseas", ("+0.2", "-0.3")),
        Indicator("法兰厚度偏差", "mm", "+1.0／0", "+1.5／0", "overseas", ("+0.4", "+0.6")),
        Indicator("屈服强度", "MPa", "≥205", "≥205", "equal", ("262", "270")),
    ),
    items=(
        Item("带颈对焊法兰", "Welding Neck Flange", "73072100", ("DN50 PN16", "DN100 PN16", "DN150 PN40")),
        Item("平焊法兰", "Plate Flange", "73079100", ("DN80 PN10", "DN200 PN10")),
        Item("法兰盖", "Blind Flange", "730791", ("DN100 PN16", "DN300 PN16")),
    ),
    shape="ring",
    has_barcode=False,
)

_BOARDS = Family(
    key="boards",
    category="industrial",
    industry="20",
    line="连续平压二号线",
    markets=("US", "JP", "SG"),
    overseas=("EN 717-1", "40 CFR Part 770"),
    domestic=("GB 18580-2017", "GB/T 3324-2017"),
    indicators=(
        Indicator("甲醛释放量（气候箱法）", "mg/m³", "≤0.062", "≤0.124", "overseas", ("0.031", "0.042", "0.025")),
        Indicator("静曲强度", "MPa", "≥22", "≥24", "domestic", ("29", "31")),
        Indicator("24 h 吸水厚度膨胀率", "%", "≤12", "≤12", "equal", ("8.4", "9.1")),
    ),
    items=(
        Item("中密度纤维板", "Medium Density Fibreboard", "44111491", ("15 mm E0", "18 mm E0")),
        Item("多层胶合板", "Plywood", "44123300", ("12 mm", "18 mm")),
        Item("实木餐桌", "Solid Wood Dining Table", "94036099", ("CZ-140", "CZ-160")),
        Item("板式书柜", "Panel Bookcase", "940360", ("SG-80", "SG-120")),
    ),
    shape="board",
    has_barcode=False,
)

_BATTERIES = Family(
    key="batteries",
    category="industrial",
    industry="38",
    line="电芯三线与 PACK 一线",
    markets=("US", "DE", "JP"),
    overseas=("IEC 62133-2:2017", "UN 38.3"),
    domestic=("GB 31241-2022", "GB/T 18287-2013"),
    indicators=(
        Indicator("热滥用（130 ℃）", "min", "≥30 不起火", "≥30 不起火", "equal", ("30 无异常",)),
        Indicator("外部短路（57 ℃）", "", "不起火不爆炸", "不起火不爆炸", "equal", ("符合",)),
        Indicator("过充电电压", "V", "1.4 倍限制电压", "1.4 倍限制电压", "equal", ("符合",)),
        Indicator("自由跌落", "次", "3", "6", "domestic", ("6 无漏液",)),
    ),
    items=(
        Item("便携式移动电源", "Portable Power Bank", "85076000", ("YD-10000", "YD-20000")),
        Item("锂离子电池组", "Lithium-ion Battery Pack", "85076000", ("DC-3S2P", "DC-4S2P")),
        Item("手机备用电池", "Replacement Phone Battery", "850760", ("SJ-4000", "SJ-5000")),
    ),
    shape="battery",
)

FAMILIES: Final = (_FASTENERS, _FLANGES, _BOARDS, _BATTERIES)
