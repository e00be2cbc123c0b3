"""办事指南: what a firm has to know before it files, one guide for each thing it can ask for.

A guide is put together from the definitions that forms, checks and procedure use: fields and files from
`domain/filings.py` and `domain/evidence.py`, tiers and what they may decide from `domain/rules.py` and
`domain/workflow.py`, states from `domain/validity.py`. So the guide and the form cannot disagree. What is written and
not derived stands in `domain/guide_texts.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.domain import claims, declaration, enterprise, evidence, factory, product, trade, withdrawal
from registry.domain.errors import NotFound
from registry.domain.filings import DEFINITIONS
from registry.domain.guide_texts import TEXTS
from registry.domain.messages import N_, Message
from registry.domain.requirements import Kind
from registry.domain.roles import Role
from registry.domain.rules import rules_in_force
from registry.domain.succession import PURPOSE_LABELS, Purpose
from registry.domain.validity import (
    EVENT_LABELS,
    STATE_CHANGES,
    STATE_LABELS,
    CertificateAction,
    DisplayedState,
    Party,
)
from registry.domain.workflow import TIER_LABELS, Action, Status, allowed_transitions
from registry.domain.workflow import Stage as Place

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from registry.domain.filings import Definition
    from registry.domain.guide_texts import Texts
    from registry.domain.requirements import Field
    from registry.domain.roles import Tier
    from registry.domain.rules import Rules

_SUCCESSIONS: Final = (
    (Purpose.CHANGE, CertificateAction.SUPERSEDE),
    (Purpose.RENEWAL, CertificateAction.RENEW),
)
_FILES: Final = frozenset({Kind.FILE, Kind.EVIDENCE})
_REVIEWER: Final = frozenset({Role.REVIEWER})


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that stand together in a form."""

    name: str
    label: str
    fields: tuple[Field, ...]
    intro: str = ""

    def anchor(self, field: Field, column: Field | None = None) -> str:
        """Where on the page of its form a field is explained."""
        return "-".join(part.name for part in (self, field, column) if part is not None)


