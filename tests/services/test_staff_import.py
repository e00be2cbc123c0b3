"""Accounts from a table: nothing half done, nothing twice, and no post given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from registry.domain.errors import InvalidFields, NotAllowed
from registry.domain.staff_table import MOST_ROWS
from registry.models import AuditEvent, Bureau, PostProposal, User
from registry.services import staff_import, table_files
from tests.at_once import at_once
from tests.factories.firms import delivered
from tests.factories.world import HAINING
from tests.services.test_posts import propose, roles_of
from tests.statements import counted

if TYPE_CHECKING:
    from registry.services.staff_import import Result
    from tests.conftest import Site

HEAD = "姓名,邮箱,电话,主管部门,岗位\n"


@pytest.fixture
def haining(site: Site) -> str:
    with site.work() as work:
        return work.session.scalars(select(Bureau.name).where(Bureau.area_code == HAINING)).one()


def told(site: Site, text: str) -> list[tuple[int, str, str]]:
    with site.work(site.world.system_admin) as work:
        mistakes = staff_import.read(work, HEAD + text).mistakes
    return [(mistake.line, mistake.column, str(mistake.message)) for mistake in mistakes]


def load(site: Site, text: str) -> Result:
    with site.work(site.world.system_admin) as work:
        return staff_import.write(work, staff_import.read(work, HEAD + text))


def test_accounts_are_made_and_posts_only_asked_for(site: Site, haining: str) -> None:
    lines = (
        f"张示例,zhang@office.example,,{haining},审核人员\n"
        f"张示例,zhang@office.example,,{haining},监管人员\n"
        "李样例,li@office.example,0573-82520000,,\n"
    )

    result = load(site, lines)

    assert (result.accounts, result.proposals) == (2, 2)
    with site.work() as work:
        zhang = work.session.scalars(select(User).where(User.email == "zhang@office.example")).one()
        assert (zhang.password, zhang.active) == (None, True)
        number = zhang.id
        asked = work.session.scalars(select(PostProposal).order_by(PostProposal.id)).all()
        assert [(row.user_id, row.role, row.proposed_by_id) for row in asked] == [
            (number, "reviewer", site.world.system_admin),
            (number, "supervisor", site.world.system_admin),
        ]
    assert roles_of(site, number) == []
    assert sorted(to for to, _subject, _body in delivered(site)) == [
        "li@office.example",
        "zhang@office.example",
    ]


def test_the_same_table_again_changes_nothing(site: Site, haining: str) -> None:
    lines = f"张示例,zhang@office.example,,{haining},审核人员\n"
    load(site, lines)

    again = load(site, lines)

    assert (again.accounts, again.proposals) == (0, 0)
    assert len(delivered(site)) == 1
    more = load(site, lines.replace("审核人员", "监管人员"))
    assert (more.accounts, more.proposals) == (0, 1)


def test_a_post_that_is_held_is_not_asked_for(site: Site, haining: str) -> None:
    propose(site, site.world.nobody, "reviewer", 1)
    deputy = f"测试deputy,deputy@test.example,,{haining},发布人员\n"
    result = load(site, f"测试county,county@test.example,,{haining},审核人员\n{deputy}")
    assert (result.accounts, result.proposals) == (0, 0)


def test_what_contradicts_the_accounts_is_told(site: Site, haining: str) -> None:
    with site.work() as work:
        work.session.get_one(User, site.world.expert).active = False
    propose(site, site.world.nobody, "reviewer", 1)

    mistakes = told(
        site,
        "别的姓名,county@test.example,,,\n"
        "测试expert,expert@test.example,,,\n"
        "测试county,county@test.example,,,系统管理员\n"
        "测试owner,owner@test.example,,,审计管理员\n"
        "测试nobody,nobody@test.example,,,审计管理员\n"
        f"测试system-admin,system-admin@test.example,,{haining},审核人员\n",
    )

    assert [each[:2] for each in mistakes] == [
        (4, "邮箱"),  # The same address as in line 2, with another name.
        (2, "邮箱"),
        (3, "邮箱"),
        (5, "岗位"),
        (6, "岗位"),
        (7, "岗位"),
    ]


def test_a_table_that_cannot_be_read_is_told_at_the_file(site: Site) -> None:
    for text in ("", "姓名\n", "名字,邮箱\n张,a@b.example"):
        with pytest.raises(InvalidFields) as refused, site.work(site.world.system_admin) as work:
            staff_import.read(work, text)
        assert set(refused.value.fields) == {"file"}
    for content in (b"PK\x03\x04\x00", b"x" * (2 * 1024 * 1024 + 1)):
        with pytest.raises(InvalidFields):
            table_files.decode(content)


@pytest.mark.parametrize("who", ["security_admin", "audit_admin", "city_reviewer", "owner"])
def test_only_the_system_administrator_imports(site: Site, who: str) -> None:
    with pytest.raises(NotAllowed), site.work(getattr(site.world, who)) as work:
        staff_import.read(work, HEAD + "张示例,zhang@office.example,,,\n")


def test_the_same_table_twice_at_once_makes_each_account_once(site: Site, haining: str) -> None:
    lines = f"张示例,zhang@office.example,,{haining},审核人员\n李样例,li@office.example,,,\n"

    results = at_once([lambda: load(site, lines), lambda: load(site, lines)])

    assert {type(result).__name__ for result in results} <= {"Result", "Duplicate"}
    with site.work() as work:
        count = select(func.count()).select_from(User).where(User.email.endswith("@office.example"))
        assert work.session.scalar(count) == 2
        assert work.session.scalar(select(func.count()).select_from(PostProposal)) == 1


def test_a_large_table_takes_few_statements(site: Site, haining: str) -> None:
    lines = "".join(f"张示例,zhang{number}@office.example,,{haining},审核人员\n" for number in range(MOST_ROWS))
    from registry.infrastructure.database import db  # noqa: PLC0415

    with site.app.app_context():
        engines = dict(db.engines)
    with counted(engines) as statements:
        result = load(site, lines)

    assert (result.accounts, result.proposals) == (MOST_ROWS, MOST_ROWS)
    assert len(statements) < 100
    with site.work() as work:
        added = select(func.count()).select_from(AuditEvent).where(AuditEvent.tag == "admin:user:add")
        assert work.session.scalar(added) == MOST_ROWS
