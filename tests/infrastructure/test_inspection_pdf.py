import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from registry.infrastructure.inspection import Inspected, Limits, Reason, RefusedFile, judge
from tests.infrastructure.pdf_samples import (
    PAGE_TREE,
    link,
    made_pdf,
    raw_pdf,
    raw_pdf_with_streams,
    stream_object,
)

BAD_INPUTS = Path(__file__).parents[1] / "data" / "bad_inputs"
MIB = 1024 * 1024
LIMITS = Limits()

ACCEPTED = None
# Each file with the verdict it must get, and why where the name does not say it.
VERDICTS: dict[str, Reason | None] = {
    "handmade/exe_header_named_pdf.pdf": Reason.UNKNOWN_TYPE,
    "handmade/flate_bomb_64MiB.pdf": Reason.PDF_BOMB,
    "handmade/header_only.pdf": Reason.PDF_DAMAGED,
    "handmade/huge_mediabox.pdf": Reason.PDF_PAGE_TOO_LARGE,
    "handmade/js_hex_name.pdf": Reason.PDF_SCRIPT,
    "handmade/js_openaction_alert.pdf": Reason.PDF_SCRIPT,
    "handmade/junk_900_bytes_before_header.pdf": Reason.LEADING_DATA,
    "handmade/polyglot_pdf_zip.pdf": Reason.TRAILING_DATA,
    "handmade/trailing_html.pdf": Reason.TRAILING_DATA,
    "handmade/uri_openaction.pdf": Reason.PDF_EXTERNAL_ACTION,
    "handmade/zero_bytes.pdf": Reason.EMPTY,
    "handmade/zip_named_pdf.pdf": Reason.UNKNOWN_TYPE,
    # The key's length is misspelt; qpdf guesses it, and readers that take the default cannot open the file.
    "pdf_qpdf/bad-encryption-length.pdf": Reason.PDF_DAMAGED,
    # A stray word stands before the last “startxref”, which itself is right.
    "pdf_qpdf/bad-token-startxref.pdf": ACCEPTED,
    "pdf_qpdf/bad1.pdf": Reason.UNKNOWN_TYPE,
    "pdf_qpdf/bad11.pdf": Reason.PDF_DAMAGED,  # Its second revision does not find the first.
    "pdf_qpdf/bad13.pdf": Reason.PDF_DAMAGED,  # Trailers that make no sense, from here…
    "pdf_qpdf/bad15.pdf": Reason.PDF_DAMAGED,
    "pdf_qpdf/bad17.pdf": Reason.PDF_DAMAGED,
    "pdf_qpdf/bad19.pdf": Reason.PDF_DAMAGED,
    "pdf_qpdf/bad20.pdf": Reason.PDF_DAMAGED,  # … to here.
    "pdf_qpdf/bad22.pdf": Reason.PDF_DAMAGED,  # Content without its length, or with a wrong one: two files.
    "pdf_qpdf/bad24.pdf": Reason.PDF_DAMAGED,
    "pdf_qpdf/bad26.pdf": Reason.PDF_DAMAGED,  # The table points beside the object.
    "pdf_qpdf/bad28.pdf": Reason.PDF_DAMAGED,  # An object without an end.
    "pdf_qpdf/bad3.pdf": Reason.PDF_DAMAGED,  # The table is not where it should be, as in bad33 and bad8.
    "pdf_qpdf/bad31.pdf": Reason.PDF_DAMAGED,  # Filters that do not exist.
    "pdf_qpdf/bad33.pdf": Reason.PDF_DAMAGED,
    "pdf_qpdf/bad35.pdf": Reason.PDF_DAMAGED,  # An object stream that is none.
    # White space before the table, which all readers skip.
    "pdf_qpdf/bad37.pdf": ACCEPTED,
    "pdf_qpdf/bad4.pdf": Reason.PDF_DAMAGED,
    "pdf_qpdf/bad6.pdf": Reason.PDF_DAMAGED,
    "pdf_qpdf/bad8.pdf": Reason.PDF_DAMAGED,
    "pdf_qpdf/broken-lzw.pdf": Reason.PDF_DAMAGED,
    "pdf_qpdf/dangling-bad-xref.pdf": Reason.PDF_DAMAGED,
    "pdf_qpdf/encrypted-40-bit-R3.pdf": Reason.PDF_ENCRYPTED,
    "pdf_qpdf/fuzz-16214.pdf": Reason.UNKNOWN_TYPE,  # No header at all.
    "pdf_qpdf/invalid-id-xref.pdf": Reason.PDF_DAMAGED,  # Encrypted without the identifier that this takes.
    "pdf_qpdf/issue-101.pdf": Reason.PDF_DAMAGED,
    "pdf_qpdf/issue-117.pdf": Reason.PDF_DAMAGED,
    "pdf_qpdf/issue-120.pdf": Reason.PDF_DAMAGED,
    "pdf_qpdf/issue-141b.pdf": Reason.PDF_DAMAGED,
    "pdf_qpdf/issue-146.pdf": Reason.PDF_DAMAGED,
    "pdf_qpdf/issue-148.pdf": Reason.UNKNOWN_TYPE,
    "pdf_qpdf/issue-150.pdf": Reason.UNKNOWN_TYPE,
    "pdf_qpdf/issue-335a.pdf": Reason.UNKNOWN_TYPE,
    "pdf_qpdf/issue-449.pdf": Reason.PDF_DAMAGED,  # Pages without a size, as in page-no-content.
    "pdf_qpdf/issue-99b.pdf": Reason.PDF_DAMAGED,
    # An empty page is a page (table 30: Contents is optional); the reviewer will see it.
    "pdf_qpdf/no-contents.pdf": ACCEPTED,
    # Table entries of 19 bytes instead of 20: common, and read by everybody.
    "pdf_qpdf/no-space-in-xref.pdf": ACCEPTED,
    "pdf_qpdf/page-no-content.pdf": Reason.PDF_DAMAGED,
    "pdf_qpdf/short-O-U.pdf": Reason.PDF_ENCRYPTED,
    "pdf_qpdf/xref-errors.pdf": Reason.PDF_DAMAGED,  # Entries with misplaced blanks; readers differ here.
    # An unused object at offset 0, “a common error handled correctly by most other applications” (qpdf).
    "pdf_qpdf/zero-offset.pdf": ACCEPTED,
}


