"""What inspection answers: a description of the file, or the reason why it is refused."""

# The names say what happened, as in registry.domain.errors.
# ruff: noqa: N818

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from registry.domain.errors import InvalidValue
from registry.domain.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Mapping

PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv"

_MEBIBYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large a file and what is in it may be, and what judging it may cost.

    The defaults are set well above what firms really send: a scanned report of a few hundred pages, a drawing
    in A0, a photograph from a telephone.
    """

    max_bytes: int = 20 * _MEBIBYTE
    max_pages: int = 500
    # Points of 1/72 inch. ISO 32000-1, annex C.2, recommends that no page side be longer: 200 inches.
    max_page_side: int = 14_400
    max_objects: int = 300_000
    # Bytes after decompression: of one stream that is not a picture, and of all of them together.
    max_stream_bytes: int = 32 * _MEBIBYTE
    max_content_bytes: int = 256 * _MEBIBYTE
    # Of an archive: how many times larger one entry may become. Sheets reach 40; a bomb has 1,000.
    max_ratio: int = 200
    # Characters of one cell of a workbook, and of all that is read of it. Three hundred labels in a cell, or five
    # thousand long declarations, come near to that; a text that thirty thousand cells share goes far beyond.
    max_cell: int = 10_000
    max_text: int = 10_000_000
    # Pixels of one picture inside a PDF; A0 scanned at 300 dpi has 140 million.
    max_image_pixels: int = 200_000_000
    # Pixels of a picture that is a file of its own.
    max_picture_pixels: int = 40_000_000
    # What the child process gets: seconds of processor time, seconds on the clock, bytes of address space.
    cpu_seconds: int = 20
    wall_seconds: float = 60
    memory_bytes: int = 1024 * _MEBIBYTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """An acceptable file: its media type, its size in bytes, and what it holds."""

    media_type: str
    size: int
    # Of a PDF.
    pages: int | None = None
    # The PDF opens without a password, but asks readers not to print, copy or change it.
    restricted: bool = False
    # Of a picture, in pixels, as it is seen (after the turn its EXIF data asks for).
    width: int | None = None
    height: int | None = None


class Reason(StrEnum):
    """Why a file is refused. The values are stable: they go to logs, statistics and the API."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_TYPE = "unknown_type"
    NOT_A_PICTURE = "not_a_picture"
    LEADING_DATA = "leading_data"
    TRAILING_DATA = "trailing_data"
    PDF_DAMAGED = "pdf_damaged"
    PDF_ENCRYPTED = "pdf_encrypted"
    PDF_SCRIPT = "pdf_script"
    PDF_EXTERNAL_ACTION = "pdf_launch_or_external_action"
    PDF_EMBEDDED_FILE = "pdf_embedded_file"
    PDF_MULTIMEDIA = "pdf_multimedia"
    PDF_DYNAMIC_FORM = "pdf_dynamic_form"
    PDF_BOMB = "pdf_bomb"
    PDF_PAGE_TOO_LARGE = "pdf_page_too_large"
    PDF_TOO_MANY_PAGES = "pdf_too_many_pages"
    PICTURE_DAMAGED = "picture_damaged"
    PICTURE_BOMB = "picture_bomb"
    PICTURE_ANIMATED = "picture_animated"
    NOT_A_WORKBOOK = "not_a_workbook"
    WORKBOOK_FORMAT = "workbook_format"
    WORKBOOK_TOO_LARGE = "workbook_too_large"
    WORKBOOK_DAMAGED = "workbook_damaged"
    WORKBOOK_BOMB = "workbook_bomb"
    WORKBOOK_ENCRYPTED = "workbook_encrypted"
    WORKBOOK_MACROS = "workbook_macros"
    WORKBOOK_EXTERNAL = "workbook_external"
    WORKBOOK_EMBEDDED = "workbook_embedded"
    WORKBOOK_ROWS = "workbook_rows"
    WORKBOOK_TEXT = "workbook_text"
    WORKBOOK_SHEET_MISSING = "workbook_sheet_missing"
    WORKBOOK_SHEET_HIDDEN = "workbook_sheet_hidden"
    CSV_ONE_SHEET = "csv_one_sheet"
    CSV_DAMAGED = "csv_damaged"
    INFECTED = "infected"


