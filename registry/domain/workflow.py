"""How a filing moves: statuses, actions and the transition table, as data.

A case goes up a *route* of tiers (county, then city). Where it stands is a pair of status and tier; what may
happen next follows from one table. A filing returned for correction goes back to the tier that asked for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from registry.domain.errors import AlreadyClosed, NotAllowed
from registry.domain.messages import N_
from registry.domain.roles import FILING_ROLES, Role, Tier

Route = Sequence[Tier]


class Status(StrEnum):
    """Where a filing stands."""

    DRAFT = "draft"
    UNDER_REVIEW = "under_review"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


OPEN_STATUSES = frozenset({Status.DRAFT, Status.UNDER_REVIEW, Status.RETURNED})
CLOSED_STATUSES = frozenset(Status) - OPEN_STATUSES


class Action(StrEnum):
    """What can be done to a filing."""

    SUBMIT = "submit"
    RESUBMIT = "resubmit"
    WITHDRAW = "withdraw"
    RECOMMEND = "recommend"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    EXTEND = "extend"


class Step(StrEnum):
    """Where a transition leaves the case on its route."""

    FIRST = "first"
    NEXT = "next"
    SAME = "same"
    OFF = "off"  # The case is closed and lies with nobody.


class Where(StrEnum):
    """On which tiers of the route a transition is possible."""

    ANY = "any"
    BEFORE_LAST = "before_last"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Stage:
    """A place in the process: the status and, while an office is concerned, its tier."""

    status: Status
    tier: Tier | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table."""

    action: Action
    sources: frozenset[Status]
    target: Status
    roles: frozenset[Role]
    step: Step
    where: Where = Where.ANY
    needs_reason: bool = False


_FIRM = FILING_ROLES
_REVIEWER = frozenset({Role.REVIEWER})
_IN_REVIEW = frozenset({Status.UNDER_REVIEW})
_WITH_FIRM = frozenset({Status.RETURNED})

# The first tiers recommend and may send back; only the last one decides (推荐 → 审定).
DECLARATION: tuple[Transition, ...] = (
    Transition(Action.SUBMIT, frozenset({Status.DRAFT}), Status.UNDER_REVIEW, _FIRM, Step.FIRST),
    Transition(Action.RESUBMIT, _WITH_FIRM, Status.UNDER_REVIEW, _FIRM, Step.SAME),
    Transition(Action.WITHDRAW, OPEN_STATUSES, Status.WITHDRAWN, _FIRM, Step.OFF),
    Transition(Action.RECOMMEND, _IN_REVIEW, Status.UNDER_REVIEW, _REVIEWER, Step.NEXT, Where.BEFORE_LAST),
    Transition(Action.APPROVE, _IN_REVIEW, Status.APPROVED, _REVIEWER, Step.OFF, Where.LAST),
    Transition(Action.RETURN, _IN_REVIEW, Status.RETURNED, _REVIEWER, Step.SAME, needs_reason=True),
    Transition(Action.REJECT, _IN_REVIEW, Status.REJECTED, _REVIEWER, Step.OFF, Where.LAST, needs_reason=True),
    # More time for the correction, also after the last day: a case that has lapsed is taken up again.
    Transition(Action.EXTEND, _WITH_FIRM, Status.RETURNED, _REVIEWER, Step.SAME, needs_reason=True),
)

# A third party's certificate goes the same way.
TABLES: dict[str, tuple[Transition, ...]] = {"declaration": DECLARATION, "certification": DECLARATION}


def allowed_transitions(kind: str, stage: Stage, route: Route, roles: frozenset[Role]) -> tuple[Transition, ...]:
    """The rows that somebody with one of these roles may take from here, in the table's order."""
    return tuple(row for row in TABLES[kind] if row.roles & roles and _possible(row, stage, route))


def resolve(kind: str, stage: Stage, action: Action, route: Route, roles: frozenset[Role]) -> tuple[Transition, Stage]:
    """The row for this action from here, and the stage it leads to.

    Raises:
        AlreadyClosed: the case has ended.
        NotAllowed: the action is not possible here, or not for these roles.
    """
    if stage.status in CLOSED_STATUSES:
        raise AlreadyClosed
    for row in allowed_transitions(kind, stage, route, roles):
        if row.action is action:
            return row, Stage(row.target, _tier_after(row, stage, route))
    raise NotAllowed


def _possible(row: Transition, stage: Stage, route: Route) -> bool:
    if stage.status not in row.sources:
        return False
    if row.where is Where.ANY:
        return True
    return (stage.tier == route[-1]) is (row.where is Where.LAST)


def _tier_after(row: Transition, stage: Stage, route: Route) -> Tier | None:
    if row.step is Step.FIRST:
        return route[0]
    if row.step is Step.NEXT and stage.tier is not None:
        return route[route.index(stage.tier) + 1]
    return stage.tier if row.step is Step.SAME else None


STATUS_LABELS: Final[Mapping[Status, str]] = {
    Status.DRAFT: N_("草稿"),
    Status.UNDER_REVIEW: N_("审核中"),
    Status.RETURNED: N_("退回补正"),
    Status.APPROVED: N_("已备案"),
    Status.REJECTED: N_("不予备案"),
    Status.WITHDRAWN: N_("已撤回"),
}

TIER_LABELS: Final[Mapping[Tier, str]] = {
    Tier.COUNTY: N_("县级审核"),
    Tier.CITY: N_("市级审核"),
    Tier.PROVINCE: N_("省级审核"),
}

ACTION_LABELS: Final[Mapping[Action, str]] = {
    Action.SUBMIT: N_("提交审核"),
    Action.RESUBMIT: N_("补正后再次提交"),
    Action.WITHDRAW: N_("撤回申报"),
    Action.RECOMMEND: N_("推荐至上一级"),
    Action.APPROVE: N_("准予备案"),
    Action.RETURN: N_("退回补正"),
    Action.REJECT: N_("不予备案"),
    Action.EXTEND: N_("延长补正期限"),
}
