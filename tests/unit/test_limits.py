import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.limits import Interval, Limit, Problem, read_limit, read_measured
from registry.domain.limits.units import is_unit, unit_key

NAUGHTY: list[str] = json.loads((Path(__file__).parents[1] / "data" / "blns.json").read_text(encoding="utf-8"))
ENDLESS = Decimal("Infinity")


def shown(interval: Interval | None) -> str:
    """An interval as mathematics writes it: [0.1, 0.5)."""
    assert interval is not None
    lower, upper = ("∞" if abs(end) == ENDLESS else f"{end.normalize():f}" for end in (interval.lower, interval.upper))
    lower = f"-{lower}" if interval.lower == -ENDLESS else lower
    return f"{'(' if interval.lower_open else '['}{lower}, {upper}{')' if interval.upper_open else ']'}"


def limit(text: str, unit: str = "") -> Limit:
    found = read_limit(text, unit)
    assert found is not None
    return found


@pytest.mark.parametrize("unit", ["", "mg/L"])
@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("≤0.5", "[-∞, 0.5]"),
        ("<=0.5", "[-∞, 0.5]"),
        ("< = 0.5", "[-∞, 0.5]"),
        ("=<0.5", "[-∞, 0.5]"),
        ("≦ 0.5", "[-∞, 0.5]"),
        ("⩽0.50", "[-∞, 0.5]"),
        ("≯0.5", "[-∞, 0.5]"),
        ("＜＝０．５", "[-∞, 0.5]"),
        ("≤\u200b 0.5\n", "[-∞, 0.5]"),
        ("≤.5", "[-∞, 0.5]"),
        ("≤0.5。", "[-∞, 0.5]"),
        ("≤0.5，", "[-∞, 0.5]"),
        ("应≤0.5", "[-∞, 0.5]"),
        ("不大于0.5", "[-∞, 0.5]"),
        ("不超过 0.5", "[-∞, 0.5]"),
        ("不得超过0.5", "[-∞, 0.5]"),
        ("小于或等于0.5", "[-∞, 0.5]"),
        ("最多 0.5", "[-∞, 0.5]"),
        ("0.5以下", "[-∞, 0.5]"),
        ("0.5 及以下", "[-∞, 0.5]"),
        ("0.5（含）以内", "[-∞, 0.5]"),
        ("<0.05", "[-∞, 0.05)"),
        ("＜0.05", "[-∞, 0.05)"),
        ("小于0.05", "[-∞, 0.05)"),
        ("不足0.05", "[-∞, 0.05)"),
        (">=95", "[95, ∞]"),
        ("≥ 95", "[95, ∞]"),
        ("≧95", "[95, ∞]"),
        ("≮95", "[95, ∞]"),
        ("不小于95", "[95, ∞]"),
        ("至少95", "[95, ∞]"),
        ("95以上", "[95, ∞]"),
        ("＞100", "(100, ∞]"),
        ("大于100", "(100, ∞]"),
        ("超过100", "(100, ∞]"),
        ("≤-18", "[-∞, -18]"),
        ("≤ −18", "[-∞, -18]"),
        ("≤1,000.5", "[-∞, 1000.5]"),
        ("≤1,000,000", "[-∞, 1000000]"),
        ("≤1，000，000.5", "[-∞, 1000000.5]"),
        ("≤1 000", "[-∞, 1000]"),
        ("≤1.5×10^3", "[-∞, 1500]"),
        ("≤1.5x10^3", "[-∞, 1500]"),
        ("≤1.5 × 10³", "[-∞, 1500]"),
        ("≤1.5×10⁻³", "[-∞, 0.0015]"),
        ("≤2*10^(-3)", "[-∞, 0.002]"),
        ("≤1.0e-3", "[-∞, 0.001]"),
        ("≤1E+3", "[-∞, 1000]"),
        ("≤10^3", "[-∞, 1000]"),
        ("≤10⁵", "[-∞, 100000]"),
        ("≥-10^2", "[-100, ∞]"),
        ("≥6.5，≤8.5", "[6.5, 8.5]"),
        ("≤8.5 且 ≥6.5", "[6.5, 8.5]"),
        (">6.5 <8.5", "(6.5, 8.5)"),
        ("不小于6.5，且不大于8.5", "[6.5, 8.5]"),
        ("0.1~0.5", "[0.1, 0.5]"),
        ("0.1～0.5", "[0.1, 0.5]"),
        ("0.1〜0.5", "[0.1, 0.5]"),
        ("0.1-0.5", "[0.1, 0.5]"),
        ("0.1 — 0.5", "[0.1, 0.5]"),
        ("0.1——0.5", "[0.1, 0.5]"),
        ("0.1至0.5", "[0.1, 0.5]"),
        ("从 0.1 到 0.5", "[0.1, 0.5]"),
        ("-18~-15", "[-18, -15]"),
        ("0.5~0.5", "[0.5, 0.5]"),
        ("10±2", "[8, 12]"),
        ("10 ± 0.5", "[9.5, 10.5]"),
        ("10+/-0.5", "[9.5, 10.5]"),
        ("（10±0.5）", "[9.5, 10.5]"),
        ("±0.8", "[-0.8, 0.8]"),
        ("+1.0／0", "[0, 1]"),
        ("+0.5/-0.2", "[-0.2, 0.5]"),
        ("10 +0.5/-0.2", "[9.8, 10.5]"),
        ("≤0.05（迁移量）", "[-∞, 0.05]"),
        ("≤75（以 Cd 计）", "[-∞, 75]"),
        ("≤75（Cd）", "[-∞, 75]"),
        ("未规定", "[-∞, ∞]"),
        ("无要求", "[-∞, ∞]"),
        ("不作规定", "[-∞, ∞]"),
        ("无限值", "[-∞, ∞]"),
        ("Not specified", "[-∞, ∞]"),
    ],
)
def test_limits_in_many_spellings(text: str, allowed: str, unit: str) -> None:
    found = limit(text, unit)

    assert shown(found.interval) == allowed
    assert (found.problem, found.not_detected) == (None, False)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("≤0.5 mg/L", "mg/L"),
        ("≤0.5mg/L", ""),
        ("≤0.5 MG／Ｌ", "mg/L"),
        ("≤0.5（mg/L）", "mg/L"),
        ("≤0.5(mg/L)", ""),
        ("≤0.5 ug/L", "μg/L"),
        ("≤0.5 µg/L", "μg/L"),
        ("≤0.5 ㎎/㎏", "mg/kg"),
        ("≤0.5 mg/dm2", "mg/dm²"),
        ("≤0.5 mg/dm^2", "mg/dm²"),
        ("≤0.5 N·m", "N.m"),
        ("≤0.5 ℃", "°C"),
        ("≤0.5 MPA", "MPa"),
        ("≤0.5 g/100mL", "g/100 mL"),
        ("≤0.5 次", "次"),
        ("≤0.5 杯", "杯"),
        ("≤0.5", "—"),
        ("≤0.5 %", "％"),
        ("0.5%以下", "%"),
    ],
)
def test_a_unit_may_stand_with_the_number(text: str, unit: str) -> None:
    found = limit(text, unit)

    assert shown(found.interval) == "[-∞, 0.5]"
    assert found.unit == unit_key(unit) or (unit, found.unit) == ("", "mg/l")


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("95%～105%", "[95, 105]"),
        ("95～105 %", "[95, 105]"),
        ("95%-105%", "[95, 105]"),
        ("10 ± 0.5 %", "[9.5, 10.5]"),
        ("(10±0.5)%", "[9.5, 10.5]"),
        ("10%±0.5%", "[9.5, 10.5]"),
        ("≥95%，≤105%", "[95, 105]"),
        ("+0.5/0%", "[0, 0.5]"),
    ],
)
@pytest.mark.parametrize("unit", ["%", ""])
def test_a_unit_may_stand_with_both_numbers(text: str, allowed: str, unit: str) -> None:
    found = limit(text, unit)

    assert (shown(found.interval), found.unit) == (allowed, "%")


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("≤0.5 mg/kg", "mg/L"),
        ("≤0.5 g/L", "mg/L"),
        ("≤0.5 毫克/升", "mg/L"),
        ("≤0.5 MW", "mW"),
        ("≤0.5 mPa", "MPa"),
        ("≤0.5（mg/kg）", "mg/L"),
        ("≤0.5%", "mg/L"),
        ("10 ± 5 %", "mm"),
        ("1 mg～2 g", "mg"),
        ("1 mg～2 g", ""),
        ("未检出（<0.01 μg/L）", "mg/L"),
    ],
)
def test_another_unit_is_never_converted(text: str, unit: str) -> None:
    for found in (read_limit(text, unit), read_measured(text, unit)):
        assert found is not None
        assert (found.problem, found.interval, found.has_number) == (Problem.OTHER_UNIT, None, False)


