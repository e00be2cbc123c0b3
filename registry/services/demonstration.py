"""The accounts of the demonstration: everything about them is public, so that anybody can try the registry.

Made-up people with made-up data. What would be a secret anywhere else (the password, the secret of the authenticator
app) is written down here by intention, and shown by pages and commands of demonstration sites only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from registry.domain.messages import N_
from registry.domain.roles import ROLE_LABELS, Role
from registry.models import Membership, Post, User
from registry.services.second_factors import AUTHENTICATOR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from registry.infrastructure.totp import Authenticator
    from registry.services.work import Work

PASSWORD: Final = "santong-demo-2026"  # noqa: S105
TOTP_SECRET: Final = "SANTONGDEMOSANTONGDEMOSANTONGDEM"  # noqa: S105  # As authenticator apps hold it.
DOMAIN: Final = "demo.example"

# The accounts to begin with, and what to try with each.
TRY: Final[Mapping[str, str]] = {
    "firm01": N_("填报一份草稿，补正一份退回的申报，查看各种状态的证书。"),
    "viewer": N_("查看同一家企业，但不能修改。"),
    "firm02": N_("为两家企业办事：在页面顶部切换。"),
    "firm04": N_("改过名称的企业：旧证书上仍是原来的名称。"),
    "firm20": N_("一份声明含三个产品，管理体系证书即将到期。"),
    "firm61": N_("还没有核验的企业：可以起草，不能提交。"),
    "firm62": N_("核验材料被退回的企业：请重新提交。"),
    "claimant": N_("对一家企业的账号归属提出异议，由海宁的审核人员处理。"),
    "newcomer": N_("还没有企业的账号：已申请加入 firm01 的企业，也可以登记企业。"),
    "nanhu": N_("审核南湖区的申报：推荐至市级，或退回补正。"),
    "haining": N_("只看得到海宁市的申报，看不到其他县区的。"),
    "recusal": N_("海宁的审核人员，同时是一家企业的成员：自己企业的申报须回避。"),
    "jiaxing": N_("审定嘉兴市的申报：准予备案、退回或不予备案。"),
    "jiaxing-supervisor": N_("暂停、恢复或撤销嘉兴市的证书。"),
    "jiaxing-commerce": N_("商务条线：看不到三同产品的申报。"),
    "taiyuan": N_("审定太原市的申报。"),
    "yuncheng": N_("审定运城市的申报。"),
    "linyi": N_("审核临猗县的申报：水果。"),
    "nanhu-deputy": N_("代理南湖区的审核岗位：决定中写明代谁办理。"),
    "jiaxing-expert": N_("以评审专家身份查看嘉兴市的申报和证书，不作决定。"),
    "jiaxing-publisher": N_("嘉兴市的发布人员：看不到申报。"),
    "system-admin": N_("建立主管部门和工作账号，申请授予岗位。"),
    "security-admin": N_("授予和结束岗位，移交申报，停用和解锁账号。"),
    "audit-admin": N_("只看审计记录。"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One account, as the page shows it."""

    email: str
    person: str
    seats: tuple[tuple[str, str], ...]  # an office or a firm, and the role there as a message id
    try_this: str  # a message id
    is_staff: bool


def email_of(account: str) -> str:
    """The address of a demonstration account."""
    return f"{account}@{DOMAIN}"


def list_accounts(work: Work) -> list[Shown]:
    """The accounts to begin with."""
    users = work.session.scalars(
        select(User)
        .where(User.email.in_(map(email_of, TRY)), User.active)
        .options(
            selectinload(User.posts).joinedload(Post.bureau),
            selectinload(User.memberships).joinedload(Membership.enterprise),
        )
    )
    found = {user.email: user for user in users}
    return [_describe(work, found[email_of(name)], text) for name, text in TRY.items() if email_of(name) in found]


def protect_staff(session: Session, authenticator: Authenticator) -> None:
    """Give everybody who holds a post the authenticator secret that all can read here."""
    staff = select(User).where(User.email.endswith(f"@{DOMAIN}"), User.posts.any(), User.tf_totp_secret.is_(None))
    for user in session.scalars(staff):
        user.tf_totp_secret, user.tf_primary_method = authenticator.keep(TOTP_SECRET, user.id), AUTHENTICATOR
    session.flush()


def code(authenticator: Authenticator) -> tuple[str, int]:
    """What the authenticator apps of all staff show now, and for how many seconds."""
    return authenticator.code(TOTP_SECRET)


def _describe(work: Work, user: User, try_this: str) -> Shown:
    now = work.now
    posts = [post for post in user.posts if post.until is None or post.until > now]
    memberships = [each for each in user.memberships if each.until is None]
    seats = [(post.bureau.name if post.bureau else "", ROLE_LABELS[Role(post.role)]) for post in posts]
    seats += [(each.enterprise.name, ROLE_LABELS[Role(each.role)]) for each in memberships]
    return Shown(user.email, user.name, tuple(seats), try_this, bool(user.tf_totp_secret))
