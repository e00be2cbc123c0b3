"""办事指南: what it says is what the form asks, the procedure does and the rules allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from registry.domain.filings import DEFINITIONS
from registry.domain.guide import FORMS
from registry.domain.guide_texts import TEXTS
from registry.domain.rules import rules_in_force
from registry.domain.workflow import TIER_LABELS
from registry.infrastructure.clock import office_date
from registry.infrastructure.database import db
from registry.models import Bureau
from registry.services import filings
from tests.conftest import NOW
from tests.harness import words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree import ElementTree as ET

    from registry.domain.requirements import Field
    from tests.conftest import Site
    from tests.harness import Browser, Page

SEARCHES = {"find"}  # What only looks for something to choose.
Asked = tuple[str, bool]  # The label of a field, and whether it may be left out.


def classed(element: ET.Element, name: str) -> list[ET.Element]:
    return [each for each in element.iter() if name in (each.get("class") or "").split()]


def own_words(element: ET.Element) -> str:
    """The text of an element without that of the elements in it."""
    return " ".join((element.text or "", *(child.tail or "" for child in element))).strip()


def in_guide(page: Page) -> Iterator[tuple[Asked, str]]:
    """Each field that the guide explains, with its help."""
    for field in page.classed("guide-field"):
        term, description = list(field)
        (mark,) = classed(term, "guide-mark")
        helps = [words(each) for each in description if "guide-help" in (each.get("class") or "")]
        yield (words(classed(term, "guide-label")[0]), words(mark) == "选填"), "".join(helps)


def box_of(page: Page, name: str) -> ET.Element:
    """The box with label, help and control."""
    box = page.inside(page.control(name), "div", "fieldset")
    while box is not None and "field" not in (box.get("class") or "").split():
        box = page.inside(box, "div", "fieldset")
    assert box is not None, name
    return box


def in_form(page: Page, fields: tuple[Field, ...]) -> Iterator[tuple[Asked, str]]:
    """Each field that a step asks for, with its help; of a table, the columns of its first row."""
    for field in fields:
        box = page.by_id.get(field.name)
        if box is None or box.tag != "fieldset":
            box = box_of(page, field.name)
        (label, *_rows) = classed(box, "fieldset-legend" if field.columns else "field-label")
        yield (own_words(label), bool(classed(label, "field-optional"))), words(classed(box, "field-help")[0])
        for column in field.columns:
            cell = box_of(page, f"{field.name}-0-{column.name}")
            (label,) = classed(cell, "field-label")
            yield (own_words(label), bool(classed(label, "field-optional"))), ""


def unasked(page: Page, fields: tuple[Field, ...]) -> set[str]:
    """Names of controls of the step's form that no field of the definition has."""
    form, _button = page.form_of(("save", "next"))
    named = {
        (control.get("name") or "").partition("-")[0] for control in form.controls if control.get("type") != "hidden"
    }
    return named - {field.name for field in fields} - SEARCHES


def form_of(site: Site, owner: Browser, kind: str) -> list[tuple[Asked, str]]:
    """All fields of all steps, as the pages of a draft show them."""
    with site.work(site.world.owner) as work:
        number = filings.start(work, kind, product_id=site.world.product).id
    found = []
    for step in DEFINITIONS[kind].steps:
        page = owner.get(f"/enterprise/filings/{number}/edit/{step.name}").page
        assert not unasked(page, step.fields), step.name
        found += in_form(page, step.fields)
    return found


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_the_guide_and_the_form_ask_the_same(site: Site, browser: Browser, owner: Browser, kind: str) -> None:
    guide = list(in_guide(browser.get(f"/guide/{kind}").page))
    form = form_of(site, owner, kind)
    assert [asked for asked, _help in guide] == [asked for asked, _help in form]
    for (asked, told), (_asked, shown) in zip(guide, form, strict=True):
        assert shown.startswith(told) or not shown, asked  # A column is explained above its table.


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_columns_are_explained_at_the_table(site: Site, owner: Browser, kind: str) -> None:
    with site.work(site.world.owner) as work:
        number = filings.start(work, kind, product_id=site.world.product).id
    for step in DEFINITIONS[kind].steps:
        for field in step.fields:
            if field.columns:
                page = owner.get(f"/enterprise/filings/{number}/edit/{step.name}").page
                lines = [words(item) for item in page.by_id[field.name].iter("li")]
                for column in field.columns:
                    assert any(line.startswith(f"{column.label}：{column.help}") for line in lines), column.name


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_materials_are_the_evidence_fields(browser: Browser, kind: str) -> None:
    page = browser.get(f"/guide/{kind}").page
    definition = DEFINITIONS[kind]
    wanted = ["营业执照", "授权书", *(definition.fields[name].label for name in definition.evidence_fields)]
    assert [words(each) for each in page.classed("guide-material")] == wanted + ["签署的声明"] * definition.signed
    for name in definition.evidence_fields:
        anchor = f"/guide/fields/evidence#{definition.fields[name].evidence_kind}"
        assert anchor in [link.get("href") for link in page.all("a")]


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_tiers_and_time_limits_are_those_of_the_rules(browser: Browser, kind: str) -> None:
    page = browser.get(f"/guide/{kind}").page
    rules = rules_in_force(kind, office_date(NOW))
    tiers = [TIER_LABELS[tier] for tier in rules.route]
    assert [words(each) for each in page.classed("guide-stage") if words(each) in TIER_LABELS.values()] == tiers
    times = {words(row[0]): words(row[1]) for row in page.all("tr") if len(row) == 2 and row[0].tag == "td"}
    for tier in rules.route:
        assert times[TIER_LABELS[tier]] == f"{rules.review_days[tier]} 个工作日"
    assert times["补正"].startswith(f"{rules.correction_days} 天")
    assert f"有效期 {rules.validity_years} 年" in page.text
    assert rules.responsibility in page.text