def verdict(path: Path, limits: Limits = LIMITS) -> Reason | None:
    try:
        judge.inspect(path, limits)
    except RefusedFile as refusal:
        return refusal.reason
    return ACCEPTED


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "upload"


def verdict_on(target: Path, content: bytes, limits: Limits = LIMITS) -> Reason | None:
    target.write_bytes(content)
    return verdict(target, limits)


def test_every_bad_pdf_has_a_verdict() -> None:
    assert VERDICTS.keys() == {str(each.relative_to(BAD_INPUTS)) for each in BAD_INPUTS.rglob("*.pdf")}


@pytest.mark.parametrize(("name", "expected"), VERDICTS.items())
def test_bad_inputs(name: str, expected: Reason | None) -> None:
    assert verdict(BAD_INPUTS / name) == expected


# What must be accepted.


def test_a_plain_pdf_is_described(target: Path) -> None:
    made_pdf(target, lambda pdf: pdf.add_blank_page())
    size = target.stat().st_size
    assert judge.inspect(target, LIMITS) == Inspected(media_type="application/pdf", size=size, pages=2)


def test_a_pdf_by_weasyprint_is_accepted(target: Path) -> None:
    weasyprint = pytest.importorskip("weasyprint")
    links = "<a href='https://www.example.com/a?b=1'>标准</a>，<a href='#x'>目录</a>"
    html = f"<h1>三同</h1><p>见 {links}</p><h2 id=x>甲</h2>"
    weasyprint.HTML(string=html).write_pdf(target, pdf_variant="pdf/ua-1")
    assert verdict(target) is ACCEPTED


@pytest.mark.parametrize("mode", list(pikepdf.ObjectStreamMode.__members__.values()))
@pytest.mark.parametrize("linearize", [False, True])
def test_every_way_to_save_is_accepted(target: Path, mode: pikepdf.ObjectStreamMode, linearize: bool) -> None:
    assert verdict(made_pdf(target, object_stream_mode=mode, linearize=linearize)) is ACCEPTED


