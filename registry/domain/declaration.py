"""What a 三同 self-declaration contains, step by step.

The fields under `statement` with the products, the holder and the standards are the contents that GB/T 27050.1
(ISO/IEC 17050-1:2004) clause 6.1 asks of a declaration of conformity; `line`, `standard` and `quality` are its
supporting documentation (GB/T 27050.2, ISO/IEC 17050-2). `docs/declaration.md` names the field for every item.
"""

from __future__ import annotations

from typing import Final

from registry.domain.identifiers import normalise_standard_no
from registry.domain.messages import N_
from registry.domain.quality_record import QUALITY_RECORD
from registry.domain.requirements import Field, Kind, Step

MOST_PRODUCTS: Final = 50

_BY_CHOICE: Final = N_("在“声明”中勾选后才公开。")
_FOR_REVIEW: Final = N_("仅供审核。")
_FOR_RECORD: Final = N_("仅作记录。")
_ALL_STANDARDS: Final = N_("声明要列全所依据的标准，对应 GB/T 27050.1 第 6.1 条 e 项。")

COMPARISON_COLUMNS: Final = (
    Field(
        "indicator",
        N_("指标"),
        help=N_("标准规定了限值的项目。"),
        example=N_("铅溶出量"),
        max_length=100,
        why_private=_BY_CHOICE,
    ),
    Field(
        "unit",
        N_("单位"),
        required=False,
        help=N_("没有单位的留空。"),
        example="mg/L",
        max_length=30,
        why_private=_BY_CHOICE,
    ),
    Field(
        "overseas_limit",
        N_("境外限值"),
        help=N_("照境外标准填写。"),
        example="≤0.5",
        max_length=60,
        why_private=_BY_CHOICE,
    ),
    Field(
        "domestic_limit",
        N_("国内限值"),
        help=N_("照国内标准填写。"),
        example="≤0.8",
        max_length=60,
        why_private=_BY_CHOICE,
    ),
    Field(
        "measured",
        N_("企业实测"),
        help=N_("检测报告上的数值。"),
        example="0.02",
        max_length=60,
        why_private=_BY_CHOICE,
        anew=True,
    ),
    Field(
        "stricter",
        N_("取严"),
        Kind.CHOICE,
        required=False,  # Computed wherever both limits can be read.
        choices=(("overseas", N_("境外较严")), ("domestic", N_("国内较严")), ("equal", N_("两者相同"))),
        help=N_("留空的，由系统比较两个限值；比较不出的，请选择。"),
        why_private=_BY_CHOICE,
    ),
)

# What is made of a declaration for the firm to sign, when all else is filled in.
SIGNED_FIELD: Final = Field(
    "signed",
    N_("签署的声明"),
    Kind.FILE,
    help=N_("按所填内容生成。下载后签字盖章，上传扫描件；或者用电子签名签署。"),
    why=N_("声明由企业签署才成立，对应 GB/T 27050.1 第 6.1 条 g 项。"),
    why_private=_FOR_REVIEW,
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
                "products",
                N_("声明的产品"),
                Kind.CHOICES,
                max_rows=MOST_PRODUCTS,
                help=N_("在同一生产线、按相同标准生产的产品可以一并声明，每个产品各得一份凭证。"),
                why=N_("凭证上的产品信息取自“产品”中的登记，不必重填。"),
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
            Field(
                "line",
                N_("生产线"),
                Kind.CHOICE,
                help=N_("出口与内销产品都在此生产。工厂和生产线只登记一次，以后直接选用。"),
                why=N_("“同线”指出口与内销产品由同一生产企业在同一生产线生产。"),
                why_private=_BY_CHOICE,
            ),
        ),
        N_("出口商品与内销商品在同一生产线生产。"),
    ),
    Step(
        "standard",
        N_("同标"),
        (
            Field(
                "markets",
                N_("境外目标市场"),
                Kind.CHOICES,
                help=N_("出口到哪里就选哪里，可多选。"),
                why=N_("“同标”要与出口市场的标准比较。"),
                public=True,
            ),
            Field(
                "overseas_standards",
                N_("境外标准"),
                Kind.LINES,
                help=N_("每行一个标准编号。"),
                why=_ALL_STANDARDS,
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
                why=_ALL_STANDARDS,
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
                why=N_("由此看出哪一方更严，产品是不是按更严的一方生产。"),
                why_private=_BY_CHOICE,
            ),
        ),
        N_("按境外目标市场与国内标准中的较严者生产。"),
    ),
    Step(
        "quality",
        N_("同质"),
        (
            Field(
                "reports",
                N_("检测报告"),
                Kind.EVIDENCE,
                evidence_kind="test_report",
                max_rows=300,
                help=N_("从证明材料库中选用，或上传新的报告。每份报告只需上传一次。"),
                why=N_("作为声明的支持性文件，对应 GB/T 27050.2。"),
                why_private=_BY_CHOICE,
            ),
            *QUALITY_RECORD,
        ),
        N_("出口商品与内销商品质量水平相同。"),
    ),
    Step(
        "statement",
        N_("声明"),
        (
            Field(
                "statement",
                N_("符合性声明"),
                Kind.TEXT,
                help=N_("已按规则写好，可以补充；同线、同标、同质三点请保留。"),
                why=N_("企业声明什么，以这段文字为准。"),
                max_length=1000,
                public=True,
            ),
            Field(
                "limits",
                N_("有效性限制"),
                Kind.TEXT,
                required=False,
                help=N_("声明不适用的情形；没有则留空。"),
                example=N_("不适用于按客户图样定制的产品"),
                max_length=500,
                public=True,
            ),
            Field(
                "signatory_name",
                N_("签署人"),
                help=N_("企业授权的人员。"),
                why=N_("声明须写明由谁代表企业签署。"),
                max_length=60,
                why_private=_BY_CHOICE,
                editorial=True,
            ),
            Field(
                "signatory_function",
                N_("职务"),
                help=N_("签署人在企业的职务。"),
                example=N_("质量负责人"),
                max_length=60,
                public=True,
                editorial=True,
            ),
            Field(
                "place",
                N_("签署地点"),
                help=N_("写到县（市、区）。"),
                example=N_("嘉兴市海宁市"),
                max_length=100,
                public=True,
                editorial=True,
            ),
            Field(
                "declared_on",
                N_("签署日期"),
                Kind.DATE,
                help=N_("签署声明的当天。"),
                not_future=True,
                public=True,
                editorial=True,
            ),
            Field(
                "public",
                N_("愿意公开的内容"),
                Kind.CHOICES,
                required=False,
                choices=PUBLIC_CHOICES,
                help=N_("企业名称、产品、标准、声明和有效期一律公开；联系人与电话从不公开。"),
                editorial=True,
                why_private=_FOR_RECORD,
            ),
            Field(
                "consent",
                N_("授权与责任"),
                Kind.FLAG,
                choices=(("yes", N_("本人已获企业授权签署本声明，并知悉企业对声明内容负责")),),
                help=N_("勾选前请核对全部内容。"),
                why_private=_FOR_RECORD,
            ),
        ),
        N_("由企业授权的人员签署，对应 GB/T 27050.1 第 6.1 条 d 至 g 项。"),
    ),
)
