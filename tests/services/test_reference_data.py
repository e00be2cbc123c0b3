"""The code lists: complete, in order, and safe to load again."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, event, func, select
from sqlalchemy.orm import Session

from registry.domain.identifiers import check_hs_code, check_standard_no, normalise_standard_no
from registry.domain.standards import StandardStatus
from registry.infrastructure.database import db
from registry.models import Area, Base, Country, HsCode, Industry, Standard, StandardPair
from registry.services import reference_data

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Site


@pytest.fixture(scope="module")
def lists() -> Iterator[Session]:
    """The lists as they are, for tests that only read."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        reference_data.load(session)
        yield session
    engine.dispose()


@pytest.fixture
def session(site: Site) -> Iterator[Session]:
    """A session on a site whose code lists were loaded when it was made."""
    with site.app.app_context():
        yield db.session


def test_loading_again_changes_nothing_and_only_reads(session: Session) -> None:
    statements: list[str] = []

    @event.listens_for(db.engine, "before_cursor_execute")
    def note(_connection, _cursor, statement, *_rest) -> None:
        statements.append(statement)

    report = reference_data.load(session)
    event.remove(db.engine, "before_cursor_execute", note)

    assert {(table.added, table.changed) for table in report} == {(0, 0)}
    assert all(statement.startswith(("SELECT", "BEGIN")) for statement in statements)
    assert len(statements) <= len(report) + 1


def test_a_name_that_reads_differently_is_put_right(session: Session) -> None:
    session.get_one(Area, "330481").name = "海宁县"
    pair = session.scalars(select(StandardPair).limit(1)).one()
    number, pair.relation = pair.id, "wrong"
    session.flush()

    changed = {table.table: table.changed for table in reference_data.load(session) if table.changed}

    session.expire_all()
    assert changed == {"area": 1, "standard_pair": 1}
    assert session.get_one(Area, "330481").name == "海宁市"
    assert session.get_one(StandardPair, number).relation != "wrong"


def test_a_code_that_the_files_do_not_have_stays(session: Session) -> None:
    session.add(Country(alpha2="ZZ", name="旧国名", name_en="Former"))
    session.flush()

    reference_data.load(session)

    assert session.get(Country, "ZZ") is not None


def test_what_the_files_newly_have_is_added(session: Session, tmp_path: Path) -> None:
    for file in reference_data.DATA_DIR.glob("*.csv"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with (tmp_path / "areas.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(["330499", "虚构区", "county", "330400"])

    report = reference_data.load(session, tmp_path)

    assert [(table.table, table.added) for table in report if table.added] == [("area", 1)]
    assert session.get_one(Area, "330499").path == "330000/330400/330499/"


@pytest.mark.parametrize(
    ("code", "name", "path"),
    [
        ("330000", "浙江省", "330000/"),
        ("330481", "海宁市", "330000/330400/330481/"),
        ("330400-JK", "嘉兴经济技术开发区", "330000/330400/330400-JK/"),
        ("330400-GQ", "嘉兴港区", "330000/330400/330400-GQ/"),
        ("419001", "济源市", "410000/419001/"),  # A county directly under its province.
        ("441900", "东莞市", "440000/441900/"),  # A city without counties.
    ],
)
def test_places_know_what_lies_above_them(lists: Session, code: str, name: str, path: str) -> None:
    area = lists.get_one(Area, code)

    assert (area.name, area.path) == (name, path)
    assert area.parent is None or area.path == f"{area.parent.path}{area.code}/"


def test_a_zone_ranks_as_a_county(lists: Session) -> None:
    zones = lists.execute(select(Area.level, Area.parent_code).where(Area.kind == "functional_zone"))

    assert {tuple(zone) for zone in zones} == {("county", "330400")}


def test_no_row_stands_for_a_place_that_is_none(lists: Session) -> None:
    names = set(lists.scalars(select(Area.name)))

    assert not {name for name in names if "直辖县级" in name or name in {"县", "市辖区"}}


def test_countries_are_named_as_government_texts_do(lists: Session) -> None:
    names = {code: lists.get_one(Country, code) for code in ("TW", "HK", "MO")}

    assert {country.name for country in names.values()} == {"中国台湾", "中国香港", "中国澳门"}
    assert all(country.name_en.endswith(", China") for country in names.values())


def test_every_hs_code_is_one_and_every_chapter_has_a_chinese_name(lists: Session) -> None:
    codes = lists.execute(select(HsCode.code, HsCode.name, HsCode.parent_code)).all()

    for code, name, parent in codes:
        if len(code) == 6:
            assert check_hs_code(code) == code
        assert parent == (code[:-2] or None)
        assert bool(name) is (len(code) == 2)


def test_industries_have_four_levels_below_their_section(lists: Session) -> None:
    levels = lists.execute(select(Industry.level, func.count()).group_by(Industry.level).order_by(Industry.level))

    assert levels.all() == [(1, 20), (2, 97), (3, 473), (4, 1381)]


def test_numbers_of_standards_are_in_the_registrys_spelling(lists: Session) -> None:
    numbers = set(lists.scalars(select(Standard.number))) | set(lists.scalars(select(StandardPair.number)))

    assert {number for number in numbers if normalise_standard_no(number) != number} == set()


def test_standards_say_where_they_stand(lists: Session) -> None:
    standards = {standard.number: standard for standard in lists.scalars(select(Standard))}

    assert {standard.status for standard in standards.values()} == set(StandardStatus)
    for number, standard in standards.items():
        successors = standard.successor.split(" / ") if standard.successor else []
        assert all(check_standard_no(successor) == successor for successor in successors)
        assert number not in successors
        assert (standard.status == "replaced") is bool(successors)
        assert standard.status != "upcoming" or standard.in_force_from is not None
        for successor in filter(standards.__contains__, successors):
            later = standards[successor].in_force_from
            assert not standard.in_force_from or not later or standard.in_force_from < later
    assert (standards["GB 18401-2003"].successor, standards["GB 18401-2010"].status) == ("GB 18401-2010", "in_force")


def test_every_standard_has_a_source() -> None:
    with (reference_data.DATA_DIR / "standards.csv").open(encoding="utf-8", newline="") as file:
        sources = {source for row in csv.DictReader(file) for source in row["source"].split("; ")}

    assert sources == {"tables", "reprint", "general"}


def test_the_command_says_what_it_did(site: Site) -> None:
    result = site.app.test_cli_runner().invoke(args=["reference", "load"])

    assert result.exit_code == 0
    assert "area: 3222 rows, 0 added, 0 changed." in result.output