# What is wrong, and what the person who uploads can do about it.
MESSAGES: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        Reason.EMPTY: N_("这个文件是空的（0 字节），请检查原文件后重新上传。"),
        Reason.TOO_LARGE: N_("文件超过 %(limit)s MB，请压缩、降低扫描分辨率或拆分后再上传。"),
        Reason.UNKNOWN_TYPE: N_(
            "只接受 PDF、JPEG、PNG 文件，而这个文件实际是：%(found)s。请转换格式后再上传，仅修改扩展名无效。"
        ),
        Reason.NOT_A_PICTURE: N_("这里需要 JPEG 或 PNG 图片，而上传的是 PDF。"),
        Reason.LEADING_DATA: N_("这个 PDF 的开头夹带了其他数据，请用“打印为 PDF”重新导出后再上传。"),
        Reason.TRAILING_DATA: N_(
            "这个 PDF 的末尾夹带了其他数据，或下载不完整。请重新下载，或用“打印为 PDF”重新导出后再上传。"
        ),
        Reason.PDF_DAMAGED: N_(
            "这个 PDF 已损坏或不符合规范。请重新下载或重新扫描；仍不行时，用“打印为 PDF”重新导出后再上传。"
        ),
        Reason.PDF_ENCRYPTED: N_("这个 PDF 需要密码或证书才能打开，请去掉打开密码后再上传。"),
        Reason.PDF_SCRIPT: N_("这个 PDF 含有脚本（JavaScript），请用“打印为 PDF”重新导出后再上传。"),
        Reason.PDF_EXTERNAL_ACTION: N_(
            "这个 PDF 会启动程序、外发数据、打开其他文件或自动访问网址，请用“打印为 PDF”重新导出后再上传。"
        ),
        Reason.PDF_EMBEDDED_FILE: N_(
            "这个 PDF 内嵌了其他文件（附件）。请去掉附件，或用“打印为 PDF”重新导出后再上传；附件请单独上传。"
        ),
        Reason.PDF_MULTIMEDIA: N_("这个 PDF 含有音频、视频或三维内容，请用“打印为 PDF”重新导出后再上传。"),
        Reason.PDF_DYNAMIC_FORM: N_("这个 PDF 是动态表单（XFA），多数软件无法显示。请用“打印为 PDF”重新导出后再上传。"),
        Reason.PDF_BOMB: N_("打开这个 PDF 需要过多的内存或时间。请减少内容、拆分，或用“打印为 PDF”重新导出后再上传。"),
        Reason.PDF_PAGE_TOO_LARGE: N_("这个 PDF 第 %(page)s 页的页面尺寸过大，请缩小到 A0 以内后再上传。"),
        Reason.PDF_TOO_MANY_PAGES: N_("这个 PDF 超过 %(limit)s 页，请拆分后再上传。"),
        Reason.PICTURE_DAMAGED: N_("这张图片已损坏或不完整，请重新拍摄、扫描或另存后再上传。"),
        Reason.PICTURE_BOMB: N_("这张图片过大（最多 %(limit)s 万像素），请缩小后再上传。"),
        Reason.PICTURE_ANIMATED: N_("这是一张动态图片，请另存为静态的 JPEG 或 PNG 后再上传。"),
        Reason.NOT_A_WORKBOOK: N_(
            "只接受 Excel 工作簿（.xlsx）或 CSV 文件，而这个文件实际是：%(found)s。"
            "请把内容填入模板，另存为 .xlsx 后再上传，仅修改扩展名无效。"
        ),
        Reason.WORKBOOK_FORMAT: N_(
            "这个文件实际是：%(found)s。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传，仅修改扩展名无效。"
        ),
        Reason.WORKBOOK_TOO_LARGE: N_("文件超过 %(limit)s MB，请去掉图片和多余的工作表，或分几个文件上传。"),
        Reason.WORKBOOK_DAMAGED: N_(
            "这个工作簿已损坏或不符合规范。请用 Excel 或 WPS 打开，另存为新的 .xlsx 后再上传。"
        ),
        Reason.WORKBOOK_BOMB: N_(
            "打开这个工作簿需要过多的内存或时间。请把要导入的行以“粘贴为数值”的方式复制到空白模板后再上传。"
        ),
        Reason.WORKBOOK_ENCRYPTED: N_("这个工作簿需要密码才能打开，请去掉密码，另存为 .xlsx 后再上传。"),
        Reason.WORKBOOK_MACROS: N_("这个工作簿含有宏，请另存为不含宏的“Excel 工作簿（.xlsx）”后再上传。"),
        Reason.WORKBOOK_EXTERNAL: N_(
            "这个工作簿链接了其他文件或外部数据。请断开链接，或把内容以“粘贴为数值”的方式复制到空白模板后再上传。"
        ),
        Reason.WORKBOOK_EMBEDDED: N_("这个工作簿内嵌了其他文件或控件，请删除后另存为 .xlsx 再上传。"),
        Reason.WORKBOOK_ROWS: N_("工作表“%(sheet)s”超过 %(limit)s 行。请删除多余的行，或分几个文件上传。"),
        Reason.WORKBOOK_TEXT: N_("表格中的文字太多（最多 %(limit)s 万字）。请删除多余的内容，或分几个文件上传。"),
        Reason.WORKBOOK_SHEET_MISSING: N_("缺少工作表“%(sheet)s”，请使用模板，不要改动工作表的名称。"),
        Reason.WORKBOOK_SHEET_HIDDEN: N_("工作表“%(sheet)s”是隐藏的，请取消隐藏，检查内容后再上传。"),
        Reason.CSV_ONE_SHEET: N_("CSV 只能有一张表，而这里需要几张工作表。请填写 .xlsx 模板后上传。"),
        Reason.CSV_DAMAGED: N_("第 %(line)s 行读不出来，请检查引号是否成对，或另存为 .xlsx 后再上传。"),
        Reason.INFECTED: N_(
            "杀毒软件在这个文件中发现了有害内容，文件没有保存。请检查文件的来源和您的电脑，换一份可靠的文件再上传。"
        ),
    }
)


