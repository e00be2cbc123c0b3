"""Whose a firm is, over HTTP: papers, the bureau's desk, members, and acting for several firms."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from registry.domain.roles import Role
from registry.domain.sign_in import Factor
from registry.infrastructure.database import db
from registry.models import AuditEvent, Certificate, Claim, Declaration, Enterprise, Membership, User
from registry.services import claims, enterprises, invitations, members, people
from registry.web.access import RULES, SETTING_UP, Access
from tests.conftest import ENGINES
from tests.factories.certificates import certified, filed
from tests.factories.firms import FACTS, approve_claim, delivered, link_in, papers, registered
from tests.harness import PASSWORD, Upload
from tests.web import journey
from tests.web.test_main_job import FIRM

if TYPE_CHECKING:
    from tests.conftest import Site
    from tests.harness import Browser, Page

REGISTER = "登记企业并提交核验"


def second_firm(site: Site, role: Role = Role.OWNER) -> None:
    """Let the first firm's owner serve the other one too."""
    with site.work() as work:
        other = work.session.get_one(Enterprise, site.world.other_enterprise)
        people.join(work, work.session.get_one(User, site.world.owner), other, role)


def tags(site: Site, prefix: str) -> list[tuple[str, dict[str, Any]]]:
    with site.app.app_context():
        rows = db.session.scalars(select(AuditEvent).where(AuditEvent.tag.startswith(prefix)).order_by(AuditEvent.id))
        return [(row.tag, row.payload) for row in rows]


# Papers and the bureau's desk


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_refused_corrected_and_verified(site: Site) -> None:
    person = journey.signed_in(site, site.world.nobody)
    page = person.submit(person.get("/enterprise/register").page, REGISTER, FIRM | journey.papers()).page
    assert "企业尚未核验" in page.text
    assert "5 个工作日" in page.text
    county = journey.signed_in(site, site.world.county_reviewer)
    page = county.visit(county.get("/bureau/claims").page, FIRM["name"]).page
    assert FIRM["uscc"] in page.text
    assert "校验" in page.text
    for frame in page.all("iframe"):
        assert county.get(frame.get("src").partition("#")[0]).status_code == 200
    read = [payload for tag, payload in tags(site, "bureau:claim:read")]
    assert read == [{"paper": "licence"}, {"paper": "letter"}]
    answer = county.press(page, "不予通过")
    assert answer.page.field_error("reasons")
    answer = county.press(page, "不予通过", {"reasons": ["no_seal", "other"], "text": "请盖章"})
    assert answer.status_code == 302
    page = person.get("/enterprise/").page
    assert "上次提交的材料未通过" in page.text
    assert "请盖章" in page.text
    page = person.visit(page, "提交核验材料").page
    assert person.press(page, "提交核验").page.field_error("licence")
    page = person.submit(page, "提交核验", journey.papers()).page
    assert "材料正在核验" in page.text
    journey.verify(site, FIRM["name"])
    page = person.get("/enterprise/profile").page
    assert "企业尚未核验" not in page.text
    assert FIRM["uscc"] in page.text
    assert person.visit(page, "变更名称、代码或地址").page.heading == "变更登记信息"


def test_an_old_page_of_a_claim_decides_nothing(site: Site) -> None:
    registered(site, site.world.nobody)
    county = journey.signed_in(site, site.world.county_reviewer)
    page = county.visit(county.get("/bureau/claims").page, FACTS["name"]).page
    with site.work(site.world.nobody) as work:
        firm = enterprises.own(work)
        enterprises.change(work, enterprises.as_form(firm) | {"name": "改过的名字"}, revision=firm.revision)
    assert county.press(page, "核验通过").status_code == 409
    page = county.get(page.address).page
    assert page.heading == "改过的名字"
    assert county.press(page, "核验通过").status_code == 302
    answer = county.press(page, "核验通过")  # The button was pressed twice.
    assert (answer.status_code, answer.page.heading) == (410, "该事项已办结")
    assert "已办结" in county.get(page.address).page.text
    assert len(delivered(site)) == 1


def test_the_desk_is_told_that_a_claims_ground_is_gone(site: Site) -> None:
    claim_id = registered(site, site.world.nobody)
    with site.work() as work:
        firm = work.session.get_one(Claim, claim_id).enterprise
        people.join(work, work.session.get_one(User, site.world.nobody), firm, Role.FILER)
        people.join(work, work.session.get_one(User, site.world.viewer), firm, Role.OWNER)
    county = journey.signed_in(site, site.world.county_reviewer)
    page = county.visit(county.get("/bureau/claims").page, FACTS["name"]).page
    page = county.submit(page, "核验通过").page
    assert "已按“未通过”办结：申请人已不是这家企业的账号所有人" in page.text
    assert "企业尚未核验" in journey.signed_in(site, site.world.nobody).get("/enterprise/").page.text


