import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.errors import InvalidValue
from registry.domain.identifiers import (
    base_standard_no,
    check_standard_no,
    find_standard,
    normalise_standard_no,
    one_standard_per_line,
    standard_root,
)

with (Path(__file__).parents[1] / "data" / "standard_no_cases.csv").open(encoding="utf-8", newline="") as _file:
    CASES = list(csv.DictReader(_file))
CATALOGUE = (
    "GB/T 12235-1989",
    "GB/T 12235-2007",
    "GB 14748-2006",
    "GB/T 14748-2025",
    "GB/T 8163-2018",
    "ISO 9001:2015",
    "ASTM F963-23",
    "GB 18401-2010",
)


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        # The file writes control characters as escapes.
        (case["input"].replace(r"\t", "\t").replace(r"\n", "\n"), case["expected_normal_form"])
        for case in CASES
        if case["expected_normal_form"] and case["input"] != "GB 12235"
    ],
)
def test_recorded_cases(raw: str, number: str) -> None:
    assert check_standard_no(raw) == number


@pytest.mark.parametrize("case", [case for case in CASES if not case["expected_normal_form"]])
def test_recorded_cases_that_are_in_no_catalogue(case: dict[str, str]) -> None:
    assert find_standard(case["input"], CATALOGUE) is None


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("gb/t8163-2018", "GB/T 8163-2018"),
        ("GB / T 8163 — 2018", "GB/T 8163-2018"),
        ("GB/Z 123-2020", "GB/Z 123-2020"),
        ("GBZ 2.1-2019", "GBZ 2.1-2019"),
        ("GBZ/T 300.1-2017", "GBZ/T 300.1-2017"),
        ("GB/T 9254.1-2021", "GB/T 9254.1-2021"),
        ("FZT 73020-2019", "FZ/T 73020-2019"),
        ("QB/T 1234", "QB/T 1234"),
        ("DB33/T 2034-2017", "DB33/T 2034-2017"),
        ("db3304 / t 12-2020", "DB3304/T 12-2020"),
        ("DB33 123-2020", "DB33 123-2020"),
        ("T/ZZB0123—2019", "T/ZZB 0123-2019"),
        ("Q/ABC 001-99", "Q/ABC 001-1999"),
        ("GB 4706.1-2005/XG1-2014", "GB 4706.1-2005/XG1-2014"),
        ("GB 18401-2010（含第1号修改单）", "GB 18401-2010(含第1号修改单)"),
        ("GB 18401-2010（含（1）号修改单）", "GB 18401-2010(含(1)号修改单)"),
        ("ISO9001：2015", "ISO 9001:2015"),
        ("iso/iec 27001 : 2022", "ISO/IEC 27001:2022"),
        ("IS0/IEC17050-1:2004", "ISO/IEC 17050-1:2004"),
        ("EN71-1:2014+A1:2018", "EN 71-1:2014+A1:2018"),
        ("BS EN ISO12100:2010", "BS EN ISO 12100:2010"),
        ("IEC62368-1", "IEC 62368-1"),
        ("ASTM F963-23", "ASTM F963-23"),
        ("(ec)no.1935/2004", "(EC) 1935/2004"),
        ("Regulation (EU)2016/425", "Regulation (EU) 2016/425"),
        ("欧盟 RoHS 指令 2011/65/EU", "欧盟 RoHS 指令 2011/65/EU"),
        ("GB 150.1~150.4-2011", "GB 150.1~150.4-2011"),
    ],
)
def test_spelling(raw: str, number: str) -> None:
    assert normalise_standard_no(raw) == number


@pytest.mark.parametrize(("raw", "part"), [(" \u200b", "请填写标准编号。"), ("GB/T 8163-2918", "年份 2918 不合理")])
def test_wrong_numbers(raw: str, part: str) -> None:
    with pytest.raises(InvalidValue, match=part):
        check_standard_no(raw)


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("GB 12235", "GB/T 12235-2007"),
        ("GB 12235-89", "GB/T 12235-1989"),
        ("GB/T 14748", "GB/T 14748-2025"),
        ("GB 14748", "GB/T 14748-2025"),
        ("GB/T 14748-2006", "GB 14748-2006"),
        ("ＧＢ／Ｔ 8163-2018", "GB/T 8163-2018"),
        ("iso 9001:2015", "ISO 9001:2015"),
        ("ASTM F963-23", "ASTM F963-23"),
        ("ISO 9001", None),
        ("GB 14748-2020", None),
        ("FZ/T 8163-2018", None),
        ("", None),
    ],
)
def test_find_standard(raw: str, number: str | None) -> None:
    assert find_standard(raw, iter(CATALOGUE)) == number


def test_nature_decides_between_editions_of_one_year() -> None:
    both = ["GB 100-2020", "GB/T 100-2020"]
    assert find_standard("GB/T 100", both) == "GB/T 100-2020"
    assert find_standard("GB 100", reversed(both)) == "GB 100-2020"


