"""What a 三同 self-declaration contains, step by step.

The fields under `statement` with the product, the holder and the standards are the contents that GB/T 27050.1
(ISO/IEC 17050-1:2004) clause 6.1 asks of a declaration of conformity; `line`, `standard` and `quality` are its
supporting documentation (GB/T 27050.2, ISO/IEC 17050-2).
"""

from __future__ import annotations

from typing import Final

from registry.domain.identifiers import check_cma_no, check_cnas_no, normalise_standard_no
from registry.domain.messages import N_
from registry.domain.requirements import Field, Kind, Step

_BY_CHOICE: Final = N_("在“声明”中勾选后才公开。")
_FOR_REVIEW: Final = N_("仅供审核。")
_FILES: Final = N_("文件可能含商业秘密，仅供审核。")
_FOR_RECORD: Final = N_("仅作记录。")

COMPARISON_COLUMNS: Final = (
    Field("indicator", N_("指标"), example=N_("铅溶出量"), max_length=100, why_private=_BY_CHOICE),
    Field("unit", N_("单位"), required=False, example="mg/L", max_length=30, why_private=_BY_CHOICE),
    Field("overseas_limit", N_("境外限值"), example="≤0.5", max_length=60, why_private=_BY_CHOICE),
    Field("domestic_limit", N_("国内限值"), example="≤0.8", max_length=60, why_private=_BY_CHOICE),
    Field("measured", N_("企业实测"), example="0.02", max_length=60, why_private=_BY_CHOICE),
    Field(
        "stricter",
        N_("取严"),
        Kind.CHOICE,
        choices=(("overseas", N_("境外较严")), ("domestic", N_("国内较严")), ("equal", N_("两者相同"))),
        why_private=_BY_CHOICE,
    ),
)

REPORT_COLUMNS: Final = (
    Field("number", N_("报告编号"), max_length=60, why_private=_BY_CHOICE),
    Field("laboratory", N_("检测机构"), max_length=120, why_private=_BY_CHOICE),
    Field(
        "cma",
        N_("CMA 编号"),
        required=False,
        help=N_("12 位数字，见报告封面。"),
        max_length=20,
        check=check_cma_no,
        why_private=_FOR_REVIEW,
    ),
    Field(
        "cnas",
        N_("CNAS 编号"),
        required=False,
        example="L0699",
        max_length=20,
        check=check_cnas_no,
        why_private=_FOR_REVIEW,
    ),
    Field("issued_on", N_("报告日期"), Kind.DATE, not_future=True, why_private=_BY_CHOICE),
    Field(
        "conclusion", N_("检测结论"), example=N_("所检项目符合 GB 4806.5-2016"), max_length=200, why_private=_BY_CHOICE
    ),
    Field("evidence", N_("报告文件"), Kind.FILE, why_private=_FILES),
)

# What a firm may choose to show; the rest of the certificate is public by its nature (政府信息公开条例).
PUBLIC_CHOICES: Final = (
    ("factory_address", N_("工厂地址")),
    ("production_line", N_("生产线")),
    ("comparison", N_("指标对比表")),
    ("reports", N_("检测报告编号与结论（不含文件）")),
    ("signatory_name", N_("签署人姓名")),
)

# Of these, what is personal data: published only where somebody has ticked it (个人信息保护法 第二十五条).
PERSONAL: Final = frozenset({"signatory_name"})

