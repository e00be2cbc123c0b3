"""Who acts, and for whom: roles, tiers, subjects and the scope that follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person may be. Firm roles come from memberships, office roles from posts."""

    OWNER = "owner"
    FILER = "filer"
    VIEWER = "viewer"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"


ENTERPRISE_ROLES = frozenset({Role.OWNER, Role.FILER, Role.VIEWER})
FILING_ROLES = frozenset({Role.OWNER, Role.FILER})
BUREAU_ROLES = frozenset({Role.REVIEWER, Role.SUPERVISOR})


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
    bureau_id: int | None = None
    bureau_name: str = ""
    area_path: str = ""  # The office answers for every area whose path begins with this.
    subject: Subject | None = None
    tier: Tier | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person with the seats held now, and every firm the person belongs or once belonged to."""

    user_id: int
    name: str
    seats: tuple[Seat, ...] = ()
    related_enterprises: frozenset[int] = frozenset()

    def has(self, roles: frozenset[Role]) -> bool:
        """Whether any seat carries one of these roles."""
        return any(seat.role in roles for seat in self.seats)

    def enterprise_ids(self, roles: frozenset[Role] = ENTERPRISE_ROLES) -> tuple[int, ...]:
        """The firms the person acts for in one of these roles."""
        return tuple(seat.enterprise_id for seat in self.seats if seat.enterprise_id is not None and seat.role in roles)

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
