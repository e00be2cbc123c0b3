"""The rules for the objects of a PDF: none may act by itself, carry a file, or unfold into something huge.

All objects are looked at, also those that nothing refers to: a reader that repairs the file may find them.
Names arrive decoded (7.3.5), so that ``/J#61vaScript`` is no disguise. Clauses are those of ISO 32000-1:2008.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pikepdf
from pikepdf import Array, Dictionary, Object, Stream, String

from registry.infrastructure.inspection.verdict import Limits, Reason, RefusedFile

if TYPE_CHECKING:
    from collections.abc import Iterator

# 12.6.4: what an action does. The others (GoTo, Named, Hide, ResetForm, SetOCGState, Thread, Trans) stay in
# the document, and URI waits for a click.
_ACTIONS: Final = {
    "/JavaScript": Reason.PDF_SCRIPT,
    "/Launch": Reason.PDF_EXTERNAL_ACTION,
    "/GoToR": Reason.PDF_EXTERNAL_ACTION,
    "/GoToE": Reason.PDF_EXTERNAL_ACTION,
    "/SubmitForm": Reason.PDF_EXTERNAL_ACTION,
    "/ImportData": Reason.PDF_EXTERNAL_ACTION,
    "/Rendition": Reason.PDF_MULTIMEDIA,
    "/Movie": Reason.PDF_MULTIMEDIA,
    "/Sound": Reason.PDF_MULTIMEDIA,
    "/GoTo3DView": Reason.PDF_MULTIMEDIA,
    "/RichMediaExecute": Reason.PDF_MULTIMEDIA,
}
# 12.5.6 and 13: annotations that hold more than a mark on the page, and the streams of 3D artwork.
_SUBTYPES: Final = {
    "/FileAttachment": Reason.PDF_EMBEDDED_FILE,
    "/Movie": Reason.PDF_MULTIMEDIA,
    "/Sound": Reason.PDF_MULTIMEDIA,
    "/Screen": Reason.PDF_MULTIMEDIA,
    "/RichMedia": Reason.PDF_MULTIMEDIA,
    "/3D": Reason.PDF_MULTIMEDIA,
    "/U3D": Reason.PDF_MULTIMEDIA,
    "/PRC": Reason.PDF_MULTIMEDIA,
}
# 7.11.3, table 44: where a file specification's embedded file can be.
_EMBEDDED_KEYS: Final = frozenset({"/F", "/UF", "/DOS", "/Mac", "/Unix"})
# What a link may open when it is clicked. An address without a scheme (“www.example.com”) is as good as http.
_LINK_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+-]*):", re.IGNORECASE)
_UNSEEN: Final = re.compile(r"[\x00-\x20\x7f]")

# 7.4.1, table 6; and the short names of table 94, which readers accept everywhere.
_FILTERS: Final = frozenset(
    {
        *("/ASCIIHexDecode", "/ASCII85Decode", "/LZWDecode", "/FlateDecode", "/RunLengthDecode"),
        *("/CCITTFaxDecode", "/JBIG2Decode", "/DCTDecode", "/JPXDecode", "/Crypt"),
        *("/AHx", "/A85", "/LZW", "/Fl", "/RL", "/CCF", "/DCT"),
    }
)


def refuse_active(pdf: pikepdf.Pdf, limits: Limits) -> None:
    """Refuse a document that acts by itself, plays something, or carries files.

    Raises:
        RefusedFile: the reason says what was found; ``pdf_bomb`` for more objects than allowed.
    """
    for count, root in enumerate(pdf.objects, start=1):
        if count > limits.max_objects:
            raise RefusedFile(Reason.PDF_BOMB)
        for entry in _dictionaries(root):
            # Asking for the keys once spares most dictionaries the rest; this loop is what inspection costs.
            keys = entry.keys()
            _refuse_action(entry, keys)
            _refuse_trigger(entry, keys)
            _refuse_carrier(entry, keys)


def refuse_bulky(pdf: pikepdf.Pdf, limits: Limits) -> None:
    """Refuse streams that unfold into more than they may, that are damaged, or whose filter does not exist.

    Pictures are not decompressed, which would take seconds for a scanned report; their dimensions are what
    tells how much a reader will need. A page's content is always decompressed, whatever it calls itself.

    Raises:
        RefusedFile: ``pdf_bomb`` or ``pdf_damaged``.
    """
    contents = {part.objgen for page in pdf.pages for part in _content_streams(page.obj)}
    total = 0
    for stream in pdf.objects:
        if not isinstance(stream, Stream):
            continue
        if not _FILTERS.issuperset(_filter_names(stream)):
            raise RefusedFile(Reason.PDF_DAMAGED)
        if _is_picture(stream) and stream.objgen not in contents:
            _refuse_huge_picture(stream, limits)
        else:
            total += _unfolded_size(stream)
        if total > limits.max_content_bytes:
            raise RefusedFile(Reason.PDF_BOMB)


def _dictionaries(root: object) -> Iterator[Object]:
    """Yield every dictionary, and stream as one, in an object; not those that are objects of their own."""
    pending = [root]
    while pending:
        value = pending.pop()
        if isinstance(value, (Dictionary, Stream)):
            yield value
            children = _values(value)
        elif isinstance(value, Array):
            children = list(value)
        else:
            continue
        pending += [child for child in children if isinstance(child, Object) and not child.is_indirect]


def _values(entry: Object) -> list[Object]:
    return [value for _, value in entry.items()]


def _refuse_action(entry: Object, keys: set[str]) -> None:
    """Refuse actions that run code or reach outside, wherever they are (12.6.4)."""
    if "/S" in keys and (reason := _ACTIONS.get(_name(entry["/S"]))):
        raise RefusedFile(reason)
    # 12.6.4.16: a script is a string or a stream; anything else under this key is a resource of that name.
    if "/JS" in keys and isinstance(entry["/JS"], (String, Stream)):
        raise RefusedFile(Reason.PDF_SCRIPT)
    if "/URI" in keys and isinstance(entry["/URI"], String) and _leads_astray(bytes(entry["/URI"])):
        raise RefusedFile(Reason.PDF_EXTERNAL_ACTION)


def _refuse_trigger(entry: Object, keys: set[str]) -> None:
    """Refuse web addresses that are opened without a click (12.6.3 and table 28)."""
    triggered = [entry["/OpenAction"]] if "/OpenAction" in keys else []
    if "/AA" in keys and isinstance(entry["/AA"], Dictionary):
        triggered += _values(entry["/AA"])
    if any(_visits_web(action) for action in triggered):
        raise RefusedFile(Reason.PDF_EXTERNAL_ACTION)


def _refuse_carrier(entry: Object, keys: set[str]) -> None:
    """Refuse embedded and external files, multimedia and dynamic forms."""
    if "/Subtype" in keys and (reason := _SUBTYPES.get(_name(entry["/Subtype"]))):
        raise RefusedFile(reason)
    if _embeds(entry, keys):
        raise RefusedFile(Reason.PDF_EMBEDDED_FILE)
    # 12.7.8: XFA is a stream or an array of streams, and the page content is a stand-in for it.
    if "/XFA" in keys and isinstance(entry["/XFA"], (Array, Stream)):
        raise RefusedFile(Reason.PDF_DYNAMIC_FORM)
    # 7.3.8.2 and 8.10.4: a stream whose data is in another file, and a form drawn from another document.
    if isinstance(entry, Stream) and not keys.isdisjoint({"/F", "/Ref"}):
        raise RefusedFile(Reason.PDF_EXTERNAL_ACTION)


def _embeds(entry: Object, keys: set[str]) -> bool:
    """Whether this is an embedded file, a reference to one, or a portfolio of them (7.11.4, 12.3.5)."""
    if "/EF" in keys and isinstance(entry["/EF"], Dictionary) and _EMBEDDED_KEYS & entry["/EF"].keys():
        return True
    if "/Type" in keys and _name(entry["/Type"]) == "/EmbeddedFile":
        return True
    return "/Collection" in keys and isinstance(entry["/Collection"], Dictionary)


def _visits_web(action: object) -> bool:
    """Whether an action, or one that follows it, opens a web address (12.6.2)."""
    pending, seen = [action], 0
    # Actions may follow one another in a circle, so they are counted.
    while pending and (seen := seen + 1) <= 1000:  # noqa: PLR2004 - no honest document has as many in a row
        step = pending.pop()
        if isinstance(step, Array):
            pending += list(step)
        elif isinstance(step, Dictionary):
            if _name(step.get("/S")) == "/URI":
                return True
            pending.append(step.get("/Next"))
    return bool(pending)


def _leads_astray(address: bytes) -> bool:
    """Whether a link leads elsewhere than to a web page, a mailbox or a telephone."""
    # Browsers ignore control characters and spaces, so “java\nscript:” is one word to them.
    text = _UNSEEN.sub("", address.decode("latin-1"))
    # Two separators without a scheme are a Windows share, which is sent the reader's password hash.
    if text.startswith(("\\\\", "//")):
        return True
    scheme = _SCHEME.match(text)
    return scheme is not None and scheme[1].lower() not in _LINK_SCHEMES


def _name(value: object) -> str:
    """Return a name as text with its slash; anything else as an empty text."""
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _content_streams(page: Object) -> list[Object]:
    """Return the content streams of a page (7.7.3.3)."""
    contents = page.get("/Contents")
    parts = list(contents) if isinstance(contents, Array) else [contents]
    return [part for part in parts if isinstance(part, Stream)]


def _filter_names(stream: Object) -> list[str]:
    filters = stream.get("/Filter")
    if filters is None:
        return []
    return [_name(each) for each in (filters if isinstance(filters, Array) else [filters])]


def _is_picture(stream: Object) -> bool:
    """Whether a stream is an image XObject, or a thumbnail, which need not say so (8.9.5, 12.3.4)."""
    subtype = stream.get("/Subtype")
    return _name(subtype) == "/Image" or (subtype is None and "/Width" in stream and "/Height" in stream)


def _refuse_huge_picture(stream: Object, limits: Limits) -> None:
    width, height = int(stream["/Width"]), int(stream["/Height"])
    if width <= 0 or height <= 0:
        raise RefusedFile(Reason.PDF_DAMAGED)
    if width * height > limits.max_image_pixels:
        raise RefusedFile(Reason.PDF_BOMB)


def _unfolded_size(stream: Object) -> int:
    """Return the size of a stream after decompression, in bytes; ``_qpdf_limits`` bounds the work."""
    try:
        return len(stream.read_bytes(decode_level=pikepdf.StreamDecodeLevel.specialized))
    except (pikepdf.PdfError, RuntimeError) as error:
        if "limit exceeded" in str(error):
            raise RefusedFile(Reason.PDF_BOMB) from error
        raise
