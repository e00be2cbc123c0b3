from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.limits import Conformity, Interval, comparison_row, judge, read_limit, read_measured, stricter
from registry.domain.remarks import Weight
from tests.unit.test_limits import ANY_TEXT, MARKS

COMMA = "中的逗号可能是千位分隔符，也可能是小数点，无法判断；请写成不带逗号的数，例如“1000”或“0.005”。"
WITHIN, OUTSIDE, UNKNOWN = Conformity.WITHIN, Conformity.OUTSIDE, Conformity.UNKNOWN


@pytest.mark.parametrize(
    ("overseas", "domestic", "unit", "which"),
    [
        ("≤0.5", "≤0.8", "mg/L", "overseas"),
        ("≤0.8", "不大于0.5 mg/L", "mg/L", "domestic"),
        ("≤0.50", "<=0.5", "mg/L", "equal"),
        ("<0.5", "≤0.5", "", "overseas"),
        ("≥12", "≥10", "", "overseas"),
        ("≥95%", ">95%", "%", "domestic"),
        ("4.0～7.5", "4.0～8.5", "", "overseas"),
        ("4.0～7.5", "≤8.5", "", "overseas"),
        ("10±2", "8～12", "", "equal"),
        ("±0.8", "±1.0", "mm", "overseas"),
        ("+1.0／0", "+1.5／0", "mm", "overseas"),
        ("≥3-4", "≥3", "级", "overseas"),
        ("≤0.1 mg/kg", "≤0.10 MG/KG", "", "equal"),
        ("未规定", "≤10", "mg/kg", "domestic"),
        ("未规定", "≤10 mg/kg", "", "domestic"),
        ("未规定", "无要求", "", "equal"),
        ("不得检出", "≤0.5", "", "overseas"),
        ("≤0.5 mg/L", "不得检出", "", "domestic"),
        ("不得检出", "0～0.5", "", "overseas"),
        ("不得检出", "未规定", "", "overseas"),
        ("不得检出", "未检出", "", "equal"),
        ("不得检出", "≤0", "", "equal"),
        ("不得检出（<0.01）", "≤0.01", "", "overseas"),
        ("不得检出（<0.01）", "≤0.005", "", "domestic"),
        ("不得检出（<0.01）", "不得检出（<0.02）", "", "overseas"),
        ("不得脱落", "不得脱落", "", "equal"),
        ("1250", "1250", "V", "equal"),
        # It cannot be said:
        ("不得检出", "不得检出（<0.02）", "", None),
        ("不得检出", "≥95", "", None),
        ("不得检出", "<0", "", None),
        ("≤0.5", "≥0.5", "", None),
        ("≤0.5", "≥0.8", "", None),
        ("4.0～7.5", "4.5～8.5", "", None),
        ("≤0.5 mg/L", "≤0.8 g/L", "", None),
        ("≤0.5 mg/L", "≤0.8", "", None),
        ("≤0.5 mg/L", "≤0.8", "mg/kg", None),
        ("3", "6", "次", None),
        ("不得脱落", "≤10", "", None),
        ("", "≤10", "", None),
        ("≤10", "", "", None),
        ("", "", "", None),
    ],
)
def test_the_stricter_limit(overseas: str, domestic: str, unit: str, which: str | None) -> None:
    assert stricter(read_limit(overseas, unit), read_limit(domestic, unit)) == which


@pytest.mark.parametrize(
    ("measured", "limit", "unit", "found"),
    [
        ("0.05", "≤0.05", "", WITHIN),
        ("0.05", "<0.05", "", OUTSIDE),
        ("0.050", "≤0.05", "", WITHIN),
        ("0.6", "≤0.5", "", OUTSIDE),
        ("94.9", "≥95", "%", OUTSIDE),
        ("≤0.05", "≤0.05", "", WITHIN),
        ("<0.05", "<0.05", "", WITHIN),
        ("≤0.05", "<0.05", "", UNKNOWN),
        ("<0.05", "≤0.02", "", UNKNOWN),
        ("<0.05", "0～0.1", "", WITHIN),
        ("<0.05", "±0.1", "", WITHIN),
        ("<0.05", "≥0.1", "", OUTSIDE),
        ("<0.3", "0.1～0.5", "", UNKNOWN),
        ("＞100", "≥2", "MΩ", WITHIN),
        ("＞100", "≥200", "MΩ", UNKNOWN),
        ("0.02～0.04", "≤0.04", "", WITHIN),
        ("0.02～0.04", "≤0.03", "", OUTSIDE),
        ("0.04～0.06", "≤0.03", "", OUTSIDE),
        ("10±0.2", "9.8～10.2", "", WITHIN),
        ("10±0.2", "≤10.1", "", UNKNOWN),
        ("10±0.2", "≤9", "", OUTSIDE),
        ("4-5", "≥4-5", "级", WITHIN),
        ("3-4", "≥4", "级", OUTSIDE),
        ("0.02", "未规定", "", WITHIN),
        ("0.02 mg/L", "未规定", "", WITHIN),
        ("未检出", "≤0.5", "", WITHIN),
        ("未检出", "0～0.5", "", WITHIN),
        ("未检出", "≥95", "", UNKNOWN),
        ("未检出（<0.01）", "≤0.01", "", WITHIN),
        ("未检出（<0.01）", "≤0.005", "", UNKNOWN),
        ("未检出（<0.01）", "≥95", "", OUTSIDE),
        ("未检出（<0.01 mg/L）", "≤0.5 g/L", "", UNKNOWN),
        ("未检出", "不得检出", "", WITHIN),
        ("未检出（<0.05）", "不得检出", "", WITHIN),
        ("未检出", "不得检出（<0.01）", "", WITHIN),
        ("未检出（<0.05）", "不得检出（<0.01）", "", UNKNOWN),
        ("0.005", "不得检出（<0.01）", "", WITHIN),
        ("0.02", "不得检出", "", OUTSIDE),
        ("<0.05", "不得检出", "", UNKNOWN),
        ("0", "不得检出", "", WITHIN),
        ("0.6 mg/kg", "≤0.5", "mg/L", UNKNOWN),
        ("0.6 mg/kg", "≤0.5 mg/L", "", UNKNOWN),
        ("0.6", "0.5", "", UNKNOWN),
        ("合格", "≤0.5", "", UNKNOWN),
        ("合格", "不得脱落", "", UNKNOWN),
        ("", "≤0.5", "", UNKNOWN),
        ("0.6", "", "", UNKNOWN),
    ],
)
def test_a_measured_value_against_one_limit(measured: str, limit: str, unit: str, found: Conformity) -> None:
    value, only = read_measured(measured, unit), read_limit(limit, unit)

    assert judge(value, only, None).overseas is found
    assert judge(value, None, only).domestic is found


