import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.errors import InvalidValue
from registry.domain.identifiers import (
    check_uscc,
    make_org_code,
    make_uscc,
    normalise_uscc,
    org_code,
    registration_kind,
    uscc_warnings,
)
from registry.domain.identifiers.uscc import ALPHABET, REGISTRATION_KINDS

with (Path(__file__).parents[1] / "data" / "uscc_cases.csv").open(encoding="utf-8", newline="") as _file:
    CASES = list(csv.DictReader(_file))
RIGHT = [case["input"] for case in CASES if case["expected"] != "invalid"]
WRONG = [case["input"] for case in CASES if case["expected"] == "invalid"]

first17s = st.builds(
    lambda prefix, region, body: prefix + region + body,
    st.sampled_from(sorted(REGISTRATION_KINDS)),
    st.integers(min_value=1, max_value=999999).map("{:06d}".format),
    st.text(alphabet=ALPHABET, min_size=9, max_size=9),
)


def refusal(raw: str) -> str:
    with pytest.raises(InvalidValue) as caught:
        check_uscc(raw)
    return str(caught.value)


@pytest.mark.parametrize("raw", RIGHT)
def test_right_codes(raw: str) -> None:
    code = check_uscc(raw)
    assert len(code) == 18
    assert set(code) <= set(ALPHABET)


@pytest.mark.parametrize("raw", WRONG)
def test_wrong_codes(raw: str) -> None:
    assert refusal(raw)


def test_all_cases_are_used() -> None:
    assert len(RIGHT) + len(WRONG) == len(CASES) == 21


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("", "请填写统一社会信用代码。"),
        ("\u200b ", "请填写统一社会信用代码。"),
        ("91350100M000100Y4", "统一社会信用代码应为 18 位，现为 17 位。"),
        (
            "739547709",
            "统一社会信用代码应为 18 位，现为 9 位，可能是组织机构代码，请填写营业执照上的 18 位代码。",
        ),
        (
            "330400000012345",
            "统一社会信用代码应为 18 位，现为 15 位，可能是旧的注册号，请填写营业执照上的 18 位代码。",
        ),
        ("91350100O000100Y43", "第 9 位是字母 O，代码中不使用字母 O，是否应为数字 0？"),
        ("9I350100M000100Y43", "第 2 位是字母 I，代码中不使用字母 I，是否应为数字 1？"),
        ("91350100M000100Y4S", "第 18 位是字母 S，代码中不使用字母 S，是否应为数字 5？"),
        ("91350100M000100YZ3", "第 17 位是字母 Z，代码中不使用字母 Z，是否应为数字 2？"),
        ("91350100V000100Y43", "第 9 位是字母 V，代码中不使用字母 V，请核对营业执照。"),
        ("91350100M000100Y4三", "第 18 位“三”不是代码中可用的数字或字母。"),
        ("91350100M000100Y4٣", "第 18 位“٣”不是代码中可用的数字或字母。"),
        ("913501A0M000100Y43", "第 7 位是字母 A，第 3 至 8 位是行政区划码，只能是数字。"),
        ("00000000000000000X", "统一社会信用代码第 3 至 8 位是行政区划码，不能全为 0。"),
        ("91350100M000100Y44", "统一社会信用代码第 18 位校验不符，请核对营业执照。"),
    ],
)
def test_message_says_what_is_wrong(raw: str, message: str) -> None:
    assert refusal(raw) == message


@given(first17s)
def test_codes_of_every_registration_are_accepted(first17: str) -> None:
    code = make_uscc(first17)
    assert check_uscc(code) == code
    assert check_uscc(f" {code[:6].lower()} {code[6:]}\n") == code


@given(first17s, st.data())
def test_every_single_wrong_character_is_found_out(first17: str, data: st.DataObject) -> None:
    code = make_uscc(first17)
    position = data.draw(st.integers(min_value=0, max_value=17))
    other = data.draw(st.sampled_from(ALPHABET.replace(code[position], "")))
    refusal(code[:position] + other + code[position + 1 :])


@given(st.text())
def test_normalising_twice_changes_nothing_more(raw: str) -> None:
    assert normalise_uscc(normalise_uscc(raw)) == normalise_uscc(raw)


@pytest.mark.parametrize("first17", ["", "91350100M000100Y", "91350100O000100Y4", "91350100m000100Y4"])
def test_make_uscc_wants_seventeen_of_the_alphabet(first17: str) -> None:
    with pytest.raises(ValueError, match="seventeen"):
        make_uscc(first17)


def test_organisation_code() -> None:
    assert org_code("91350100M000100Y43") == "M000100Y4"
    # The worked example of GB 11714, and two whose check characters are X and 0.
    assert make_org_code("D2143569") == "D2143569X"
    assert make_org_code("73954770") == "739547709"
    assert {make_org_code(f"{number:08d}")[-1] for number in range(100)} == set("0123456789X")
    with pytest.raises(ValueError, match="eight"):
        make_org_code("7395477")


def test_registration_kind() -> None:
    assert str(registration_kind("92140000M000100Y49")) == "个体工商户"
    assert registration_kind("9X350100M000100Y43") is None


def test_wrong_organisation_code_is_only_a_warning() -> None:
    assert [str(warning) for warning in uscc_warnings("91350100M000100Y56")] == [
        "统一社会信用代码第 9 至 17 位（组织机构代码 M000100Y5）自身校验不符，请核对营业执照。",
    ]


@pytest.mark.parametrize("prefix", ["9Y", "YY", "A3", "00"])
def test_unknown_prefix_is_only_a_warning(prefix: str) -> None:
    code = check_uscc(make_uscc(f"{prefix}330411T00063280"))
    assert prefix in str(uscc_warnings(code)[0])


def test_ordinary_code_has_no_warnings() -> None:
    assert uscc_warnings("91350100M000100Y43") == ()
