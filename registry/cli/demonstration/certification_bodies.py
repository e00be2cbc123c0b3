"""Certification bodies that do not exist, beside the real ones that come with the software.

No real approval number has the year 9999, so that nobody takes one of these for a body that may certify.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from registry.infrastructure.clock import office_date
from registry.services import certification_bodies, certification_body_register

if TYPE_CHECKING:
    from random import Random

    from registry.cli.demonstration.stage import Scene, Stage

# May certify in every field there is.
APPROVED: Final = "CNCA-R-9999-901"
SUSPENDED: Final = "CNCA-R-9999-902"
EXPIRED: Final = "CNCA-R-9999-903"
FOOD_ONLY: Final = "CNCA-R-9999-904"

_KEEPER: Final = "system-admin"
_NAMES: Final = {
    APPROVED: "示例认证中心（虚构）",
    SUSPENDED: "样例检验认证有限公司（虚构）",
    EXPIRED: "演示产品认证所（虚构）",
    FOOD_ONLY: "虚构食品认证有限公司",
}
_FORMER_NAMES: Final = {APPROVED: "示例质量认证所（虚构）", SUSPENDED: "样例质量体系中心（虚构）"}
_FOOD: Final = ("PV01", "PV02", "Z-FSMS", "Z-GAP", "Z-HACCP", "Z-OGA")
_APPROVED_ON: Final = date(2014, 6, 3)  # Before the registry opened, and the firms' first certificates.
_YEARS_TO_COME: Final = timedelta(days=3 * 365)
_EXPIRED_FOR: Final = timedelta(days=200)
_SUSPENDED_FOR: Final = timedelta(days=60)
_SOURCE: Final = "演示数据，机构和公告均为虚构"


def open_register(stage: Stage) -> None:
    """Add those that do not exist; the system administrator and the certification fields are there already."""
    fields = tuple(certification_bodies.fields(stage.session))
    for number, name in _NAMES.items():
        certification_body_register.add(
            stage.work(_KEEPER),
            {
                "approval_number": number,
                "name": name,
                "former_names": _FORMER_NAMES.get(number, ""),
                "approved_on": _APPROVED_ON.isoformat(),
                "expires_on": _last_day(stage, number).isoformat(),
                "scopes": "\n".join(_FOOD if number == FOOD_ONLY else fields),
                "source": _SOURCE,
            },
        )


def suspension(stage: Stage, random: Random) -> Scene:
    """One of them is suspended, some weeks ago."""
    yield stage.moment(_SUSPENDED_FOR.days, random)
    body = certification_bodies.named(stage.session, SUSPENDED)
    assert body is not None
    values = {
        "state": "suspended",
        "effective_on": office_date(stage.clock.now()).isoformat(),
        "reason": "未在规定期限内完成整改。",
        "document_number": "虚构认监〔9999〕7号",
    }
    certification_body_register.change_state(stage.work(_KEEPER), body, values, revision=body.revision)


def _last_day(stage: Stage, number: str) -> date:
    return stage.today - _EXPIRED_FOR if number == EXPIRED else stage.today + _YEARS_TO_COME
