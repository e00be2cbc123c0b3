"""The first administrators, from the command line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from registry.models import Post
from registry.services import passwords
from tests.services.test_posts import roles_of

if TYPE_CHECKING:
    from click.testing import Result

    from tests.conftest import Site


def run(site: Site, *args: str) -> Result:
    return site.app.test_cli_runner().invoke(args=["users", *args])


def test_an_administrator_is_made_with_a_link_to_set_a_password(site: Site) -> None:
    result = run(site, "add-admin", "system_admin", "First@office.example", "首任管理员")

    assert result.exit_code == 0, result.output
    token = re.search(r"/account/reset/(\S+)", result.output)
    assert token is not None
    with site.work() as work:
        user = passwords.find_by_link(work, token.group(1))
        number = user.id
        assert (user.email, user.name) == ("first@office.example", "首任管理员")
    assert roles_of(site, number) == ["system_admin"]
    assert "system_admin    first@office.example 首任管理员 no password yet\n" in run(site, "list").output


@pytest.mark.parametrize("role", ["security_admin", "audit_admin", "system_admin"])
def test_one_person_has_one_role(site: Site, role: str) -> None:
    result = run(site, "add-admin", role, "system-admin@test.example", "测试")

    assert result.exit_code == 1
    assert roles_of(site, site.world.system_admin) == ["system_admin"]


@pytest.mark.parametrize("who", ["county", "owner", "deputy"])
def test_reviewers_and_firms_administer_nothing(site: Site, who: str) -> None:
    result = run(site, "add-admin", "audit_admin", f"{who}@test.example", "测试")

    assert result.exit_code == 1
    assert "不能" in result.output


def test_what_is_wrong_is_told_and_nothing_kept(site: Site) -> None:
    result = run(site, "add-admin", "audit_admin", "no-address", "某人")

    assert result.exit_code == 1
    assert "email: 邮箱格式不正确" in result.output
    assert run(site, "add-admin", "reviewer", "a@office.example", "某人").exit_code == 2
    assert "a@office.example" not in run(site, "list").output


def test_without_any_the_list_says_what_to_do(site: Site) -> None:
    with site.work() as work:
        work.session.execute(update(Post).values(until=work.now))
    result = run(site, "list")
    assert result.exit_code == 1
    assert "add-admin" in result.output


def test_somebody_with_an_account_becomes_one_without_a_link(site: Site) -> None:
    result = run(site, "add-admin", "audit_admin", "nobody@test.example", "测试")

    assert result.exit_code == 0
    assert "/account/reset/" not in result.output
    assert roles_of(site, site.world.nobody) == ["audit_admin"]