def test_enter_in_a_line_of_the_decision_decides_nothing(site: Site) -> None:
    claim_id = registered(site, site.world.nobody)
    county = journey.signed_in(site, site.world.county_reviewer)
    with site.work(site.world.county_reviewer) as work:
        shown = claims.revision_shown(work.session.get_one(Claim, claim_id))
    for action in ("none", "", "delete"):
        answer = county.forge(f"/bureau/claims/{claim_id}", {"revision": shown, "action": action})
        assert answer.status_code == 400
    assert "待核验" in county.get("/bureau/claims").page.text


def test_papers_of_another_county_are_not_found_and_nobody_is_said_to_have_read_them(site: Site) -> None:
    claim_id = registered(site, site.world.nobody)
    for user in (site.world.other_county_reviewer, site.world.city_reviewer, site.world.commerce_reviewer):
        browser = journey.signed_in(site, user)
        assert browser.get(f"/bureau/claims/{claim_id}/licence").status_code == 404
        assert FACTS["name"] not in browser.get("/bureau/claims").page.text
    county = journey.signed_in(site, site.world.county_reviewer)
    assert county.get(f"/bureau/claims/{claim_id}/passport").status_code == 404
    assert not tags(site, "bureau:claim:read")


def test_an_unverified_firm_cannot_submit_and_is_told_why(site: Site) -> None:
    registered(site, site.world.nobody)
    person = journey.signed_in(site, site.world.nobody)
    page = person.visit(person.get("/enterprise/").page, "登记第一个产品").page
    page = person.submit(page, "保存产品", {"name": "未核验的杯子", "category": "consumer"}).page
    page = person.submit(page, "为它新建自我声明").page
    page = journey.fill_in(person, page)
    assert page.heading == "检查并提交"
    assert "主管部门核验企业后才能提交" in page.text
    with pytest.raises(AssertionError, match="提交审核"):
        page.form_of("提交审核")
    with site.work() as work:
        revision = work.session.get_one(Declaration, 1).revision
    answer = person.forge("/enterprise/filings/1/check", {"revision": revision})
    assert answer.status_code == 403
    assert "核验通过后才能提交" in answer.page.text
    assert "未核验的杯子" not in site.app.test_client().get("/directory").page.text


def test_old_pages_of_the_own_firms_papers_lead_to_where_they_stand(site: Site, owner: Browser) -> None:
    assert owner.forge("/enterprise/verification").location == "/enterprise/verification"
    assert "企业已核验" in owner.get("/enterprise/verification").page.text
    registered(site, site.world.nobody)
    person = journey.signed_in(site, site.world.nobody)
    assert person.forge("/enterprise/verification").location == "/enterprise/verification"
    assert person.get("/enterprise/profile/licence").location == "/enterprise/profile/edit"
    assert person.get("/enterprise/known/" + FACTS["uscc"]).page.link("进入企业工作台")


def test_the_letter_of_authorisation_names_the_person(site: Site) -> None:
    page = journey.signed_in(site, site.world.nobody).get("/enterprise/authorisation").page
    assert "授权 测试nobody" in page.text


# A firm that is registered already


def test_asking_the_owner_to_be_let_in(site: Site) -> None:
    with site.work() as work:
        code = work.session.get_one(Enterprise, site.world.enterprise).uscc
    person = journey.signed_in(site, site.world.nobody)
    page = person.submit(
        person.get("/enterprise/register").page, REGISTER, FIRM | journey.papers() | {"uscc": code}
    ).page
    assert page.heading == "这家企业已登记"
    assert site.world.emails[site.world.owner] not in page.html
    page = person.submit(page, "发送加入申请", {"message": "我是质量部的"}).page
    assert page.heading == "我的申请"
    assert "等待答复" in page.text
    assert "正在等待答复" in person.get(f"/enterprise/known/{code}").page.text
    owner = journey.signed_in(site, site.world.owner)
    page = owner.visit(owner.get("/enterprise/").page, "去答复").page
    assert "我是质量部的" in page.text
    page = owner.submit(page, "同意加入", {"role": "viewer"}).page
    assert "已同意加入" in page.text
    assert person.get("/enterprise/").page.text.count("海宁虚构玻璃制品有限公司")