def test_a_second_revision_is_accepted(target: Path) -> None:
    # A signature is appended like this, behind the first end of the file (7.5.6).
    first = raw_pdf(PAGE_TREE)
    start = len(first) + len(b"1 0 obj\n\nendobj\n") + len(PAGE_TREE[1])
    second = b"1 0 obj\n%s\nendobj\nxref\n1 1\n%010d 00000 n \n" % (PAGE_TREE[1], len(first))
    previous = first.rindex(b"xref\n0 ")
    second += b"trailer\n<</Size 4/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (previous, start)
    assert verdict_on(target, first + second) is ACCEPTED


@pytest.mark.parametrize("padding", [b"", b"\r\n\r\n", b"\0" * 500, b" \t\f\n"])
def test_white_space_at_the_end_is_accepted(target: Path, padding: bytes) -> None:
    assert verdict_on(target, raw_pdf(PAGE_TREE).rstrip() + padding) is ACCEPTED


def test_more_white_space_than_readers_search_through_is_damage(target: Path) -> None:
    # Readers look for the end in the last 1,024 bytes (implementation note 18 of PDF Reference 1.7).
    assert verdict_on(target, raw_pdf(PAGE_TREE) + b"\0" * 5000) == Reason.PDF_DAMAGED


def with_link(address: str | bytes) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link(address))])

    return change


@pytest.mark.parametrize(
    "address",
    [
        "https://www.example.com/report?id=1#x",
        "HTTP://EXAMPLE.COM",
        "www.example.com:8080/a",
        "mailto:lab@example.com",
        "tel:+86-573-1234567",
        "/relative",
        "检测.中国".encode("utf-16"),
    ],
)
def test_links_to_click_are_accepted(target: Path, address: str | bytes) -> None:
    assert verdict(made_pdf(target, with_link(address))) is ACCEPTED


def names_that_only_look_dangerous(pdf: Pdf) -> None:
    """Resources, glyphs and destinations may have any name (7.8.3); what counts is what is behind it."""
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    fonts = {"/JS": font, "/EF": font, "/AA": font, "/URI": font, "/XFA": font, "/Launch": font}
    pdf.pages[0].obj.Resources = Dictionary(Font=Dictionary(fonts))
    glyphs = Dictionary({"/AA": Stream(pdf, b""), "/Collection": Stream(pdf, b"")})
    pdf.Root.Odd = pdf.make_indirect(Dictionary(CharProcs=glyphs, S=String("JavaScript"), Subtype=1, Type=1))


def harmless_actions(pdf: Pdf) -> None:
    page = pdf.pages[0].obj
    go = Dictionary(S=Name.GoTo, D=Array([page, Name.Fit]), Next=Array([Dictionary(S=Name.Named, N=Name.NextPage)]))
    pdf.Root.OpenAction = go
    page.AA = Dictionary(O=Dictionary(S=Name.GoTo, D=Array([page, Name.Fit])), Odd=1)


def opens_at_a_page(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.XYZ, 0, 842, 1])


def a_form(pdf: Pdf) -> None:
    field = Dictionary(FT=Name.Tx, T=String("编号"), V=String("1"), Rect=Array([0, 0, 9, 9]), Subtype=Name.Widget)
    pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(field)]))


def a_scan(pdf: Pdf) -> None:
    image = Stream(pdf, b"\xff\xd8\xff\xd9")
    image.stream_dict = Dictionary(Subtype=Name.Image, Width=7000, Height=10_000, Filter=Array([Name.DCTDecode]))
    thumbnail = Stream(pdf, b"\0" * 4)
    thumbnail.Width = thumbnail.Height = 2
    pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(Im0=image))
    pdf.pages[0].obj.Thumb = thumbnail


def a_page_with_no_resources(pdf: Pdf) -> None:
    del pdf.pages[0].obj["/Resources"]


def contents_in_parts(pdf: Pdf) -> None:
    pdf.pages[0].obj.Contents = Array([Stream(pdf, b"q"), Stream(pdf, b"Q")])


@pytest.mark.parametrize(
    "change",
    [
        names_that_only_look_dangerous,
        harmless_actions,
        opens_at_a_page,
        a_form,
        a_scan,
        a_page_with_no_resources,
        contents_in_parts,
    ],
)
def test_what_honest_documents_have_is_accepted(target: Path, change: Callable[[Pdf], None]) -> None:
    assert verdict(made_pdf(target, change)) is ACCEPTED


# Encryption.


