"""Rules for a third party's certificate: on the edge of each, what is a problem and what only a warning."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from registry.domain.certification_rules import FiledCertificate, findings, validity_of
from registry.domain.validity import DisplayedState

TODAY = date(2026, 3, 18)
RIGHT = FiledCertificate(
    number="90125Q00001R0M",
    approval_number="CNCA-R-9999-901",
    body_state=DisplayedState.VALID,
    in_scope=True,
    first_issued_on=date(2022, 3, 1),
    issued_on=date(2025, 3, 1),
    expires_on=date(2028, 2, 29),
)


def told(**changes: Any) -> list[tuple[str, str, str]]:
    found = findings(replace(RIGHT, **changes), TODAY)
    return [(finding.kind, finding.field, str(finding.message)) for finding in found]


def test_a_right_certificate_gives_no_cause() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (DisplayedState.NOT_YET_VALID, "颁证时（2025-03-01）认证机构尚未获得批准。"),
        (DisplayedState.SUSPENDED, "颁证时（2025-03-01）认证机构的批准处于暂停期间。"),
        (DisplayedState.REVOKED, "颁证时（2025-03-01）认证机构的批准已被撤销。"),
        (DisplayedState.WITHDRAWN, "颁证时（2025-03-01）认证机构的批准已注销。"),
        (DisplayedState.EXPIRED, "颁证时（2025-03-01）认证机构的批准已过有效期。"),
    ],
)
def test_a_body_that_was_not_approved_on_the_day_is_a_problem(state: DisplayedState, message: str) -> None:
    assert told(body_state=state) == [("problem", "body", message)]


def test_a_body_that_is_not_in_the_register_is_for_a_reviewer() -> None:
    message = "认证机构不在本平台的名录中，请到国家认监委网站核对其批准资格。"
    assert told(body_state=None, in_scope=None, approval_number="") == [("warning", "body", message)]


def test_the_project_has_to_be_in_the_bodys_scope() -> None:
    assert told(in_scope=False) == [("problem", "project", "颁证时认证项目不在认证机构获批的认证领域内。")]
    message = "不能自动判断认证项目是否在认证机构获批的领域内，请人工核对。"
    assert told(in_scope=None) == [("review", "project", message)]
    assert told(in_scope=None, project_told=False) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"first_issued_on": date(2025, 3, 1)}, []),
        ({"first_issued_on": date(2025, 3, 2)}, [("problem", "first_issued_on")]),
        ({"issued_on": TODAY}, []),
        ({"issued_on": TODAY + timedelta(days=1)}, [("problem", "issued_on")]),
        ({"expires_on": date(2025, 2, 28)}, [("problem", "expires_on")]),
        ({"expires_on": TODAY - timedelta(days=1)}, [("problem", "expires_on")]),
        ({"expires_on": TODAY}, [("warning", "expires_on")]),
        ({"expires_on": TODAY + timedelta(days=60)}, [("warning", "expires_on")]),
        ({"expires_on": TODAY + timedelta(days=61)}, []),
        ({"first_issued_on": None}, []),
        ({"issued_on": None}, []),
        ({"issued_on": None, "body_state": DisplayedState.REVOKED}, []),
        ({"issued_on": None, "expires_on": date(2020, 1, 1)}, [("problem", "expires_on")]),
        ({"expires_on": None}, []),
    ],
)
def test_dates_are_in_order(changes: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert [each[:2] for each in told(**changes)] == found


def test_messages_say_what_the_dates_are() -> None:
    assert told(expires_on=date(2025, 2, 28))[0][2] == "有效期不能早于颁证日期。"
    assert told(expires_on=date(2026, 3, 17))[0][2] == "认证证书已于 2026-03-17 到期。"
    assert told(expires_on=date(2026, 4, 1))[0][2] == "认证证书还有 14 天到期，备案凭证届时一并到期。"


def test_a_certificate_stays_with_one_firm() -> None:
    message = "这张证书已由另一家企业备案。确属申报企业的，请与审核机关联系；那份备案凭证注销或撤销后即可办理。"
    assert told(used_by_other=True) == [("problem", "number", message)]


FIRM = ("海宁虚构玻璃制品（集团）有限公司", "Haining Fictional Glass Co., Ltd.", "海宁虚构玻璃厂")


@pytest.mark.parametrize(
    ("parties", "is_named"),
    [
        (("甲公司", "乙公司", "海宁虚构玻璃制品(集团) 有限公司"), True),  # Brackets and blanks do not count.
        (("HAINING FICTIONAL GLASS CO.,LTD.", "乙公司", "丙公司"), True),
        (("甲公司", "海宁虚构玻璃厂", "丙公司"), True),  # As it was called before.
        (("", "", ""), True),  # Nobody is named yet, which is told at the fields.
        (("甲公司", "", ""), False),
        (("嘉善虚构纺织有限公司",) * 3, False),
    ],
)
def test_the_firm_should_stand_on_the_certificate(parties: tuple[str, ...], is_named: bool) -> None:
    found = told(party_names=parties, firm_names=FIRM)
    if is_named:
        assert found == []
    else:
        [(kind, field, message)] = found
        assert (kind, field) == ("review", "applicant_name")
        assert f"都不是申报企业（{FIRM[0]}，含曾用名）" in message


def test_hints_in_the_number_are_warnings() -> None:
    assert [each[:2] for each in told(number="00125Q00001R0M")] == [("warning", "number")]
    assert [each[:2] for each in told(ccc_number="2025019999000001", ccc_classes=frozenset({"0702"}))] == [
        ("warning", "ccc_number")
    ]
    assert told(ccc_number="2025010702000001", ccc_classes=frozenset({"0702"})) == []


@pytest.mark.parametrize(
    ("names", "text", "covered", "found"),
    [
        (("玻璃杯",), "", None, []),
        (("玻璃 杯",), "生产高硼硅玻璃杯", None, []),
        (("玻璃杯", "陶瓷碗"), "生产玻璃杯", None, [("warning", "products")]),
        (("玻璃杯", "陶瓷碗"), "生产玻璃杯", True, []),
        (("玻璃杯",), "生产玻璃杯", False, [("problem", "products")]),
    ],
)
def test_products_are_looked_for_in_the_scope(
    names: tuple[str, ...], text: str, covered: bool | None, found: list[tuple[str, str]]
) -> None:
    told_now = told(product_names=names, scope_text=text, product_covered=covered)
    assert [each[:2] for each in told_now] == found
    assert all("玻璃杯" not in each[2] for each in told_now)


def test_everything_is_told_in_the_order_of_the_form() -> None:
    fields = [
        each[1]
        for each in told(
            body_state=DisplayedState.EXPIRED,
            used_by_other=True,
            in_scope=False,
            first_issued_on=TODAY,
            expires_on=date(2025, 12, 31),
            product_covered=False,
        )
    ]
    assert fields == ["body", "number", "project", "first_issued_on", "expires_on", "products"]


def test_ours_ends_with_theirs_or_before() -> None:
    assert validity_of(date(2027, 1, 1), date(2026, 6, 1)) == date(2026, 6, 1)
    assert validity_of(date(2026, 6, 1), date(2027, 1, 1)) == date(2026, 6, 1)
