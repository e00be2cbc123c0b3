"""What the guide says that stands nowhere else: who may file, what follows from it, and short answers.

Each sentence names the law it rests on; without one it describes the registry's own procedure. Everything that the
forms, the checks or the procedure say themselves is read from there, see `domain/guide.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.domain.evidence import EXPIRES_SOON
from registry.domain.messages import N_, Message
from registry.domain.succession import RENEWAL_DAYS

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence, and what it rests on."""

    text: str | Message
    basis: str = ""  # The law and its article; empty: the registry's own procedure.


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked again and again, and its short answer."""

    question: str
    answer: str | Message


@dataclass(frozen=True, slots=True)
class Texts:
    """The part of a guide that is written and not derived."""

    label: str
    lead: str
    conditions: tuple[Clause, ...]
    outcome: tuple[Clause, ...] = ()
    liability: tuple[Clause, ...] = ()
    questions: tuple[Question, ...] = ()


_MEASURES: Final = N_("《关于加快内外贸一体化发展的若干措施》第（四）项")
_EXPORTS_TO_HOME: Final = N_("国办发〔2020〕16号，市场监管总局2020年9月8日公告")
_QUALITY_26: Final = N_("《产品质量法》第二十六条")
_CERTIFICATION_9: Final = N_("《认证认可条例》第九条")
_CERTIFICATION_27: Final = N_("《认证认可条例》第二十七条")

_VERIFIED: Final = Clause(N_("企业已在本平台登记，并经主管部门核验。核验前可以先填写草稿。"))
_CCC: Final = Clause(N_("产品在强制性产品认证（CCC）目录内的，已经取得 CCC 认证。"), _CERTIFICATION_27)
_NOT_RECOMMENDED: Final = Clause(
    N_("公示只供查询，主管部门不推荐、不评比任何企业和产品。"), N_("《产品质量法》第二十五条")
)
_HISTORY: Final = Clause(N_("凭证的编号和变更记录一直可以查询，编号不再使用。"))

_LIABILITY: Final = (
    Clause(N_("生产者对产品质量负责，产品要与声明、标识和产品说明所表明的质量状况相符。"), _QUALITY_26),
    Clause(
        N_("掺杂、掺假，以假充真，以次充好，或者以不合格产品冒充合格产品的，依法处罚；构成犯罪的，追究刑事责任。"),
        N_("《产品质量法》第五十条"),
    ),
    Clause(
        N_("伪造产地，伪造或者冒用他人厂名、厂址，伪造或者冒用认证标志等质量标志的，依法处罚。"),
        N_("《产品质量法》第五十三条"),
    ),
    Clause(N_("目录内产品未经 CCC 认证，擅自出厂、销售的，依法处罚。"), N_("《认证认可条例》第六十六条")),
    Clause(N_("材料不真实，或者产品不再符合的，主管部门暂停或者撤销凭证，并向社会公布。")),
)

_STOP: Final = Question(
    N_("一次填不完怎么办？"), N_("边填边自动保存，可以随时停下，换一台电脑登录后继续。草稿没有期限。")
)
_MISTAKE: Final = Question(
    N_("提交后发现写错了怎么办？"),
    N_("审核期间内容不能修改。可以在“询问与答复”中说明，由审核人员退回补正；也可以撤回后重新申报。"),
)
_PRIVATE: Final = Question(
    N_("上传的文件会公开吗？"),
    N_("证明材料的文件只供办理的机关查看，不公开；产品图片随凭证公开。其他内容是否公开，逐项写明。"),
)

TEXTS: Final[Mapping[str, Texts]] = {
    "declaration": Texts(
        label=N_("三同产品自我声明备案"),
        lead=N_("企业声明自己的出口产品与内销产品同线、同标、同质，由主管部门备案并公示。"),
        conditions=(
            _VERIFIED,
            Clause(N_("产品既出口又内销，在同一条生产线上生产。"), _EXPORTS_TO_HOME),
            Clause(
                N_("产品按境外目标市场与国内标准中的较严者生产；有强制性国家标准的，必须符合。"),
                N_("《标准化法》第二条"),
            ),
            Clause(N_("有检测报告等支持性文件，能说明声明的依据。"), "GB/T 27050.2"),
            _CCC,
            Clause(N_("自我声明由企业自愿作出，也可以委托认证机构认证。"), _MEASURES),
        ),
        outcome=(
            Clause(N_("备案凭证不是认证证书，不能当作认证证书使用。"), _CERTIFICATION_9),
            _NOT_RECOMMENDED,
        ),
        liability=_LIABILITY,
        questions=(
            Question(
                N_("一份声明可以包括几个产品吗？"),
                N_("可以。在同一生产线、按相同标准生产的产品可以一并声明，每个产品各得一份凭证。"),
            ),
            Question(
                N_("没有 CMA 或 CNAS 编号的检测报告可以用吗？"),
                N_("可以上传，两个编号都是选填。报告能不能支持声明，由审核人员判断。"),
            ),
            _PRIVATE,
            _STOP,
            _MISTAKE,
        ),
    ),
    "certification": Texts(
        label=N_("三同产品认证结果备案"),
        lead=N_("产品已由认证机构按三同要求认证的，把认证结果报主管部门备案并公示。"),
        conditions=(
            _VERIFIED,
            Clause(N_("认证机构经国家认监委批准，认证项目在它获批的领域内。"), _CERTIFICATION_9),
            Clause(N_("认证证书在有效期内，没有暂停、撤销或者注销，也没有由另一家企业备案。")),
            Clause(N_("申报的产品在认证证书的范围内，出口与内销在同一条生产线上生产。"), _EXPORTS_TO_HOME),
            _CCC,
            Clause(N_("由企业自愿委托认证，也可以自我声明。"), _MEASURES),
        ),
        outcome=(
            Clause(N_("凭证只记录备案时核对的认证信息，不代替认证机构颁发的证书。"), _CERTIFICATION_9),
            _NOT_RECOMMENDED,
        ),
        liability=_LIABILITY,
        questions=(
            Question(
                N_("名录里找不到认证机构怎么办？"),
                N_("只列出经国家认监委批准的机构。确已获批而没有列出的，请联系主管部门补录。"),
            ),
            Question(
                N_("认证证书换了新的怎么办？"),
                N_("在凭证页面申请变更或者续期，按新证书填写。"),
            ),
            _PRIVATE,
            _STOP,
            _MISTAKE,
        ),
    ),
    "replacement": Texts(
        label=N_("备案凭证的变更与续期"),
        lead=N_("凭证上的内容有变化，或者有效期将满时，为同一产品换发新凭证。"),
        conditions=(
            Clause(N_("申请人是凭证的持有企业，产品不变。")),
            Clause(
                Message(
                    N_("续期在有效期届满前后各 %(days)s 天内申请；再晚的，重新申报。"), {"days": RENEWAL_DAYS.days}
                ),
            ),
            Clause(N_("暂停期间不能换发，先按要求整改；已撤销、注销或者换发的，重新申报。")),
        ),
        outcome=(
            Clause(N_("变更的，新凭证即时生效，有效期的最后一天不变，原凭证标记为“已换发”。")),
            Clause(N_("续期的，新凭证自原凭证届满的次日起生效，原凭证用到最后一天。")),
            Clause(N_("没有改变所证明的内容的，印有原凭证编号的包装和标签可以继续使用。")),
            _HISTORY,
        ),
        liability=_LIABILITY,
        questions=(
            Question(
                N_("要全部重新填写吗？"),
                N_("不用。原申报的内容自动带入，核对并更新即可；签署日期和确认事项要重新填写。"),
            ),
            Question(
                N_("什么时候申请续期？"),
                Message(
                    N_("有效期届满前 %(first)s 天起就可以申请，届满前 %(days)s 天起平台发信提醒您。早申请不会少一天。"),
                    {"first": RENEWAL_DAYS.days, "days": EXPIRES_SOON.days},
                ),
            ),
            _MISTAKE,
        ),
    ),
    "withdrawal": Texts(
        label=N_("备案凭证的注销"),
        lead=N_("产品停产，或者企业不再需要时，主动放弃凭证。"),
        conditions=(
            Clause(N_("申请人是凭证的持有企业。")),
            Clause(N_("暂停期间不能自行注销。")),
        ),
        outcome=(
            Clause(N_("立即生效，查验页面显示“注销”和原因。注销后不能恢复。")),
            _HISTORY,
        ),
        liability=(Clause(N_("注销前生产的产品，企业仍对其质量负责。"), _QUALITY_26),),
        questions=(
            Question(
                N_("已经印在包装上的二维码怎么办？"),
                N_("扫码会显示“注销”。请停止使用印有二维码的包装，或者注明。"),
            ),
        ),
    ),
}

FEES: Final = (Clause(N_("不收费。")),)
# What somebody can do who does not agree with a decision.
REMEDIES: Final = Clause(
    N_("对决定不服的，可以自收到之日起六十日内申请行政复议，或者六个月内提起行政诉讼。"),
    N_("《行政复议法》第二十条，《行政诉讼法》第四十六条"),
)