@given(st.text() | st.from_regex(r"\A(GB|ISO|IS0|T/AB|DB33)[/ T]*[0-9.]{1,6}[-: ]{0,3}[0-9]{0,4}( ?\(.{0,3}\))?\Z"))
def test_normalising_twice_changes_nothing_more(raw: str) -> None:
    once = normalise_standard_no(raw)
    assert normalise_standard_no(once) == once


@pytest.mark.parametrize(
    ("raw", "base", "root"),
    [
        ("gb／t 8163—2018", "GB/T 8163-2018", "GB 8163"),
        ("GB 12235", "GB 12235", "GB 12235"),
        ("GB 4706.1-2005/XG1-2014", "GB 4706.1-2005", "GB 4706.1"),
        ("GB 18401-2010（含第1号修改单）", "GB 18401-2010", "GB 18401"),
        ("T/ZZB0123—2019", "T/ZZB 0123-2019", "T/ZZB 0123"),
        ("iso9001：2015", "ISO 9001:2015", ""),
        (" ", "", ""),
    ],
)
def test_what_editions_have_in_common(raw: str, base: str, root: str) -> None:
    assert (base_standard_no(raw), standard_root(raw)) == (base, root)


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("ISO 7086-1 / ISO 7086-2", ["ISO 7086-1", "ISO 7086-2"]),
        ("ISO 7086-1/ISO 7086-2", ["ISO 7086-1", "ISO 7086-2"]),
        ("GB 4806.5-2016、GB 4806.1—2016", ["GB 4806.5-2016", "GB 4806.1-2016"]),
        ("gb4806.5-2016，gb/t8163-2018；FZ/T 73020-2019", ["GB 4806.5-2016", "GB/T 8163-2018", "FZ/T 73020-2019"]),
        ("GB 4806.5-2016 GB 4806.1-2016\tGB 9685", ["GB 4806.5-2016", "GB 4806.1-2016", "GB 9685"]),
        ("GB 18401-2010(含修改单)、GB 31701-2015(试行)", ["GB 18401-2010(含修改单)", "GB 31701-2015(试行)"]),
        ("EN 71-1:2014+A1:2018, EN 71-3 ASTM F963-23", ["EN 71-1:2014+A1:2018", "EN 71-3", "ASTM F963-23"]),
        ("DIN EN ISO 12100:2010；UL 62368-1", ["DIN EN ISO 12100:2010", "UL 62368-1"]),
        ("(EU)No 10/2011 / (EC) 1935/2004、21 CFR 177.1520", ["(EU) 10/2011", "(EC) 1935/2004", "21 CFR 177.1520"]),
        ("GB 4806.5-2016\n\nISO 7086-1 ISO 7086-2\n", ["GB 4806.5-2016", "", "ISO 7086-1", "ISO 7086-2"]),
        # Kept as typed:
        (" gb 4806.5-2016 ", [" gb 4806.5-2016 "]),
        ("GB 4706.1-2005/XG1-2014", ["GB 4706.1-2005/XG1-2014"]),
        ("IEC 62133-2:2017/AMD1:2021", ["IEC 62133-2:2017/AMD1:2021"]),
        ("ISO/IEC 17025", ["ISO/IEC 17025"]),
        ("GB 6675.1~6675.4-2014", ["GB 6675.1~6675.4-2014"]),
        ("GB 6675.1、6675.2-2014", ["GB 6675.1、6675.2-2014"]),
        ("GB 4806.5-2016 玻璃制品", ["GB 4806.5-2016 玻璃制品"]),
        ("GB 50016 2014", ["GB 50016 2014"]),
        ("REACH (EC) 1907/2006 Annex XVII", ["REACH (EC) 1907/2006 Annex XVII"]),
        ("GB 4806.5-2016、", ["GB 4806.5-2016、"]),
        ("", []),
    ],
)
def test_one_standard_per_line(typed: str, lines: list[str]) -> None:
    assert one_standard_per_line(typed) == "\n".join(lines)


NUMBERS = st.sampled_from(
    ["GB 4806.5-2016", "GB/T 8163-2018", "FZ/T 73020", "T/ZZB 0123-2019", "ISO 7086-1", "EN 71-3:2019+A1:2021"]
)


@given(st.lists(NUMBERS, min_size=2), st.sampled_from(["、", "，", ",", "；", ";", " ", "　", "\t", " / ", "／"]))
def test_any_list_of_numbers_is_taken_apart(numbers: list[str], between: str) -> None:
    assert one_standard_per_line(between.join(numbers)) == "\n".join(numbers)


@given(st.text() | st.text("GBT/ISO0123456789.-: 、,;()\n"))
def test_taking_apart_twice_changes_nothing_more(text: str) -> None:
    once = one_standard_per_line(text)
    assert one_standard_per_line(once) == once
