"""Every template compiles and is used; every action and event has its words, its look and its letter."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jinja2 import nodes

from registry.config import PROJECT_ROOT
from registry.domain.filings import DEFINITIONS
from registry.domain.roles import BUREAU_ROLES, ROLE_LABELS, STAFF_ROLES, Role
from registry.domain.validity import (
    END_RENEWAL,
    EVENT_LABELS,
    ISSUE,
    STATE_LABELS,
    CertificateAction,
    DisplayedState,
)
from registry.domain.workflow import ACTION_LABELS, STATUS_LABELS, TIER_LABELS, Action, Status
from registry.infrastructure.mail import LetterMaker
from registry.infrastructure.pdf import _environment
from registry.web.bureau.certificates import ACTIONS

if TYPE_CHECKING:
    from tests.conftest import Site

FOLDER = PROJECT_ROOT / "templates"
PAGES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.html"))
LETTERS = LetterMaker(FOLDER / "email")
PERSON = {"name": "测试", "enterprise": "虚构有限公司", "link": "https://santong.example.gov.cn/x"}


@pytest.fixture
def site(open_site) -> Site:
    return open_site("sqlite")


def test_they_compile(site: Site) -> None:
    documents = _environment(FOLDER / "documents")
    for name in PAGES:
        if name.startswith("documents/"):
            documents.get_template(name.removeprefix("documents/"))
        else:
            site.app.jinja_env.get_template(name)


def test_every_file_is_used(site: Site) -> None:
    """By a page, by another template or by a document; what nobody reads any more is taken out."""
    used = set()
    for name in PAGES:
        source = (FOLDER / name).read_text(encoding="utf-8")
        tree = site.app.jinja_env.parse(source)
        for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
            for named in _named(node.template, name):
                used |= {named, str(Path(name).parent / named)}
    python = "".join(path.read_text(encoding="utf-8") for path in (PROJECT_ROOT / "registry").rglob("*.py"))
    used |= {name for name in PAGES if f'"{name}"' in python or f'"{Path(name).name}"' in python}
    assert not set(PAGES) - used
    letters = [path.stem for path in (FOLDER / "email").iterdir()]
    assert not [name for name in letters if f'"{name}"' not in python]


def _named(template: nodes.Expr, where: str) -> list[str]:
    """The names that an expression stands for: itself, or one for each kind of filing, of which all must be there."""
    if isinstance(template, nodes.Const):
        return [template.value]
    parts = template.nodes if isinstance(template, nodes.Concat) else [template]
    varying = [part for part in parts if not isinstance(part, nodes.Const)]
    assert [getattr(part, "attr", "") for part in varying] == ["kind"], f"{where} names what no reader can follow"
    found = ["".join(getattr(part, "value", kind) for part in parts) for kind in DEFINITIONS]
    assert set(found) <= set(PAGES), where
    return found


def test_every_macro_is_used() -> None:
    """A component that no page shows is not maintained by anybody; the gallery counts, it is their catalogue."""
    folders = (FOLDER, PROJECT_ROOT / "tests" / "gallery" / "templates")
    sources = "\n".join(path.read_text(encoding="utf-8") for folder in folders for path in folder.rglob("*.html"))
    defined = set(re.findall(r"{% macro (\w+)\(", sources))
    unused = {name for name in defined if len(re.findall(rf"(?<!macro )\b{name}\(", sources)) == 0}
    assert not unused


def test_no_template_goes_around_escaping() -> None:
    for name in PAGES:
        source = (FOLDER / name).read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape\s+false|Markup\(", source), name


def test_public_templates_never_touch_the_visitor() -> None:
    private = re.compile(r"current_user|csrf|flash|\bsession\b")
    for name in PAGES:
        if name.startswith(("public/", "layouts/public", "layouts/verification", "errors/")):
            source = re.sub(r"{#.*?#}", "", (FOLDER / name).read_text(encoding="utf-8"), flags=re.DOTALL)
            assert not private.search(source), name


def _looks(site: Site, file: str, table: str) -> dict[str, tuple[str, str]]:
    return getattr(site.app.jinja_env.get_template(f"components/{file}").module, table)


def test_every_action_of_the_workflow_has_words_and_a_look(site: Site) -> None:
    assert ACTION_LABELS.keys() == set(Action)
    assert STATUS_LABELS.keys() == set(Status)
    assert TIER_LABELS
    assert _looks(site, "filing.html", "ACTION_LOOK").keys() == {action.value for action in Action}
    assert _looks(site, "state.html", "CASE_LOOK").keys() == {status.value for status in Status} | {"lapsed"}


def test_every_event_of_a_certificate_has_words_and_a_look(site: Site) -> None:
    events = {ISSUE, END_RENEWAL, *(action.value for action in CertificateAction)}
    assert set(EVENT_LABELS) == events
    assert _looks(site, "certificate.html", "EVENT_LOOK").keys() == events
    assert set(STATE_LABELS) == set(DisplayedState)
    looks = _looks(site, "state.html", "STATE_LOOK")
    assert {state.value for state in DisplayedState} | {"not_found", "busy"} == looks.keys()
    # The system supersedes and renews; everything else is somebody's button.
    assert ACTIONS.keys() == set(CertificateAction) - {CertificateAction.SUPERSEDE, CertificateAction.RENEW}


def test_every_icon_that_is_named_is_in_the_sprite(site: Site) -> None:
    sprite = (PROJECT_ROOT / "static" / "img" / "icons.svg").read_text(encoding="utf-8")
    known = set(re.findall(r'id="([^"]+)"', sprite))
    named = {
        icon
        for file, table in (
            ("filing.html", "ACTION_LOOK"),
            ("state.html", "CASE_LOOK"),
            ("state.html", "STATE_LOOK"),
            ("certificate.html", "EVENT_LOOK"),
        )
        for _tone, icon in _looks(site, file, table).values()
    }
    for name in PAGES:
        source = (FOLDER / name).read_text(encoding="utf-8")
        named |= set(re.findall(r"""icon(?:_name)?[(=]["']([\w-]+)["']""", source))
    assert named <= known


@pytest.mark.parametrize("action", list(Action))
def test_every_action_has_its_letter(action: Action) -> None:
    data = {"reference": "SM-2026-000001", "action": action.value, "reason": "请补充", "remarks": 2}
    data |= {"correct_by": "2026-04-17"}
    subject, body = LETTERS.write("filing_moved", PERSON | data)
    assert "SM-2026-000001" in subject
    assert len(subject.replace("（SM-2026-000001）", "")) > 3  # It says what happened.
    for said in ("测试，您好", "虚构有限公司", "请补充", "2 处", "2026-04-17", PERSON["link"]):
        assert said in body


@pytest.mark.parametrize(
    ("days", "about"),
    [(7, "补正期限还有 7 天"), (0, "请在今天完成补正"), (-1, "补正期限已过")],
    ids=["before", "on", "after"],
)
def test_a_deadline_has_its_letters(days: int, about: str) -> None:
    data = {"reference": "SM-2026-000001", "correct_by": "2026-04-17", "days": days}
    subject, body = LETTERS.write("correction_due", PERSON | data)
    assert subject == f"{about}（SM-2026-000001）"
    for said in ("测试，您好", "虚构有限公司", "2026-04-17", "询问与答复", PERSON["link"]):
        assert said in body


def test_a_question_has_its_letter() -> None:
    data = {
        "name": "测试",
        "reference": "SM-2026-000001",
        "author": "虚构局",
        "text": "请说明产地",
        "link": PERSON["link"],
    }
    subject, body = LETTERS.write("case_message", data)
    assert subject == "申报有新的询问或答复（SM-2026-000001）"
    for said in ("测试，您好", "虚构局", "请说明产地", PERSON["link"]):
        assert said in body


@pytest.mark.parametrize("action", list(CertificateAction))
def test_every_change_has_its_letter(action: CertificateAction) -> None:
    data = {"number": "STD-330400-2026-000001-X", "action": action.value, "reason": "抽查", "correct_by": "2026-06-01"}
    subject, body = LETTERS.write("certificate_changed", PERSON | data)
    assert "STD-330400-2026-000001-X" in subject
    assert subject != "（STD-330400-2026-000001-X）"
    for said in ("测试，您好", "虚构有限公司", "抽查", "2026-06-01", PERSON["link"]):
        assert said in body


def test_buttons_never_say_just_ok() -> None:
    """A button says what happens."""
    for name in PAGES:
        source = (FOLDER / name).read_text(encoding="utf-8")
        assert not re.search(r"submit\(_\(.(确定|提交|OK|是).\)", source), name


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
@pytest.mark.parametrize("event", ["begin", "end"])
def test_every_post_has_its_letter(role: Role, event: str) -> None:
    data = {"name": "测试", "role": role.value, "bureau": "虚构局", "event": event, "link": PERSON["link"]}
    subject, body = LETTERS.write("post_changed", data)
    assert subject.endswith(f"（{ROLE_LABELS[role]}）")
    assert ("已授予" in subject) is (event == "begin")
    for said in ("测试，您好", "虚构局", ROLE_LABELS[role], PERSON["link"]):
        assert said in body


@pytest.mark.parametrize("role", sorted(BUREAU_ROLES))
@pytest.mark.parametrize("event", ["begin", "end"])
def test_standing_in_has_its_letters(role: Role, event: str) -> None:
    data = {
        "name": "测试",
        "role": role.value,
        "bureau": "虚构局",
        "event": event,
        "absent": "张示例",
        "deputy": "李样例",
        "first": "2026-03-18",
        "last": "2026-03-20",
        "link": PERSON["link"],
    }
    subject, body = LETTERS.write("stand_in", data)
    assert "张示例 → 李样例" in subject
    assert ("2026-03-20" in body) is (event == "begin")
    assert ROLE_LABELS[role] in body


def test_the_letter_to_new_staff_says_what_to_do() -> None:
    data = {"name": "测试", "to": "a@office.example", "site": "虚构平台", "days": 7, "link": PERSON["link"]}
    subject, body = LETTERS.write("staff_account", data)
    assert subject == "您的工作账号已建立"
    for said in ("测试，您好", "a@office.example", "虚构平台", "7 天", PERSON["link"]):
        assert said in body


@pytest.mark.parametrize(
    ("succession", "said"),
    [
        ("change", "内容有变更"),
        ("editorial", "印有原编号的标签继续有效"),
        ("renewal", "新证书自 2029-03-18 起生效"),
    ],
)
def test_every_succession_has_its_letter(succession: str, said: str) -> None:
    item = {
        "old": "STD-330400-2026-000001-X",
        "new": "STD-330400-2029-000002-Y",
        "succession": succession,
        "last_day": "2029-03-17",
        "first_day": "2029-03-18",
    }
    subject, body = LETTERS.write("certificates_superseded", PERSON | {"items": [item]})
    assert subject == "虚构有限公司有 1 张证书已换发"
    for text in ("测试，您好", item["old"], item["new"], said, PERSON["link"]):
        assert text in body
    others = [text for text in ("内容有变更", "标签继续有效", "起生效") if text not in said]
    assert not [text for text in others if text in body]
