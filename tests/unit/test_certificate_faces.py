"""Which facts stand on the face of a certificate, and in which order they leave it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from registry.domain.certificate_faces import arrangements
from tests.documents import certification_samples, samples

if TYPE_CHECKING:
    from registry.domain.certificate_faces import Face
    from registry.domain.documents import CertificationDocument, DeclarationDocument


def faces(document: DeclarationDocument | CertificationDocument) -> list[Face]:
    return [way["face"] for way in arrangements(document)]


def moved(face: Face) -> dict[str, str]:
    """What the face says of each part that an annex has whole."""
    return {name: part["short"] for name, part in face["parts"].items() if part["short"]}


def test_the_roomiest_comes_first_and_the_densest_last() -> None:
    first, second, *others, last = faces(samples.ordinary())
    assert (first["density"], second["density"], last["density"]) == ("roomy", "close", "dense")
    assert moved(first) == moved(second) == {}
    assert first["annexes"] == {"comparison": "一", "reports": "二"}
    taken_off = [len(moved(face)) for face in others]
    assert taken_off == sorted(taken_off)
    assert moved(last) == {"variants": "共 2 种，见附表二", "statement": "声明全文见附表一。"}
    assert last["annexes"] == {"continued": "一", "variants": "二", "comparison": "三", "reports": "四"}


def test_the_longest_leaves_first_and_names_after_others() -> None:
    document = samples.ordinary()
    document["product"]["variants"] = []
    document["product"]["name"] = "杯" * 200
    document["standards"]["overseas"] = [f"EN {number}:2012" for number in range(12130, 12160)]
    document["statement"]["limits"] = "限" * 120
    order: list[str] = []
    for face in faces(document):
        order += [name for name in moved(face) if name not in order]
    # Five lines won; three; five, of which a name's count half; one.
    assert order == ["overseas", "limits", "product", "statement"]


def test_what_the_face_says_in_its_place() -> None:
    document = samples.ordinary()
    document["product"]["name"] = "高硼硅玻璃杯" * 20
    document["product"]["name_en"] = "Borosilicate glass tumbler with a lid of bamboo " * 4
    document["enterprise"]["name_en"] = "B" * 200
    document["production"]["manufacturer"] = "Glassware " * 15
    document["standards"]["markets"] = ["德国", "法国"] * 30
    document["standards"]["overseas"] = [f"EN {number}:2012" for number in range(12130, 12160)]
    document["standards"]["domestic"] = ["一个名称很长、写不进一行的团体标准"] * 30
    document["production"]["factory_address"] = "示例路" * 40
    said = moved(faces(document)[-1])
    assert said["product"] == "高硼硅玻璃杯" * 6 + "……（全文见附表一）"
    assert said["product_en"] == "Borosilicate glass tumbler with a lid of……（全文见附表一）"
    assert said["enterprise_en"] == "B" * 44 + "……（全文见附表一）"
    assert said["manufacturer"] == ("Glassware " * 7).rstrip() + "……（全文见附表一）"
    assert said["markets"] == "德国等 60 个，见附表一"
    assert said["overseas"] == "EN 12130:2012 等 30 项，见附表一"
    assert said["domestic"] == "共 30 项，见附表一"
    assert said["factory_address"] == "见附表一"


def test_many_variants_are_a_table_from_the_beginning() -> None:
    document = samples.shortest()
    document["product"]["variants"] = samples.variants(5)
    assert {tuple(moved(face).items()) for face in faces(document)} >= {(("variants", "共 5 种，见附表一"),)}
    assert all(face["annexes"]["variants"] in "一二" for face in faces(document))
    document["product"]["variants"] = samples.variants(4)
    first, *_ = faces(document)
    assert first["annexes"] == {}
    assert first["parts"]["variants"]["values"][0] == "300 mL 双层带木盖（6901234500000）"


@pytest.mark.parametrize("document", [samples.fullest(), certification_samples.fullest()], ids=["long", "third-party"])
def test_what_can_never_fit_is_not_tried(document: DeclarationDocument | CertificationDocument) -> None:
    found = faces(document)
    assert len(moved(found[0])) > 5
    assert len(found) < 2 * len(found[0]["parts"])


def test_a_third_partys_certification_has_its_own_parts() -> None:
    document = certification_samples.ordinary()
    document["parties"] *= 3
    document["certification"]["standards"] *= 20
    last = faces(document)[-1]
    said = moved(last)
    assert said["parties"] == "见附表一"
    assert said["standards"] == "GB 4806.5-2016 等 40 项，见附表一"
    assert last["parts"]["parties"]["values"][0].startswith("认证委托人、生产者、生产企业：海宁晶彩玻璃制品有限公司，")
    assert last["annexes"] == {"continued": "一", "variants": "二"}
