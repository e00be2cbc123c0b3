import json
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.text import clean_line, clean_text, compact, fold, unify_dashes

NAUGHTY: list[str] = json.loads((Path(__file__).parents[1] / "data" / "blns.json").read_text(encoding="utf-8"))
# Lone surrogates too, which hypothesis leaves out unless it is asked.
ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=[])) | st.text() | st.sampled_from(NAUGHTY)


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("  嘉兴　某某\t服饰\r\n有限公司 ", "嘉兴 某某 服饰 有限公司"),
        ("某某（上海)有限公司", "某某（上海)有限公司"),
        ("某\u200b某\ufeff公\u202e司\x00", "某某公司"),
        ("e\u0301tat", "état"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("𠮷田𬬭\U000e0100", "𠮷田𬬭\U000e0100"),
        ("\u3164\u2800", ""),
        ("a\uffffb", "ab"),
        ("ＡＢＣ１２３", "ＡＢＣ１２３"),
    ],
)
def test_clean_line(typed: str, line: str) -> None:
    assert clean_line(typed) == line


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("一\r\n二\r三\u2028四", "一\n二\n三\n四"),
        ("\n\n一  \n\n\n\n二\n\n", "一\n\n二"),
        ("甲\tb\x07\u200d乙", "甲 b乙"),
        ("一\n　　二", "一\n  二"),
    ],
)
def test_clean_text(typed: str, text: str) -> None:
    assert clean_text(typed) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("某某（上海）有限公司", "某某(上海)有限公司"),
        ("ＡＢＣ  服饰", "abc 服饰"),
        ("STRASSE", "straße"),
        ("e\u0301TAT", "État"),
        ("某\u200b某", "某某"),
    ],
)
def test_fold_makes_equal_what_reads_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_fold_keeps_different_names_apart() -> None:
    assert fold("某某一厂") != fold("某某二厂")
    assert fold("𠮷田") != fold("吉田")


def test_compact_is_for_identifiers() -> None:
    assert compact(" ９１ab－c\u200b—\n") == "91AB-C-"
    assert compact("a´") == "Á"


def test_any_run_of_dashes_is_one_hyphen() -> None:
    assert unify_dashes("GB/T 8163——2018–1－2") == "GB/T 8163-2018-1-2"


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    for clean in (clean_line, clean_text, fold, compact):
        once = clean(text)
        assert clean(once) == once
        once.encode()


@given(ANY_TEXT)
def test_clean_line_is_one_line_of_visible_characters(text: str) -> None:
    line = clean_line(text)
    assert line.splitlines() == ([line] if line else [])
    assert line == line.strip()
    assert not {unicodedata.category(char) for char in line} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(ANY_TEXT)
def test_fold_does_not_see_what_clean_line_removes(text: str) -> None:
    assert fold(clean_line(text)) == fold(text)


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_strings_keep_what_can_be_seen(text: str) -> None:
    seen = "".join(char for char in unicodedata.normalize("NFC", text) if char.isalnum() or ord(char) > 0xFFFF)
    kept = clean_line(text)
    assert all(char in kept for char in seen if clean_line(char))


def test_every_code_point_that_normalising_changes() -> None:
    for char in map(chr, range(sys.maxunicode + 1)):
        if unicodedata.normalize("NFKD", char) != char or char.upper() != char or char.casefold() != char:
            assert fold(fold(char)) == fold(char)
            assert compact(compact(char)) == compact(char)
