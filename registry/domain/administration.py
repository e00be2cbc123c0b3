"""Who administers what: three roles that exclude one another, each with duties of its own (三权分立).

GB/T 22239-2019 (等级保护 2.0) asks for separate system, security and audit administrators: clauses 8.1.5.1 to 8.1.5.3.
So it takes two people to let somebody in. The system administrator makes the account, and may ask for a post; the
security administrator gives the post, and makes no accounts. What both did is read by a third, who can do neither.

The rules of access (`web/access.py`) and the services read the same table.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from registry.domain.messages import N_
from registry.domain.roles import ADMIN_ROLES, Role

if TYPE_CHECKING:
    from collections.abc import Mapping


class Duty(StrEnum):
    """One thing that administrators do."""

    HOME = "home"  # Seeing what one's own duties are.
    SEE_STAFF = "see_staff"  # Looking people up, with their posts and the state of their accounts.
    ADD_STAFF = "add_staff"  # Accounts for staff, singly or from a table; asking for their posts.
    BUREAUS = "bureaus"  # Offices: adding one, changing its name or telephone.
    CERTIFICATION_BODIES = "certification_bodies"  # The register of certification bodies, by hand or from a table.
    GIVE_POSTS = "give_posts"  # Giving and ending posts, also those asked for; never one's own.
    ACCOUNTS = "accounts"  # Deactivating, unlocking, ending sessions, taking a lost second factor off.
    READ_TRAIL = "read_trail"  # The audit trail.


DUTIES: Final[Mapping[Duty, frozenset[Role]]] = {
    Duty.HOME: ADMIN_ROLES,
    Duty.SEE_STAFF: frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}),
    Duty.ADD_STAFF: frozenset({Role.SYSTEM_ADMIN}),
    Duty.BUREAUS: frozenset({Role.SYSTEM_ADMIN}),
    Duty.CERTIFICATION_BODIES: frozenset({Role.SYSTEM_ADMIN}),
    Duty.GIVE_POSTS: frozenset({Role.SECURITY_ADMIN}),
    Duty.ACCOUNTS: frozenset({Role.SECURITY_ADMIN}),
    Duty.READ_TRAIL: frozenset({Role.AUDIT_ADMIN}),
}

DUTY_LABELS: Final[Mapping[Duty, str]] = {
    Duty.HOME: N_("管理首页"),
    Duty.SEE_STAFF: N_("查看工作人员"),
    Duty.ADD_STAFF: N_("建立工作账号"),
    Duty.BUREAUS: N_("管理主管部门"),
    Duty.CERTIFICATION_BODIES: N_("维护认证机构名录"),
    Duty.GIVE_POSTS: N_("授予和终止岗位"),
    Duty.ACCOUNTS: N_("停用、解锁账号"),
    Duty.READ_TRAIL: N_("查看审计记录"),
}