@pytest.mark.parametrize("revision", [2, 3, 4, 6])
def test_protection_against_changes_is_accepted_and_told(target: Path, revision: int) -> None:
    options: dict[str, Any] = {"owner": "laboratory", "user": "", "R": revision}
    if revision < 4:
        options |= {"aes": False, "metadata": False}
    elif revision < 6:
        options |= {"aes": True}
    made_pdf(target, lambda pdf: None, encryption=pikepdf.Encryption(**options))
    found = judge.inspect(target, LIMITS)
    assert found.restricted
    assert found.pages == 1


def test_a_protected_pdf_is_looked_into_like_any_other(target: Path) -> None:
    def script(pdf: Pdf) -> None:
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))

    made_pdf(target, script, encryption=pikepdf.Encryption(owner="laboratory", user=""))
    assert verdict(target) == Reason.PDF_SCRIPT


def test_a_password_to_open_is_refused(target: Path) -> None:
    made_pdf(target, encryption=pikepdf.Encryption(owner="a", user="b"))
    assert verdict(target) == Reason.PDF_ENCRYPTED


def test_encryption_for_certificates_is_refused(target: Path) -> None:
    trailer = b"/Encrypt<</Filter/Adobe.PubSec/SubFilter/adbe.pkcs7.s5/V 4>>/ID[<00><00>]"
    assert verdict_on(target, raw_pdf(PAGE_TREE, trailer)) == Reason.PDF_ENCRYPTED


# Files that are not what they seem.


def test_a_file_is_empty_or_too_large(target: Path) -> None:
    assert verdict_on(target, b"") == Reason.EMPTY
    with target.open("wb") as file:
        file.truncate(60 * MIB)
    with pytest.raises(RefusedFile, match="文件超过 20 MB") as refusal:
        judge.inspect(target, LIMITS)
    assert refusal.value.reason == Reason.TOO_LARGE


def test_a_header_that_no_version_has_is_damage(target: Path) -> None:
    assert verdict_on(target, raw_pdf(PAGE_TREE).replace(b"1.7", b"9.9")) == Reason.PDF_DAMAGED


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (b"startxref\n1\n", Reason.PDF_DAMAGED),
        (b"%%EOF", Reason.PDF_DAMAGED),
        (b"startxref\n1\n%%EOF <script>", Reason.TRAILING_DATA),
        (b"startxref\n1\n%%EOF\n<script>\n%%EOF", Reason.PDF_DAMAGED),
        (b"startxref\n1\n<script>\n%%EOF", Reason.PDF_DAMAGED),
    ],
)
def test_nothing_stands_at_the_end_but_the_end(target: Path, end: bytes, reason: Reason) -> None:
    content = raw_pdf(PAGE_TREE)
    assert verdict_on(target, content[: content.index(b"startxref")] + end) == reason


def test_a_zip_whose_comment_is_the_end_of_a_pdf_is_refused(target: Path) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("a.txt", "x")
    # The archive hides in a stream, and its comment reaches to the end of the file.
    content = raw_pdf({**PAGE_TREE, 4: stream_object(b"", archive.getvalue())})
    tail = content[content.index(archive.getvalue()) + len(archive.getvalue()) :]
    comment = archive.getvalue()[:-2] + len(tail).to_bytes(2, "little")
    assert verdict_on(target, content.replace(archive.getvalue(), comment)) == Reason.TRAILING_DATA


# Pages.


def three_pages(claimed: int) -> bytes:
    tree = {2: b"<</Type/Pages/Kids[3 0 R 4 0 R 5 0 R]/Count %d>>" % claimed}
    return raw_pdf(PAGE_TREE | tree | {4: PAGE_TREE[3], 5: PAGE_TREE[3]})


@pytest.mark.parametrize("claimed", [1, 3])
def test_too_many_pages_whatever_the_tree_claims(target: Path, claimed: int) -> None:
    assert verdict_on(target, three_pages(claimed), Limits(max_pages=2)) == Reason.PDF_TOO_MANY_PAGES


@pytest.mark.parametrize(("claimed", "expected"), [(2, Reason.PDF_DAMAGED), (3, ACCEPTED), (4, Reason.PDF_DAMAGED)])
def test_the_count_of_pages_is_right(target: Path, claimed: int, expected: Reason | None) -> None:
    assert verdict_on(target, three_pages(claimed)) == expected


