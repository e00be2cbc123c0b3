"""Those who administer the site, an expert, a publisher, and somebody who stands in for a colleague."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from registry.cli.demonstration.accounts import add_person
from registry.domain.absence import MOST_DAYS
from registry.domain.roles import Role
from registry.infrastructure.clock import office_date
from registry.services import absences, people

if TYPE_CHECKING:
    from registry.cli.demonstration.stage import Stage
    from registry.models import Post

# Account, name and role; three people, since one may hold only one of these.
ADMINISTRATORS: Final = (
    ("system-admin", "钱系统", Role.SYSTEM_ADMIN),
    ("security-admin", "陆安全", Role.SECURITY_ADMIN),
    ("audit-admin", "周审计", Role.AUDIT_ADMIN),
)
_CITY_REVIEWER: Final = "jiaxing"
_ABSENT, _DEPUTY = "nanhu", "nanhu-deputy"


def appoint(stage: Stage) -> None:
    """Appoint them; the offices are open already."""
    for account, name, role in ADMINISTRATORS:
        people.appoint(stage.work(), add_person(stage, account, name), None, role)
    city, county = _post(stage, _CITY_REVIEWER).bureau, _post(stage, _ABSENT).bureau
    for account, name, bureau, role in (
        ("jiaxing-expert", "吴评审", city, Role.EXPERT),
        ("jiaxing-publisher", "郑发布", city, Role.PUBLISHER),
        (_DEPUTY, "顾代办", county, Role.SUPERVISOR),
    ):
        people.appoint(stage.work(), add_person(stage, account, name), bureau, role)


def let_stand_in(stage: Stage) -> None:
    """Let a county's reviewer be away from now on, for as long as anybody may be."""
    first = office_date(stage.clock.now())
    values = {
        "colleague": str(stage.people[_DEPUTY].id),
        "first": first.isoformat(),
        "last": (first + timedelta(days=MOST_DAYS - 1)).isoformat(),
    }
    absences.delegate(stage.work(_ABSENT), _post(stage, _ABSENT), values)


def _post(stage: Stage, account: str) -> Post:
    return people.posts_of(stage.work(), stage.people[account].id)[0]
