from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from registry.domain.enterprise import CODE_FIELD, FIELDS
from registry.domain.errors import InvalidFields
from registry.domain.requirements import Facts, validated
from registry.models import Area, Enterprise

FACTS = Facts(date(2026, 3, 18), {"area": frozenset({"330481"}), "industry": frozenset({"30"})})
FIRM = {
    "uscc": "９１３３０４１１ T00063280M",
    "name": " 海宁虚构玻璃制品（集团）有限公司 ",
    "area": "330481",
    "address": "示例路 1 号",
    "industry": "30",
    "contact_name": "测试联系人",
    "contact_phone": "0573-55500001",
}


def wrong(**changes: Any) -> set[str]:
    with pytest.raises(InvalidFields) as caught:
        validated((CODE_FIELD, *FIELDS), FIRM | changes, FACTS)
    return set(caught.value.fields)


def test_normal_form() -> None:
    normal = validated((CODE_FIELD, *FIELDS), FIRM | {"founded_on": "20080808", "customs_code": "3304 912 345"}, FACTS)
    assert normal["uscc"] == "91330411T00063280M"
    assert normal["name"] == "海宁虚构玻璃制品（集团）有限公司"
    assert normal["founded_on"] == "2008-08-08"
    assert normal["customs_code"] == "3304912345"
    assert normal["name_en"] == ""


def test_all_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(InvalidFields) as caught:
        validated((CODE_FIELD, *FIELDS), {}, FACTS)
    assert list(caught.value.fields) == ["uscc", "name", "area", "address", "industry", "contact_name", "contact_phone"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("uscc", "91330411T00063280N"),
        ("area", "330421"),
        ("industry", "A"),
        ("founded_on", "2026-03-19"),
        ("founded_on", "2008-02-30"),
        ("customs_code", "12345"),
        ("contact_phone", "12"),
        ("name", "长" * 201),
        ("name", "\u200b\u3000"),
    ],
)
def test_each_rule(field: str, value: str) -> None:
    assert wrong(**{field: value}) == {field}


@pytest.mark.parametrize(
    ("areas", "address"),
    [
        (["浙江省", "嘉兴市", "海宁市"], "浙江省嘉兴市海宁市示例路 1 号"),
        (["北京市", "北京市", "东城区"], "北京市东城区示例路 1 号"),
        (["浙江省"], "浙江省示例路 1 号"),
    ],
)
def test_the_address_as_an_envelope_has_it(areas: list[str], address: str) -> None:
    area = None
    for name in areas:
        area = Area(name=name, parent=area)
    assert Enterprise(area=area, address="示例路 1 号").full_address == address