def test_no_page_at_all_is_damage(target: Path) -> None:
    assert verdict_on(target, raw_pdf(PAGE_TREE | {2: b"<</Type/Pages/Kids[]/Count 0>>"})) == Reason.PDF_DAMAGED


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (b"/MediaBox[0 0 2384 3370]", ACCEPTED),  # A0
        (b"/MediaBox[595 842 0 0]", ACCEPTED),  # Any two opposite corners (7.9.5).
        (b"/MediaBox[0 0 14400 14400]", ACCEPTED),
        (b"/MediaBox[0 0 14401 10]", Reason.PDF_PAGE_TOO_LARGE),
        (b"/MediaBox[-14000 0 14000 10]", Reason.PDF_PAGE_TOO_LARGE),
        (b"/MediaBox[0 0 595 842]/UserUnit 20", Reason.PDF_PAGE_TOO_LARGE),
        (b"/MediaBox[0 0 0 842]", Reason.PDF_DAMAGED),
        (b"/MediaBox[0 0 595]", Reason.PDF_DAMAGED),
        (b"/MediaBox[0 0 595 /A]", Reason.PDF_DAMAGED),
        (b"", Reason.PDF_DAMAGED),
    ],
)
def test_sizes_of_pages(target: Path, box: bytes, expected: Reason | None) -> None:
    page = b"<</Type/Page/Parent 2 0 R/Resources<<>>%s>>" % box
    assert verdict_on(target, raw_pdf(PAGE_TREE | {3: page})) == expected


# Things that act.


def action(name: str, **entries: Any) -> Callable[[Pdf], None]:
    """An action behind a click: even there it has no place in a report."""

    def change(pdf: Pdf) -> None:
        annotation = link("https://www.example.com")
        annotation.A = Dictionary(S=Name("/" + name), **entries)
        pdf.pages[0].obj.Annots = Array([annotation])

    return change


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("JavaScript", Reason.PDF_SCRIPT),
        ("Launch", Reason.PDF_EXTERNAL_ACTION),
        ("GoToR", Reason.PDF_EXTERNAL_ACTION),
        ("GoToE", Reason.PDF_EXTERNAL_ACTION),
        ("SubmitForm", Reason.PDF_EXTERNAL_ACTION),
        ("ImportData", Reason.PDF_EXTERNAL_ACTION),
        ("Rendition", Reason.PDF_MULTIMEDIA),
        ("Movie", Reason.PDF_MULTIMEDIA),
        ("Sound", Reason.PDF_MULTIMEDIA),
        ("GoTo3DView", Reason.PDF_MULTIMEDIA),
        ("RichMediaExecute", Reason.PDF_MULTIMEDIA),
    ],
)
def test_actions_are_refused(target: Path, name: str, reason: Reason) -> None:
    assert verdict(made_pdf(target, action(name))) == reason


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " java\nscript:alert(1)",
        "FILE:///C:/Windows/System32/calc.exe",
        "\\\\host\\share\\x",
        "//host/share",
        "data:text/html,x",
        "ms-word:ofe|u|x",
    ],
)
def test_links_that_lead_astray_are_refused(target: Path, address: str) -> None:
    assert verdict(made_pdf(target, with_link(address))) == Reason.PDF_EXTERNAL_ACTION


def script_as_stream(pdf: Pdf) -> None:
    pdf.Root.Odd = pdf.make_indirect(Dictionary(JS=Stream(pdf, b"app.alert(1)")))


def script_of_a_field(pdf: Pdf) -> None:
    a_form(pdf)
    pdf.Root.AcroForm.Fields[0].AA = Dictionary(K=Dictionary(S=Name.JavaScript, JS=String("AFNumber_Keystroke()")))


def script_that_nothing_refers_to(pdf: Pdf) -> None:
    pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))


def script_in_a_name_tree(pdf: Pdf) -> None:
    scripts = Array([String("a"), Dictionary(S=Name.JavaScript, JS=String("x"))])
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=scripts))


def script_with_an_indirect_name(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=pdf.make_indirect(Name.JavaScript))


def web_address_on_opening_a_page(pdf: Pdf) -> None:
    pdf.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.URI, URI=String("https://example.com")))


