"""Fruit, vinegar, millet."""

from __future__ import annotations

from typing import Final

from registry.cli.demonstration.goods.model import Family, Indicator, Item

_FRUIT = Family(
    key="fruit",
    category="agricultural_food",
    industry="01",
    line="一号分选包装线",
    markets=("DE", "NL", "AE"),
    overseas=("(EC) 396/2005", "UNECE FFV-50"),
    domestic=("GB 2763-2021", "GB/T 10651-2008"),
    indicators=(
        Indicator("多菌灵残留", "mg/kg", "≤0.2", "≤5", "overseas", ("0.02", "0.05", "未检出（<0.01）")),
        Indicator("毒死蜱残留", "mg/kg", "≤0.01", "≤1", "overseas", ("未检出（<0.005）",)),
        Indicator("啶虫脒残留", "mg/kg", "≤0.4", "≤0.8", "overseas", ("0.03", "0.06")),
        Indicator("果面缺陷", "%", "≤10", "≤5", "domestic", ("2.1", "3.0")),
    ),
    items=(
        Item("红富士苹果", "Fuji Apples", "08081000", ("80 mm 一级", "75 mm 一级", "85 mm 特级")),
        Item("嘎啦苹果", "Gala Apples", "08081000", ("70 mm 一级", "75 mm 一级")),
        Item("鲜酥梨", "Fresh Pears", "08083090", ("70 mm 一级", "80 mm 一级")),
        Item("鲜桃", "Fresh Peaches", "080930", ("65 mm 一级", "70 mm 特级")),
    ),
    shape="fruit",
)

_VINEGAR = Family(
    key="vinegar",
    category="agricultural_food",
    industry="14",
    line="陈酿车间二号灌装线",
    markets=("JP", "US", "MY"),
    overseas=("(EU) 2023/915", "Codex CXS 192-1995"),
    domestic=("GB 2719-2018", "GB/T 19777-2013", "GB 2760-2024"),
    indicators=(
        Indicator("总酸（以乙酸计）", "g/100 mL", "≥4.0", "≥3.5", "overseas", ("6.1", "6.3", "5.2")),
        Indicator("黄曲霉毒素 B1", "μg/kg", "≤2.0", "≤5.0", "overseas", ("未检出（<0.5）",)),
        Indicator("苯甲酸", "g/kg", "≤1.0", "≤1.0", "equal", ("未检出（<0.005）",)),
        Indicator("铅（以 Pb 计）", "mg/kg", "未规定", "≤1.0", "domestic", ("0.02", "0.03")),
    ),
    items=(
        Item("老陈醋", "Aged Vinegar", "2209000000", ("500 mL 三年陈", "500 mL 五年陈", "2.5 L 三年陈")),
        Item("米醋", "Rice Vinegar", "2209000000", ("420 mL", "800 mL")),
        Item("保健醋饮", "Vinegar Drink", "220900", ("250 mL", "330 mL")),
    ),
    shape="bottle",
)

_MILLET = Family(
    key="millet",
    category="agricultural_food",
    industry="13",
    line="一号脱壳色选线",
    markets=("KR", "JP", "DE"),
    overseas=("(EU) 2023/915", "(EC) 396/2005"),
    domestic=("GB/T 11766-2008", "GB 2762-2022", "GB 2761-2017"),
    indicators=(
        Indicator("黄曲霉毒素 B1", "μg/kg", "≤2.0", "≤5.0", "overseas", ("未检出（<0.3）",)),
        Indicator("铅（以 Pb 计）", "mg/kg", "≤0.20", "≤0.2", "equal", ("0.03", "0.05")),
        Indicator("镉（以 Cd 计）", "mg/kg", "≤0.10", "≤0.1", "equal", ("0.01", "0.02")),
        Indicator("水分", "%", "≤14.0", "≤13.0", "domestic", ("11.8", "12.1")),
    ),
    items=(
        Item("有机小米", "Organic Millet", "10082900", ("2.5 kg 袋装", "5 kg 袋装")),
        Item("黄小米", "Yellow Millet", "10082900", ("500 g 真空装", "1 kg 真空装")),
        Item("小米粥料", "Millet Porridge Mix", "110319", ("400 g", "800 g")),
    ),
    shape="sack",
)

FAMILIES: Final = (_FRUIT, _VINEGAR, _MILLET)
