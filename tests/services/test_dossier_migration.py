"""Revision 0003 finds a new place for everything that declarations held themselves, on both databases."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import JSON, Boolean, Date, DateTime, Integer, MetaData, Numeric, Table, inspect, select, text
from sqlalchemy.exc import DatabaseError

from registry.domain.evidence import number_key
from registry.infrastructure.database import db
from tests.services.test_migrations import alembic, postgresql_url, sqlite_url

if TYPE_CHECKING:
    from flask_alembic import Alembic

__all__ = ["alembic", "postgresql_url", "sqlite_url"]

LAST_YEAR, LATER = datetime(2025, 5, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)
LINE = {"manufacturer": "虚构玻璃", "factory_address": "示例路 1 号", "production_line": "A3 线"}
FROZEN = '{"schema":"santong/declaration-submission/1"}'


def insert(table_name: str, /, **values: Any) -> None:
    """A row of a table as it is now; what must be there and is not told is empty."""
    table = Table(table_name, MetaData(), autoload_with=db.session.connection())
    row = {column.name: _empty(column) for column in table.columns if not column.nullable} | values
    db.session.execute(table.insert().values(row))


def _empty(column: Any) -> Any:
    """Something that a column can hold."""
    if isinstance(column.type, JSON):
        return {}
    if isinstance(column.type, DateTime):
        return LAST_YEAR if db.engine.dialect.name == "postgresql" else LAST_YEAR.replace(tzinfo=None)
    if isinstance(column.type, Date):
        return date(2025, 5, 1)
    if isinstance(column.type, Boolean):
        return True
    return 0 if isinstance(column.type, Integer | Numeric) else ""


def moment(value: datetime) -> datetime:
    return value if db.engine.dialect.name == "postgresql" else value.replace(tzinfo=None)


def rows(name: str) -> list[dict[str, Any]]:
    table = Table(name, MetaData(), autoload_with=db.session.connection())
    found = [dict(row) for row in db.session.execute(select(table).order_by(*list(table.c)[:2])).mappings()]
    db.session.rollback()
    return found


def report(evidence: Any, number: str = "FICT-1", **changes: Any) -> dict[str, Any]:
    """A row of the table of reports, as a declaration held it."""
    return {
        "number": number,
        "laboratory": "虚构检测中心",
        "cma": "",
        "cnas": "L0699",
        "issued_on": "2025-02-01",
        "conclusion": "合格",
        "evidence": evidence,
    } | changes


def declaration(
    number: int, *, firm: int = 1, product: int | None = 1, replaces: int | None = None, **content: Any
) -> None:
    """A filing with its content in the table of its own; a draft, unless it has been submitted."""
    insert("filing", id=number, kind="declaration", enterprise_id=firm, area_code="330481", status="draft", tier="")
    insert(
        "declaration",
        id=number,
        product_id=product,
        replaces_id=replaces,
        content={"product": str(product or "")} | content,
    )


def submitted(number: int, *, product: int = 1) -> None:
    table = Table("filing", MetaData(), autoload_with=db.session.connection())
    values = {"status": "approved", "submitted_at": moment(LATER), "reference": f"SM-2025-{number:06d}"}
    db.session.execute(table.update().where(table.c.id == number).values(values))
    insert(
        "submission", id=number, filing_id=number, sequence=1, snapshot=FROZEN, submitted_by_id=1, product_id=product
    )
    insert("decision", id=number, filing_id=number, sequence=1, action="approve", actor_id=1)


def certificate(number: int, **values: Any) -> None:
    row = {"filing_id": number, "enterprise_id": 1, "bureau_id": 1, "area_code": "330481", "state": "valid"} | values
    insert("certificate", id=number, code=f"code-{number}", number=f"STD-{number}", kind="declaration", **row)
    insert("certificate_event", id=number, certificate_id=number, sequence=1, action="issue", actor_id=1)


@pytest.fixture
def filled(alembic: Alembic) -> Alembic:
    """A database of revision 0002 with two firms and what they had filed until then, right and wrong."""
    alembic.upgrade("0002")
    insert("area", code="330481", name="海宁市", level="county", kind="statutory", path="330481")
    insert("industry", code="30", name="非金属矿物制品业", level=2, section_code="C")
    insert("user", id=1, email="a@test.example", name="测试人", fs_uniquifier="a")
    insert("bureau", id=1, name="虚构局", area_code="330481", subject="market_supervision", tier="county")
    for firm in (1, 2):
        insert("enterprise", id=firm, uscc=str(firm), name=f"虚构企业{firm}", area_code="330481", industry_code="30")
    for product, firm in ((1, 1), (2, 1), (3, 2)):
        insert("product", id=product, enterprise_id=firm, name=f"产品{product}", category="consumer")
    for number, firm in ((1, 1), (2, 1), (3, 2), (4, 1)):
        insert("stored_file", id=number, sha256=str(number) * 64)
        insert("evidence", id=number, enterprise_id=firm, file_id=number, uploaded_by_id=1, visibility="review")
    insert("standard", number="GB 1", title="虚构标准")

    # A draft that was begun before the first submission, and says less of the same report.
    declaration(1, product=None, reports=[report("1", number="", laboratory="", issued_on="", conclusion="")], **LINE)
    declaration(
        2, reports=[report("1", " fict—１ "), report("2", "FICT-2", issued_on="2025-02-30")], place="海宁", **LINE
    )
    submitted(2)
    insert("filing_evidence", filing_id=2, evidence_id=1)
    # The same line with other blanks, and the same reports: a replacement.
    spaced = {name: f"  {value.replace(' ', '  ')} " for name, value in LINE.items()}
    certificate(2, state="superseded")
    declaration(3, replaces=2, reports=[report("2", "另一个编号"), report("1"), report("1")], **spaced)
    submitted(3)
    certificate(3)
    db.session.execute(text("UPDATE certificate SET superseded_by_id = 3 WHERE id = 2"))
    # Another line of the same factory; a factory of the same name, of another firm.
    declaration(4, product=2, **LINE | {"production_line": "B1 线"})
    declaration(5, firm=2, product=3, reports=[report("3", "FICT-3")], **LINE)
    # Drafts of which little is told, or nonsense: forms kept what was typed.
    declaration(6, product=None)
    declaration(
        7,
        product=None,
        reports=[report(""), report(None), report("x"), report("9" * 30), {}],
        **LINE | {"production_line": ""},
    )
    declaration(8, firm=2, product=3, reports=[report("4", "偷换")], manufacturer=None)
    declaration(9, reports=None, **LINE | {"production_line": "长" * 300})
    declaration(10, reports=[], **LINE | {"production_line": "长" * 200 + "另"})
    db.session.commit()
    return alembic


def test_everything_is_found_in_its_new_place(filled: Alembic) -> None:
    filled.upgrade()

    content = {row["id"]: row["content"] for row in rows("filing")}
    chosen = {number: (each["products"], each["line"], each["reports"]) for number, each in content.items()}
    assert chosen == {
        1: ([], "1", ["1"]),
        2: (["1"], "1", ["1", "2"]),
        3: (["1"], "1", ["2", "1"]),
        4: (["2"], "2", []),
        5: (["3"], "3", ["3"]),
        6: ([], "", []),
        7: ([], "", []),
        8: (["3"], "", ["4"]),
        9: (["1"], "4", []),
        10: (["1"], "4", []),
    }
    assert content[2]["place"] == "海宁"
    old = {"product", *LINE}
    assert not any(old & each.keys() for each in content.values())
    assert {row["id"]: row["purpose"] for row in rows("filing")} == {
        number: "change" if number == 3 else "first" for number in content
    }
    objects = [
        (row["filing_id"], row["product_id"], row["position"], row["replaces_id"]) for row in rows("filing_product")
    ]
    assert objects == [
        (2, 1, 0, None),
        (3, 1, 0, 2),
        (4, 2, 0, None),
        (5, 3, 0, None),
        (8, 3, 0, None),
        (9, 1, 0, None),
        (10, 1, 0, None),
    ]


def test_each_factory_and_line_stands_there_once_for_its_firm(filled: Alembic) -> None:
    filled.upgrade()

    factories = [
        (row["enterprise_id"], row["manufacturer"], row["address"], row["revision"]) for row in rows("factory")
    ]
    assert factories == [(1, "虚构玻璃", "示例路 1 号", 1), (2, "虚构玻璃", "示例路 1 号", 1)]
    assert {row["retired_at"] for row in rows("factory")} == {None}
    lines = [(row["factory_id"], row["name"]) for row in rows("production_line")]
    assert lines == [(1, "A3 线"), (1, "B1 线"), (2, "A3 线"), (1, "长" * 200)]


def test_the_library_knows_what_was_said_of_its_reports(filled: Alembic) -> None:
    filled.upgrade()

    told = {row["id"]: row for row in rows("evidence")}
    assert (told[1]["number"], told[1]["issuer"], told[1]["issued_on"]) == ("fict—１", "虚构检测中心", date(2025, 2, 1))
    assert told[1]["number_key"] == number_key("fict—１") == "FICT-1"
    assert told[1]["details"] == {"cma": "", "cnas": "L0699", "conclusion": "合格"}
    # Nonsense is left out; a second declaration says nothing more.
    assert (told[2]["number"], told[2]["issued_on"]) == ("FICT-2", None)
    assert told[3]["number"] == "FICT-3"
    # Another firm's draft has no say in it.
    assert (told[4]["number"], told[4]["issuer"], told[4]["details"]) == ("", "", None)
    assert {row["revision"] for row in told.values()} == {1}
    assert [(row["filing_id"], row["evidence_id"]) for row in rows("filing_evidence")] == [(2, 1)]


def test_certificates_keep_what_they_are_and_learn_their_product(filled: Alembic) -> None:
    before = {row["id"]: row for row in rows("certificate")}
    filled.upgrade()

    after = {row["id"]: row for row in rows("certificate")}
    for number, row in before.items():
        assert row.items() <= after[number].items()
    learnt = {number: (row["product_id"], row["succession"], row["superseded_by_id"]) for number, row in after.items()}
    assert learnt == {2: (1, "change", 3), 3: (1, "", None)}
    assert [row["certificate_id"] for row in rows("certificate_event")] == [2, 3]
    assert rows("standard")[0]["status"] == "in_force"


def test_what_was_frozen_stays_and_is_still_refused_change(filled: Alembic) -> None:
    before = [{name: value for name, value in row.items() if name != "product_id"} for row in rows("submission")]
    filled.upgrade()

    assert rows("submission") == before
    for table in ("submission", "decision", "certificate_event"):
        for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError, match="never"):
                db.session.execute(text(statement))
            db.session.rollback()
    if db.engine.dialect.name == "sqlite":
        with pytest.raises(DatabaseError, match="never"):
            db.session.execute(
                text("INSERT OR REPLACE INTO submission SELECT * FROM submission WHERE id = 2"),
            )
        db.session.rollback()


def test_no_reference_leads_nowhere_and_nothing_is_left_over(filled: Alembic) -> None:
    filled.upgrade()

    if db.engine.dialect.name == "sqlite":
        assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []
        assert db.session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        db.session.rollback()
    names = inspect(db.engine).get_table_names()
    assert not [name for name in names if name.endswith("_rows") or name == "declaration"]
    indexes = {
        index["name"]
        for table in ("certificate", "filing", "evidence", "submission")
        for index in inspect(db.engine).get_indexes(table)
    }
    assert {
        "ix_certificate_directory",
        "ix_certificate_product_id",
        "ix_certificate_valid_until",
        "ix_filing_desk",
        "ix_filing_correct_by",
        "ix_evidence_number_key",
    } <= indexes
    for table, columns in (("certificate", ["filing_id", "product_id"]), ("submission", ["filing_id", "sequence"])):
        unique = [constraint["column_names"] for constraint in inspect(db.engine).get_unique_constraints(table)]
        assert columns in unique
        assert ["filing_id"] not in unique
    assert filled.compare_metadata() == []


def test_new_rows_are_taken_afterwards(filled: Alembic) -> None:
    """The next number of a row is free, and a default that was for the old rows is none any more."""
    filled.upgrade()

    table = Table("evidence", MetaData(), autoload_with=db.session.connection())
    assert table.c.number.server_default is None
    insert("filing_product", filing_id=6, product_id=2, position=0)
    insert(
        "certificate",
        id=4,
        code="4",
        number="4",
        kind="declaration",
        filing_id=3,
        product_id=2,
        enterprise_id=1,
        bureau_id=1,
        area_code="330481",
        state="valid",
    )
    with pytest.raises(DatabaseError):
        insert(
            "certificate",
            id=5,
            code="5",
            number="5",
            kind="declaration",
            filing_id=3,
            product_id=2,
            enterprise_id=1,
            bureau_id=1,
            area_code="330481",
            state="valid",
        )
    db.session.rollback()


def test_there_is_no_way_back_for_what_has_moved(filled: Alembic) -> None:
    filled.upgrade()
    before = json.dumps(rows("filing"), default=str)

    with pytest.raises(RuntimeError, match="make the database anew"):
        filled.downgrade("0002")

    db.session.rollback()
    assert json.dumps(rows("filing"), default=str) == before