def test_a_dispute_over_http(site: Site) -> None:
    with site.work() as work:
        code = work.session.get_one(Enterprise, site.world.enterprise).uscc
    person = journey.signed_in(site, site.world.nobody)
    page = person.visit(person.get(f"/enterprise/known/{code}").page, "向主管部门提出异议").page
    answer = person.press(page, "提交异议", {"statement": "原经办人已离职"})
    assert answer.page.field_error("letter")
    assert answer.page.value("statement") == "原经办人已离职"
    page = person.submit(page, "提交异议", journey.papers() | {"statement": "原经办人已离职"}).page
    assert page.heading == "我的申请"
    assert "账号归属异议" in page.text
    assert "您的材料正在核验" in person.get(f"/enterprise/known/{code}").page.text
    county = journey.signed_in(site, site.world.county_reviewer)
    page = county.visit(county.get("/bureau/claims").page, "海宁虚构玻璃制品有限公司").page
    assert "原经办人已离职" in page.text
    county.submit(page, "核验通过")
    assert person.get("/enterprise/members").status_code == 200
    assert journey.signed_in(site, site.world.owner).get("/enterprise/").status_code == 403


def test_codes_nobody_has_registered(site: Site) -> None:
    person = journey.signed_in(site, site.world.nobody)
    assert person.forge(f"/enterprise/known/{FACTS['uscc']}/join").status_code == 404
    for code in ("x", "91330481T0000099XX", "%00", "🏭", "x" * 500):
        assert person.get(f"/enterprise/known/{code}").status_code in {400, 404}, code


def test_a_second_persons_papers_at_an_unverified_firm_are_a_dispute(site: Site) -> None:
    registered(site, site.world.other_owner, uscc=FIRM["uscc"])
    person = journey.signed_in(site, site.world.nobody)
    page = person.submit(person.get("/enterprise/register").page, REGISTER, FIRM | journey.papers()).page
    assert page.heading == "这家企业已登记"
    assert "您的材料已作为归属异议提交主管部门" in page.text
    assert FACTS["name"] not in page.text  # What nobody has checked is shown to nobody.
    code = FIRM["uscc"]
    answer = person.forge(f"/enterprise/known/{code}/join", {"message": "长" * 501})
    assert answer.page.field_error("message")


def test_taking_papers_back(site: Site) -> None:
    registered(site, site.world.nobody)
    person = journey.signed_in(site, site.world.nobody)
    page = person.get("/enterprise/requests").page
    assert "已撤回" in person.submit(page, "撤回").page.text
    assert person.press(page, "撤回").status_code == 410


# Members


@pytest.mark.parametrize("site", ENGINES, indirect=True)
def test_somebody_new_is_invited_and_registers_without_a_second_letter(site: Site, owner: Browser) -> None:
    page = owner.get("/enterprise/members").page
    assert owner.press(page, "发送邀请", {"email": "x"}).page.field_error("email")
    page = owner.submit(page, "发送邀请", {"email": "invited@test.example", "role": "filer"}).page
    assert "邀请已发出" in page.text
    (letter,) = delivered(site)
    stranger = site.app.test_client()
    page = stranger.get(link_in(letter[2])).page
    assert "海宁虚构玻璃制品有限公司" in page.text
    typed = {"person_name": "受邀人", "password": PASSWORD, "password_again": PASSWORD}
    assert stranger.press(page, "建立账号并加入企业", typed).page.field_error("privacy")
    page = stranger.submit(page, "建立账号并加入企业", typed | {"privacy": "yes"}).page
    assert page.heading == "工作台"
    assert "受邀人" in owner.get("/enterprise/members").page.text
    assert site.app.test_client().get(link_in(letter[2])).status_code == 404
    assert delivered(site) == []


def test_somebody_known_accepts_after_signing_in_and_somebody_else_does_not(site: Site, owner: Browser) -> None:
    email = site.world.emails[site.world.nobody]
    owner.submit(owner.get("/enterprise/members").page, "发送邀请", {"email": email, "role": "viewer"})
    (letter,) = delivered(site)
    address = link_in(letter[2])
    other = journey.signed_in(site, site.world.other_owner)
    page = other.get(address).page
    assert "邀请发给另一个邮箱" in page.text
    assert other.forge(address, {}).status_code == 403
    answer = site.app.test_client().get(address)
    assert answer.location.startswith("/account/login?next=")
    person = journey.signed_in(site, site.world.nobody)
    page = person.submit(person.get(address).page, "接受邀请").page
    assert (page.heading, "您已加入企业" in page.text) == ("工作台", True)


