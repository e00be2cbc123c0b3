"""What a person says of a firm and a bureau checks against its papers: the kinds, how each ends, and why one fails."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from registry.domain.errors import InvalidFields
from registry.domain.messages import N_, Message
from registry.domain.requirements import Field, Kind
from registry.domain.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WORKING_DAYS: Final = 5  # What firms are told that a check takes; a promise of the offices, not a rule of law.
MOST_TEXT: Final = 1_000  # characters


class ClaimKind(StrEnum):
    """What is claimed."""

    FIRST = "first"  # The firm is who it says, and the person acts for it.
    DISPUTE = "dispute"  # The firm's file belongs to the person, and not to its present owners.
    CHANGE = "change"  # The licence has changed.


class ClaimStatus(StrEnum):
    """Where a claim stands."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


KIND_LABELS: Final[Mapping[ClaimKind, str]] = {
    ClaimKind.FIRST: N_("企业核验"),
    ClaimKind.DISPUTE: N_("账号归属异议"),
    ClaimKind.CHANGE: N_("登记信息变更"),
}
STATUS_LABELS: Final[Mapping[ClaimStatus, str]] = {
    ClaimStatus.OPEN: N_("待核验"),
    ClaimStatus.APPROVED: N_("已通过"),
    ClaimStatus.REFUSED: N_("未通过"),
    ClaimStatus.WITHDRAWN: N_("已撤回"),
}

# Why a claim is refused, in the words that the person reads. A text of the reviewer's own may be added to each.
REFUSALS: Final = (
    ("unreadable", N_("材料不清晰或不完整，请重新上传。")),
    ("other_firm", N_("营业执照与填写的企业名称、代码或地址不一致。")),
    ("ended", N_("营业执照已注销、吊销或失效。")),
    ("no_seal", N_("授权书没有加盖企业公章，或没有填写完整。")),
    ("other_person", N_("授权书上的被授权人与账号姓名不一致。")),
    ("owner_confirmed", N_("经核实，现在的账号所有人确由企业授权。")),
    ("other", N_("其他原因，见说明。")),
)
# What the person is told when somebody else's claim was found right, or what it rested on is gone.
OVERTAKEN: Final = N_("另一人的申请已经核实，企业账号归属已变更。")
NOT_OWNER: Final = N_("申请人已不是这家企业的账号所有人，这项申请随之结束。")
NO_ACCOUNT: Final = N_("申请人的账号已停用或注销，这项申请随之结束。")

# The papers that prove whose a firm is.
LICENCE_PAPER: Final = Field(
    "licence",
    N_("营业执照"),
    Kind.FILE,
    help=N_("副本原件的扫描件或照片，四角完整，字迹清楚。"),
    why=N_("证明企业的身份。"),
    why_private=N_("仅供主管部门核验。"),
)
LETTER_PAPER: Final = Field(
    "letter",
    N_("授权书"),
    Kind.FILE,
    help=N_("加盖企业公章。"),
    why=N_("证明您可以代表企业办理。"),
    why_private=N_("仅供主管部门核验。"),
)
PAPERS: Final = (LICENCE_PAPER, LETTER_PAPER)

STATEMENT_FIELD: Final = Field(
    "statement",
    N_("补充说明"),
    Kind.TEXT,
    required=False,
    max_length=MOST_TEXT,
    why_private=N_("仅供主管部门核验。"),
)
EFFECTIVE_FIELD: Final = Field(
    "effective_on",
    N_("变更日期"),
    Kind.DATE,
    help=N_("新营业执照或变更登记通知书上的日期。"),
    not_future=True,
    public=True,
)


def refusal(reasons: Iterable[str], text: str) -> str:
    """What the person is told: the chosen reasons, then the reviewer's own words.

    Raises:
        InvalidFields: no reason is chosen, one is unknown, the words are too long, or they are all there is to say
            and there are none.
    """
    known = dict(REFUSALS)
    chosen, text = list(reasons), clean_text(text)
    if not chosen or not set(chosen) <= known.keys():
        raise InvalidFields({"reasons": Message(N_("请至少选择一项原因。"))})
    if len(text) > MOST_TEXT:
        limits = {"most": MOST_TEXT, "count": len(text)}
        raise InvalidFields({"text": Message(N_("最多 %(most)s 个字，现有 %(count)s 个字。"), limits)})
    if "other" in chosen and not text:
        raise InvalidFields({"text": Message(N_("请写明原因，申请人将看到这段文字。"))})
    lines = [sentence for code, sentence in REFUSALS if code in chosen and code != "other"]
    return "\n".join([*lines, *([text] if text else [])])
