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
    "account:user:register": _tag(N_("账号注册")),
    "account:user:correct": _tag(N_("更正本人信息"), fields=list),
    "account:user:ask-address": _tag(N_("申请更换登录邮箱")),
    "account:user:export": _tag(N_("下载本人信息")),
    "account:user:close": _tag(N_("注销账号")),
    "review:contact:read": _tag(N_("查看企业联系人")),
    "account:session:begin": _tag(N_("登录"), factors=str, strong=bool),
    "account:session:end": _tag(N_("结束登录"), reason=str, count=int),
    "account:session:refuse": _tag(N_("登录未通过"), reason=str),
    "account:session:confirm": _tag(N_("确认本人操作"), factor=str),
    "account:password:change": _tag(N_("更改密码"), how=str),
    "account:password:ask": _tag(N_("申请重设密码")),
    "account:factor:add": _tag(N_("开启第二重验证"), factor=str),
    "account:factor:remove": _tag(N_("关闭第二重验证"), factor=str),
    "account:identity:link": _tag(N_("关联统一身份认证")),
    "account:identity:unlink": _tag(N_("取消关联统一身份认证")),
    "enterprise:enterprise:register": _tag(N_("登记企业"), uscc=str),
    "enterprise:enterprise:change": _tag(N_("修改企业资料"), fields=list),
    "enterprise:membership:begin": _tag(N_("加入企业"), role=str),
    "enterprise:membership:end": _tag(N_("退出企业"), role=str),
    "account:consent:give": _tag(N_("同意个人信息处理规则"), notice=str),
    "enterprise:claim:open": _tag(N_("提交核验材料"), kind=str),
    "enterprise:claim:withdraw": _tag(N_("撤回核验材料"), kind=str),
    "bureau:claim:read": _tag(N_("查看核验材料"), paper=str),
    "bureau:claim:approve": _tag(N_("核验通过"), kind=str),
    "bureau:claim:refuse": _tag(N_("核验不通过"), kind=str, reasons=list),
    "enterprise:join:ask": _tag(N_("申请加入企业")),
    "enterprise:join:grant": _tag(N_("同意加入企业"), role=str),
    "enterprise:join:refuse": _tag(N_("拒绝加入企业")),
    "enterprise:member:invite": _tag(N_("邀请成员"), role=str),
    "enterprise:member:resend": _tag(N_("重发邀请")),
    "enterprise:member:revoke": _tag(N_("撤回邀请")),
    "enterprise:member:accept": _tag(N_("接受邀请"), role=str),
    "enterprise:member:role": _tag(N_("调整成员角色"), was=str, role=str),
    "enterprise:member:remove": _tag(N_("移除成员"), role=str),
    "enterprise:member:leave": _tag(N_("成员退出"), role=str),
    "enterprise:member:hand-over": _tag(N_("移交企业账号")),
    "enterprise:product:add": _tag(N_("登记产品")),
    "enterprise:product:change": _tag(N_("修改产品"), fields=list),
    "enterprise:product:retire": _tag(N_("停用产品")),
    "enterprise:product:restore": _tag(N_("恢复使用产品")),
    "enterprise:evidence:add": _tag(N_("上传证明材料"), kind=str, sha256=str),
    "enterprise:evidence:change": _tag(N_("修改证明材料"), fields=list),
    "enterprise:evidence:retire": _tag(N_("停用证明材料")),
    "enterprise:evidence:restore": _tag(N_("恢复使用证明材料")),
    "enterprise:factory:add": _tag(N_("登记工厂"), lines=int),
    "enterprise:factory:change": _tag(N_("修改工厂"), fields=list),
    "enterprise:factory:retire": _tag(N_("停用工厂")),
    "enterprise:factory:restore": _tag(N_("恢复使用工厂")),
    "enterprise:line:add": _tag(N_("增加生产线")),
    "enterprise:line:change": _tag(N_("修改生产线名称")),
    "enterprise:line:retire": _tag(N_("停用生产线")),
    "enterprise:line:restore": _tag(N_("恢复使用生产线")),
    "enterprise:trade:change": _tag(N_("修改贸易数据"), years=list),
    "enterprise:declaration:start": _tag(N_("新建自我声明")),  # Until revision 0003.
    "enterprise:filing:start": _tag(N_("新建申报"), kind=str),
    "enterprise:bulk:upload": _tag(N_("上传批量表格"), kind=str, sha256=str),
    "enterprise:bulk:start": _tag(N_("开始批量导入"), rows=int),
    "enterprise:bulk:cancel": _tag(N_("停止批量导入"), rows=int),
    "enterprise:bulk:finish": _tag(N_("批量导入完成"), rows=int),
    "enterprise:paper:make": _tag(N_("生成待签署的声明"), sha256=str),
    "enterprise:paper:sign": _tag(N_("提交签署的声明"), means=str, sha256=str),
    "enterprise:filing:submit": _tag(N_("提交申报"), revision=int),
    "enterprise:filing:resubmit": _tag(N_("补正后再次提交"), revision=int),
    "enterprise:filing:withdraw": _tag(N_("撤回申报"), revision=int),
    "review:filing:recommend": _tag(N_("推荐至上一级"), revision=int),
    "review:filing:approve": _tag(N_("准予备案"), revision=int),
    "review:filing:return": _tag(N_("退回补正"), revision=int),
    "review:filing:reject": _tag(N_("不予备案"), revision=int),
    "review:filing:extend": _tag(N_("延长补正期限"), revision=int),
    "review:message:write": _tag(N_("询问或答复企业"), sequence=int, field=str),
    "enterprise:message:write": _tag(N_("询问或答复审核机关"), sequence=int, field=str),
    "review:certificate:issue": _tag(N_("颁发证书"), number=str),
    "review:certificate:supersede": _tag(N_("换发证书"), number=str, succession=str),
    "bureau:certificate:suspend": _tag(N_("暂停证书"), number=str),
    "bureau:certificate:reinstate": _tag(N_("恢复证书"), number=str),
    "bureau:certificate:revoke": _tag(N_("撤销证书"), number=str),
    "bureau:certificate:withdraw": _tag(N_("注销证书"), number=str),
    "bureau:certificate:end-renewal": _tag(N_("续期终止"), number=str),
    "enterprise:certificate:end-renewal": _tag(N_("续期终止"), number=str),
    "enterprise:certificate:withdraw": _tag(N_("注销证书"), number=str),
    "review:filing:claim": _tag(N_("承办案件")),
    "review:filing:release": _tag(N_("放回待办")),
    "review:filing:hand_over": _tag(N_("移交案件")),
    "account:post:delegate": _tag(N_("委托代办"), role=str, bureau=str, days=int),
    "account:post:recall": _tag(N_("结束代办"), role=str, bureau=str),
    "admin:user:add": _tag(N_("建立工作账号")),
    "admin:user:admit": _tag(N_("确认工作账号")),
    "admin:user:invite": _tag(N_("发送设置密码的链接")),
    "admin:user:import": _tag(N_("导入工作人员"), rows=int, accounts=int, proposals=int),
    "admin:user:deactivate": _tag(N_("停用账号")),
    "admin:user:reactivate": _tag(N_("恢复账号")),
    "admin:user:read": _tag(N_("查看工作人员")),
    "admin:user:unlock": _tag(N_("解锁账号")),
    "admin:user:reset_factors": _tag(N_("重置第二重验证")),
    "admin:post:propose": _tag(N_("提出岗位"), role=str, bureau=str),
    "admin:post:refuse": _tag(N_("不同意授予岗位"), role=str, bureau=str),
    "admin:post:begin": _tag(N_("授予岗位"), role=str, bureau=str),
    "admin:post:end": _tag(N_("终止岗位"), role=str, bureau=str),
    "admin:bureau:add": _tag(N_("新增主管部门"), area=str, subject=str),
    "admin:bureau:change": _tag(N_("修改主管部门"), fields=list),
    "admin:certification_body:add": _tag(N_("认证机构列入名录"), number=str),
    "admin:certification_body:change": _tag(N_("认证机构信息修改"), fields=list),
    "admin:certification_body:state": _tag(N_("认证机构状态变更"), state=str, effective_on=str),
    "admin:certification_body:scopes": _tag(N_("认证领域变更"), added=list, ended=list),
    "admin:certification_body:import": _tag(N_("认证机构名录导入"), rows=int, added=int, changed=int),
    "review:certificate:look-up": _tag(N_("记录认证证书核对"), result=str),
    "review:evidence:read": _tag(N_("查看证明材料")),
    "review:filing:print": _tag(N_("打印案件材料"), copies=int),
    "web:request:refuse": _tag(N_("请求被拒绝"), endpoint=str, method=str, reason=str),
    "admin:user:find": _tag(N_("查找人员"), found=int),
    "admin:trail:read": _tag(N_("查询审计记录"), filters=list),
    "admin:trail:export": _tag(N_("导出审计记录"), filters=list),
    "worker:trail:check": _tag(N_("核对审计记录"), rows=int, head=str, broken=int, why=str),
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
