"""Pages about whose a firm is, as they look: members, a firm that is registered already, acting for several firms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.domain.roles import Role
from registry.models import Enterprise, User
from registry.services import invitations, members, people
from tests.factories.firms import FACTS, registered

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.live import LiveSite
    from tests.browser.visitor import Screen, Visitor

    Arrive = Callable[..., Visitor]


def test_members_and_switching(site: LiveSite, arrive: Arrive, screen: Screen) -> None:
    with site.work(site.world.owner) as work:
        invitations.invite(work, {"email": "invited-colleague@test.example", "role": "filer"})
        user = work.session.get_one(User, site.world.owner)
        people.join(work, user, work.session.get_one(Enterprise, site.world.other_enterprise), Role.OWNER)
    with site.work(site.world.nobody) as work:
        members.ask_to_join(work, work.session.get_one(Enterprise, site.world.enterprise), {"message": "我是质量部的"})
    owner = arrive(screen)
    owner.sign_in(site.world.owner)
    owner.look("dashboard-two-firms", dark=True)
    owner.open("/enterprise/members")
    owner.page.get_by_text("管理").first.click()
    owner.look("members", dark=True)
    owner.page.locator("details.account > summary").first.click()
    owner.look("firm-menu")
    owner.page.locator(".account-menu button", has_text="嘉善虚构纺织有限公司").click()
    assert owner.reads("现在代表：嘉善虚构纺织有限公司")
    owner.assert_no_trouble()


def test_papers_and_a_firm_that_is_registered_already(site: LiveSite, arrive: Arrive, screen: Screen) -> None:
    registered(site, site.world.nobody)
    person = arrive(screen)
    person.sign_in(site.world.nobody)
    person.look("dashboard-unverified")
    person.open("/enterprise/verification")
    person.look("verification")
    person.open("/enterprise/requests")
    person.look("requests")
    person.open("/enterprise/authorisation")
    person.look("authorisation")
    with site.work() as work:
        code = work.session.get_one(Enterprise, site.world.enterprise).uscc
    for address, name in (
        (f"known/{code}", "known"),
        (f"known/{code}/dispute", "dispute"),
        (f"known/{FACTS['uscc']}", "own"),
    ):
        person.open(f"/enterprise/{address}")
        person.look(name)
    owner = arrive(screen)
    owner.sign_in(site.world.owner)
    for address, name in (("profile", "profile"), ("profile/licence", "licence")):
        owner.open(f"/enterprise/{address}")
        owner.look(name)
    anybody = arrive(screen)
    anybody.open("/privacy")
    anybody.look("privacy", public=True)
    for visitor in (person, owner, anybody):
        visitor.assert_no_trouble()
