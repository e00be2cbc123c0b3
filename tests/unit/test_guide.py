"""The guide follows the definitions, the rules and the procedure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from registry.domain import claims, evidence, rules
from registry.domain.errors import NotFound
from registry.domain.filings import CERTIFICATION, DECLARATION, DEFINITIONS
from registry.domain.guide import FORMS, REGISTRATION, Track, groups_of, guide_of
from registry.domain.guide_texts import FEES, REMEDIES, TEXTS, Clause
from registry.domain.messages import Message
from registry.domain.requirements import Kind
from registry.domain.roles import Role, Tier
from registry.domain.validity import STATE_CHANGES, STATE_LABELS, CertificateAction, Party
from registry.domain.workflow import Action, Stage, Status, resolve

TODAY = date(2026, 3, 18)
REVIEWER = frozenset({Role.REVIEWER})


def track_of(kind: str) -> Track:
    (track,) = guide_of(kind, TODAY).tracks
    return track


def test_there_is_a_guide_for_every_kind_of_filing_and_for_what_befalls_certificates() -> None:
    assert [*DEFINITIONS, "replacement", "withdrawal"] == list(TEXTS)
    with pytest.raises(NotFound):
        guide_of("nothing", TODAY)
    with pytest.raises(NotFound):
        groups_of("nothing")


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_materials_are_the_files_that_the_form_asks_for(kind: str) -> None:
    definition, materials = DEFINITIONS[kind], track_of(kind).materials
    files = [field for field in definition.fields.values() if field.kind in {Kind.EVIDENCE, Kind.FILE}]
    assert files
    assert [material.field for material in materials if material.field in files] == files
    assert len(materials) == len(files) + definition.signed
    for material in materials:
        if material.field.evidence_kind:
            assert material.asked == evidence.kind_named(material.field.evidence_kind).fields
        else:
            assert material.asked == ()


def test_registration_asks_for_the_papers() -> None:
    assert tuple(material.field for material in REGISTRATION) == claims.PAPERS
    assert [paper.name for paper in claims.PAPERS] == ["licence", "letter"]


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_groups_are_the_steps(kind: str) -> None:
    guide = guide_of(kind, TODAY)
    assert guide.groups == groups_of(kind)
    steps = [(step.name, step.label, step.fields) for step in DEFINITIONS[kind].steps]
    assert [(group.name, group.label, group.fields) for group in guide.groups] == steps


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_the_tiers_are_the_route_and_decide_what_the_procedure_lets_them(kind: str) -> None:
    track = track_of(kind)
    tiers = [stage for stage in track.stages if stage.tier]
    assert tuple(stage.tier for stage in tiers) == track.rules.route
    for stage in tiers:
        here = Stage(Status.UNDER_REVIEW, stage.tier)
        for action in stage.actions:
            resolve(kind, here, action, track.rules.route, REVIEWER)
        assert Action.RETURN in stage.actions
        assert (Action.APPROVE in stage.actions) is (stage.tier is track.rules.route[-1])


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_the_time_limits_are_those_of_the_rules(kind: str) -> None:
    track = track_of(kind)
    days = [stage.time.args["days"] for stage in track.stages if stage.time and stage.time.args]
    promised = [track.rules.review_days[tier] for tier in track.rules.route]
    assert days == [claims.WORKING_DAYS, *promised, track.rules.correction_days]
    assert all(number > 0 for number in days)


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_every_tier_of_every_version_has_its_time(kind: str) -> None:
    for version in rules._VERSIONS[kind]:
        assert version.review_days.keys() == set(version.route)


def test_new_rules_change_the_guide(monkeypatch: pytest.MonkeyPatch) -> None:
    old = rules.rules_in_force("declaration", TODAY)
    new = replace(
        old,
        version="2027-1",
        in_force_from=date(2027, 1, 1),
        route=(Tier.COUNTY, Tier.CITY, Tier.PROVINCE),
        review_days={Tier.COUNTY: 3, Tier.CITY: 4, Tier.PROVINCE: 6},
        validity_years=2,
    )
    monkeypatch.setitem(rules._VERSIONS, "declaration", (old, new))
    (track,) = guide_of("declaration", date(2027, 1, 1)).tracks
    assert [stage.tier for stage in track.stages if stage.tier] == [Tier.COUNTY, Tier.CITY, Tier.PROVINCE]
    assert str(next(stage for stage in track.stages if stage.tier is Tier.PROVINCE).time) == "6 个工作日"
    assert "有效期 2 年" in str(track.outcome)
    assert "有效期 3 年" in str(track_of("declaration").outcome)


def test_what_is_issued_and_for_how_long() -> None:
    declared, certified = (str(track_of(kind).outcome) for kind in ("declaration", "certification"))
    assert DECLARATION.certificate in declared
    assert "认证证书" not in declared  # 认证认可条例 第九条
    assert CERTIFICATION.certificate in certified
    assert "不长于认证证书的有效期" in certified


def test_signing_belongs_to_a_declaration_only() -> None:
    texts = {kind: [stage.text for stage in track_of(kind).stages] for kind in DEFINITIONS}
    assert any("签署" in text for text in texts["declaration"])
    assert not any("签署" in text for text in texts["certification"])


@pytest.mark.parametrize(
    ("kind", "label", "action", "by"),
    [
        ("replacement", "变更", CertificateAction.SUPERSEDE, Party.SYSTEM),
        ("replacement", "续期", CertificateAction.RENEW, Party.SYSTEM),
        ("withdrawal", "注销", CertificateAction.WITHDRAW, Party.HOLDER),
    ],
)
def test_the_states_are_those_of_the_table(kind: str, label: str, action: CertificateAction, by: Party) -> None:
    (change,) = [change for change in STATE_CHANGES if change.action is action and change.by is by]
    assert set(dict(guide_of(kind, TODAY).states)[label]) == {STATE_LABELS[state] for state in change.sources}


def test_a_certificate_is_replaced_by_a_filing_of_its_kind_and_given_up_without_one() -> None:
    replacement, withdrawal = guide_of("replacement", TODAY), guide_of("withdrawal", TODAY)
    assert [track.definition for track in replacement.tracks] == list(DEFINITIONS.values())
    assert not replacement.groups
    assert withdrawal.tracks == ()
    assert withdrawal.groups == groups_of("withdrawal")
    (stage,) = withdrawal.stages
    assert str(stage.time) == "立即生效"


def test_every_form_is_explained() -> None:
    for form in FORMS:
        groups = groups_of(form)
        assert groups
        assert all(group.fields for group in groups)


@pytest.mark.parametrize("kind", TEXTS)
def test_the_texts_are_whole_sentences(kind: str) -> None:
    texts = TEXTS[kind]
    clauses: tuple[Clause, ...] = (*texts.conditions, *texts.outcome, *texts.liability, *FEES, REMEDIES)
    assert texts.conditions
    assert texts.outcome
    assert texts.liability
    assert texts.questions
    for text in [texts.lead, *(clause.text for clause in clauses), *(item.answer for item in texts.questions)]:
        assert str(text).endswith("。"), text
    assert all(item.question.endswith("？") for item in texts.questions)
    assert any("产品质量法" in clause.basis for clause in texts.liability)


def test_a_clause_may_be_filled_in() -> None:
    answers = [item.answer for item in TEXTS["replacement"].questions]
    assert any(isinstance(answer, Message) and "60 天" in str(answer) for answer in answers)