def web_address_after_another_action(pdf: Pdf) -> None:
    visit = pdf.make_indirect(Dictionary(S=Name.URI, URI=String("https://example.com")))
    steps = Array([Dictionary(S=Name.Named, N=Name.NextPage), visit])
    pdf.Root.OpenAction = Dictionary(S=Name.Named, N=Name.NextPage, Next=steps)


def actions_in_a_circle(pdf: Pdf) -> None:
    step = pdf.make_indirect(Dictionary(S=Name.Named, N=Name.NextPage))
    step.Next = step
    pdf.Root.OpenAction = step


def data_in_another_file(pdf: Pdf) -> None:
    stream = Stream(pdf, b"")
    stream.F = String("other.bin")
    pdf.pages[0].obj.Contents = stream


def form_from_another_document(pdf: Pdf) -> None:
    form = Stream(pdf, b"")
    form.stream_dict = Dictionary(Subtype=Name.Form, BBox=Array([0, 0, 1, 1]), Ref=Dictionary(F=String("x.pdf")))
    pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(Fm0=form))


def attached_file(pdf: Pdf) -> None:
    pdf.attachments["a.xlsx"] = b"PK"


def attached_to_the_page(pdf: Pdf) -> None:
    specification = Dictionary(Type=Name.Filespec, F=String("a"), EF=Dictionary(UF=Stream(pdf, b"x")))
    pdf.pages[0].obj.AF = Array([pdf.make_indirect(specification)])


def annotation(subtype: str) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        entries = {"/Subtype": Name("/" + subtype), "/Rect": Array([0, 0, 9, 9])}
        pdf.pages[0].obj.Annots = Array([Dictionary(entries)])

    return change


def embedded_without_specification(pdf: Pdf) -> None:
    stream = Stream(pdf, b"MZ")
    stream.Type = Name.EmbeddedFile
    pdf.make_indirect(stream)


def portfolio(pdf: Pdf) -> None:
    pdf.Root.Collection = Dictionary(View=Name.D)


def dynamic_form(pdf: Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=Array([String("template"), Stream(pdf, b"<x/>")]))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (script_as_stream, Reason.PDF_SCRIPT),
        (script_of_a_field, Reason.PDF_SCRIPT),
        (script_in_a_name_tree, Reason.PDF_SCRIPT),
        (script_with_an_indirect_name, Reason.PDF_SCRIPT),
        (web_address_on_opening_a_page, Reason.PDF_EXTERNAL_ACTION),
        (web_address_after_another_action, Reason.PDF_EXTERNAL_ACTION),
        (actions_in_a_circle, Reason.PDF_EXTERNAL_ACTION),
        (data_in_another_file, Reason.PDF_EXTERNAL_ACTION),
        (form_from_another_document, Reason.PDF_EXTERNAL_ACTION),
        (attached_file, Reason.PDF_EMBEDDED_FILE),
        (attached_to_the_page, Reason.PDF_EMBEDDED_FILE),
        (annotation("FileAttachment"), Reason.PDF_EMBEDDED_FILE),
        (portfolio, Reason.PDF_EMBEDDED_FILE),
        (annotation("RichMedia"), Reason.PDF_MULTIMEDIA),
        (annotation("3D"), Reason.PDF_MULTIMEDIA),
        (annotation("Screen"), Reason.PDF_MULTIMEDIA),
        (dynamic_form, Reason.PDF_DYNAMIC_FORM),
    ],
)
def test_what_acts_or_carries_is_refused(target: Path, change: Callable[[Pdf], None], reason: Reason) -> None:
    assert verdict(made_pdf(target, change)) == reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<</S/JavaScript/JS(app.alert\\(1\\))>>", Reason.PDF_SCRIPT),
        (b"[[<</Deep<</S/L#61unch/F(calc.exe)>>>>]]", Reason.PDF_EXTERNAL_ACTION),
        (stream_object(b"/Type/EmbeddedFile", b"MZ"), Reason.PDF_EMBEDDED_FILE),
        (b"(only text)", ACCEPTED),
    ],
)
def test_objects_that_nothing_refers_to_are_looked_at(target: Path, body: bytes, reason: Reason | None) -> None:
    assert verdict_on(target, raw_pdf(PAGE_TREE | {4: body})) == reason


# Things that unfold.


