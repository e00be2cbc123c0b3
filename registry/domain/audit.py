"""What the audit trail knows: every tag, what it is called, and which details belong to it.

A tag reads source:subject:action. Its details are numbers, codes and names of fields; personal data never stand in
them, because nobody can take anything out of the trail again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from registry.domain.canonical import canonical, digest
from registry.domain.messages import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

KEPT_AT_LEAST: Final = timedelta(days=180)  # 网络安全法 (2025 年修正) 第二十三条: logs for no less than six months
FIRST_PREVIOUS: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Tag:
    """One kind of event: what people read, and the type of each detail."""

    label: str
    payload: Mapping[str, type] = field(default_factory=dict)


def _tag(label: str, **payload: type) -> Tag:
    return Tag(label, payload)


TAGS: Final[dict[str, Tag]] = {
    "account:user:register": _tag(N_("注册账号")),
    "enterprise:enterprise:register": _tag(N_("登记企业"), uscc=str),
    "enterprise:enterprise:change": _tag(N_("修改企业资料"), fields=list),
    "enterprise:membership:begin": _tag(N_("加入企业"), role=str),
    "enterprise:membership:end": _tag(N_("退出企业"), role=str),
    "enterprise:product:add": _tag(N_("登记产品")),
    "enterprise:product:change": _tag(N_("修改产品"), fields=list),
    "enterprise:evidence:add": _tag(N_("上传证明材料"), kind=str, sha256=str),
    "enterprise:declaration:start": _tag(N_("新建自我声明")),
    "enterprise:filing:submit": _tag(N_("提交申报"), revision=int),
    "enterprise:filing:resubmit": _tag(N_("补正后再次提交"), revision=int),
    "enterprise:filing:withdraw": _tag(N_("撤回申报"), revision=int),
    "review:filing:recommend": _tag(N_("推荐至上一级"), revision=int),
    "review:filing:approve": _tag(N_("准予备案"), revision=int),
    "review:filing:return": _tag(N_("退回补正"), revision=int),
    "review:filing:reject": _tag(N_("不予备案"), revision=int),
    "review:certificate:issue": _tag(N_("颁发证书"), number=str),
    "review:certificate:supersede": _tag(N_("换发证书"), number=str),
    "bureau:certificate:suspend": _tag(N_("暂停证书"), number=str),
    "bureau:certificate:reinstate": _tag(N_("恢复证书"), number=str),
    "bureau:certificate:revoke": _tag(N_("撤销证书"), number=str),
    "bureau:certificate:withdraw": _tag(N_("注销证书"), number=str),
    "enterprise:certificate:withdraw": _tag(N_("注销证书"), number=str),
    "admin:post:begin": _tag(N_("授予岗位"), role=str, bureau=str),
    "review:evidence:read": _tag(N_("查看证明材料")),
    "web:request:refuse": _tag(N_("请求被拒绝"), endpoint=str, method=str, reason=str),
    "worker:certificate:document": _tag(N_("生成证书文件"), number=str, sha256=str),
}


def check_payload(tag: str, payload: Mapping[str, Any]) -> None:
    """Whether these are exactly the details that belong to the tag.

    Raises:
        ValueError: the tag is unknown, a detail is missing or too many, or has another type.
    """
    known = TAGS.get(tag)
    if known is None or known.payload.keys() != payload.keys():
        raise ValueError(f"Audit tag {tag!r} with {sorted(payload)} is not in the table of tags.")
    wrong = [name for name, value in payload.items() if not isinstance(value, known.payload[name])]
    if wrong:
        raise ValueError(f"Audit tag {tag!r} has details of another type: {wrong}.")


def chain_hash(row: Mapping[str, Any]) -> str:
    """The hash of one row: SHA-256 of its canonical JSON, in which the hash of the row before stands.

    Whoever changes a row must also make new hashes for all that follow; whoever takes one away leaves a gap.
    """
    return digest(canonical(dict(row)))
