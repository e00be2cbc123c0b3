"""For which firm somebody acts who serves several.

The session remembers the choice. An address may name a firm (`?enterprise=7`, in letters), and every private form
carries the firm it was made for: whoever has switched in another window meanwhile still sends it in the name of the
firm that the page was about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from flask import g, request, session, url_for
from flask_babel import gettext

from registry.domain.errors import NotFound
from registry.domain.messages import N_
from registry.web.incoming import row_number

if TYPE_CHECKING:
    from registry.domain.roles import Actor

FIELD: Final = "enterprise"
_DESK: Final = "enterprise"
_NO_SEAT: Final = N_("您已不是这家企业的成员，刚才的操作没有执行。")


def chosen() -> int | None:
    """The firm that this request names, else the one that was chosen last; whether there is a seat, the roles say."""
    asked = named()
    remembered = session.get("acting_for")
    return asked if asked is not None else remembered if isinstance(remembered, int) else None


def named() -> int | None:
    """The firm that this request names in its address or in its form."""
    if "named_firm" not in g:
        g.named_firm = None  # A body that cannot be read is told by a page, which asks again.
        # The form outdoes the address; in a form that was kept, what was kept comes after what the page put in.
        values = request.values.getlist(FIELD)
        g.named_firm = row_number(values[-1]) if values else None
    found: int | None = g.named_firm
    return found


def remember(actor: Actor) -> None:
    """Go on acting for the firm that this request names, where there is a seat at it."""
    asked = named()
    if asked is not None and asked != session.get("acting_for") and serves(actor, asked):
        session["acting_for"] = asked


def serves(actor: Actor, enterprise_id: int) -> bool:
    """Whether there is a seat at this firm."""
    return any(seat.enterprise_id == enterprise_id for seat in actor.enterprise_seats)


def refuse_forms_of_others(actor: Actor) -> None:
    """A form of the firm's desk that was made for a firm no longer served is done in the name of no other.

    Raises:
        NotFound: there is no seat at the firm that it names.
    """
    asked = named()
    if request.method == "POST" and request.blueprint == _DESK and asked is not None and not serves(actor, asked):
        raise NotFound(_NO_SEAT)


def form_firm(actor: Actor | None) -> int | None:
    """The firm that a form of this page is made for."""
    seat = actor.enterprise_seat if actor else None
    return seat.enterprise_id if seat else None


def menu(actor: Actor) -> dict[str, Any] | None:
    """The firm acted for, and the others to switch to; None for who serves one or none."""
    seat = actor.enterprise_seat
    if seat is None or len(actor.enterprise_seats) == 1:
        return None
    others = [other for other in actor.enterprise_seats if other is not seat]
    return {
        "name": seat.enterprise_name,
        "others": [{"id": other.enterprise_id, "name": other.enterprise_name} for other in others],
        "url": url_for("account.act_for"),
    }


def hints(actor: Actor) -> list[dict[str, str]]:
    """Where a page of the firm's desk was not found: the same page in the name of the other firms."""
    if request.method != "GET" or request.blueprint not in {_DESK, "evidence"}:
        return []
    firms = menu(actor)
    args = [(name, value) for name, value in request.args.items(multi=True) if name != FIELD]
    return [
        {
            "text": gettext("切换到%(name)s后再打开", name=firm["name"]),
            "url": f"{request.root_path}{request.path}?{urlencode([*args, (FIELD, firm['id'])])}",
        }
        for firm in (firms["others"] if firms else [])
    ]
