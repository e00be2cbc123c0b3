"""Who acts, and for whom: roles, tiers, subjects and the scope that follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from registry.domain.errors import InvalidValue
from registry.domain.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Role(StrEnum):
    """What a person may be. Firm roles come from memberships, all others from posts."""

    OWNER = "owner"
    FILER = "filer"
    VIEWER = "viewer"
    REVIEWER = "reviewer"
    EXPERT = "expert"
    SUPERVISOR = "supervisor"
    PUBLISHER = "publisher"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"


ENTERPRISE_ROLES = frozenset({Role.OWNER, Role.FILER, Role.VIEWER})
FILING_ROLES = frozenset({Role.OWNER, Role.FILER})
BUREAU_ROLES = frozenset({Role.REVIEWER, Role.EXPERT, Role.SUPERVISOR, Role.PUBLISHER})
# Those of a bureau who may read cases and certificates of its scope; a publisher makes notices and needs neither.
CASE_ROLES = frozenset({Role.REVIEWER, Role.EXPERT, Role.SUPERVISOR})
ADMIN_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
STAFF_ROLES = BUREAU_ROLES | ADMIN_ROLES

ROLE_LABELS: Final[Mapping[Role, str]] = {
    Role.OWNER: N_("账号所有人"),
    Role.FILER: N_("填报人"),
    Role.VIEWER: N_("查看人"),
    Role.REVIEWER: N_("审核人员"),
    Role.EXPERT: N_("评审专家"),
    Role.SUPERVISOR: N_("监管人员"),
    Role.PUBLISHER: N_("发布人员"),
    Role.SYSTEM_ADMIN: N_("系统管理员"),
    Role.SECURITY_ADMIN: N_("安全管理员"),
    Role.AUDIT_ADMIN: N_("审计管理员"),
}


def check_together(held: Iterable[Role], role: Role) -> None:
    """Whether a person who holds these roles may be given another one as well.

    Who administers the site does nothing else there: the three administrators exclude one another (三权分立,
    GB/T 22239-2019 clause 8.1.5), and an administrator handles no cases.

    Raises:
        InvalidValue: the roles exclude one another.
    """
    for other in held:
        if other != role and (role in ADMIN_ROLES or other in ADMIN_ROLES):
            args = {"held": Message(ROLE_LABELS[other]), "role": Message(ROLE_LABELS[role])}
            raise InvalidValue(Message(N_("%(held)s不能同时担任%(role)s。"), args))


class Tier(StrEnum):
    """Tiers of review, from the firm's doorstep upwards."""

    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"


class Subject(StrEnum):
    """Lines of offices: 市场监管 handles declarations and certifications, 商务 handles titles."""

    MARKET_SUPERVISION = "market_supervision"
    COMMERCE = "commerce"


@dataclass(frozen=True, slots=True)
class Seat:
    """One membership or post of a person, while it lasts."""

    role: Role
    enterprise_id: int | None = None
    enterprise_name: str = ""
    bureau_id: int | None = None
    bureau_name: str = ""
    area_path: str = ""  # The office answers for every area whose path begins with this.
    subject: Subject | None = None
    tier: Tier | None = None
    stands_in_for: str = ""  # The name of the absent colleague whose post this is; empty: the person's own.
    stands_in_for_id: int | None = None  # That colleague's account.


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person with the seats held now, and every firm the person belongs or once belonged to."""

    user_id: int
    name: str
    seats: tuple[Seat, ...] = ()
    related_enterprises: frozenset[int] = frozenset()
    acting_for: int | None = None  # The firm chosen by somebody who serves several; None: the first one.

    def has(self, roles: frozenset[Role]) -> bool:
        """Whether any seat at an office, or the one at the firm acted for, carries one of these roles."""
        own = self.enterprise_seat
        return any(seat.role in roles for seat in self.seats if seat.enterprise_id is None or seat is own)

    @property
    def enterprise_seats(self) -> tuple[Seat, ...]:
        """The seats at all firms the person serves, in the order in which they were taken."""
        return tuple(seat for seat in self.seats if seat.enterprise_id is not None)

    @property
    def enterprise_seat(self) -> Seat | None:
        """The seat at the firm the person acts for now; None without any firm."""
        seats = self.enterprise_seats
        chosen = [seat for seat in seats if seat.enterprise_id == self.acting_for]
        return next(iter(chosen or seats), None)

    def enterprise_ids(self, roles: frozenset[Role] = ENTERPRISE_ROLES) -> tuple[int, ...]:
        """The firm the person acts for now, if in one of these roles; at most one."""
        seat = self.enterprise_seat
        return (seat.enterprise_id,) if seat and seat.enterprise_id is not None and seat.role in roles else ()

    def seats_at(self, *, area_path: str, subject: str, roles: frozenset[Role]) -> tuple[Seat, ...]:
        """The office seats whose scope (region × subject) takes in this place and subject."""
        return tuple(
            seat
            for seat in self.seats
            if seat.role in roles
            and seat.area_path
            and area_path.startswith(seat.area_path)
            and seat.subject == subject
        )
