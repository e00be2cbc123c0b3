"""Glass, ceramics, plastics, appliances, lighting."""

from __future__ import annotations

from typing import Final

from registry.cli.demonstration.goods.model import Family, Indicator, Item

_GLASS = Family(
    key="glass",
    category="consumer",
    industry="30",
    line="二号车间 A3 压制线",
    markets=("DE", "US", "JP"),
    overseas=("ISO 7086-1", "ISO 7086-2"),
    domestic=("GB 4806.5-2016", "GB 4806.1-2016"),
    indicators=(
        Indicator("铅溶出量", "mg/L", "≤0.5", "≤0.8", "overseas", ("0.02", "0.03", "未检出（<0.01）")),
        Indicator("镉溶出量", "mg/L", "≤0.25", "≤0.25", "equal", ("未检出（<0.002）", "0.004")),
        Indicator("耐热冲击温差", "℃", "≥120", "≥120", "equal", ("135", "140", "150")),
    ),
    items=(
        Item("高硼硅玻璃杯", "Borosilicate Glass Cup", "70133700", ("GB-300 300 mL", "GB-450 450 mL")),
        Item("玻璃保鲜盒", "Glass Food Container", "70134900", ("BX-640 640 mL", "BX-1040 1040 mL")),
        Item("双层玻璃茶壶", "Double-wall Glass Teapot", "7013490000", ("CH-600", "CH-900")),
        Item("高脚玻璃酒杯", "Stemmed Wine Glass", "70132800", ("JB-420", "JB-580")),
    ),
    shape="cup",
)

_CERAMICS = Family(
    key="ceramics",
    category="consumer",
    industry="30",
    line="辊道窑二号线",
    markets=("US", "GB", "SA"),
    overseas=("ISO 6486-1", "ISO 6486-2"),
    domestic=("GB 4806.4-2016", "GB/T 3532-2022"),
    indicators=(
        Indicator("铅溶出量（扁平制品）", "mg/dm²", "≤0.8", "≤0.8", "equal", ("0.05", "未检出（<0.02）")),
        Indicator("镉溶出量（小空心制品）", "mg/L", "≤0.50", "≤0.30", "domestic", ("0.01", "0.02")),
        Indicator("抗热震性温差", "℃", "≥140", "≥160", "domestic", ("180", "190")),
    ),
    items=(
        Item("骨质瓷餐盘", "Bone China Plate", "69111011", ("CP-08 8 英寸", "CP-10 10 英寸")),
        Item("日用瓷碗", "Porcelain Bowl", "69111019", ("W-450", "W-600")),
        Item("釉下彩马克杯", "Underglaze Mug", "691200", ("MK-350", "MK-420")),
    ),
    shape="plate",
)

_PLASTICS = Family(
    key="plastics",
    category="consumer",
    industry="29",
    line="注塑车间五号机组",
    markets=("FR", "ES", "CA"),
    overseas=("(EU) 10/2011",),
    domestic=("GB 4806.7-2023", "GB 9685-2016"),
    indicators=(
        Indicator("总迁移量（4 % 乙酸）", "mg/dm²", "≤10", "≤10", "equal", ("1.2", "2.0", "1.6")),
        Indicator("双酚 A 特定迁移量", "mg/kg", "≤0.05", "≤0.6", "overseas", ("未检出（<0.01）",)),
        Indicator("高锰酸钾消耗量", "mg/kg", "未规定", "≤10", "domestic", ("1.8", "2.4")),
    ),
    items=(
        Item("聚丙烯保鲜盒", "PP Food Container", "39241000", ("PP-500", "PP-800", "PP-1200")),
        Item("婴儿训练杯", "Infant Training Cup", "39241000", ("XL-180", "XL-240")),
        Item("密胺餐具套装", "Melamine Tableware Set", "392410", ("4 件套", "6 件套")),
    ),
    shape="box",
)

_APPLIANCES = Family(
    key="appliances",
    category="consumer",
    industry="38",
    line="总装车间三号流水线",
    markets=("DE", "IT", "AU"),
    overseas=("IEC 60335-1",),
    domestic=("GB 4706.1-2005",),
    indicators=(
        Indicator("工作温度下泄漏电流", "mA", "≤0.75", "≤0.75", "equal", ("0.11", "0.18")),
        Indicator("接地电阻", "Ω", "≤0.1", "≤0.1", "equal", ("0.03", "0.05")),
        Indicator("电气强度（1 min）", "V", "1250", "1250", "equal", ("1250 无击穿",)),
        Indicator("待机功耗", "W", "≤0.5", "≤1.0", "overseas", ("0.3", "0.4")),
    ),
    items=(
        Item("电热水壶", "Electric Kettle", "851679", ("DK-1.5", "DK-1.7")),
        Item("多士炉", "Toaster", "85167210", ("TS-2", "TS-4")),
        Item("电吹风", "Hair Dryer", "851631", ("CF-1800", "CF-2000")),
        Item("浴室取暖器", "Bathroom Heater", "851629", ("YB-2000",)),
    ),
    shape="kettle",
)

_LIGHTING = Family(
    key="lighting",
    category="consumer",
    industry="38",
    line="LED 组装二号线",
    markets=("DE", "FR", "BR"),
    overseas=("IEC 60598-1:2020",),
    domestic=("GB/T 7000.1-2023",),
    indicators=(
        Indicator("绝缘电阻", "MΩ", "≥2", "≥2", "equal", ("＞100",)),
        Indicator("保护接地", "Ω", "≤0.5", "≤0.5", "equal", ("0.08", "0.11")),
        Indicator("外壳防护等级", "", "IP20", "IP20", "equal", ("IP20", "IP44")),
        Indicator("光生物安全", "类", "RG1", "RG0", "domestic", ("RG0",)),
    ),
    items=(
        Item("LED 吸顶灯", "LED Ceiling Light", "94051100", ("XD-18W", "XD-24W", "XD-36W")),
        Item("LED 台灯", "LED Desk Lamp", "94052100", ("TD-8W", "TD-12W")),
        Item("LED 面板灯", "LED Panel Light", "940511", ("MB-3030", "MB-6060")),
    ),
    shape="lamp",
)

FAMILIES: Final = (_GLASS, _CERAMICS, _PLASTICS, _APPLIANCES, _LIGHTING)