def test_managing_members_over_http(site: Site, owner: Browser) -> None:
    email = "invited@test.example"
    page = owner.get("/enterprise/members").page
    page = owner.submit(page, "发送邀请", {"email": email, "role": "viewer"}).page
    page = owner.submit(page, "重发邀请").page
    assert "邀请已重新发出" in page.text
    page = owner.submit(page, "撤回邀请").page
    assert email not in page.text
    page = owner.submit(page, "调整角色", {"role": "filer"}).page
    assert "角色已调整" in page.text
    page = owner.submit(page, "移除成员").page
    assert "成员已移除" in page.text
    assert "您是唯一的账号所有人" in page.text
    answer = owner.forge("/enterprise/members/leave")
    assert answer.status_code == 403
    assert "唯一的账号所有人" in answer.page.text
    page = owner.submit(page, "移交账号，自己改为填报人").page
    assert "您现在是填报人" in page.text
    page = owner.submit(page, "退出企业").page
    assert "您已退出" in page.text
    assert owner.get("/enterprise/").status_code == 403


def test_who_does_not_manage_sees_addresses_masked(site: Site) -> None:
    viewer = journey.signed_in(site, site.world.viewer)
    page = viewer.get("/enterprise/members").page
    assert site.world.emails[site.world.owner] not in page.html
    assert "o***@test.example" in page.text
    assert not [button for button in page.all("button") if "邀请" in "".join(button.itertext())]


def test_who_may_act_for_a_firm_is_changed_only_by_somebody_who_has_just_proved_to_be_there(
    site: Site, owner: Browser
) -> None:
    with site.work() as work:
        seat = people.membership_of(work.session, site.world.filer, site.world.enterprise)
        assert seat is not None
        number = seat.id
    with site.work(site.world.nobody) as work:
        firm = work.session.get_one(Enterprise, site.world.enterprise)
        request = members.ask_to_join(work, firm, {"message": ""}).id
    with site.work(site.world.owner) as work:
        invitation = invitations.invite(work, {"email": "one@test.example", "role": "viewer"}).id
    page = owner.get("/enterprise/members").page
    site.clock.moment += timedelta(minutes=15)
    assert owner.get("/enterprise/members").status_code == 200
    site.clock.moment += timedelta(seconds=1)
    before = len(tags(site, "enterprise:"))
    for address, values in (
        ("invite", {"email": "two@test.example", "role": "owner"}),
        (f"invitations/{invitation}/resend", {}),
        (f"requests/{request}", {"answer": "grant", "role": "owner"}),
        (f"{number}/role", {"role": "owner"}),
        (f"{number}/remove", {}),
        (f"{number}/hand-over", {}),
    ):
        answer = owner.forge(f"/enterprise/members/{address}", values)
        assert answer.location.startswith("/account/confirm?next="), address
    assert len(tags(site, "enterprise:")) == before
    page = owner.submit(page, "同意加入", {"role": "viewer"}).page  # What was typed waits, and then it is done.
    page = owner.submit(page, "确认", {"proof": PASSWORD}).page
    assert "grant" not in page.text
    assert "已同意加入" in owner.submit(page, "继续").page.text


def weakly_signed_in(site: Site, user_id: int) -> Browser:
    """Staff who have set no second factor up yet, or have had it reset."""
    with site.work() as work:
        user = work.session.get_one(User, user_id)
        user.tf_totp_secret = user.tf_primary_method = None
    return journey.signed_in(site, user_id, Factor.PASSWORD)


def test_staff_without_a_second_factor_take_up_no_invitation(site: Site) -> None:
    """The password of an office's account alone opens nothing, be it by a letter's link."""
    world = site.world
    with site.work(world.owner) as work:
        invitations.invite(work, {"email": world.emails[world.publisher], "role": "owner"})
    (letter,) = delivered(site)
    address = link_in(letter[2])
    weak = weakly_signed_in(site, world.publisher)
    assert weak.get(address).location == "/account/second-factor"
    assert weak.forge(address).location == "/account/second-factor"
    with site.work() as work:
        assert people.membership_of(work.session, world.publisher, world.enterprise) is None
    strong = journey.signed_in(site, world.publisher)
    assert strong.submit(strong.get(address).page, "接受邀请").page.heading == "工作台"


