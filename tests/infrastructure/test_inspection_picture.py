import io
import pickle
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms, ImageFile, PngImagePlugin

from registry.infrastructure.inspection import (
    MESSAGES,
    Inspected,
    InspectionUnavailable,
    Limits,
    Reason,
    RefusedFile,
    filetype,
    judge,
)

BAD_INPUTS = Path(__file__).parents[1] / "data" / "bad_inputs"
LIMITS = Limits()
ORIENTATION, GPS, MAKE = 0x0112, 0x8825, 0x010F
TURN_RIGHT = 6
RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)

VERDICTS: dict[str, Reason | None] = {
    "handmade/claims_60000x60000.png": Reason.PICTURE_BOMB,
    "handmade/ok_1x1.png": None,
    "handmade/polyglot_gif_js.gif": Reason.UNKNOWN_TYPE,
    "handmade/svg_onload.svg": Reason.UNKNOWN_TYPE,
}

Task = Callable[[Path, Limits], Any]
ALL_TASKS: list[Task] = [judge.inspect, judge.clean, judge.shrink]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "upload"


def picture(target: Path, image: Image.Image, file_format: str, **options: Any) -> Path:
    image.save(target, file_format, **options)
    return target


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def refusal(task: Task, path: Path, limits: Limits = LIMITS) -> RefusedFile:
    with pytest.raises(RefusedFile) as caught:
        task(path, limits)
    return caught.value


