"""What people agreed to: one row for each time, never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.domain import privacy
from registry.models import Consent
from registry.services import audit

if TYPE_CHECKING:
    from registry.models import User
    from registry.services.work import Work


def give(work: Work, user: User) -> Consent:
    """Note that a person agrees to the present version of the privacy notice (个人信息保护法 第十四条)."""
    consent = Consent(user_id=user.id, notice=privacy.current().version, given=True, at=work.now)
    work.session.add(consent)
    work.session.flush()
    audit.record(work, "account:consent:give", user.id, person_id=user.id, notice=consent.notice)
    return consent
