"""Toys, strollers, luggage."""

from __future__ import annotations

from typing import Final

from registry.cli.demonstration.goods.model import Family, Indicator, Item

_TOYS = Family(
    key="toys",
    category="consumer",
    industry="24",
    line="装配车间一号线",
    markets=("DE", "US", "MX"),
    overseas=("EN 71-1:2014+A1:2018", "EN 71-3:2019+A1:2021"),
    domestic=("GB 6675.1-2014", "GB 6675.2-2014", "GB 6675.4-2014"),
    indicators=(
        Indicator("可迁移铅", "mg/kg", "≤23", "≤90", "overseas", ("1.5", "2.8", "未检出（<0.5）")),
        Indicator("可迁移镉", "mg/kg", "≤17", "≤75", "overseas", ("未检出（<0.5）",)),
        Indicator("可迁移钡", "mg/kg", "≤18750", "≤1000", "domestic", ("42", "65")),
        Indicator("小零件", "", "不得脱落", "不得脱落", "equal", ("符合",)),
    ),
    items=(
        Item("木制拼插积木", "Wooden Building Blocks", "95030060", ("JM-100 粒", "JM-200 粒")),
        Item("毛绒玩偶", "Plush Toy", "95030021", ("MR-30", "MR-45")),
        Item("儿童拼图", "Jigsaw Puzzle", "950300", ("PT-60 片", "PT-120 片")),
        Item("惯性玩具车", "Friction Toy Car", "95030089", ("GX-1", "GX-2")),
    ),
    shape="blocks",
)

_STROLLERS = Family(
    key="strollers",
    category="consumer",
    industry="37",
    line="童车总装二号线",
    markets=("NL", "PL", "AU"),
    overseas=("EN 1888",),
    domestic=("GB 14748-2006",),
    indicators=(
        Indicator("制动装置斜面", "°", "≥9", "≥9", "equal", ("12", "11")),
        Indicator("稳定性斜面", "°", "≥12", "≥10", "overseas", ("13", "14")),
        Indicator("可迁移铅", "mg/kg", "≤23", "≤90", "overseas", ("未检出（<0.5）",)),
        Indicator("不规则路面试验", "次", "72000", "36000", "overseas", ("72000 无损坏",)),
    ),
    items=(
        Item("轻便婴儿推车", "Lightweight Stroller", "87150000", ("TC-5.8", "TC-6.5")),
        Item("双向婴儿推车", "Reversible Stroller", "8715000000", ("SX-A", "SX-B")),
        Item("双胞胎推车", "Twin Stroller", "871500", ("SB-2",)),
    ),
    shape="wheels",
)

_LUGGAGE = Family(
    key="luggage",
    category="consumer",
    industry="19",
    line="箱包车间四号线",
    markets=("US", "DE", "KR"),
    overseas=("REACH (EC) 1907/2006 Annex XVII",),
    domestic=("QB/T 2155-2018", "QB/T 1333-2018"),
    indicators=(
        Indicator("邻苯二甲酸酯（DEHP+DBP+BBP+DIBP）", "%", "≤0.1", "未规定", "overseas", ("未检出（<0.005）",)),
        Indicator("六价铬（皮革部件）", "mg/kg", "≤3", "≤3", "equal", ("未检出（<3）",)),
        Indicator("拉杆往复", "次", "未规定", "≥3000", "domestic", ("3000 无异常", "5000 无异常")),
        Indicator("振荡冲击", "次", "未规定", "≥500", "domestic", ("500 无异常",)),
    ),
    items=(
        Item(
            "聚碳酸酯拉杆箱",
            "Polycarbonate Trolley Case",
            "42021210",
            ("PC-20 英寸", "PC-24 英寸", "PC-28 英寸"),
        ),
        Item("商务双肩包", "Business Backpack", "42029200", ("SJ-15", "SJ-17")),
        Item("牛皮手提包", "Leather Handbag", "420221", ("NP-1", "NP-2")),
    ),
    shape="case",
)

FAMILIES: Final = (_TOYS, _STROLLERS, _LUGGAGE)
