"""Letters that let somebody whose account others made set a password.

The link is made when the letter is written, and stands in no table: who reads the outbox can set nobody's password.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from registry.models import User
from registry.services import jobs, notifications, passwords

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.services.work import Work

LETTER_JOB: Final = "staff-letter"
LASTS: Final = timedelta(days=7)


def make(work: Work, user: User) -> str:
    """The address at which this person, and nobody else, sets a password; good once and for a week."""
    return f"{work.settings.public_url}/account/reset/{passwords.make_token(work, user, lasts=LASTS)}"


def invite(work: Work, users: Sequence[User]) -> None:
    """Write to people that they have an account, and how to set its password; in one statement."""
    # Pressed twice within the minute, it is one letter.
    letters = {f"{user.id}-{work.now:%Y%m%d%H%M}": {"user_id": user.id} for user in users}
    jobs.enqueue_all(work.session, LETTER_JOB, letters, at=work.now)


def send_letter(work: Work, payload: dict[str, Any]) -> None:
    """Make the link and write the letter, if a password is still missing: the handler of its job.

    Raises:
        OSError: the mail server refused or could not be reached; the job is tried again.
    """
    user = work.session.get_one(User, payload["user_id"])
    if user.password is not None or not user.active:
        return
    data = {
        "name": user.name,
        "to": user.email,
        "site": work.settings.site.name,
        "days": LASTS.days,
        "link": make(work, user),
    }
    notifications.send_now(work, to=user.email, template="staff_account", data=data)