@pytest.mark.parametrize(
    ("measured", "overseas", "domestic", "outside", "overall"),
    [
        ("0.02", "≤0.5", "≤0.8", (), WITHIN),
        ("0.6", "≤0.5", "≤0.8", ("overseas",), OUTSIDE),
        ("0.6", "≤0.8", "≤0.5", ("domestic",), OUTSIDE),
        ("0.9", "≤0.5", "≤0.8", ("overseas", "domestic"), OUTSIDE),
        ("0.9", "≤0.5", "不得脱落", ("overseas",), OUTSIDE),
        ("0.02", "≤0.5", "不得脱落", (), UNKNOWN),
        ("合格", "≤0.5", "≤0.8", (), UNKNOWN),
    ],
)
def test_the_verdict_names_the_limits(
    measured: str, overseas: str, domestic: str, outside: tuple[str, ...], overall: Conformity
) -> None:
    verdict = judge(read_measured(measured), read_limit(overseas), read_limit(domestic))

    assert (verdict.outside, verdict.overall) == (outside, overall)


def row(overseas: str, domestic: str, measured: str, chosen: str = "", unit: str = "mg/L") -> dict[str, str]:
    return {
        "indicator": "铅溶出量",
        "unit": unit,
        "overseas_limit": overseas,
        "domestic_limit": domestic,
        "measured": measured,
        "stricter": chosen,
    }


