"""Certification bodies from a table: all or nothing, twice is once, and what happened before stays."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from registry.domain.errors import InvalidFields, NotAllowed
from registry.infrastructure.database import WRITE, db
from registry.models import AuditEvent, CertificationBody, CertificationBodyEvent, CertificationBodyScope
from registry.services import certification_bodies as bodies
from registry.services import certification_body_import as importing
from registry.services import certification_body_register as register
from tests.at_once import at_once
from tests.statements import counted

if TYPE_CHECKING:
    from pathlib import Path

    from registry.services.certification_body_import import Result
    from tests.conftest import Site

NUMBER = "CNCA-R-2015-901"
BASE = {"批准号": NUMBER, "机构名称": "示例认证中心（虚构）", "信息来源": "示例公告"}
FULL = BASE | {
    "曾用名": "示例认证所（虚构）",
    "批准日期": "2015-06-01",
    "有效期至": "2027-05-31",
    "认证领域": "A01；A02",
    "备注": "示例",
    "文号": "虚构〔2015〕1号",
}


def text_of(*rows: dict[str, str]) -> str:
    head = list(dict.fromkeys(name for row in rows for name in row))
    return "\r\n".join((",".join(head), *(",".join(row.get(name, "") for name in head) for row in rows)))


def load(site: Site, *rows: dict[str, str]) -> Result:
    with site.work(site.world.system_admin) as work:
        return importing.write(work, importing.read(work, text_of(*rows)))


def told(site: Site, *rows: dict[str, str]) -> list[tuple[int, str, str]]:
    with site.work(site.world.system_admin) as work:
        mistakes = importing.read(work, text_of(*rows)).mistakes
        return [(mistake.line, mistake.column, str(mistake.message)) for mistake in mistakes]


def numbers(result: Result) -> tuple[int, int, int]:
    return result.added, result.changed, result.unchanged


def body(site: Site, number: str = NUMBER) -> dict[str, Any]:
    """What the register says of a body, in plain values."""
    with site.work() as work:
        row = work.session.scalars(select(CertificationBody).where(CertificationBody.approval_number == number)).one()
        return {
            "id": row.id,
            "name": row.name,
            "former_names": row.former_names,
            "approved_on": row.approved_on,
            "note": row.note,
            "revision": row.revision,
            "events": [
                (event.state, event.effective_on, event.expires_on, event.reason) for event in register.history(row)
            ],
            "scopes": [(scope.code, scope.valid_from, scope.valid_until) for scope in row.scopes],
        }


def states(site: Site, *days: str) -> list[str]:
    number = body(site)["id"]
    with site.work() as work:
        return [str(bodies.state_on(work.session, number, date.fromisoformat(day))) for day in days]


def rows_there(site: Site) -> list[int]:
    with site.work() as work:
        models = (CertificationBody, CertificationBodyEvent, CertificationBodyScope)
        return [work.session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def test_new_bodies_go_in(site: Site) -> None:
    other = BASE | {"批准号": "CNCA-RF-2018-02", "机构名称": "样例检验认证（虚构）"}

    assert numbers(load(site, FULL, other)) == (2, 0, 0)

    found = body(site)
    assert found["former_names"] == ["示例认证所（虚构）"]
    assert found["events"] == [("valid", None, date(2027, 5, 31), "")]
    assert found["scopes"] == [("A01", None, None), ("A02", None, None)]
    assert body(site, "CNCA-RF-2018-02")["scopes"] == []
    with site.work() as work:
        named = bodies.named(work.session, "示例认证所(虚构)")
        assert named is not None
        assert named.approval_number == NUMBER
        events = work.session.scalars(
            select(AuditEvent).where(AuditEvent.tag.startswith("admin:certification_body")).order_by(AuditEvent.id)
        ).all()
        assert [(event.tag.rpartition(":")[2], event.payload) for event in events] == [
            ("add", {"number": NUMBER}),
            ("add", {"number": "CNCA-RF-2018-02"}),
            ("import", {"rows": 2, "added": 2, "changed": 0}),
        ]


SUSPENDED = FULL | {"状态": "暂停", "状态自何日起": "2026-01-10", "原因": "未按要求整改"}


@pytest.mark.parametrize(
    "row",
    [
        BASE,
        FULL,
        FULL | {"状态": "有效"},
        FULL | {"状态": "有效", "状态自何日起": "2020-01-01", "原因": "扩项"},
        SUSPENDED,
        SUSPENDED | {"状态": "撤销", "状态自何日起": "2028-01-01"},
        FULL | {"状态自何日起": "2020-01-01"},
    ],
    ids=["least", "full", "valid", "valid since", "suspended", "revoked", "since"],
)
def test_the_same_table_again_changes_nothing(site: Site, row: dict[str, str]) -> None:
    load(site, row)
    before, rows = body(site), rows_there(site)

    assert numbers(load(site, row)) == (0, 0, 1)

    assert (body(site), rows_there(site)) == (before, rows)


def test_what_a_table_leaves_out_stays(site: Site) -> None:
    load(site, SUSPENDED)
    before = body(site)

    assert numbers(load(site, BASE)) == (0, 0, 1)
    assert body(site) == before


def test_a_suspension_keeps_the_past(site: Site) -> None:
    load(site, FULL)
    assert numbers(load(site, SUSPENDED)) == (0, 1, 0)
    assert numbers(load(site, FULL | {"状态": "有效", "状态自何日起": "2026-03-01", "文号": ""})) == (0, 1, 0)

    days = ("2026-01-09", "2026-01-10", "2026-02-28", "2026-03-01", "2027-06-01")
    assert states(site, *days) == ["valid", "suspended", "suspended", "valid", "expired"]
    assert body(site)["revision"] == 3


def test_a_suspension_that_was_missed_is_put_in_between(site: Site) -> None:
    load(site, FULL)
    load(site, FULL | {"状态": "有效", "状态自何日起": "2026-03-01"})

    assert numbers(load(site, SUSPENDED)) == (0, 1, 0)
    assert numbers(load(site, SUSPENDED)) == (0, 0, 1)
    assert states(site, "2026-02-28", "2026-03-01") == ["suspended", "valid"]


def test_a_renewal_is_the_same_state_for_longer(site: Site) -> None:
    load(site, FULL | {"有效期至": "2021-05-31"})
    assert states(site, "2022-01-01") == ["expired"]

    assert numbers(load(site, FULL)) == (0, 1, 0)
    assert states(site, "2022-01-01", "2027-06-01") == ["valid", "expired"]
    assert [event[2] for event in body(site)["events"]] == [date(2027, 5, 31), date(2021, 5, 31)]


def test_a_new_name_and_what_else_is_known(site: Site) -> None:
    load(site, FULL)

    later = BASE | {"机构名称": "示例认证集团（虚构）", "曾用名": "更旧名（虚构）", "批准日期": "2015-06-02"}
    assert numbers(load(site, later)) == (0, 1, 0)

    found = body(site)
    assert found["name"] == "示例认证集团（虚构）"
    assert found["former_names"] == ["示例认证中心（虚构）", "更旧名（虚构）", "示例认证所（虚构）"]
    assert (found["approved_on"], found["note"], found["revision"]) == (date(2015, 6, 2), "示例", 2)
    assert numbers(load(site, later)) == (0, 0, 1)
    with site.work() as work:
        for name in found["former_names"]:
            assert bodies.named(work.session, name) is not None, name
        payload = work.session.scalars(
            select(AuditEvent.payload).where(AuditEvent.tag == "admin:certification_body:change")
        ).one()
        assert payload == {"fields": ["name", "approved_on", "former_names"]}


def test_fields_end_and_begin_on_a_day(site: Site) -> None:
    load(site, FULL)

    row = FULL | {"认证领域": "A02；Z-FSMS", "认证领域自何日起": "2026-01-01"}
    assert numbers(load(site, row)) == (0, 1, 0)
    assert body(site)["scopes"] == [
        ("A01", None, date(2025, 12, 31)),
        ("A02", None, None),
        ("Z-FSMS", date(2026, 1, 1), None),
    ]
    assert numbers(load(site, row)) == (0, 0, 1)


def test_the_first_fields_need_no_day(site: Site) -> None:
    load(site, BASE)
    assert numbers(load(site, BASE | {"认证领域": "A01"})) == (0, 1, 0)
    assert body(site)["scopes"] == [("A01", None, None)]


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"状态": "暂停", "原因": "整改"}, "状态自何日起"),
        ({"状态": "暂停", "状态自何日起": "2026-01-10"}, "原因"),
        ({"状态": "有效", "状态自何日起": "2015-01-01", "批准日期": "2015-06-01"}, "状态自何日起"),
        ({"状态": "有效", "状态自何日起": "2028-01-01", "有效期至": "2027-05-31"}, "有效期至"),
    ],
)
@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
def test_what_contradicts_the_register_is_told(site: Site, changes: dict[str, str], column: str, known: bool) -> None:
    if known:
        load(site, BASE)
    rows = rows_there(site)

    assert [each[:2] for each in told(site, BASE | changes)] == [(2, column)]

    with pytest.raises(InvalidFields) as refused:
        load(site, BASE | changes, BASE | {"批准号": "CNCA-R-2015-902"})
    assert set(refused.value.fields) == {"file"}
    assert rows_there(site) == rows


def test_other_fields_need_their_day(site: Site) -> None:
    load(site, FULL)
    assert [each[:2] for each in told(site, FULL | {"认证领域": "A01"})] == [(2, "认证领域自何日起")]
    assert told(site, FULL | {"认证领域": ""}) == []


def test_what_cannot_be_read_is_told_at_the_file(site: Site) -> None:
    for text in ("", "批准号\n", "名称\nx"):
        with pytest.raises(InvalidFields) as refused, site.work(site.world.system_admin) as work:
            importing.read(work, text)
        assert set(refused.value.fields) == {"file"}


def test_checking_writes_nothing(site: Site) -> None:
    load(site, FULL)
    before = body(site)
    assert told(site, FULL | {"认证领域": "Z-FSMS", "认证领域自何日起": "2026-01-01", "状态": "暂停"})
    assert body(site) == before


def test_of_two_at_once_one_adds_and_one_finds(site: Site) -> None:
    results = at_once([lambda: load(site, FULL), lambda: load(site, FULL)])

    assert rows_there(site) == [1, 1, 2]
    assert any(getattr(result, "added", 0) == 1 for result in results)


@pytest.mark.parametrize("who", ["security_admin", "audit_admin", "city_reviewer", "owner"])
def test_only_the_system_administrator_imports(site: Site, who: str) -> None:
    with site.work(site.world.system_admin) as work:
        table = importing.read(work, text_of(FULL))
    by = getattr(site.world, who)
    with pytest.raises(NotAllowed), site.work(by) as work:
        importing.read(work, text_of(FULL))
    with pytest.raises(NotAllowed), site.work(by) as work:
        importing.write(work, table)


def test_many_take_as_many_statements_as_few(site: Site) -> None:
    def sent(count: int, first: int, **changes: str) -> int:
        rows = [FULL | {"批准号": f"CNCA-R-2015-{first + number}"} | changes for number in range(count)]
        with site.app.app_context():
            engines = {WRITE: db.get_engine(WRITE)}
        with counted(engines) as statements:
            load(site, *rows)
        return len(statements)

    renamed = {"机构名称": "改名（虚构）", "认证领域": "A03", "认证领域自何日起": "2026-01-01"}
    assert sent(40, 100) == sent(2, 200)
    assert sent(40, 100, **renamed) == sent(2, 200, **renamed)
    assert sent(40, 100, **renamed) == sent(2, 200, **renamed)  # Nothing new any more.


# ---------------------------------------------------------------------------------------------------- what comes along


def test_the_software_brings_bodies_along(site: Site) -> None:
    with site.work() as work:
        assert importing.load_seed(work) == 12
    with site.work() as work:
        assert importing.load_seed(work) == 0
        found = bodies.named(work.session, "中国质量认证中心")
        assert found is not None
        assert (found.approval_number, found.name) == ("CNCA-R-2002-001", "中国质量认证中心有限公司")
        assert found.source
        assert bodies.state_on(work.session, found.id, date(2001, 12, 31)) == "not_yet_valid"
        assert bodies.state_on(work.session, found.id, date(2026, 3, 18)) == "valid"
        assert bodies.in_scope_on(work.session, found.id, "A01", date(2026, 3, 18)) is None  # Not known in full.


def test_what_an_administrator_changed_is_left_alone(site: Site) -> None:
    with site.work() as work:
        importing.load_seed(work)
    load(site, BASE | {"批准号": "CNCA-R-2002-001", "机构名称": "新名（虚构）"})

    with site.work() as work:
        assert importing.load_seed(work) == 0
        assert bodies.named(work.session, "新名(虚构)") is not None


def test_a_mistake_in_the_file_is_told(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "bodies.csv"
    file.write_text(text_of(BASE | {"批准号": "x"}), encoding="utf-8")
    with pytest.raises(InvalidFields), site.work() as work:
        importing.load_seed(work, file)


def test_the_command_brings_them_too(site: Site) -> None:
    result = site.app.test_cli_runner().invoke(args=["reference", "load"])

    assert result.exit_code == 0
    assert "certification_body: 12 added." in result.output
    assert "ccc_class: 114 rows, 0 added, 0 changed." in result.output
