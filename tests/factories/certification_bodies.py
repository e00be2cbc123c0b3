"""Certification bodies that do not exist: no approval number has the year 9999."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from registry.domain.certification_bodies import keys_of
from registry.models import CertificationBody, CertificationBodyEvent, CertificationBodyScope

if TYPE_CHECKING:
    from registry.services.work import Work


def some_body(
    work: Work,
    number: str = "CNCA-R-9999-901",
    name: str = "示例认证中心（虚构）",
    *,
    former_names: tuple[str, ...] = (),
    approved_on: date | None = date(2015, 6, 1),
    expires_on: date | None = date(2027, 5, 31),
    scopes: tuple[str, ...] = (),
) -> int:
    """A body whose approval is valid; `scopes` are codes."""
    body = CertificationBody(
        approval_number=number,
        name=name,
        former_names=list(former_names),
        approved_on=approved_on,
        source="测试数据",
        keys=keys_of(number, name, former_names),
        updated_at=work.now,
        events=[CertificationBodyEvent(state="valid", expires_on=expires_on, recorded_at=work.now)],
        scopes=[CertificationBodyScope(code=code) for code in scopes],
    )
    work.session.add(body)
    work.session.flush()
    return body.id