@pytest.mark.parametrize(
    ("typed", "remarks"),
    [
        (row("≤0.5", "≤0.8", "0.02", "overseas"), []),
        (row("≤0.5", "≤0.8", "0.02"), []),
        (row("", "", ""), []),
        ({}, []),
        (row("不得脱落", "不得脱落", "符合", "equal", ""), []),
        (row("1250", "1250", "1250 无击穿", "equal", "V"), []),
        (row("不得有", "不得有", "无", "", ""), []),
        (
            row("≤0.5", "≤0.8", "0.6"),
            [("measured", "warning", "实测值 0.6 超出境外限值 ≤0.5，请核对或说明。")],
        ),
        (
            row("≥95", "≥90", "89 %", unit="%"),
            [
                ("measured", "warning", "实测值 89 % 低于境外限值 ≥95，请核对或说明。"),
                ("measured", "warning", "实测值 89 % 低于国内限值 ≥90，请核对或说明。"),
            ],
        ),
        (
            row("4.0～7.5", "4.5～8.5", "8.0"),
            [("measured", "warning", "实测值 8.0 超出境外限值 4.0～7.5，请核对或说明。")],
        ),
        (
            row("≤0.5", "<0.05", "≤0.05"),
            [("measured", "note", "实测值 ≤0.05 不足以表明符合国内限值 <0.05，请填写更具体的数值。")],
        ),
        (row("≤0.5", "≤0.8", "0.02", "domestic"), [("stricter", "warning", "按所填限值，境外限值较严，请核对。")]),
        (row("≤0.8", "≤0.5", "0.02", "equal"), [("stricter", "warning", "按所填限值，国内限值较严，请核对。")]),
        (row("≤0.5", "≤0.5", "0.02", "overseas"), [("stricter", "warning", "按所填限值，两者相同，请核对。")]),
        (
            row("0.5", "≤0.8", "0.02"),
            [("overseas_limit", "note", "请写明“0.5”是上限还是下限，例如“≤0.5”或“≥0.5”。")],
        ),
        (
            row("—", "≤0.8", "无"),
            [
                ("overseas_limit", "note", "“—”含义不明：没有限值请写“未规定”，不允许检出请写“不得检出”。"),
                ("measured", "note", "“无”含义不明：没有检出请写“未检出”。"),
            ],
        ),
        (
            row("≤0.5 mg/kg", "≤0.8", "20 μg/L"),
            [
                ("overseas_limit", "warning", "“≤0.5 mg/kg”的单位与本行单位不同，请换算成同一单位。"),
                ("measured", "warning", "“20 μg/L”的单位与本行单位不同，请换算成同一单位。"),
            ],
        ),
        (
            row("≤1,000", "≤1000", "1,0"),
            [
                (column, "warning", f"“{text}”{COMMA}")
                for column, text in (("overseas_limit", "≤1,000"), ("measured", "1,0"))
            ],
        ),
        (
            row("0.8～0.5", "≤0.8", "0.04～0.02"),
            [
                ("overseas_limit", "warning", "“0.8～0.5”的下限高于上限，请核对。"),
                ("measured", "warning", "“0.04～0.02”的下限高于上限，请核对。"),
            ],
        ),
        (
            row("未规定", "≥3000", "3000 无异常", unit="次"),
            [
                (
                    "measured",
                    "note",
                    "系统读不出“3000 无异常”的数值，无法自动比较；请尽可能写成“0.02”“<0.05”或“未检出”。",
                )
            ],
        ),
        (
            row("长" * 40, "不得检出", "未检出"),
            [
                (
                    "overseas_limit",
                    "note",
                    f"系统读不出“{'长' * 30}…”的数值，无法自动比较；请尽可能写成“≤0.5”“0.1～0.5”或“不得检出”。",
                )
            ],
        ),
        (
            row("≤0.5 mg/L", "≤0.8", "0.02", unit=""),
            [("unit", "warning", "各数值的单位不一致，请在“单位”中填写统一的单位。")],
        ),
    ],
)
def test_remarks_on_a_row(typed: dict[str, str], remarks: list[tuple[str, str, str]]) -> None:
    found = comparison_row(typed).remarks

    assert [(remark.subject, remark.weight.value, str(remark.message)) for remark in found] == remarks


def test_a_row_has_its_stricter_side_and_verdict() -> None:
    found = comparison_row(row("≤0.25", "≤0.07", "<0.005"))

    assert (found.stricter, found.verdict.overall) == ("domestic", WITHIN)


VALUES = st.decimals(-100, 100, places=2)
LIMITS = st.one_of(
    st.builds("{}{}".format, st.sampled_from(["≤", "<", "≥", ">"]), VALUES),
    st.builds("{}～{}".format, VALUES, VALUES),
    st.builds("{}±{}".format, VALUES, st.decimals(0, 10, places=1)),
    st.builds("不得检出（<{}）".format, st.decimals("0.01", 10, places=2)),
    st.sampled_from(["不得检出", "未规定", "0.5", "不得脱落", "≤0.5 mg/L", "—"]),
)
MIRROR = {"overseas": "domestic", "domestic": "overseas", "equal": "equal", None: None}


@given(LIMITS, LIMITS)
def test_strictness_does_not_depend_on_the_order(one: str, other: str) -> None:
    first, second = read_limit(one), read_limit(other)

    assert stricter(second, first) == MIRROR[stricter(first, second)]
    assert stricter(first, first) == "equal"


@given(LIMITS, LIMITS, VALUES)
def test_what_the_stricter_limit_allows_the_other_allows_too(one: str, other: str, value: Decimal) -> None:
    overseas, domestic = read_limit(one), read_limit(other)
    verdict = judge(read_measured(f"{abs(value)}"), overseas, domestic)
    which = stricter(overseas, domestic)

    if which == "overseas":
        assert not (verdict.overseas is WITHIN and verdict.domestic is OUTSIDE)
    if which == "equal":
        assert verdict.overseas is verdict.domestic


@given(VALUES, VALUES, VALUES, VALUES, st.tuples(st.booleans(), st.booleans()), st.tuples(st.booleans(), st.booleans()))
def test_intervals(  # noqa: PLR0917
    a: Decimal, b: Decimal, c: Decimal, d: Decimal, opens: tuple[bool, bool], other_opens: tuple[bool, bool]
) -> None:
    one, other = Interval(*sorted((a, b)), *opens), Interval(*sorted((c, d)), *other_opens)
    common = one.common(other)

    assert common == other.common(one)
    for value in (a, b, c, d, (a + b) / 2, (c + d) / 2):
        point = Interval(value, value)
        assert common.contains(point) == (one.contains(point) and other.contains(point))
    if not common.is_empty:
        assert one.contains(common)
        assert one.contains(other) == (common == other)
    assert not (one.reaches_above(other) and other.reaches_above(one))


@given(st.dictionaries(st.sampled_from([*row("", "", ""), "other"]), ANY_TEXT | MARKS | LIMITS))
def test_no_row_is_too_much(typed: dict[str, str]) -> None:
    found = comparison_row(typed)

    assert found.stricter in MIRROR
    for remark in found.remarks:
        assert remark.weight in Weight
        assert len(str(remark.message)) < 150