@pytest.mark.parametrize(
    ("text", "seen", "detection_limit"),
    [
        ("不得检出", "[0, 0]", None),
        ("未检出", "[0, 0]", None),
        ("ND", "[0, 0]", None),
        ("N.D.", "[0, 0]", None),
        ("n. d.", "[0, 0]", None),
        ("Not Detected", "[0, 0]", None),
        ("低于检出限", "[0, 0]", None),
        ("<LOD", "[0, 0]", None),
        ("未检出（迁移量）", "[0, 0]", None),
        ("不得检出/25 g", "[0, 0]", None),
        ("未检出（<0.01）", "[0, 0.01)", "0.01"),
        ("未检出(＜0.01 mg/kg)", "[0, 0.01)", "0.01"),
        ("ND(0.01)", "[0, 0.01)", "0.01"),
        ("ND<0.01", "[0, 0.01)", "0.01"),
        ("ND，<0.01", "[0, 0.01)", "0.01"),
        ("未检出（≤0.01）", "[0, 0.01]", "0.01"),
        ("未检出（检出限 0.01）", "[0, 0.01)", "0.01"),
        ("未检出（方法检出限：0.01 mg/kg）", "[0, 0.01)", "0.01"),
        ("ND (LOD=1×10^-2)", "[0, 0.01)", "0.01"),
        ("<0.01（未检出）", "[0, 0.01)", "0.01"),
        ("<0.01 mg/kg(ND)", "[0, 0.01)", "0.01"),
    ],
)
def test_not_detected(text: str, seen: str, detection_limit: str | None) -> None:
    for found in (read_limit(text), read_measured(text)):
        assert found is not None
        assert (found.not_detected, found.problem, shown(found.interval)) == (True, None, seen)
        assert found.detection_limit == (Decimal(detection_limit) if detection_limit else None)
        assert found.has_number is bool(detection_limit)


