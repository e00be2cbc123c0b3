"""The code that says which content a page was printed from."""

from __future__ import annotations

import pytest

from registry.domain.canonical import canonical, digest
from registry.domain.paper_codes import PREFIX, PaperCode, declaration_paper, paper_code, read_paper_code
from tests.documents.paper_samples import IDENTIFICATION, ordinary

SHA256 = "0123456789abcdef" * 4


def test_what_a_code_says() -> None:
    code = paper_code("sm-2026-000123", SHA256)
    assert str(code) == "SANTONG-DECLARATION:SM-2026-000123:0123456789ABCDEF0123456789ABCDEF"
    assert code.check_text == "0123-4567-89AB-CDEF"
    assert read_paper_code(str(code)) == code == PaperCode("SM-2026-000123", SHA256[:32].upper())


@pytest.mark.parametrize("identification", ["1", "DRAFT-7", "A" * 40])
def test_what_may_identify(identification: str) -> None:
    read = read_paper_code(str(paper_code(identification, SHA256)))
    assert read is not None
    assert read.identification == identification


@pytest.mark.parametrize("identification", ["", "-1", "A" * 41, "SM:1", "SM 1", "声明", "SM-1\n"], ids=repr)
def test_what_may_not(identification: str) -> None:
    with pytest.raises(ValueError, match="no paper code"):
        paper_code(identification, SHA256)


@pytest.mark.parametrize("sha256", ["", "0" * 31, "g" * 64])
def test_what_is_no_digest(sha256: str) -> None:
    with pytest.raises(ValueError, match="no paper code"):
        paper_code("SM-1", sha256)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://santong.example.gov.cn/c/K7QX2M9TDW4HP8RC",
        f"{PREFIX}:SM-1:{SHA256[:32]}",  # In small letters.
        f"{PREFIX}:SM-1:{SHA256[:31].upper()}",
        f"{PREFIX}:SM-1:{SHA256[:32].upper()}\n",
        f" {PREFIX}:SM-1:{SHA256[:32].upper()}",
        f"{PREFIX}:SM-1",
    ],
    ids=repr,
)
def test_what_is_none(text: str) -> None:
    assert read_paper_code(text) is None


def test_the_paper_of_a_content() -> None:
    paper = declaration_paper(IDENTIFICATION, ordinary())
    assert {name: value for name, value in paper.items() if name != "paper"} == ordinary()
    assert paper["paper"]["sha256"] == digest(canonical({**ordinary(), "identification": IDENTIFICATION}))
    code = read_paper_code(paper["paper"]["code"])
    assert code is not None
    assert paper["paper"]["sha256"].upper().startswith(code.digits)
    assert paper["paper"]["check_text"] == code.check_text
    assert declaration_paper(IDENTIFICATION, ordinary()) == paper


def test_other_content_has_another_code() -> None:
    codes = {declaration_paper(IDENTIFICATION, ordinary())["paper"]["code"]}
    content = ordinary()
    content["standards"]["comparison"][3]["measured"] += " "
    codes.add(declaration_paper(IDENTIFICATION, content)["paper"]["code"])
    codes.add(declaration_paper("SM-2026-000124", ordinary())["paper"]["code"])
    assert len(codes) == 3


def test_a_specimen_says_nothing_of_the_content() -> None:
    real, made_up = (declaration_paper(IDENTIFICATION, ordinary(), specimen=each)["paper"] for each in (False, True))
    assert real["code"] == made_up["code"]
    assert (real["specimen"], made_up["specimen"]) == (False, True)
