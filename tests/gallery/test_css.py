"""The public pages as old engines read them: only what Chromium 80 knows, or what costs nothing when it is dropped.

Most who scan a code do it inside WeChat, on telephones whose engine is years old. An engine drops what it does not
know: a property alone, a rule with its whole list of selectors, an unknown at-rule with everything inside. So the
styles linked by public pages keep to the lists below. A name may be added to a KNOWN list when Chromium 80 has it
(caniuse.com says), and to a HARMLESS list with the reason why its absence breaks nothing.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import html5lib
import pytest
import tinycss2

from tests.gallery.app import ROOT, create_gallery

if TYPE_CHECKING:
    from collections.abc import Iterator


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STYLES = ROOT / "static" / "css"
PAPER = "print.css"

# Not @layer (99), @container (105), @property (85), @supports (nobody should need it) or @import (it blocks).
KNOWN_AT_RULES = {"media"}
KNOWN_AT_RULES_ON_PAPER = {"media", "page"}

# Not `width >= 48rem` (104): the parts of a condition are keywords and `name: value`.
KNOWN_MEDIA_FEATURES = {"min-width", "max-width", "prefers-color-scheme", "prefers-reduced-motion"}
HARMLESS_MEDIA_FEATURES = {"forced-colors": "89; borders for people who force colours, which came with it"}

# Sides are top, right, bottom, left. The logical names came in pieces up to 87 and are worth nothing here: both
# languages run from left to right.
KNOWN_PROPERTIES = _words(
    """
    align-items align-self background border border-bottom border-bottom-color border-bottom-width border-collapse
    border-color border-left border-radius border-right border-style border-top border-width bottom box-shadow
    box-sizing break-after break-inside clip-path color column-gap content cursor display fill flex flex-direction
    flex-wrap font font-family font-size font-variant-numeric font-weight gap grid-column grid-row
    grid-template-columns height justify-content left letter-spacing line-break line-height list-style margin
    margin-bottom margin-left margin-right margin-top max-height max-width min-height min-width object-fit order
    outline outline-offset overflow overflow-wrap padding padding-bottom padding-left padding-right padding-top
    position resize right scroll-behavior scroll-margin-top scroll-padding-top stroke stroke-linecap stroke-linejoin
    stroke-width text-align text-decoration text-size-adjust top transform vertical-align -webkit-text-size-adjust
    white-space width z-index
    """
)
HARMLESS_PROPERTIES = {
    "accent-color": "93; the boxes are the browser's blue",
    "color-scheme": "81; scroll bars and boxes stay light",
    "content-visibility": "85; goes with ::details-content",
    "forced-color-adjust": "89",
    "text-autospace": "140; no quarter space between Chinese and Latin",
    "text-decoration-thickness": "89; underlines as the browser draws them",
    "text-spacing-trim": "123",
    "text-underline-offset": "87",
    "text-wrap": "114; the last line may hold a single character",
}

KNOWN_FUNCTIONS = _words("attr calc clamp inset max min minmax repeat rgb rotate translateY var")
KNOWN_UNITS = {"", "em", "mm", "pt", "px", "rem", "deg", "fr", "vh", "vw"}

KNOWN_PSEUDOS = _words(
    """
    after before disabled empty first-child first-of-type focus hover last-child not nth-child root
    target -webkit-details-marker
    """
)
# A rule with one of these is dropped as a whole, so each of its selectors must have one.
HARMLESS_PSEUDOS = {
    "focus-visible": "86; the browser's own ring shows",
    "marker": "86; list markers in full ink",
}
HARMLESS_PSEUDOS_ON_PAPER = HARMLESS_PSEUDOS | {
    "details-content": "131; folded parts stay folded on paper",
    "has": "105; the page is printed larger, on two sheets",
}


def _linked(address: str) -> list[str]:
    page = html5lib.parse(create_gallery().test_client().get(address).text, namespaceHTMLElements=False)
    links = [link.get("href") for link in page.iter("link") if link.get("rel") == "stylesheet"]
    return [href.partition("/css/")[2] for href in links]


GUIDE = "guide.css"  # Linked by pages that the gallery has not.
PUBLIC = sorted({GUIDE, *(name for address in ("/home", "/directory", "/verify/valid") for name in _linked(address))})
LINKED = sorted({*PUBLIC, *_linked("/filing"), *_linked("/case")})


@cache
def _rules(name: str) -> list[tuple[str, list[Any]]]:
    """All rules of a file as (selector, declarations), those inside @media and @page included."""
    return list(_walk(tinycss2.parse_stylesheet((STYLES / name).read_text("utf-8"), True, True)))


def _walk(nodes: list[Any]) -> Iterator[tuple[str, list[Any]]]:
    for node in nodes:
        assert node.type != "error", node.message
        if node.type == "at-rule" and node.lower_at_keyword == "media":
            yield from _walk(tinycss2.parse_rule_list(node.content, True, True))
        else:
            selector = tinycss2.serialize(node.prelude).strip() if node.type == "qualified-rule" else "@page"
            # What is not a declaration, such as a rule inside a rule (120), comes back as an error.
            content = tinycss2.parse_declaration_list(node.content, True, True)
            yield selector, content


def _at_rules(nodes: list[Any]) -> Iterator[Any]:
    for node in nodes:
        if node.type == "at-rule":
            yield node
            if node.content is not None and node.lower_at_keyword != "page":
                yield from _at_rules(tinycss2.parse_rule_list(node.content, True, True))


def _inside(tokens: list[Any]) -> Iterator[Any]:
    for token in tokens:
        yield token
        yield from _inside(getattr(token, "arguments", None) or getattr(token, "content", None) or [])


@pytest.mark.parametrize("name", LINKED)
def test_at_rules_are_known(name: str) -> None:
    known = KNOWN_AT_RULES_ON_PAPER if name == PAPER else KNOWN_AT_RULES
    sheet = tinycss2.parse_stylesheet((STYLES / name).read_text("utf-8"), True, True)
    for rule in _at_rules(sheet):
        assert rule.lower_at_keyword in known, f"{name}: @{rule.lower_at_keyword}"
        if rule.lower_at_keyword != "media":
            continue
        condition = tinycss2.serialize(rule.prelude)
        for part in re.findall(r"\(([^()]*)\)", condition):
            feature, colon, _value = part.partition(":")
            assert colon, f"{name}: {condition}"
            assert feature.strip() in {*KNOWN_MEDIA_FEATURES, *HARMLESS_MEDIA_FEATURES}, f"{name}: {condition}"


@pytest.mark.parametrize("name", PUBLIC)
def test_properties_and_values_are_known(name: str) -> None:
    for selector, declarations in _rules(name):
        for declaration in declarations:
            assert declaration.type == "declaration", f"{name}: {selector}: {declaration}"
            where = f"{name}: {selector}: {declaration.name}"
            if not declaration.name.startswith("--"):
                assert declaration.name in {*KNOWN_PROPERTIES, *HARMLESS_PROPERTIES}, where
            assert not declaration.important, where
            for token in _inside(declaration.value):
                if token.type == "function":
                    assert token.name in KNOWN_FUNCTIONS, f"{where}: {token.name}()"
                if token.type == "dimension":
                    assert token.lower_unit in KNOWN_UNITS, f"{where}: {token.unit}"


@pytest.mark.parametrize("name", PUBLIC)
def test_distances_in_a_flex_line_are_margins(name: str) -> None:
    """Until 84 `gap` holds only in a grid; in a flex line the words would run together."""
    for selector, declarations in _rules(name):
        stated = {each.lower_name: tinycss2.serialize(each.value).strip() for each in declarations}
        if {"gap", "column-gap", "row-gap"} & stated.keys():
            assert stated.get("display") == "grid", f"{name}: {selector}"
        if "flex" in stated.get("display", ""):  # 93; before, `start` and `end` are read and ignored there
            assert not {"start", "end"} & {stated.get("align-items"), stated.get("justify-content")}, selector


@pytest.mark.parametrize("name", PUBLIC)
def test_selectors_are_known(name: str) -> None:
    harmless = HARMLESS_PSEUDOS_ON_PAPER if name == PAPER else HARMLESS_PSEUDOS
    for selector, _declarations in _rules(name):
        assert "&" not in selector, f"{name}: {selector}"
        each_has_new = []
        for one in re.split(r",(?![^(]*\))", selector):
            pseudos = set(re.findall(r"::?([a-z-]+)", one))
            assert pseudos <= {*KNOWN_PSEUDOS, *harmless}, f"{name}: {selector}"
            each_has_new.append(bool(pseudos & harmless.keys()))
            for denied in re.findall(r":not\(([^()]*)\)", one):
                # Until 88 :not() takes one simple selector.
                assert re.fullmatch(r"[.:]?[a-z-]+|\[[^\]]+\]", denied), f"{name}: {selector}"
        assert len(set(each_has_new)) <= 1, f"{name}: {selector} would be dropped with its old neighbours"


def test_files_are_linked_in_the_order_of_the_cascade() -> None:
    """Without layers the later of two equal rules wins: elements, frame, components, page, paper."""
    order = ["tokens.css", "base.css", "layout.css", "components/record.css", "components/list.css"]
    order += ["components/form.css", "components/filing.css", "desk.css", "public.css", PAPER]
    for address in ("/home", "/verify/valid", "/filing"):
        linked = [order.index(name) for name in _linked(address)]
        assert all(before < after for before, after in pairwise(linked)), address