@pytest.mark.parametrize(
    "text",
    [
        "合格",
        "符合",
        "不得脱落",
        "IP20",
        "RG1",
        "30 无异常",
        "≥30 不起火",
        "1.4 倍限制电压",
        "≤1 0005",
        "≤1,0,5",
        "1,3-丁二烯不得检出",
        "≤1.5×103",
        "≤5×10^123",
        "≤0.5①",
        "≤0.5¹",
        "≤½",
        "≤٣",
        "≤0.5 ≤0.8",
        "0.1≤x≤0.5",
        "≤75（A 类≤20）",
        "≤75（23 ℃）",
        "-5-3",
        "1-2-3",
        "2026-03-08",
        "0.5 ≤",
        "≤0.5 foo",
        "≤0.5.1",
        "0x1F",
        "不得检出（25 g）",
        "ND(0)",
        "=SUM(A1:A9)",
        "=0.5",
        "≤",
        "≤∞",
        "NaN",
        "-Infinity",
        "😀",
        "≤😀",
        "胡" * 200,
        "1" * 200,
        "\ufdfa" * 60,
    ],
)
def test_what_is_not_certain_is_not_read(text: str) -> None:
    found = limit(text)

    assert (found.problem, found.interval, found.unit) == (Problem.UNREADABLE, None, "")
    assert found.text == text.strip()


@pytest.mark.parametrize("text", ["无", "没有", "—", "——", "-", "/", "N/A", "不适用", "None"])
def test_what_may_mean_two_things_is_not_read(text: str) -> None:
    for found in (read_limit(text), read_measured(text)):
        assert found is not None
        assert found.problem is Problem.AMBIGUOUS


@pytest.mark.parametrize("text", ["0,5", "≤0,005", "≤1,00", "≤1,000", "≤1，000", "≤12,500 mg/L", "1,000～2,000"])
def test_one_comma_may_part_thousands_or_decimals(text: str) -> None:
    for found in (read_limit(text), read_measured(text)):
        assert found is not None
        assert (found.problem, found.interval) == (Problem.COMMA, None)


@pytest.mark.parametrize("text", ["0.5", "0.5 mg/L", "1250", "-18", "+0.2", "4级", "1.5×10^3"])
def test_a_limit_has_a_direction(text: str) -> None:
    assert limit(text).problem is Problem.NO_DIRECTION


@pytest.mark.parametrize("text", ["0.5~0.1", "≥0.5，≤0.1", ">0.5,<0.5", "0.5-0.1"])
def test_a_limit_allows_something(text: str) -> None:
    for found in (read_limit(text), read_measured(text)):
        assert found is not None
        assert found.problem is Problem.REVERSED


@pytest.mark.parametrize(
    ("text", "unit", "allowed"),
    [
        ("≥3-4", "级", "[3.5, ∞]"),
        ("≥3-4级", "", "[3.5, ∞]"),
        ("≥3～4 级", "", "[3.5, ∞]"),
        ("≥4级", "级", "[4, ∞]"),
        ("3-5", "级", "[3, 5]"),
        ("4-5", "", "[4, 5]"),
    ],
)
def test_grades_have_halves(text: str, unit: str, allowed: str) -> None:
    assert shown(limit(text, unit).interval) == allowed