@pytest.mark.parametrize("kind", TEXTS)
def test_each_guide_has_all_its_parts(browser: Browser, kind: str) -> None:
    listed = browser.get("/guide").page
    page = browser.visit(listed, TEXTS[kind].label).page
    assert page.heading == TEXTS[kind].label
    parts = [link.get("href") for nav in page.classed("guide-contents") for link in nav.iter("a")]
    assert len(parts) == 10
    for part in parts:
        assert words(page.by_id[part.removeprefix("#")])
    assert "不收费" in page.text


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_explained(browser: Browser, form: str) -> None:
    page = browser.visit(browser.get("/guide").page, FORMS[form]).page
    page = browser.get(f"/guide/fields/{form}").page
    assert page.heading == f"填写说明：{FORMS[form]}"
    assert list(in_guide(page))


def test_what_there_is_not(browser: Browser) -> None:
    for address in ("/guide/nothing", "/guide/fields", "/guide/fields/nothing"):
        assert browser.get(address).status_code == 404


def test_offices_of_a_county(site: Site, browser: Browser) -> None:
    with site.app.app_context():
        county = db.session.query(Bureau).filter_by(area_code="330481", subject="market_supervision").one()
        county.phone = "0573-55500001"
        names = [
            county.name,
            db.session.query(Bureau).filter_by(area_code="330400", subject="market_supervision").one().name,
        ]
        db.session.commit()
    page = browser.get("/guide/declaration").page
    assert not [name for name in names if name in page.text]
    page = browser.submit(page, "查找主管部门", {"area": "330481"}).page
    assert page.value("area") == "330481"
    assert page.text.index(names[0]) < page.text.index(names[1])  # The nearest first.
    assert "0573-55500001" in page.text
    assert "330400commerce" not in page.text
    english = browser.get("/guide/declaration?area=330481&lang=en").page
    assert "Fictional 330481" in english.text
    assert english.all("input", name="lang")


@pytest.mark.parametrize("area", ["999999", "33%", "33", "' OR 1=1", "长" * 5_000])
def test_a_place_that_there_is_not(browser: Browser, area: str) -> None:
    answer = browser.get("/guide/declaration", query_string={"area": area})
    assert answer.status_code == 200
    assert "这里还没有登记主管部门" in answer.page.text


def test_the_site_says_how_it_is_reached(browser: Browser) -> None:
    assert "主办单位：" not in browser.get("/guide/withdrawal").page.text


def test_the_form_leads_to_its_explanation(site: Site, owner: Browser) -> None:
    with site.work(site.world.owner) as work:
        number = filings.start(work, "declaration", product_id=site.world.product).id
    page = owner.get(f"/enterprise/filings/{number}/edit/standard").page
    assert page.link("这一步的填写说明") == "/guide/fields/declaration#standard"
    assert "standard" in owner.visit(page, "这一步的填写说明").page.by_id
    assert page.link("办事指南") == "/guide/declaration"
    assert owner.get(f"/enterprise/filings/{number}").page.link("办事指南") == "/guide/declaration"
    assert owner.get("/enterprise/filings").page.link("办事指南") == "/guide"
