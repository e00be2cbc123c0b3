"""Numbers of third-party certificates: what can be read out of them, and nothing where nothing can."""

from __future__ import annotations

from datetime import date

import pytest

from registry.domain.certification_numbers import ccc_class, hints

CQC = "CNCA-R-2002-001"


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("2009010702358369", "0702"),
        ("2013 0107 0260 7951", "0702"),
        ("２００９０１０７０２３５８３６９", "0702"),
        ("200901070235836", ""),
        ("1909010702358369", ""),
        ("00114E22766R2L/3502", ""),
        ("", ""),
    ],
)
def test_the_class_of_a_compulsory_certificate(number: str, found: str) -> None:
    assert ccc_class(number) == found


@pytest.mark.parametrize(
    ("number", "approval_number", "issued_on"),
    [
        ("00114E22766R2L/3502", CQC, "2014-12-02"),
        ("00216Q10097R1S", "CNCA-R-2002-002", "2016-05-01"),
        ("10416Q20770R1S", "CNCA-R-2003-104", "2017-05-01"),
        ("00114Q26950R7L／3502", CQC, "2014-12-31"),
        ("2009010702358369", CQC, "2009-01-01"),
        ("002FSMS1300012", "CNCA-R-2002-002", "2013-06-01"),
        ("36424Q00001R0S", "CNCA-R-2024-1364", "2024-06-01"),
        ("R2_130800590SHA-001", "CNCA-RF-2002-07", "2013-06-01"),
        ("1235-1998-AE-RGC-RVA", "CNCA-RF-2003-27", "1998-06-01"),
        ("00114E22766R2L", "CNCA-RF-2002-07", "2014-06-01"),  # How foreign bodies number is not known.
        ("00114E22766R2L", "CNCA-R-2002-07", "2014-06-01"),
        ("00114E22766R2L", "", "2014-06-01"),
        ("2020990702000001", CQC, "2020-06-01"),
    ],
)
def test_published_numbers_contradict_nothing(number: str, approval_number: str, issued_on: str) -> None:
    assert hints(number, approval_number, issued_on=date.fromisoformat(issued_on)) == []


@pytest.mark.parametrize(
    ("number", "approval_number", "message"),
    [
        (
            "00114E22766R2L/3502",
            "CNCA-R-2002-002",
            "证书编号前三位 001 与批准号 CNCA-R-2002-002 的后三位不同，请核对认证机构。",
        ),
        (
            "002 fsms 1300012",
            CQC,
            "证书编号前三位 002 与批准号 CNCA-R-2002-001 的后三位不同，请核对认证机构。",
        ),
        (
            "2009010702358369",
            "CNCA-R-2002-002",
            "证书编号第 5、6 位 01 是 CNCA-R-2002-001 的代码，与所选认证机构不同，请核对。",
        ),
        ("00115E22766R2L", CQC, "证书编号中的年份 2015 晚于颁证日期 2014-06-01，请核对。"),
        ("001HACCP2500771", CQC, "证书编号中的年份 2025 晚于颁证日期 2014-06-01，请核对。"),
        ("2015010702358369", CQC, "证书编号中的年份 2015 晚于颁证日期 2014-06-01，请核对。"),
        ("2009019999358369", CQC, "证书编号第 7 至 10 位 9999 不在已知的强制性认证产品种类中，请核对。"),
    ],
)
def test_what_does_not_go_together_is_told(number: str, approval_number: str, message: str) -> None:
    found = hints(number, approval_number, issued_on=date(2014, 6, 1), ccc_classes={"0702"})
    assert [str(each) for each in found] == [message]


def test_what_is_not_known_is_not_compared() -> None:
    assert hints("2015010702358369", "") == []
    assert hints("00115E22766R2L", CQC) == []
    assert hints("", "") == []