@dataclass(frozen=True, slots=True)
class Material:
    """A file to hand in, and what is to be said of it."""

    field: Field
    asked: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the procedure: what happens, what may be decided, and how long it takes."""

    label: str
    text: str = ""
    tier: Tier | None = None  # The office that acts; None: the firm, or the office that checks firms.
    actions: tuple[Action, ...] = ()
    time: Message | None = None  # None: the firm takes its time.


@dataclass(frozen=True, slots=True)
class Track:
    """What one kind of filing asks for, and how it goes."""

    definition: Definition
    rules: Rules
    materials: tuple[Material, ...]
    stages: tuple[Stage, ...]
    outcome: Message


@dataclass(frozen=True, slots=True)
class Guide:
    """All that is said of one thing a firm can ask for."""

    kind: str
    texts: Texts
    states: tuple[tuple[str, tuple[str, ...]], ...] = ()  # What is asked for, and in which states of a certificate.
    groups: tuple[Group, ...] = ()  # What is to be filled in; empty: as for the filings of `tracks`.
    tracks: tuple[Track, ...] = ()  # The kinds of filing it is done by; empty: none.
    stages: tuple[Stage, ...] = ()  # Where there is no filing.


def guide_of(kind: str, today: date) -> Guide:
    """The guide as it holds today.

    Raises:
        NotFound: there is no such guide.
    """
    if kind not in TEXTS:
        raise NotFound
    texts = TEXTS[kind]
    if kind in DEFINITIONS:
        return Guide(kind, texts, groups=groups_of(kind), tracks=(_track(DEFINITIONS[kind], today),))
    if kind == "withdrawal":
        return Guide(
            kind,
            texts,
            states=((EVENT_LABELS[CertificateAction.WITHDRAW], _states(CertificateAction.WITHDRAW, Party.HOLDER)),),
            groups=groups_of(kind),
            stages=(_WITHDRAWN,),
        )
    tracks = tuple(_track(definition, today) for definition in DEFINITIONS.values())
    states = tuple((PURPOSE_LABELS[purpose], _states(action, Party.SYSTEM)) for purpose, action in _SUCCESSIONS)
    return Guide(kind, texts, states=states, tracks=tracks)


def groups_of(form: str) -> tuple[Group, ...]:
    """The fields of a form as it shows them.

    Raises:
        NotFound: there is no such form.
    """
    if form not in FORMS:
        raise NotFound
    return _GROUPS[form]


def materials_of(definition: Definition) -> tuple[Material, ...]:
    """The files that a filing asks for, in the order of the form, and what it makes to be signed."""
    found = [
        Material(field, evidence.kind_named(field.evidence_kind).fields if field.evidence_kind else ())
        for field in definition.fields.values()
        if field.kind in _FILES
    ]
    return (*found, Material(declaration.SIGNED_FIELD)) if definition.signed else tuple(found)


REGISTRATION: Final = tuple(Material(paper) for paper in claims.PAPERS)  # Once, when the firm registers.


def _track(definition: Definition, today: date) -> Track:
    rules = rules_in_force(definition.kind, today)
    return Track(definition, rules, materials_of(definition), _stages(definition, rules), _outcome(definition, rules))


def _stages(definition: Definition, rules: Rules) -> tuple[Stage, ...]:
    return (
        Stage(
            claims.KIND_LABELS[claims.ClaimKind.FIRST],
            N_("登记企业，上传营业执照和授权书。一家企业只需一次。"),
            time=_working_days(claims.WORKING_DAYS),
        ),
        Stage(
            N_("填写并提交"),
            N_("按步骤填写，系统逐项检查；没有缺项后签署、提交，得到受理编号。")
            if definition.signed
            else N_("按步骤填写，系统逐项检查；没有缺项即可提交，得到受理编号。"),
        ),
        *(
            Stage(
                TIER_LABELS[tier],
                tier=tier,
                actions=_actions(definition.kind, tier, rules),
                time=_working_days(rules.review_days[tier]),
            )
            for tier in rules.route
        ),
        Stage(
            N_("补正"),
            N_("退回补正的，按审核意见修改后再次提交，回到退回的那一级。期满前可以申请延长。"),
            time=Message(N_("%(days)s 天，审核人员另定期限的从其规定"), {"days": rules.correction_days}),
        ),
        Stage(
            N_("发证并公示"),
            N_("签发备案凭证，在平台公示，可以扫码查验。"),
            time=Message(N_("准予备案的同时")),
        ),
    )


def _actions(kind: str, tier: Tier, rules: Rules) -> tuple[Action, ...]:
    """What a tier may decide on a case that it has."""
    here = Place(Status.UNDER_REVIEW, tier)
    return tuple(row.action for row in allowed_transitions(kind, here, rules.route, _REVIEWER))


def _working_days(days: int) -> Message:
    return Message(N_("%(days)s 个工作日"), {"days": days})


def _outcome(definition: Definition, rules: Rules) -> Message:
    """What is issued, and for how long: a certificate that rests on another one ends with it."""
    text = (
        N_("准予备案的，每个产品发给一份%(certificate)s，有效期 %(years)s 年以内，并且不长于认证证书的有效期。")
        if "expires_on" in definition.fields
        else N_("准予备案的，每个产品发给一份%(certificate)s，有效期 %(years)s 年。")
    )
    return Message(text, {"certificate": Message(definition.certificate), "years": rules.validity_years})


def _states(action: CertificateAction, by: Party) -> tuple[str, ...]:
    """The labels of the states from which a party may take this step."""
    sources = {
        state for change in STATE_CHANGES if change.action is action and change.by is by for state in change.sources
    }
    return tuple(STATE_LABELS[state] for state in DisplayedState if state in sources)


_WITHDRAWN: Final = Stage(
    N_("填写原因并注销"), N_("在凭证页面选择“注销证书”，填写原因。不需要审核。"), time=Message(N_("立即生效"))
)

# The forms that the pages explain field by field, by the word in their address.
FORMS: Final[Mapping[str, str]] = {
    "enterprise": N_("企业资料"),
    "product": N_("产品"),
    "factory": N_("工厂和生产线"),
    "evidence": N_("证明材料"),
    "trade": N_("贸易数据"),
    **{kind: definition.label for kind, definition in DEFINITIONS.items()},
    "withdrawal": TEXTS["withdrawal"].label,
}
_GROUPS: Final[Mapping[str, tuple[Group, ...]]] = {
    "enterprise": (
        Group("enterprise", N_("企业资料"), (enterprise.CODE_FIELD, *enterprise.FIELDS)),
        Group("papers", N_("核验材料"), (*claims.PAPERS, claims.STATEMENT_FIELD)),
    ),
    "product": (Group("product", N_("产品"), product.FIELDS),),
    "factory": (Group("factory", N_("工厂和生产线"), (*factory.FIELDS, factory.LINES_FIELD)),),
    "evidence": tuple(
        Group(kind.name, kind.label, (*kind.fields, evidence.VISIBILITY_FIELD), kind.help) for kind in evidence.KINDS
    ),
    "trade": (Group("trade", trade.FIELD.label, (trade.FIELD,)),),
    **{
        kind: tuple(Group(step.name, step.label, step.fields, step.intro) for step in definition.steps)
        for kind, definition in DEFINITIONS.items()
    },
    "withdrawal": (Group("withdrawal", TEXTS["withdrawal"].label, withdrawal.FIELDS),),
}
