"""What is accepted as a workbook, and what is told of everything else."""

import io
import json
import struct
import zipfile
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from registry.infrastructure.inspection import (
    CSV,
    WORKBOOK_LIMITS,
    XLSX,
    Inspected,
    Reason,
    RefusedFile,
    child,
    errand,
    filetype,
    inspect_file,
    inspect_workbook,
    judge,
)
from tests.infrastructure.pdf_samples import made_pdf
from tests.infrastructure.workbook_samples import CONTENT_TYPES, ROW, SHEET, made, replaced, rewritten

BAD_INPUTS = Path(__file__).parents[1] / "data" / "bad_inputs" / "handmade"
SAVE_AS = "另存为 .xlsx"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
WORKBOOK_LINKS = "xl/_rels/workbook.xml.rels"
SHEET_LINKS = "xl/worksheets/_rels/sheet1.xml.rels"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where to write a file; its name says nothing."""
    return tmp_path / "upload"


def judged(path: Path, **limits: int) -> Inspected:
    return judge.inspect_workbook(path, replace(WORKBOOK_LIMITS, **limits))


def refusal(path: Path, **limits: int) -> RefusedFile:
    with pytest.raises(RefusedFile) as refused:
        judged(path, **limits)
    return refused.value


def links(*pairs: tuple[str, str], external: bool = False) -> bytes:
    mode = ' TargetMode="External"' if external else ""
    inside = "".join(
        f'<Relationship Id="rId9{number}" Type="{RELATIONSHIPS}/{kind}" Target="{target}"{mode}/>'
        for number, (kind, target) in enumerate(pairs)
    )
    return f'<Relationships xmlns="{PACKAGE}">{inside}</Relationships>'.encode()


def add_link(kind: str, target: str, *, external: bool = False):
    (link,) = links((kind, target), external=external).decode().partition(">")[2].split("</Relationships>")[:1]
    return replaced("</Relationships>", f"{link}</Relationships>")


# Accepted.


def test_a_workbook_is_accepted_whatever_its_name(target: Path) -> None:
    assert judged(made(target, ROW)) == Inspected(media_type=XLSX, size=target.stat().st_size)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_accepted_in_any_encoding(target: Path, encoding: str) -> None:
    target.write_bytes("产品名称,类别\r\n示例瓷碗,一般消费品\r\n".encode(encoding))
    assert judged(target).media_type == CSV


def test_the_whole_way_through_a_child_process(target: Path) -> None:
    made(target, ROW)
    assert inspect_workbook(target).media_type == XLSX
    with pytest.raises(RefusedFile) as refused:
        inspect_file(target)
    assert refused.value.reason == Reason.UNKNOWN_TYPE, "a workbook is no evidence"
    with pytest.raises(RefusedFile) as refused:
        inspect_workbook(made_pdf(target))
    assert refused.value.reason == Reason.NOT_A_WORKBOOK


def test_answer_of_the_child(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errand, "give_up_rights", lambda _limits: None)
    made(target, ROW)
    out = io.BytesIO()
    job = {"task": "inspect_workbook", "path": str(target), "limits": asdict(WORKBOOK_LIMITS)}
    child.main(json.dumps(job), io.BytesIO(), out)
    assert json.loads(out.getvalue())["media_type"] == XLSX


def test_links_that_people_click_are_no_links_to_data(target: Path) -> None:
    rewritten(made(target, ROW), {SHEET_LINKS: links(("hyperlink", "https://example.com"), external=True)})
    assert judged(target).media_type == XLSX


def test_what_programs_add_is_harmless(target: Path) -> None:
    # Printer settings, remarks in VML, folders, and parts without a type.
    parts = {
        "xl/printerSettings/printerSettings1.bin": b"\0\1",
        "xl/drawings/vmlDrawing1.vml": b"<xml>a<br>b</xml>",
        "customXml/": b"",
        "xl/media/image1.png": b"\x89PNG",
        SHEET_LINKS: links(("printerSettings", "../printerSettings/printerSettings1.bin")),
    }
    assert judged(rewritten(made(target, ROW), parts)).media_type == XLSX


# Other kinds of files, each called what it is.


@pytest.mark.parametrize(
    ("content", "reason", "told"),
    [
        (OLE + "Workbook".encode("utf-16-le"), Reason.WORKBOOK_FORMAT, "Excel 或 WPS 表格"),
        (OLE + "Book".encode("utf-16-le"), Reason.WORKBOOK_FORMAT, "Excel 或 WPS 表格"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), Reason.WORKBOOK_ENCRYPTED, "去掉密码"),
        (OLE + "WordDocument".encode("utf-16-le"), Reason.NOT_A_WORKBOOK, "Word 或 WPS 文字文档"),
        (OLE + "PowerPoint Document".encode("utf-16-le"), Reason.NOT_A_WORKBOOK, "演示文稿"),
        (b"<html><table><tr><td>1</td></tr></table></html>", Reason.WORKBOOK_FORMAT, "网页"),
        (b'<?xml version="1.0"?><Workbook/>', Reason.WORKBOOK_FORMAT, "XML 文件"),
        (b"\xff\xd8\xff\xe0", Reason.NOT_A_WORKBOOK, "JPEG 图片"),
        (b"\x89PNG\r\n\x1a\n", Reason.NOT_A_WORKBOOK, "PNG 图片"),
        (b"%PDF-1.7\n", Reason.NOT_A_WORKBOOK, "PDF 文件"),
        ((BAD_INPUTS / "exe_header_named_pdf.pdf").read_bytes(), Reason.NOT_A_WORKBOOK, "可执行程序"),
        (b"\x01\x02\x03\x04", Reason.NOT_A_WORKBOOK, "无法识别"),
        (b"\xff\xff\xff", Reason.NOT_A_WORKBOOK, "无法识别"),
        ("姓名,\x07铃声".encode(), Reason.NOT_A_WORKBOOK, "无法识别"),
        (b"", Reason.EMPTY, "空的"),
    ],
    ids=[
        "xls", "xls95", "encrypted", "doc", "ppt", "html", "xml", "jpeg", "png", "pdf", "exe", "bytes",
        "no_text", "controls", "empty",
    ],
)  # fmt: skip
def test_other_files_are_called_what_they_are(target: Path, content: bytes, reason: Reason, told: str) -> None:
    target.write_bytes(content)
    refused = refusal(target)
    assert refused.reason == reason
    assert told in str(refused)
    assert reason not in {Reason.WORKBOOK_FORMAT, Reason.NOT_A_WORKBOOK} or SAVE_AS in str(refused)


def test_unknown_bytes_without_libmagic(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filetype, "_LIBMAGIC", "libnone.so.0")
    target.write_bytes(OLE)
    assert refusal(target).params == {"found": "无法识别的格式"}


@pytest.mark.parametrize(
    ("parts", "reason", "told"),
    [
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, Reason.WORKBOOK_FORMAT, "（.ods）"),
        ({"Index/Document.iwa": b""}, Reason.WORKBOOK_FORMAT, "Numbers"),
        ({"OFD.xml": b""}, Reason.NOT_A_WORKBOOK, "OFD"),
        ({"photograph.jpg": b""}, Reason.NOT_A_WORKBOOK, "压缩包"),
    ],
    ids=["ods", "numbers", "ofd", "zip"],
)
def test_archives_are_called_what_they_are(target: Path, parts: dict[str, bytes], reason: Reason, told: str) -> None:
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    refused = refusal(target)
    assert (refused.reason, told in str(refused)) == (reason, True)


@pytest.mark.parametrize(
    ("kind", "reason", "told"),
    [
        ("application/vnd.ms-excel.sheet.macroEnabled.main+xml", Reason.WORKBOOK_MACROS, "宏"),
        ("application/vnd.ms-excel.template.macroEnabled.main+xml", Reason.WORKBOOK_MACROS, "宏"),
        ("application/vnd.ms-excel.sheet.binary.macroEnabled.main", Reason.WORKBOOK_FORMAT, "xlsb"),
        (MAIN.replace("sheet.main", "template.main"), Reason.WORKBOOK_FORMAT, "xltx"),
        (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            Reason.NOT_A_WORKBOOK,
            "Word",
        ),
        (
            "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
            Reason.NOT_A_WORKBOOK,
            "PowerPoint",
        ),
        ("", Reason.NOT_A_WORKBOOK, "XML 文件"),
    ],
    ids=["xlsm", "xltm", "xlsb", "xltx", "docx", "pptx", "none"],
)
def test_office_files_are_told_by_their_main_part(target: Path, kind: str, reason: Reason, told: str) -> None:
    rewritten(made(target), {CONTENT_TYPES: replaced(MAIN, kind)})
    refused = refusal(target)
    assert (refused.reason, told in str(refused)) == (reason, True)


def test_the_strict_edition_is_not_read_by_everybody(target: Path) -> None:
    namespaces = (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    rewritten(made(target), {"xl/workbook.xml": replaced(*namespaces)})
    assert refusal(target).reason == Reason.WORKBOOK_FORMAT


# What acts, links or carries.


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"xl/vbaProject.bin": b"x"}, Reason.WORKBOOK_MACROS),
        ({WORKBOOK_LINKS: add_link("xlMacrosheet", "macrosheets/sheet1.xml")}, Reason.WORKBOOK_MACROS),
        ({"xl/macrosheets/sheet1.xml": b"<x/>"}, Reason.WORKBOOK_MACROS),
        (
            {
                CONTENT_TYPES: replaced(
                    "</Types>",
                    '<Override PartName="/xl/a.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
                ),
                "xl/a.bin": b"x",
            },
            Reason.WORKBOOK_MACROS,
        ),
        ({"xl/externalLinks/externalLink1.xml": b"<x/>"}, Reason.WORKBOOK_EXTERNAL),
        ({"xl/connections.xml": b"<x/>"}, Reason.WORKBOOK_EXTERNAL),
        ({WORKBOOK_LINKS: add_link("connections", "elsewhere.xml")}, Reason.WORKBOOK_EXTERNAL),
        ({SHEET_LINKS: links(("queryTable", "../queryTables/q.xml"))}, Reason.WORKBOOK_EXTERNAL),
        ({SHEET_LINKS: links(("image", "https://example.com/a.png"), external=True)}, Reason.WORKBOOK_EXTERNAL),
        ({WORKBOOK_LINKS: add_link("externalLinkPath", "file:///c:/a.xlsx", external=True)}, Reason.WORKBOOK_EXTERNAL),
        ({"xl/embeddings/oleObject1.bin": b"x"}, Reason.WORKBOOK_EMBEDDED),
        ({SHEET_LINKS: links(("oleObject", "../x.bin"))}, Reason.WORKBOOK_EMBEDDED),
        ({SHEET_LINKS: links(("package", "../a.docx"))}, Reason.WORKBOOK_EMBEDDED),
        ({SHEET_LINKS: links(("control", "../activeX/activeX1.xml"))}, Reason.WORKBOOK_EMBEDDED),
        ({"xl/activeX/activeX1.xml": b"<x/>"}, Reason.WORKBOOK_EMBEDDED),
    ],
    ids=[
        "vba", "macro_sheet_link", "macro_sheet", "vba_by_type", "external_link", "connections", "connections_link",
        "query", "linked_picture", "linked_file", "ole", "ole_link", "package", "control", "activex",
    ],
)  # fmt: skip
def test_what_acts_links_or_carries_is_refused(target: Path, parts: dict, reason: Reason) -> None:
    assert refusal(rewritten(made(target, ROW), parts)).reason == reason


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'


@pytest.mark.parametrize(
    "name", [SHEET, "xl/styles.xml", "docProps/app.xml", "xl/new.vml", "xl/new.XML", CONTENT_TYPES, "_rels/.rels"]
)
def test_no_part_may_declare_a_document_type(target: Path, name: str) -> None:
    def change(content: bytes) -> bytes:
        return ENTITIES + (content.partition(b"?>")[2] if content.startswith(b"<?xml") else content)

    made(target, ROW)
    parts = {name: ENTITIES + b"<x/>"} if "new" in name else {name: change}
    assert refusal(rewritten(target, parts)).reason == Reason.WORKBOOK_DAMAGED


def test_a_document_type_behind_a_long_comment_is_found(target: Path) -> None:
    comment = b"<!--" + b" " * 200_000 + b"-->"
    rewritten(made(target, ROW), {"docProps/app.xml": comment + ENTITIES[21:] + b"<x/>"})
    assert refusal(target).reason == Reason.WORKBOOK_DAMAGED


# Archives that lie or unfold.


def test_a_file_that_is_too_large(target: Path) -> None:
    assert refusal(made(target, ROW), max_bytes=1000).params == {"limit": 0}


def test_bombs(target: Path) -> None:
    made(target, ROW)
    rewritten(target, {"xl/big.bin": bytes(3 * 1024**2)})
    assert refusal(target).reason == Reason.WORKBOOK_BOMB, "zeros shrink to a thousandth"
    assert refusal(target, max_ratio=2000, max_stream_bytes=1024**2).reason == Reason.WORKBOOK_BOMB
    assert refusal(target, max_ratio=2000, max_content_bytes=1024**2).reason == Reason.WORKBOOK_BOMB
    assert refusal(target, max_ratio=2000, max_objects=3).reason == Reason.WORKBOOK_BOMB
    assert judged(target, max_ratio=2000).media_type == XLSX


def test_an_entry_that_is_longer_than_it_says(target: Path) -> None:
    made(target, ROW)
    content = target.read_bytes()
    with zipfile.ZipFile(target) as archive:
        info = archive.getinfo("xl/workbook.xml")
    # Both the entry's own header and the directory claim less.
    true, claimed = struct.pack("<LL", info.compress_size, info.file_size), struct.pack("<LL", info.compress_size, 40)
    assert content.count(true) == 2
    target.write_bytes(content.replace(true, claimed))
    assert refusal(target).reason == Reason.WORKBOOK_DAMAGED


@pytest.mark.parametrize("name", ["../xl/a.bin", "/xl/a.bin", "xl\\a.bin", "XL/Workbook.xml", "xl/../a.bin"])
def test_names_that_readers_take_differently(target: Path, name: str) -> None:
    assert refusal(rewritten(made(target, ROW), {name: b"x"})).reason == Reason.WORKBOOK_DAMAGED


def test_packed_in_an_unusual_way(target: Path) -> None:
    made(target, ROW)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/a.bin", b"x")
    assert refusal(target).reason == Reason.WORKBOOK_DAMAGED


def test_a_password_of_the_archive(target: Path) -> None:
    content = bytearray(made(target, ROW).read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + flags] |= 1
    target.write_bytes(content)
    assert refusal(target).reason == Reason.WORKBOOK_ENCRYPTED


@pytest.mark.parametrize("size", [30, 500])
def test_half_a_file(target: Path, size: int) -> None:
    target.write_bytes(made(target, ROW).read_bytes()[:size])
    assert refusal(target).reason == Reason.WORKBOOK_DAMAGED


@pytest.mark.parametrize("kind", [MAIN, MAIN.replace("sheet.main", "template.main")], ids=["workbook", "template"])
def test_two_workbooks_in_one(target: Path, kind: str) -> None:
    second = f'<Override PartName="/xl/second.xml" ContentType="{kind}"/></Types>'
    parts = {CONTENT_TYPES: replaced("</Types>", second), "xl/second.xml": b"<x/>"}
    assert refusal(rewritten(made(target, ROW), parts)).reason == Reason.WORKBOOK_DAMAGED


def test_no_workbook_in_it(target: Path) -> None:
    assert refusal(rewritten(made(target, ROW), {"_rels/.rels": links()})).reason == Reason.WORKBOOK_DAMAGED
    assert refusal(rewritten(made(target, ROW), {"_rels/.rels": None})).reason == Reason.WORKBOOK_DAMAGED


def test_an_index_without_end(target: Path) -> None:
    rewritten(made(target, ROW), {SHEET_LINKS: b"<x>" + b"<y/>" * 1_200_000 + b"</x>"})
    assert refusal(target, max_ratio=10_000).reason == Reason.WORKBOOK_DAMAGED
