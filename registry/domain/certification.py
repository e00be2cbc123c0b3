"""What a filing of a third-party certification contains, step by step.

The body's certificate is the attestation (ISO/IEC 17000 clause 7.6); the registry puts it on record. The fields
follow the certificate's own: body, number, scheme, standards, parties, dates (认证证书和认证标志管理办法 第七条).
"""

from __future__ import annotations

from typing import Final

from registry.domain.identifiers import check_foreign_certificate_no, normalise_standard_no
from registry.domain.messages import N_
from registry.domain.quality_record import QUALITY_RECORD
from registry.domain.requirements import Field, Kind, Step
from registry.domain.text import clean_line

MOST_PRODUCTS: Final = 50
_CCC_DIGITS: Final = 16

_BY_CHOICE: Final = N_("在“确认”中勾选后才公开。")
_FOR_REVIEW: Final = N_("仅供审核。")
_FOR_RECORD: Final = N_("仅作记录。")

PUBLIC_CHOICES: Final = (
    ("factory_address", N_("工厂地址")),
    ("production_line", N_("生产线")),
    ("parties", N_("委托人、生产者和生产企业的地址")),
)

SCHEMES: Final = (
    ("type_test", N_("型式试验 + 获证后监督")),
    ("type_test_inspection", N_("型式试验 + 工厂检查 + 获证后监督")),
    ("batch", N_("批次检验")),
    ("design", N_("设计评价 + 获证后监督")),
    ("other", N_("其他，见证书")),
)


def keep_printed_number(raw: str) -> str:
    """A certificate number as printed: what it is compared by is `identifiers.normalise_foreign_certificate_no`.

    Raises:
        InvalidValue: there is no digit and no letter in it.
    """
    check_foreign_certificate_no(raw)
    return clean_line(raw)


def _party(name: str, label: str, address: str, help_text: str) -> tuple[Field, Field]:
    return (
        Field(f"{name}_name", label, help=help_text, max_length=200, public=True),
        Field(f"{name}_address", address, help=N_("照证书填写。"), max_length=300, why_private=_BY_CHOICE),
    )


STEPS: Final = (
    Step(
        "object",
        N_("产品"),
        (
            Field(
                "products",
                N_("证书覆盖的产品"),
                Kind.CHOICES,
                max_rows=MOST_PRODUCTS,
                help=N_("证书上列明的产品，可多选，每个产品各得一份凭证。"),
                why=N_("凭证上的产品信息取自“产品”中的登记，不必重填。"),
                public=True,
            ),
            Field(
                "line",
                N_("生产线"),
                Kind.CHOICE,
                help=N_("出口与内销产品都在此生产。"),
                why=N_("“同线”指出口与内销产品由同一生产企业在同一生产线生产。"),
                why_private=_BY_CHOICE,
            ),
        ),
        N_("由认证机构认证、请求备案的产品。"),
    ),
    Step(
        "certificate",
        N_("认证证书"),
        (
            Field(
                "certificate",
                N_("证书文件"),
                Kind.EVIDENCE,
                evidence_kind="certification_certificate",
                max_rows=5,
                help=N_("证书及附件的扫描件或电子版。先上传，材料库中登记的编号、机构和日期会自动填到下面。"),
                why=N_("审核人员据此核对所填内容。"),
                why_private=_FOR_REVIEW,
            ),
            Field(
                "body",
                N_("认证机构"),
                Kind.CHOICE,
                help=N_("按名称、曾用名或批准号查找；名录只列出经国家认监委批准的机构。"),
                why=N_("认证认可条例第九条：未经批准，任何单位不得从事认证活动。"),
                public=True,
            ),
            Field(
                "number",
                N_("证书编号"),
                help=N_("照证书原样填写，含斜线和空格。"),
                example="00114E22766R2L/3502",
                max_length=80,
                check=keep_printed_number,
                public=True,
            ),
            Field(
                "project",
                N_("认证项目"),
                help=N_("证书上的认证项目或产品类别。"),
                example=N_("同线同标同质产品认证"),
                max_length=120,
                public=True,
            ),
            Field(
                "scheme",
                N_("认证模式"),
                Kind.CHOICE,
                choices=SCHEMES,
                help=N_("见证书；没有对应的，选“其他，见证书”。"),
                public=True,
            ),
            Field(
                "standards",
                N_("认证依据"),
                Kind.LINES,
                help=N_("每行一个标准或技术规范的编号。"),
                example="GB 4806.5-2016",
                check=normalise_standard_no,
                max_length=80,
                public=True,
            ),
            Field(
                "markets",
                N_("境外目标市场"),
                Kind.CHOICES,
                help=N_("认证所依据的境外标准适用的国家和地区，可多选。"),
                why=N_("“同标”要与出口市场的标准比较。"),
                public=True,
            ),
            Field(
                "first_issued_on",
                N_("初次获证日期"),
                Kind.DATE,
                help=N_("第一次获得这项认证的日期；第一次获证的，与颁证日期相同。"),
                not_future=True,
                public=True,
            ),
            Field(
                "issued_on",
                N_("颁证日期"),
                Kind.DATE,
                help=N_("这张证书上的颁发日期。"),
                why=N_("认证机构当时是否获得批准，按这一天核对。"),
                not_future=True,
                public=True,
            ),
            Field(
                "expires_on",
                N_("有效期至"),
                Kind.DATE,
                help=N_("证书上的截止日期。"),
                why=N_("备案凭证的有效期不长于认证证书。"),
                public=True,
            ),
        ),
        N_("照认证证书填写。审核人员会到国家认监委网站核对。"),
    ),
    Step(
        "parties",
        N_("委托人与生产企业"),
        (
            *_party("applicant", N_("认证委托人"), N_("委托人地址"), N_("证书上的委托人（申请人）。")),
            *_party("producer", N_("生产者（制造商）"), N_("生产者地址"), N_("证书上的生产者。")),
            *_party("manufacturer", N_("生产企业"), N_("生产企业地址"), N_("实际生产的企业。")),
        ),
        N_("三方可以是同一家企业。"),
    ),
    Step(
        "ccc",
        N_("强制性认证"),
        (
            Field(
                "ccc",
                N_("产品是否在强制性产品认证（CCC）目录内"),
                Kind.CHOICE,
                choices=(("no", N_("不在目录内")), ("yes", N_("在目录内"))),
                help=N_("以国家认监委公布的目录为准。"),
                public=True,
            ),
            Field(
                "ccc_number",
                N_("CCC 证书编号"),
                required=False,
                required_if=("ccc", "yes"),
                help=N_("目录内产品必须取得 CCC 认证；自我声明方式的填声明编号。"),
                example="2009010702358369",
                max_length=80,
                check=keep_printed_number,
                public=True,
            ),
        ),
        N_("目录内产品未获 CCC 认证的，不得出厂、销售（认证认可条例第二十七条）。"),
    ),
    Step(
        "statement",
        N_("确认"),
        (
            *QUALITY_RECORD,
            Field(
                "public",
                N_("愿意公开的内容"),
                Kind.CHOICES,
                required=False,
                choices=PUBLIC_CHOICES,
                help=N_("企业名称、产品、认证机构、证书编号、依据和有效期一律公开；联系人与电话从不公开。"),
                editorial=True,
                why_private=_FOR_RECORD,
            ),
            Field(
                "consent",
                N_("授权与责任"),
                Kind.FLAG,
                choices=(("yes", N_("本人已获企业授权办理备案，所填内容与认证证书一致")),),
                help=N_("勾选前请核对全部内容。"),
                why_private=_FOR_RECORD,
            ),
        ),
        N_("核对后确认。"),
    ),
)