@pytest.mark.parametrize(
    "endpoint", sorted(name for name, rule in RULES.items() if rule is Access.VISITOR and name not in SETTING_UP)
)
def test_no_page_for_visitors_takes_staff_without_a_second_factor_for_signed_in(site: Site, endpoint: str) -> None:
    weak = weakly_signed_in(site, site.world.publisher)
    (rule,) = [rule for rule in site.app.url_map.iter_rules() if rule.endpoint == endpoint]
    for method in rule.methods & {"GET", "POST"}:
        address = rule.rule.replace("<token>", "x")
        answer = weak.get(address) if method == "GET" else weak.forge(address)
        assert answer.location == "/account/second-factor", (method, address)


# The licence changes


def test_a_change_of_name_from_the_form_to_the_certificates_page(site: Site, owner: Browser) -> None:
    certified(site)
    page = owner.visit(owner.get("/enterprise/profile").page, "变更名称、代码或地址").page
    answer = owner.press(page, "提交变更核验", {"effective_on": "2026-03-01"})
    assert answer.page.field_error("licence")
    licence = {"licence": Upload("新执照.jpg", journey.photograph())}
    answer = owner.press(page, "提交变更核验", licence | {"effective_on": "2026-03-01"})
    assert "没有需要变更的" in answer.page.field_error("name")
    typed = licence | {"effective_on": "2026-03-01", "name": "海宁更名有限公司"}
    page = owner.submit(page, "提交变更核验", typed).page
    assert "登记信息变更正在核验" in page.text
    county = journey.signed_in(site, site.world.county_reviewer)
    page = county.visit(county.get("/bureau/claims").page, "海宁虚构玻璃制品有限公司").page
    assert "海宁更名有限公司" in page.text
    county.submit(page, "核验通过")
    page = owner.get("/enterprise/profile").page
    assert "海宁更名有限公司" in page.text
    assert "海宁虚构玻璃制品有限公司" in page.text  # In the history.
    with site.app.app_context():
        code = db.session.scalars(select(Certificate.code)).one()
    public = site.app.test_client().get(f"/c/{code}").page
    assert "现为：海宁更名有限公司" in public.text
    assert "海宁虚构玻璃制品有限公司" in public.text


# Several firms


def test_switching_between_two_firms(site: Site, owner: Browser) -> None:
    assert "当前企业" not in owner.get("/enterprise/").page.text
    second_firm(site)
    page = owner.get("/enterprise/").page
    assert "当前企业：海宁虚构玻璃制品有限公司" in page.text
    page = owner.submit(page, "切换到嘉善虚构纺织有限公司").page
    assert "现在代表：嘉善虚构纺织有限公司" in page.text
    page = owner.get("/enterprise/products").page
    assert "当前企业：嘉善虚构纺织有限公司" in page.text
    answer = owner.get(f"/enterprise/products/{site.world.product}")
    assert answer.status_code == 404
    address = answer.page.link("切换到海宁虚构玻璃制品有限公司后再打开")
    page = owner.go(address).page
    assert page.heading == "高硼硅玻璃杯"
    assert "当前企业：海宁虚构玻璃制品有限公司" in owner.get("/enterprise/").page.text


def test_a_firm_one_does_not_serve_cannot_be_chosen(site: Site, owner: Browser) -> None:
    second_firm(site)
    for firm in ("999", "0", "-1", "x", "", "9" * 30):
        assert owner.forge("/account/act-for", {"enterprise": firm}).status_code == 404, firm
        page = owner.get(f"/enterprise/?enterprise={firm}").page
        assert "当前企业：海宁虚构玻璃制品有限公司" in page.text
    stranger = journey.signed_in(site, site.world.nobody)
    assert stranger.forge("/account/act-for", {"enterprise": site.world.enterprise}).status_code == 404
    assert stranger.get(f"/enterprise/?enterprise={site.world.enterprise}").status_code == 403
    answer = journey.signed_in(site, site.world.other_owner).get(f"/enterprise/products/{site.world.product}")
    assert "切换到" not in answer.page.text


