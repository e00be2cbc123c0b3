"""What administrators choose from: roles and offices, in the shape that controls want."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.domain.roles import ROLE_LABELS, STAFF_ROLES, Role
from registry.services import staff as service
from registry.web.messages import translated

if TYPE_CHECKING:
    from registry.services.work import Work


def roles() -> list[tuple[str, str]]:
    """The roles of posts; those of a bureau first."""
    return [(role.value, translated(ROLE_LABELS[role])) for role in Role if role in STAFF_ROLES]


def bureaus(work: Work) -> list[tuple[str, str]]:
    """All offices."""
    return [(str(bureau.id), bureau.name) for bureau in service.bureaus(work)]
