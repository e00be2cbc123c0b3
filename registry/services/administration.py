"""Whether an administrator has a duty: the services ask, besides the rules of access."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.domain.administration import DUTIES
from registry.domain.errors import NotAllowed
from registry.domain.messages import N_

if TYPE_CHECKING:
    from registry.domain.administration import Duty
    from registry.services.work import Work


def require(work: Work, duty: Duty) -> None:
    """Let the actor go on.

    Raises:
        NotAllowed: the duty is not one of the actor's.
    """
    if not work.actor.has(DUTIES[duty]):
        raise NotAllowed


def require_other(work: Work, user_id: int) -> None:
    """Let the actor go on with somebody else's account.

    Raises:
        NotAllowed: it is the actor's own. Nobody gives or takes rights to or from themselves.
    """
    if work.actor.user_id == user_id:
        raise NotAllowed(N_("不能办理自己的账号和岗位，请由另一位管理员办理。"))
