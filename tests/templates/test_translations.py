"""The English catalogue says everything the sources say, and pages say it."""

from __future__ import annotations

import gettext
import re
from io import BytesIO
from typing import TYPE_CHECKING

import html5lib
import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from registry.config import PROJECT_ROOT
from registry.web.navigation import public as public_navigation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from xml.etree.ElementTree import Element

    from babel.messages.catalog import Catalog, Message

    from tests.conftest import Site

CATALOGUE = PROJECT_ROOT / "registry" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
CHINESE = re.compile(r"[⺀-鿿豈-﫿！-￯𠀀-𯿿]+")  # Ideographs, and the punctuation that goes with them.
# The scheme's own name, which is on the goods; and what stands in the spreadsheets, whose words are the same in every
# language, since columns are found by them.
CHINESE_IN_ENGLISH = {"三同", "是", "否", "、", "处理结果", "填写说明"}
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?(.)")
TO_RUN = "run bin/translations and fill in what it lists"


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


@pytest.fixture(scope="module")
def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


@pytest.fixture(scope="module")
def compiled(catalogue: Catalog) -> gettext.GNUTranslations:
    file = BytesIO()
    write_mo(file, catalogue)
    file.seek(0)
    return gettext.GNUTranslations(file)


@pytest.fixture(scope="module")
def extracted() -> set[tuple[str | None, str | tuple[str, ...]]]:
    """Context and text of every message in the sources, found as bin/translations finds them."""
    with (PROJECT_ROOT / "registry" / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    script = (PROJECT_ROOT / "bin" / "translations").read_text(encoding="utf-8")
    keywords = DEFAULT_KEYWORDS | parse_keywords(re.findall(r"--keyword=(\S+)", script))
    found = extract_from_dir(PROJECT_ROOT, methods, options, keywords)
    return {(context, text) for _file, _line, text, _comments, context in found}


def strings(message: Message) -> list[str]:
    """The English of a message: one text, or one for each number."""
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_the_catalogue_has_every_message_of_the_sources_and_no_other(
    messages: list[Message], extracted: set[tuple[str | None, str | tuple[str, ...]]]
) -> None:
    known = {(message.context, message.id) for message in messages}
    assert extracted - known == set(), TO_RUN
    assert known - extracted == set(), TO_RUN


def test_nothing_is_left_over_or_uncertain(catalogue: Catalog, messages: list[Message]) -> None:
    assert not catalogue.obsolete
    assert [message.id for message in messages if message.fuzzy] == []


def test_every_message_has_an_english_text(messages: list[Message]) -> None:
    assert [message.id for message in messages if not all(strings(message))] == [], TO_RUN


def test_placeholders_are_kept(messages: list[Message]) -> None:
    for message in messages:
        ids = [message.id] if isinstance(message.id, str) else message.id
        wanted = {found for text in ids for found in PLACEHOLDER.findall(text)}
        for text in strings(message):
            assert set(PLACEHOLDER.findall(text)) == wanted, message.id


def test_a_blank_at_the_end_stands_only_where_a_value_or_a_sentence_follows(messages: list[Message]) -> None:
    for message in messages:
        for text in strings(message):
            # The Chinese mark is as wide as mark and blank together, so the English text brings its own blank.
            assert not text.endswith(" ") or message.id[-1] in "：、；，。", message.id
            assert not message.id.endswith("：") or text.endswith(": "), message.id


def test_english_is_written_with_latin_letters_and_marks(messages: list[Message]) -> None:
    for message in messages:
        for text in strings(message):
            assert set(CHINESE.findall(text)) <= CHINESE_IN_ENGLISH, message.id
            assert '"' not in text, "typographic quotation marks: “ ”"
            assert "'" not in text, "typographic apostrophe: ’"
            assert "  " not in text, message.id


def test_a_word_with_two_meanings_has_two_texts(compiled: gettext.GNUTranslations) -> None:
    assert compiled.gettext("不予备案") == "Reject filing"
    assert compiled.pgettext("status", "不予备案") == "Filing rejected"


@pytest.fixture
def english(site: Site, catalogue: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The site with the catalogue as it is in the sources, whether or not it was compiled at set-up."""
    target = tmp_path / "en" / "LC_MESSAGES" / "messages.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, catalogue)
    settings = site.app.extensions["babel"]
    monkeypatch.setattr(settings, "translation_directories", [str(tmp_path)])
    with site.app.app_context():
        monkeypatch.setattr(settings.instance.domain_instance, "cache", {})
    return site


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "path",
    [
        *("/", "/about", "/verify", "/verify?q=ZZZZ", "/c/0000000000000000", "/nowhere"),
        *("/guide", "/guide/declaration", "/guide/certification", "/guide/replacement", "/guide/withdrawal"),
        *("/guide/fields/enterprise", "/guide/fields/product", "/guide/fields/evidence", "/guide/fields/trade"),
    ],
)
def test_public_pages_are_english_throughout(english: Site, path: str) -> None:
    separator = "&" if "?" in path else "?"
    answer = english.app.test_client().get(f"{path}{separator}lang=en")
    tree = html5lib.parse(answer.get_data(as_text=True), namespaceHTMLElements=False)
    assert tree.get("lang") == "en"
    assert {word for text in _english(tree) for word in CHINESE.findall(text)} <= CHINESE_IN_ENGLISH


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_chinese_stays_chinese(english: Site) -> None:
    with english.app.test_request_context("/"):
        assert public_navigation()[0]["label"] == "首页"
    with english.app.test_request_context("/?lang=en"):
        assert public_navigation()[0]["label"] == "Home"


def _english(element: Element) -> Iterator[str]:
    """Texts and spoken attributes, without what is marked as Chinese."""
    if not isinstance(element.tag, str) or element.get("lang", "").startswith("zh"):
        return
    yield element.text or ""
    for name in ("alt", "aria-label", "placeholder", "title"):
        yield element.get(name, "")
    for child in element:
        yield from _english(child)
        yield child.tail or ""