def with_content(entries: bytes, data: bytes) -> bytes:
    page = PAGE_TREE[3][:-2] + b"/Contents 4 0 R>>"
    return raw_pdf(PAGE_TREE | {3: page, 4: stream_object(entries, data)})


SMALL = Limits(max_stream_bytes=MIB, max_content_bytes=3 * MIB // 2)


@pytest.mark.parametrize(
    ("entries", "data"),
    [
        (b"/Filter/FlateDecode", zlib.compress(b" " * 2 * MIB)),
        (b"/Filter[/Fl/FlateDecode]", zlib.compress(zlib.compress(b" " * 2 * MIB))),
        (b"/Filter/RunLengthDecode", b"\x81 " * 20_000 + b"\x80"),
        # It calls itself a picture to be spared, and is drawn as text.
        (b"/Subtype/Image/Width 1/Height 1/Filter/FlateDecode", zlib.compress(b" " * 2 * MIB)),
        (b"/Subtype/Image/Width 20000/Height 20000", b""),
    ],
)
def test_bombs_are_refused(target: Path, entries: bytes, data: bytes) -> None:
    as_content = with_content(entries, data)
    as_picture = as_content.replace(b"/Contents 4 0 R", b"/Odd 4 0 R      ")
    disguised = b"/Image/Width 1/" in entries
    assert verdict_on(target, as_picture if b"20000" in entries else as_content, SMALL) == Reason.PDF_BOMB
    if disguised:
        assert verdict_on(target, as_picture, SMALL) is ACCEPTED


def test_many_streams_together_are_a_bomb_too(target: Path) -> None:
    packed = stream_object(b"/Filter/FlateDecode", zlib.compress(b" " * (MIB - 10)))
    assert verdict_on(target, raw_pdf(PAGE_TREE | {4: packed}), SMALL) is ACCEPTED
    assert verdict_on(target, raw_pdf(PAGE_TREE | {4: packed, 5: packed}), SMALL) == Reason.PDF_BOMB


def test_bombs_in_the_file_structure_are_refused(target: Path) -> None:
    assert verdict_on(target, raw_pdf_with_streams(b"<</A 1>>"), SMALL) is ACCEPTED
    assert verdict_on(target, raw_pdf_with_streams(b"<</A 1>>" + b" " * 2 * MIB), SMALL) == Reason.PDF_BOMB
    # The parser gives up on the table that has no end, and only says that it cannot be read.
    assert verdict_on(target, raw_pdf_with_streams(b"<</A 1>>", 2 * MIB), SMALL) == Reason.PDF_DAMAGED


def test_too_many_objects_are_refused(target: Path) -> None:
    assert verdict_on(target, raw_pdf(PAGE_TREE), Limits(max_objects=3)) is ACCEPTED
    assert verdict_on(target, raw_pdf(PAGE_TREE), Limits(max_objects=2)) == Reason.PDF_BOMB


@pytest.mark.parametrize(
    "entries",
    [
        b"/Filter/Oink",
        b"/Filter[/FlateDecode(Oink)]",
        b"/Filter/FlateDecode",
        b"/Subtype/Image/Width 0/Height 9",
        b"/Subtype/Image/Width 9/Height -9",
        b"/Subtype/Image/Width 9",
    ],
)
def test_damaged_streams_are_refused(target: Path, entries: bytes) -> None:
    content = raw_pdf(PAGE_TREE | {4: stream_object(entries, b"no zlib")})
    assert verdict_on(target, content) == Reason.PDF_DAMAGED


def test_the_limits_of_the_parser_are_put_back(target: Path) -> None:
    before = pikepdf.settings.get_qpdf_limits()
    verdict(made_pdf(target))
    assert pikepdf.settings.get_qpdf_limits() == before


# Parsers that fail in ways of their own.


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (TypeError("odd"), Reason.PDF_DAMAGED),
        (AssertionError(), Reason.PDF_DAMAGED),
        (RecursionError(), Reason.PDF_DAMAGED),
        (MemoryError(), Reason.PDF_BOMB),
    ],
)
def test_whatever_a_parser_raises_is_a_refusal(
    target: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: Reason
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("registry.infrastructure.inspection.pdf.examine", fail)
    assert verdict(made_pdf(target)) == reason


def test_a_missing_file_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        judge.inspect(tmp_path / "none", LIMITS)
