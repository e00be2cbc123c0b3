"""Letters that let somebody whose account others made set a password."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from registry.services import jobs, passwords
from registry.services.notifications import MAIL_JOB

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.models import User
    from registry.services.work import Work

LASTS: Final = timedelta(days=7)


def make(work: Work, user: User) -> str:
    """The address at which this person, and nobody else, sets a password; good once and for a week."""
    return f"{work.settings.public_url}/account/reset/{passwords.make_token(work, user, lasts=LASTS)}"


def invite(work: Work, users: Sequence[User]) -> None:
    """Write to people that they have an account, and how to set its password; in one statement."""
    letters = {}
    for user in users:
        data = {
            "name": user.name,
            "to": user.email,
            "site": work.settings.site.name,
            "days": LASTS.days,
            "link": make(work, user),
        }
        # Pressed twice within the minute, it is one letter.
        key = f"staff-account-{user.id}-{work.now:%Y%m%d%H%M}"
        letters[key] = {"to": user.email, "template": "staff_account", "data": data}
    jobs.enqueue_all(work.session, MAIL_JOB, letters, at=work.now)
