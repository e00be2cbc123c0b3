from collections.abc import Callable

import pytest

from registry.domain.errors import InvalidValue
from registry.domain.identifiers import (
    check_approval_no,
    check_cma_no,
    check_cnas_no,
    check_customs_no,
    check_foreign_certificate_no,
    cma_warnings,
    normalise_foreign_certificate_no,
)


@pytest.mark.parametrize(
    ("check", "raw", "number"),
    [
        (check_cma_no, "CMA 1611 0034 1234", "161100341234"),
        (check_cma_no, "１６１１００３４１２３４", "161100341234"),
        (check_cnas_no, "CNAS L0290", "L0290"),
        (check_cnas_no, "No.CNAS L12345", "L12345"),
        (check_cnas_no, "l0290", "L0290"),
        (check_customs_no, "3304 9601 23", "3304960123"),
        (check_customs_no, "3301961q43", "3301961Q43"),
        (check_foreign_certificate_no, "00114E22766R2L/3502", "00114E22766R2L/3502"),
        (check_foreign_certificate_no, " 1235–1998-ae-RGC rva", "1235-1998-AE-RGCRVA"),
        (check_foreign_certificate_no, "R2_130800590SHA-001", "R2_130800590SHA-001"),
        (check_approval_no, "CNCA-R-2002-001", "CNCA-R-2002-001"),
        (check_approval_no, "cnca－rf—2003 – 01", "CNCA-RF-2003-01"),
        (check_approval_no, "CNCAR2024 1364", "CNCA-R-2024-1364"),
    ],
)
def test_right_numbers(check: Callable[[str], str], raw: str, number: str) -> None:
    assert check(raw) == number


@pytest.mark.parametrize(
    ("check", "raw", "message"),
    [
        (check_cma_no, "CMA", "请填写 CMA 资质认定证书编号。"),
        (check_cma_no, "2014190001R", "CMA 资质认定证书编号只能是数字。"),
        (check_cma_no, "16110034123", "CMA 资质认定证书编号应为 12 位数字，现为 11 位。"),
        (check_cnas_no, "CNAS", "请填写 CNAS 认可编号。"),
        (check_cnas_no, "0290", "CNAS 认可编号应为字母 L 加数字，例如 L0290。"),
        (check_cnas_no, "LO290", "CNAS 认可编号应为字母 L 加数字，例如 L0290。"),
        (check_customs_no, "", "请填写海关注册编码。"),
        (check_customs_no, "330496012", "海关注册编码应为 10 位，现为 9 位。"),
        (check_customs_no, "3304960/23", "海关注册编码只能是数字和字母。"),
        (check_customs_no, "33O4960123", "海关注册编码前 4 位是地区代码，只能是数字。"),
        (check_foreign_certificate_no, " / - ", "请填写证书编号。"),
        (check_approval_no, " ", "请填写批准号。"),
        (check_approval_no, "CNCA-Q-2002-001", "批准号应如 CNCA-R-2002-001 或 CNCA-RF-2003-01。"),
        (check_approval_no, "CNCA-R-202-001", "批准号应如 CNCA-R-2002-001 或 CNCA-RF-2003-01。"),
        (check_approval_no, "CNCA-R-2002-001/2", "批准号应如 CNCA-R-2002-001 或 CNCA-RF-2003-01。"),
    ],
)
def test_wrong_numbers(check: Callable[[str], str], raw: str, message: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        check(raw)
    assert str(caught.value) == message


def test_unusual_cma_numbers_are_only_a_warning() -> None:
    assert cma_warnings("161100341234") == ()
    assert [warning.args["code"] for warning in cma_warnings("169999341234")] == ["99", "99"]


def test_foreign_numbers_compare_without_width_case_and_blanks() -> None:
    one = normalise_foreign_certificate_no("００１１４e22766 R2L／3502")
    assert one == normalise_foreign_certificate_no("00114E22766R2L/3502")
    assert one != normalise_foreign_certificate_no("00114E22766R2L3502")