def two_colours(mode: str = "RGB", size: tuple[int, int] = (60, 40)) -> Image.Image:
    """The left half red, the right half blue."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image.convert(mode)


def is_near(pixel: Any, colour: tuple[int, ...]) -> bool:
    return all(abs(one - other) < 12 for one, other in zip(pixel, colour, strict=True))


def phone_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION] = TURN_RIGHT
    exif[MAKE] = "PhoneOfZhangSan"
    exif.get_ifd(GPS)[2] = (30.0, 45.0, 12.0)
    return exif


def test_every_bad_picture_has_a_verdict() -> None:
    kinds = {".png", ".gif", ".svg", ".jpg"}
    assert VERDICTS.keys() == {
        str(each.relative_to(BAD_INPUTS)) for each in BAD_INPUTS.rglob("*") if each.suffix in kinds
    }


@pytest.mark.parametrize("task", ALL_TASKS)
@pytest.mark.parametrize(("name", "expected"), VERDICTS.items())
def test_bad_inputs(name: str, expected: Reason | None, task: Task) -> None:
    if expected is None:
        assert task(BAD_INPUTS / name, LIMITS)
    else:
        assert refusal(task, BAD_INPUTS / name).reason == expected


# What is kept, and what is not.


def test_a_photograph_loses_everything_but_its_pixels(target: Path) -> None:
    image = two_colours()
    picture(target, image, "JPEG", exif=phone_exif(), comment=b"secret note", dpi=(300, 300), quality=95)
    with target.open("ab") as file:
        file.write(b"<script>alert(1)</script>")
    found = judge.inspect(target, LIMITS)
    assert (found.media_type, found.width, found.height) == ("image/jpeg", 40, 60)

    for content in (judge.clean(target, LIMITS), judge.shrink(target, LIMITS)):
        for private in (b"Exif", b"PhoneOfZhangSan", b"secret", b"script"):
            assert private not in content
        cleaned = opened(content)
        assert (cleaned.format, cleaned.size) == ("JPEG", (40, 60))
        assert not cleaned.getexif()
        # Turned to the right, the left half is the upper one.
        assert is_near(cleaned.getpixel((20, 5)), RED)
        assert is_near(cleaned.getpixel((20, 55)), BLUE)


def test_a_png_keeps_every_pixel_and_nothing_behind_them(target: Path) -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "Zhang San")
    picture(target, two_colours("RGBA"), "PNG", pnginfo=notes)
    with target.open("ab") as file:
        file.write(b"<html><script>alert(1)</script></html>")
    content = judge.clean(target, LIMITS)
    assert b"Zhang" not in content
    assert b"script" not in content
    assert opened(content).tobytes() == two_colours("RGBA").tobytes()
    assert judge.inspect(target, LIMITS) == Inspected(
        media_type="image/png", size=target.stat().st_size, width=60, height=40
    )


def test_an_archive_behind_a_picture_is_left_out(target: Path) -> None:
    picture(target, two_colours(), "JPEG")
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("a.txt", "x")
    assert zipfile.is_zipfile(target)
    assert not zipfile.is_zipfile(io.BytesIO(judge.clean(target, LIMITS)))


def test_of_a_telephone_s_several_pictures_the_first_counts(target: Path) -> None:
    preview = Image.new("RGB", (10, 10), BLUE)
    picture(target, Image.new("RGB", (60, 40), RED), "MPO", save_all=True, append_images=[preview])
    assert judge.inspect(target, LIMITS).media_type == "image/jpeg"
    cleaned = opened(judge.clean(target, LIMITS))
    assert (cleaned.format, cleaned.size) == ("JPEG", (60, 40))
    assert is_near(cleaned.getpixel((5, 5)), RED)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_kept_without_loss(target: Path, mode: str) -> None:
    image = (
        two_colours("L").convert("I").point(lambda value: value * 257).convert("I;16")
        if mode == "I;16"
        else two_colours(mode)
    )
    picture(target, image, "PNG")
    cleaned = opened(judge.clean(target, LIMITS))
    assert cleaned.mode == mode
    assert cleaned.tobytes() == opened(target.read_bytes()).tobytes()


def test_sixteen_bits_a_colour_become_eight(target: Path) -> None:
    # Pillow writes no such file, so it is made by hand: one pixel, red 0xFF80, green 0x8000, blue 0.
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    pixel = zlib.compress(b"\0" + struct.pack(">3H", 0xFF80, 0x8000, 0))
    head = struct.pack(">IIBBBBB", 1, 1, 16, 2, 0, 0, 0)
    signature = b"\x89PNG\r\n\x1a\n"
    target.write_bytes(signature + chunk(b"IHDR", head) + chunk(b"IDAT", pixel) + chunk(b"IEND", b""))
    assert opened(judge.clean(target, LIMITS)).getpixel((0, 0)) == (255, 128, 0)


# Colours.


def test_cmyk_becomes_rgb(target: Path) -> None:
    picture(target, two_colours("CMYK"), "JPEG", quality=95)
    for content in (judge.clean(target, LIMITS), judge.shrink(target, LIMITS)):
        cleaned = opened(content)
        assert cleaned.mode == "RGB"
        assert is_near(cleaned.getpixel((5, 5)), RED)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_colours_are_brought_to_srgb(target: Path, mode: str) -> None:
    # In this profile red and blue have changed places, so that leaving it out would show.
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = bytearray(profile)
    tags = {bytes(profile[at : at + 4]): at + 4 for at in range(132, 132 + 12 * 20, 12)}
    red, blue = tags[b"rXYZ"], tags[b"bXYZ"]
    swapped[red : red + 8], swapped[blue : blue + 8] = profile[blue : blue + 8], profile[red : red + 8]
    picture(target, two_colours(mode), "PNG", icc_profile=bytes(swapped))
    cleaned = opened(judge.clean(target, LIMITS))
    assert cleaned.mode == mode
    assert "icc_profile" not in cleaned.info
    assert is_near(cleaned.getpixel((5, 5))[:3], BLUE)


def test_a_profile_that_cannot_be_used_is_left_out(target: Path) -> None:
    picture(target, two_colours("CMYK"), "JPEG", quality=95, icc_profile=b"no profile")
    assert is_near(opened(judge.clean(target, LIMITS)).getpixel((5, 5)), RED)


# Product pictures.


@pytest.mark.parametrize(
    ("size", "shown"), [((3200, 1000), (1600, 500)), ((100, 4000), (40, 1600)), ((50, 60), (50, 60))]
)
@pytest.mark.parametrize("file_format", ["JPEG", "PNG"])
def test_product_pictures_are_made_small(
    target: Path, size: tuple[int, int], shown: tuple[int, int], file_format: str
) -> None:
    picture(target, two_colours(size=size), file_format)
    small = opened(judge.shrink(target, LIMITS))
    assert (small.format, small.mode, small.size) == ("JPEG", "RGB", shown)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparent_becomes_white(target: Path, mode: str) -> None:
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (20, 0, 40, 40))
    picture(target, image.quantize() if mode == "P" else image.convert(mode), "PNG")
    small = opened(judge.shrink(target, LIMITS))
    assert is_near(small.getpixel((4, 20)), WHITE)
    assert is_near(small.getpixel((36, 20)), (0, 0, 0))


def test_sixteen_bit_grey_is_scaled_and_not_cut_off(target: Path) -> None:
    picture(target, Image.new("I;16", (20, 20), 0x8000), "PNG")
    assert is_near(opened(judge.shrink(target, LIMITS)).getpixel((5, 5)), (127, 127, 127))


def test_black_and_white_becomes_a_product_picture(target: Path) -> None:
    picture(target, two_colours("1"), "PNG")
    assert opened(judge.shrink(target, LIMITS)).mode == "RGB"


# Refusals.


@pytest.mark.parametrize("task", ALL_TASKS)
def test_too_many_pixels_are_refused_before_decoding(target: Path, task: Task) -> None:
    picture(target, Image.new("1", (100, 101)), "PNG")
    small = Limits(max_picture_pixels=10_000)
    found = refusal(task, target, small)
    assert found.reason == Reason.PICTURE_BOMB
    assert str(found) == "这张图片过大（最多 1 万像素），请缩小后再上传。"


def test_pillow_s_own_warning_does_not_disturb(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    picture(target, Image.new("1", (40, 40)), "PNG")
    assert judge.inspect(target, LIMITS).width == 40


def test_animations_are_refused(target: Path) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in (RED, BLUE)]
    picture(target, frames[0], "PNG", save_all=True, append_images=frames[1:])
    assert refusal(judge.inspect, target).reason == Reason.PICTURE_ANIMATED


@pytest.mark.parametrize("file_format", ["JPEG", "PNG"])
@pytest.mark.parametrize("task", ALL_TASKS)
def test_a_picture_that_ends_too_early_is_damaged(
    target: Path, file_format: str, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As importing WeasyPrint leaves it.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    picture(target, Image.effect_noise((200, 200), 90), file_format)
    content = target.read_bytes()
    target.write_bytes(content[: len(content) // 2])
    assert refusal(task, target).reason == Reason.PICTURE_DAMAGED
    assert ImageFile.LOAD_TRUNCATED_IMAGES


def test_no_memory_left_is_a_bomb(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    picture(target, two_colours(), "PNG")
    monkeypatch.setattr("registry.infrastructure.inspection.picture.examine", fail)
    assert refusal(judge.inspect, target).reason == Reason.PICTURE_BOMB


@pytest.mark.parametrize("task", [judge.clean, judge.shrink])
def test_a_pdf_is_no_picture(target: Path, task: Task) -> None:
    target.write_bytes(b"%PDF-1.7\n")
    assert refusal(task, target).reason == Reason.NOT_A_PICTURE


# What a file is, when it is none of ours.


def office_file(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", "<Relationships/>")
        archive.writestr(name, "<document/>")
    return out.getvalue()


def ofd_file() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("OFD.xml", "<ofd:OFD/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (office_file("word/document.xml"), "Word 或 WPS 文字文档"),
        (office_file("xl/workbook.xml"), "Excel 或 WPS 表格"),
        (ofd_file(), "OFD 版式文件"),
        (b"GIF89a\1\0\1\0\0\0\0;", "GIF 图片"),
        (b"RIFF\x1a\0\0\0WEBPVP8 ", "WebP 图片"),
        (
            b"\0\0\0\x18ftypheic\0\0\0\0heicmif1",
            "HEIC 图片（苹果手机可在“设置 › 相机 › 格式”中改为“兼容性最佳”）",
        ),
        (b"MZ" + b"\0" * 70, "可执行程序"),
        (b"<!DOCTYPE html><html><body></body></html>", "网页（HTML）"),
        (b'{"a": 1}', "application/json"),
        (b"\x01\x02\x03\x80\x81", "无法识别的格式"),
        # A signature that does not stand at the very beginning is none.
        (b"\n\x89PNG\r\n\x1a\n", "无法识别的格式"),
    ],
)
def test_the_person_is_told_what_the_file_really_is(target: Path, content: bytes, found: str) -> None:
    target.write_bytes(content)
    caught = refusal(judge.inspect, target)
    assert caught.reason == Reason.UNKNOWN_TYPE
    assert str(caught).startswith(f"只接受 PDF、JPEG、PNG 文件，而这个文件实际是：{found}。")


def test_an_archive_that_contains_a_pdf_is_an_archive(target: Path) -> None:
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.pdf", b"%PDF-1.7\n")
    assert refusal(judge.inspect, target).reason == Reason.UNKNOWN_TYPE


def test_without_libmagic_the_rest_still_works(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filetype, "_LIBMAGIC", "libnone.so.0")
    target.write_bytes(b"MZ\0\0")
    assert refusal(judge.inspect, target).params == {"found": "无法识别的格式"}
    target.write_bytes(b"\xef\xbb\xbf%PDF-1.7\n")
    assert refusal(judge.inspect, target).reason == Reason.LEADING_DATA


# Refusals as values.


def test_every_reason_has_a_text_for_the_person() -> None:
    assert MESSAGES.keys() == set(Reason)
    for reason in Reason:
        told = str(RefusedFile(reason, limit=1, found="x", page=2, sheet="y", line=3))
        assert "%(" not in told
        assert told.endswith("。")


def test_a_refusal_can_be_pickled() -> None:
    there_and_back = pickle.loads(pickle.dumps(RefusedFile(Reason.UNKNOWN_TYPE, found="纯文本")))
    assert there_and_back.reason == Reason.UNKNOWN_TYPE
    assert "纯文本" in str(there_and_back)


def test_trouble_of_our_own_is_no_refusal() -> None:
    assert not issubclass(InspectionUnavailable, RefusedFile)