@pytest.mark.parametrize(
    ("text", "unit", "value", "was_found"),
    [
        ("0.05", "mg/L", "[0.05, 0.05]", True),
        ("0.05 mg/L", "mg/L", "[0.05, 0.05]", True),
        ("０．０５", "", "[0.05, 0.05]", True),
        ("-0.3", "mm", "[-0.3, -0.3]", True),
        ("+0.2", "mm", "[0.2, 0.2]", True),
        ("1.5×10³", "", "[1500, 1500]", True),
        ("4-5级", "", "[4.5, 4.5]", True),
        ("0.02~0.04", "", "[0.02, 0.04]", True),
        ("≤0.05", "", "[0, 0.05]", False),
        ("<0.05", "", "[0, 0.05)", False),
        ("<0", "", "[-∞, 0)", False),
        ("≤-18", "℃", "[-∞, -18]", False),
        ("＞100", "MΩ", "(100, ∞]", False),
        ("10±0.2", "", "[9.8, 10.2]", False),
    ],
)
def test_measured_values(text: str, unit: str, value: str, was_found: bool) -> None:
    found = read_measured(text, unit)

    assert found is not None
    assert (shown(found.interval), found.was_found, found.problem) == (value, was_found, None)


def test_no_requirement_is_no_value() -> None:
    found = read_measured("未规定")

    assert found is not None
    assert found.problem is Problem.UNREADABLE


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\n\t"])
def test_nothing_typed_is_nothing(text: str) -> None:
    assert read_limit(text) is None
    assert read_measured(text) is None


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("mg/kg", True),
        ("CFU/25g", True),
        ("dB(A)", True),
        ("W/m²", True),
        ("次／分钟", True),
        ("", False),
        ("—", False),
        ("foo", False),
        ("倍限制电压", False),
        ("x1F", False),
    ],
)
def test_units(text: str, known: bool) -> None:
    assert is_unit(text) is known


SIGNED = st.decimals(min_value=-10_000, max_value=10_000, places=3)
SPELLINGS = {
    "≤": ("≤{}", "<= {}", "≦{}", "不大于{}", "＜＝ {}", "≤{} mg/L", "≤{}（迁移量）"),
    ">": (">{}", "＞ {}", "大于{}", "> {} MG／L"),
}


def wide(text: str) -> str:
    return text.translate({ord(char): ord(char) + 0xFEE0 for char in "0123456789."})


@given(SIGNED, st.sampled_from(sorted(SPELLINGS)), st.data())
def test_every_spelling_of_a_limit_reads_the_same(value: Decimal, sign: str, data: st.DataObject) -> None:
    spelling = data.draw(st.sampled_from(SPELLINGS[sign]))
    number = data.draw(st.sampled_from([f"{value}", f"{value}00", wide(f"{value}"), f"{value:,}", f"{value}e0"]))

    found = limit(spelling.format(number), "mg/L").interval

    assert found == (Interval(upper=value) if sign == "≤" else Interval(lower=value, lower_open=True))


@given(st.decimals(0, 1000, places=2), st.decimals(0, 1000, places=2), st.sampled_from("~～-–—至"))
def test_ranges(one: Decimal, other: Decimal, between: str) -> None:
    lower, upper = sorted((one, other))

    assert limit(f"{lower}{between}{upper}").interval == Interval(lower, upper)
    middle = limit(f"{one}±{other}").interval
    assert middle == Interval(one - other, one + other)


@given(st.integers(1, 9), st.integers(-99, 99))
def test_powers_of_ten_are_exact(digit: int, power: int) -> None:
    spellings = (f"≤{digit}e{power}", f"≤{digit}×10^{power}", f"≤{digit}±1e-99")

    assert limit(spellings[0]).interval == limit(spellings[1]).interval == Interval(upper=Decimal(f"{digit}e{power}"))
    sum_ = limit(f"{digit}e{power}±1e-99").interval
    assert sum_ is not None
    assert sum_.upper > sum_.lower or not sum_.lower


MARKS = st.text("0123456789.,-+~±≤≥<>= ×^()/%emgLND不得检出级以下")
ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=[])) | st.text() | st.sampled_from(NAUGHTY) | MARKS


@given(ANY_TEXT, ANY_TEXT | st.sampled_from(["", "mg/L", "级", "%"]))
def test_no_text_is_too_much(text: str, unit: str) -> None:
    for found in (read_limit(text, unit), read_measured(text, unit)):
        if found is not None:
            assert (found.interval is None) is (found.problem is not None)
            assert found.interval is None or not found.interval.is_empty


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_strings(text: str) -> None:
    found = read_limit(text), read_measured(text, text)

    assert [each is None for each in found] in ([True, True], [False, False])