STEPS: Final = (
    Step(
        "object",
        N_("产品"),
        (
            Field(
                "product",
                N_("声明的产品"),
                Kind.CHOICE,
                help=N_("先在“产品”中登记，再在这里选择。证书上的产品信息取自该处。"),
                public=True,
            ),
            Field(
                "batch",
                N_("批次或生产期间"),
                required=False,
                help=N_("声明只适用于部分批次时填写；留空表示声明有效期内持续生产的全部产品。"),
                example=N_("2026 年 3 月起生产的批次"),
                public=True,
            ),
        ),
        N_("声明的对象，对应 GB/T 27050.1 第 6.1 条 c 项。"),
    ),
    Step(
        "line",
        N_("同线"),
        (
            Field("manufacturer", N_("生产企业"), help=N_("实际生产的企业；自行生产的填本企业名称。"), public=True),
            Field("factory_address", N_("工厂地址"), help=N_("写到门牌号。"), max_length=300, why_private=_BY_CHOICE),
            Field(
                "production_line",
                N_("生产线"),
                help=N_("车间和生产线的名称或编号，出口与内销产品都在此生产。"),
                example=N_("二号车间 A3 压制线"),
                why_private=_BY_CHOICE,
            ),
        ),
        N_("出口商品与内销商品在同一生产线生产。"),
    ),
    Step(
        "standard",
        N_("同标"),
        (
            Field("markets", N_("境外目标市场"), Kind.CHOICES, help=N_("出口到哪里就选哪里，可多选。"), public=True),
            Field(
                "overseas_standards",
                N_("境外标准"),
                Kind.LINES,
                help=N_("每行一个标准编号。"),
                example="ISO 7086-1",
                check=normalise_standard_no,
                max_length=80,
                public=True,
            ),
            Field(
                "domestic_standards",
                N_("国内执行标准"),
                Kind.LINES,
                help=N_("每行一个标准编号，写全年份。"),
                example="GB 4806.5-2016",
                check=normalise_standard_no,
                max_length=80,
                public=True,
            ),
            Field(
                "comparison",
                N_("指标对比表"),
                Kind.ROWS,
                columns=COMPARISON_COLUMNS,
                max_rows=100,
                help=N_("逐项对比境外与国内限值，执行较严者。"),
                why_private=_BY_CHOICE,
            ),
        ),
        N_("按境外目标市场与国内标准中的较严者生产。"),
    ),
    Step(
        "quality",
        N_("同质"),
        (
            Field("reports", N_("检测报告"), Kind.ROWS, columns=REPORT_COLUMNS, max_rows=300, why_private=_BY_CHOICE),
            Field(
                "quality_record",
                N_("近一年监督抽查、召回、通报情况"),
                Kind.CHOICE,
                choices=(("none", N_("无不合格、召回或通报")), ("some", N_("有，说明如下"))),
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
        ),
        N_("出口商品与内销商品质量水平相同。"),
    ),
    Step(
        "statement",
        N_("声明"),
        (
            Field("statement", N_("符合性声明"), Kind.TEXT, max_length=1000, public=True),
            Field(
                "limits",
                N_("有效性限制"),
                Kind.TEXT,
                required=False,
                help=N_("声明不适用的情形；没有则留空。"),
                max_length=500,
                public=True,
            ),
            Field("signatory_name", N_("签署人"), max_length=60, why_private=_BY_CHOICE),
            Field("signatory_function", N_("职务"), example=N_("质量负责人"), max_length=60, public=True),
            Field("place", N_("签署地点"), example=N_("嘉兴市海宁市"), max_length=100, public=True),
            Field("declared_on", N_("签署日期"), Kind.DATE, not_future=True, public=True),
            Field(
                "public",
                N_("愿意公开的内容"),
                Kind.CHOICES,
                required=False,
                choices=PUBLIC_CHOICES,
                help=N_("企业名称、产品、标准、声明和有效期一律公开；联系人与电话从不公开。"),
                why_private=_FOR_RECORD,
            ),
            Field(
                "consent",
                N_("授权与责任"),
                Kind.FLAG,
                choices=(("yes", N_("本人已获企业授权签署本声明，并知悉企业对声明内容负责")),),
                why_private=_FOR_RECORD,
            ),
        ),
        N_("由企业授权的人员签署，对应 GB/T 27050.1 第 6.1 条 d 至 g 项。"),
    ),
)

STEP_NAMES: Final = tuple(step.name for step in STEPS)


def step_named(name: str) -> Step:
    """The step with this name.

    Raises:
        KeyError: there is no such step.
    """
    return {step.name: step for step in STEPS}[name]