class RefusedFile(InvalidValue):
    """The file is not accepted; ``reason`` says why, and ``message`` tells the person what to do."""

    def __init__(self, reason: Reason, **args: int | str) -> None:
        """Take the reason and what its message names; a text among the arguments is itself translated."""
        shown = {key: Message(value) if isinstance(value, str) else value for key, value in args.items()}
        super().__init__(Message(MESSAGES[reason], shown))
        self.reason = reason
        self.params: Mapping[str, int | str] = MappingProxyType(args)

    def __reduce__(self) -> tuple[object, ...]:
        return _refused, (self.reason, dict(self.params))


def _refused(reason: Reason, args: dict[str, int | str]) -> RefusedFile:
    """Rebuild a refusal from its parts; unpickling gives arguments by position only."""
    return RefusedFile(reason, **args)


def damaged(media_type: str) -> RefusedFile:
    """Return the refusal of a file that cannot be read, or not to its end."""
    return RefusedFile(_DAMAGED.get(media_type, Reason.PICTURE_DAMAGED))


def too_costly(media_type: str, limits: Limits) -> RefusedFile:
    """Return the refusal of a file that takes more memory or time than it may."""
    if media_type in _BOMB:
        return RefusedFile(_BOMB[media_type])
    return RefusedFile(Reason.PICTURE_BOMB, limit=limits.max_picture_pixels // 10_000)


_DAMAGED: Final = {PDF: Reason.PDF_DAMAGED, XLSX: Reason.WORKBOOK_DAMAGED}
_BOMB: Final = {PDF: Reason.PDF_BOMB, XLSX: Reason.WORKBOOK_BOMB}


class InspectionUnavailable(RuntimeError):
    """Inspection itself does not work (a missing library, say); that is never the file's fault."""
