"""Letters about somebody's own account: what was done, when and from where, and what to do if it was somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry.domain.masking import mask_address
from registry.infrastructure.clock import OFFICE_ZONE
from registry.services import jobs, notifications
from registry.services.notifications import MAIL_JOB

if TYPE_CHECKING:
    from registry.models import SignIn, User
    from registry.services.work import Work


def new_device(work: Work, user: User, sign_in: SignIn) -> None:
    """Tell a person that the account was used on a device it had not been used on before."""
    data = {"device": sign_in.device, "address": mask_address(sign_in.origin)}
    _write(work, user, f"device-{sign_in.id}", "new_device", data | {"link": _link(work, "/account/sessions")})


def changed(work: Work, user: User, what: str, *, left: int = 0) -> None:
    """Tell a person that the password or a second factor of the account was changed; `what` as in the template."""
    data = {"what": what, "left": left, "address": mask_address(work.origin)}
    key = f"{what}-{user.id}-{work.now.timestamp():.6f}"
    _write(work, user, key, "security_changed", data | {"link": _link(work, "/account/sessions")})


def reset_link(work: Work, user: User, token: str, minutes: int) -> None:
    """Send the link to set a new password, from within a job: it stands in no table.

    Raises:
        OSError: the mail server refused or could not be reached.
    """
    data = {"name": user.name, "link": _link(work, f"/account/reset/{token}"), "minutes": minutes}
    notifications.send_now(work, to=user.email, template="reset_password", data=data)


def _write(work: Work, user: User, key: str, template: str, data: dict[str, Any]) -> None:
    moment = f"{work.now.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M}"
    payload = {"to": user.email, "template": template, "data": data | {"name": user.name, "moment": moment}}
    jobs.enqueue(work.session, MAIL_JOB, key, payload, at=work.now)


def _link(work: Work, path: str) -> str:
    return f"{work.settings.public_url}{path}"