def test_a_form_is_sent_in_the_name_of_the_firm_it_was_made_for(site: Site, owner: Browser) -> None:
    """Whoever has switched in another window must not change the other firm."""
    second_firm(site)
    with site.work() as work:  # The same revision, so that only the firm's name in the form tells them apart.
        first, other = (work.session.get_one(Enterprise, number) for number in (1, 2))
        assert first.revision == other.revision
    page = owner.get("/enterprise/profile/edit").page
    owner.submit(owner.get("/enterprise/").page, "切换到嘉善虚构纺织有限公司")
    shown = owner.submit(page, "保存资料", {"contact_name": "第一家的联系人"}).page
    assert "第一家的联系人" in shown.text
    assert "当前企业：海宁虚构玻璃制品有限公司" in shown.text
    with site.work() as work:
        first, other = (work.session.get_one(Enterprise, number) for number in (1, 2))
        assert (first.contact_name, other.contact_name) == ("第一家的联系人", "测试联系人")


def test_a_form_of_a_firm_one_has_left_is_done_for_no_other(site: Site, owner: Browser) -> None:
    second_firm(site)
    page = owner.go(f"/enterprise/products/new?enterprise={site.world.other_enterprise}").page
    with site.work() as work:
        seat = people.membership_of(work.session, site.world.owner, site.world.other_enterprise)
        people.leave(work, seat)
    answer = owner.press(page, "保存产品", {"name": "第二家的产品", "category": "consumer"})
    assert answer.status_code == 404
    assert "您已不是这家企业的成员" in answer.page.text
    assert "第二家的产品" not in owner.get("/enterprise/products").page.text


def test_the_role_at_the_firm_acted_for_counts(site: Site, owner: Browser) -> None:
    second_firm(site, Role.VIEWER)
    owner.go(f"/enterprise/?enterprise={site.world.other_enterprise}")
    for address in ("/enterprise/products/new", "/enterprise/profile/edit", "/enterprise/profile/licence"):
        assert owner.get(address).status_code == 403, address
    assert owner.forge("/enterprise/members/invite", {"email": "x@test.example"}).status_code == 403
    assert owner.get("/enterprise/members").status_code == 200


def test_files_and_filings_of_the_other_firm_are_out_of_reach_until_one_switches(site: Site, owner: Browser) -> None:
    filing = filed(site)
    second_firm(site)
    owner.go(f"/enterprise/?enterprise={site.world.other_enterprise}")
    for address in ("/evidence/1", f"/enterprise/filings/{filing}"):
        answer = owner.get(address)
        assert answer.status_code == 404
        assert "切换到海宁虚构玻璃制品有限公司后再打开" in answer.page.text
    assert owner.forge(f"/enterprise/filings/{filing}/withdraw", {"revision": 2}).status_code == 404
    assert owner.get("/evidence/1?enterprise=1").status_code == 200


def test_letters_lead_to_the_firm_they_are_about(site: Site, owner: Browser) -> None:
    second_firm(site)
    filed(site)
    owner.go(f"/enterprise/?enterprise={site.world.other_enterprise}")
    (letter,) = [letter for letter in delivered(site) if letter[0] == site.world.emails[site.world.owner]]
    page = owner.go(link_in(letter[2])).page
    assert page.heading == "高硼硅玻璃杯"
    assert "当前企业：海宁虚构玻璃制品有限公司" in page.text


def test_one_person_registers_a_second_firm(site: Site, owner: Browser) -> None:
    page = owner.submit(owner.get("/enterprise/register").page, REGISTER, FIRM | journey.papers()).page
    assert f"当前企业：{FIRM['name']}" in page.text
    with site.app.app_context():
        firms = db.session.scalars(select(Membership.enterprise_id).where(Membership.user_id == site.world.owner))
        assert len(firms.all()) == 2


def test_a_kept_form_goes_on_in_the_name_of_its_firm(site: Site, owner: Browser) -> None:
    second_firm(site)
    page = owner.go(f"/enterprise/products/new?enterprise={site.world.other_enterprise}").page
    owner.forget_session()
    page = owner.submit(page, "保存产品", {"name": "第二家的产品", "category": "consumer"}).page
    page = owner.submit(page, "登录", {"email": site.world.emails[site.world.owner], "password": PASSWORD}).page
    assert page.heading == "填写的内容还在"
    page = owner.submit(page, "再提交一次").page
    assert page.heading == "第二家的产品"
    assert "当前企业：嘉善虚构纺织有限公司" in page.text


def test_approval_and_refusal_are_told_by_letter(site: Site) -> None:
    approve_claim(site, site.world.county_reviewer, registered(site, site.world.nobody))
    (letter,) = delivered(site)
    person = journey.signed_in(site, site.world.nobody)
    page: Page = person.go(link_in(letter[2])).page
    assert "已通过" in page.text
    with site.work(site.world.nobody) as work:
        assert papers(work, "licence")
