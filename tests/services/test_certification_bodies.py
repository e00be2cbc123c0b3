"""The register of certification bodies: found in any spelling, changed on the revision shown, its past kept."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from registry.domain.errors import Duplicate, InvalidFields, NotAllowed, NotFound, StaleRevision
from registry.domain.validity import DisplayedState
from registry.models import AuditEvent, CertificationBody, CertificationBodyEvent, FrozenRowError
from registry.services import certification_bodies as bodies
from registry.services import certification_body_register as register
from registry.services import reference
from tests.at_once import at_once
from tests.factories.certification_bodies import some_body
from tests.statements import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Site

DAY = date(2026, 3, 18)
NEW = {
    "approval_number": "cnca-r-9999-905",
    "name": "虚构检验认证（海宁）有限公司",
    "former_names": "虚构检验所\n虚构检验（海宁）中心",
    "uscc": "",
    "approved_on": "2015-06-01",
    "expires_on": "2027-05-31",
    "scopes": "A01\n环境管理体系",
    "note": "",
    "source": "示例公告",
}


@pytest.fixture
def body_id(site: Site) -> int:
    with site.work(site.world.system_admin) as work:
        return register.add(work, NEW).id


def changed(site: Site, body_id: int, change: Callable[..., None], **values: Any) -> None:
    """Change a body as its form would."""
    with site.work(site.world.system_admin) as work:
        body = register.get(work, body_id)
        shown = register.as_form(body) if change is register.change else {}
        change(work, body, shown | values, revision=body.revision)


def tags(site: Site) -> list[tuple[str, dict[str, Any]]]:
    with site.work() as work:
        rows = work.session.scalars(
            select(AuditEvent).where(AuditEvent.tag.startswith("admin:certification_body")).order_by(AuditEvent.id)
        )
        return [(row.tag.rpartition(":")[2], row.payload) for row in rows]


# ---------------------------------------------------------------------------------------------------- looking up


@pytest.mark.parametrize(
    "text",
    [
        "CNCA-R-9999-905",
        "cnca－r—9999–905",
        "虚构检验认证（海宁）有限公司",
        "虚构检验认证(海宁) 有限公司",
        "虚构检验所",
        "虚构检验(海宁)中心",
    ],
)
def test_a_body_is_found_by_number_or_name_in_any_spelling(site: Site, body_id: int, text: str) -> None:
    with site.work() as work:
        found = bodies.named(work.session, text)
        assert found is not None
        assert found.id == body_id


@pytest.mark.parametrize("text", ["", "  ", "虚构检验", "%", "_", "没有这家", "CNCA-R-9999-90"])
def test_a_part_of_a_name_names_nobody(site: Site, body_id: int, text: str) -> None:
    with site.work() as work:
        assert bodies.named(work.session, text) is None


def test_a_name_of_two_bodies_names_neither(site: Site, body_id: int) -> None:
    with site.work() as work:
        some_body(work, "CNCA-R-9999-906", "别家（虚构）", former_names=("虚构检验所",))
        assert bodies.named(work.session, "虚构检验所") is None
        assert [each.name for each in bodies.suggestions(work.session, "虚构检验所", DAY)] == [
            "虚构检验认证（海宁）有限公司",
            "别家（虚构）",
        ]


def test_suggestions_begin_with_what_fits_best(site: Site) -> None:
    with site.work() as work:
        some_body(work, "CNCA-R-9999-911", "海宁示例认证（虚构）")
        some_body(work, "CNCA-R-9999-912", "示例认证（虚构）海宁")
        some_body(work, "CNCA-R-9999-913", "示例认证（虚构）", expires_on=date(2026, 3, 17))
        found = bodies.suggestions(work.session, "示例认证(虚构)", DAY)
        assert [(each.approval_number[-3:], each.state) for each in found] == [
            ("913", "expired"),
            ("912", "valid"),
            ("911", "valid"),
        ]
        assert [each.approval_number[-3:] for each in bodies.suggestions(work.session, "认证 海宁", DAY)] == [
            "911",
            "912",
        ]
        assert [each.body_id for each in bodies.suggestions(work.session, "cnca r 9999 912", DAY)] == [found[1].body_id]
        assert len(bodies.suggestions(work.session, "示例", DAY, most=2)) == 2
        assert bodies.suggestion_of(work.session, found[0].body_id, DAY) == found[0]
        assert bodies.suggestion_of(work.session, 999, DAY) is None
        assert bodies.suggestions(work.session, " ", DAY) == []
        assert bodies.suggestions(work.session, "%", DAY) == []


def test_what_a_body_was_on_a_day(site: Site, body_id: int) -> None:
    with site.work() as work:
        session = work.session
        assert bodies.state_on(session, body_id, date(2015, 5, 31)) == "not_yet_valid"
        assert bodies.state_on(session, body_id, date(2027, 5, 31)) == "valid"
        assert bodies.state_on(session, body_id, date(2027, 6, 1)) == "expired"
        assert bodies.in_scope_on(session, body_id, "A010101 质量管理体系认证", DAY) is True
        assert bodies.in_scope_on(session, body_id, "食品安全管理体系认证", DAY) is False
        assert bodies.in_scope_on(session, body_id, "同线同标同质产品认证", DAY) is None
        standing = bodies.standing(session, body_id, "A02", DAY)
        assert standing == bodies.Standing("CNCA-R-9999-905", NEW["name"], DisplayedState.VALID, in_scope=True)
        for missing in (
            bodies.state_on(session, 999_999, DAY),
            bodies.in_scope_on(session, 999_999, "A01", DAY),
            bodies.standing(session, 999_999, "A01", DAY),
        ):
            assert missing is None


def test_looking_up_takes_as_many_statements_for_many_bodies(site: Site, body_id: int) -> None:
    def sent() -> list[int]:
        counts = []
        for ask in (
            lambda work: bodies.suggestions(work.session, "虚构", DAY),
            lambda work: bodies.standing(work.session, body_id, "A01", DAY),
            lambda work: [register.latest(body) for body in register.find(work, text="虚构").rows],
        ):
            with site.work(site.world.system_admin) as work, counted({"write": work.session.get_bind()}) as statements:
                ask(work)
                counts.append(len(statements))
        return counts

    few = sent()
    with site.work() as work:
        for number in range(100, 140):
            some_body(work, f"CNCA-R-9999-{number}", f"示例认证 {number}（虚构）", scopes=("A01",))
    assert sent() == few


# ---------------------------------------------------------------------------------------------------- keeping it


def test_a_body_is_added_with_all_that_is_known(site: Site, body_id: int) -> None:
    with site.work(site.world.system_admin) as work:
        body = register.get(work, body_id)
        assert body.approval_number == "CNCA-R-9999-905"
        assert body.former_names == ["虚构检验所", "虚构检验（海宁）中心"]
        assert [(scope.code, scope.name, scope.valid_from) for scope in body.scopes] == [
            ("A01", "质量管理体系", None),
            ("A02", "环境管理体系", None),
        ]
        (event,) = register.history(body)
        assert (event.state, event.expires_on, event.recorded_by_id) == (
            "valid",
            date(2027, 5, 31),
            site.world.system_admin,
        )
        assert register.scopes_as_form(body) == {"scopes": "A01 质量管理体系\nA02 环境管理体系"}
        assert register.as_form(body)["approved_on"] == "2015-06-01"
    assert tags(site) == [("add", {"number": "CNCA-R-9999-905"})]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"approval_number": "1"}, "approval_number"),
        ({"name": ""}, "name"),
        ({"source": ""}, "source"),
        ({"scopes": "天文"}, "scopes"),
        ({"approved_on": ""}, "approved_on"),
        ({"expires_on": "2015-05-31"}, "expires_on"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(site: Site, changes: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidFields) as refused, site.work(site.world.system_admin) as work:
        register.add(work, NEW | changes)
    assert set(refused.value.fields) == {field}


def test_a_number_is_there_once(site: Site, body_id: int) -> None:
    with pytest.raises(Duplicate) as refused, site.work(site.world.system_admin) as work:
        register.add(work, NEW | {"approval_number": "CNCAR9999905"})
    assert refused.value.field == "approval_number"


def test_of_two_who_add_it_at_once_one_does(site: Site) -> None:
    def add() -> int:
        with site.work(site.world.system_admin) as work:
            return register.add(work, NEW).id

    assert sorted(type(result).__name__ for result in at_once([add, add])) == ["Duplicate", "int"]


def test_a_day_that_is_needed_cannot_be_taken_away(site: Site, body_id: int) -> None:
    with pytest.raises(InvalidFields) as refused:
        changed(site, body_id, register.change, approved_on="")
    assert set(refused.value.fields) == {"approved_on"}


def test_changing_names_keeps_the_old_one(site: Site, body_id: int) -> None:
    changed(site, body_id, register.change, name="虚构新名认证有限公司")
    with site.work(site.world.system_admin) as work:
        body = register.get(work, body_id)
        assert body.former_names[0] == NEW["name"]
        found = bodies.named(work.session, NEW["name"])
        assert found is not None
        assert found.name == "虚构新名认证有限公司"
        assert body.revision == 2
        register.change(work, body, register.as_form(body), revision=2)
        assert body.revision == 2  # Nothing changed, nothing recorded.
    assert tags(site)[1:] == [("change", {"fields": ["name", "former_names"]})]


def test_suspended_reinstated_and_nothing_overwritten(site: Site, body_id: int) -> None:
    changed(
        site,
        body_id,
        register.change_state,
        state="suspended",
        effective_on="2025-10-01",
        reason="未按要求整改",
        document_number="虚构〔2025〕9号",
    )
    changed(site, body_id, register.change_state, state="valid", effective_on="2026-02-01", expires_on="2033-05-31")
    with site.work(site.world.system_admin) as work:
        days = (date(2025, 9, 30), date(2025, 10, 1), date(2026, 1, 31), date(2026, 2, 1), date(2030, 1, 1))
        assert [bodies.state_on(work.session, body_id, day) for day in days] == [
            "valid",
            "suspended",
            "suspended",
            "valid",
            "valid",
        ]
        body = register.get(work, body_id)
        assert [event.expires_on for event in register.history(body)] == [
            date(2033, 5, 31),
            date(2027, 5, 31),  # Carried on where nobody said otherwise.
            date(2027, 5, 31),
        ]
        assert body.revision == 3
    assert tags(site)[1:] == [
        ("state", {"state": "suspended", "effective_on": "2025-10-01"}),
        ("state", {"state": "valid", "effective_on": "2026-02-01"}),
    ]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"state": "", "effective_on": "2026-01-01"}, "state"),
        ({"state": "expired", "effective_on": "2026-01-01"}, "state"),
        ({"state": "suspended", "effective_on": ""}, "effective_on"),
        ({"state": "suspended", "effective_on": "2026-01-01"}, "reason"),
        ({"state": "valid", "effective_on": "2015-05-31"}, "effective_on"),
        ({"state": "valid", "effective_on": "2028-01-01"}, "expires_on"),  # Renewed until when?
    ],
)
def test_a_change_that_cannot_be_is_told(site: Site, body_id: int, values: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        changed(site, body_id, register.change_state, **values)
    assert set(refused.value.fields) == {field}


def test_what_has_run_out_may_still_be_revoked(site: Site, body_id: int) -> None:
    changed(site, body_id, register.change_state, state="revoked", effective_on="2027-07-01", reason="出具虚假证书")
    with site.work() as work:
        assert bodies.state_on(work.session, body_id, date(2027, 6, 30)) == "expired"
        assert bodies.state_on(work.session, body_id, date(2027, 7, 1)) == "revoked"


def test_scopes_change_from_a_day_on(site: Site, body_id: int) -> None:
    changed(site, body_id, register.change_scopes, scopes="A01\nZ-FSMS", effective_on="2026-01-01")
    with site.work(site.world.system_admin) as work:
        answers = [
            bodies.in_scope_on(work.session, body_id, code, day)
            for code in ("A01", "A02", "Z-FSMS")
            for day in (date(2025, 12, 31), date(2026, 1, 1))
        ]
        assert answers == [True, True, True, False, False, True]
        body = register.get(work, body_id)
        assert register.scopes_as_form(body)["scopes"].split("\n") == ["A01 质量管理体系", "Z-FSMS 食品安全管理体系"]
        assert body.revision == 2
    changed(site, body_id, register.change_scopes, scopes="A01；Z-FSMS", effective_on="2026-01-01")
    assert tags(site)[1:] == [("scopes", {"added": ["Z-FSMS"], "ended": ["A02"]})]


def test_the_first_scopes_hold_from_the_approval_on(site: Site) -> None:
    with site.work() as work:
        bare = some_body(work)
        assert bodies.in_scope_on(work.session, bare, "A01", DAY) is None
    changed(site, bare, register.change_scopes, scopes="A01", effective_on="")
    with site.work() as work:
        assert bodies.in_scope_on(work.session, bare, "A01", date(2016, 1, 1)) is True


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"scopes": "A01", "effective_on": ""}, "effective_on"),
        ({"scopes": "x", "effective_on": "2026-01-01"}, "scopes"),
    ],
)
def test_scopes_that_are_wrong_are_told(site: Site, body_id: int, values: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        changed(site, body_id, register.change_scopes, **values)
    assert set(refused.value.fields) == {field}


@pytest.mark.parametrize("change", [register.change, register.change_state, register.change_scopes])
def test_an_old_page_is_refused(site: Site, body_id: int, change: Callable[..., None]) -> None:
    changed(site, body_id, register.change_state, state="valid", effective_on="2026-01-01")
    with pytest.raises(StaleRevision), site.work(site.world.system_admin) as work:
        change(work, register.get(work, body_id), {}, revision=1)


@pytest.mark.parametrize("who", ["security_admin", "audit_admin", "city_supervisor", "owner"])
def test_only_the_system_administrator_keeps_the_register(site: Site, body_id: int, who: str) -> None:
    by = getattr(site.world, who)
    with pytest.raises(NotAllowed), site.work(by) as work:
        register.find(work)
    with pytest.raises(NotAllowed), site.work(by) as work:
        register.get(work, body_id)
    with pytest.raises(NotAllowed), site.work(by) as work:
        register.add(work, NEW)
    for change in (register.change, register.change_state, register.change_scopes):
        with pytest.raises(NotAllowed), site.work(by) as work:
            change(work, work.session.get_one(CertificationBody, body_id), {}, revision=1)


def test_the_list_is_searched(site: Site, body_id: int) -> None:
    with site.work(site.world.system_admin) as work:
        some_body(work)
        assert register.find(work).total == 2
        assert register.find(work, text="检验 海宁").total == 1
        assert register.find(work, text="9999-901").total == 1
        assert register.find(work, text="%").total == 0
        with pytest.raises(NotFound):
            register.get(work, 999_999)


def test_history_refuses_change(site: Site, body_id: int) -> None:
    with site.work() as work:
        event = work.session.scalars(select(CertificationBodyEvent)).one()
        event.effective_on = DAY - timedelta(days=1)
        with pytest.raises(FrozenRowError):
            work.session.flush()
        work.session.rollback()


# ---------------------------------------------------------------------------------------------------- the catalogue


def test_classes_are_looked_up_by_heading(site: Site) -> None:
    with site.work() as work:
        found = reference.ccc_classes_of(work.session, {"8418102000", "7013"})
        assert [each.code for each in found["8418102000"]] == ["0701"]
        assert found["7013"] == []
        assert reference.ccc_classes_of(work.session, ()) == {}
        assert {"0702", "2202"} <= {each.code for each in reference.ccc_classes(work.session)}
