"""Pictures: judged by decoding them completely, and stored only as they come out of our own encoder.

Re-encoding leaves the pixels and nothing else: no EXIF with place and owner (personal data under
个人信息保护法), no comments, no second file behind the picture's end. That is why data after the end, which
condemns a PDF, is no ground for refusal here: telephones append films and depth maps to honest photographs.
"""

from __future__ import annotations

import io
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final

# Formats that Image.open would load on first use are imported now, before the process gives up its rights.
from PIL import Image, ImageCms, ImageFile, ImageOps, JpegImagePlugin, MpoImagePlugin, PngImagePlugin  # noqa: F401

from registry.infrastructure.inspection.verdict import (
    JPEG,
    PNG,
    Inspected,
    Limits,
    Reason,
    RefusedFile,
    too_costly,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Small print survives at this quality; colour in full resolution keeps red seals sharp.
_EVIDENCE_QUALITY: Final = 92
_PRODUCT_QUALITY: Final = 85
_PRODUCT_SIDE: Final = 1600
_NO_SUBSAMPLING: Final = 0


def examine(path: Path, limits: Limits) -> Inspected:
    """Judge a file that begins like a JPEG or PNG, by decoding it to the end.

    Raises:
        RefusedFile: ``picture_bomb`` or ``picture_animated``.
        Exception: whatever else the decoder raises; the caller takes it for damage.
    """
    with _opened(path, limits) as image:
        return Inspected(
            media_type=_media_type(image),
            size=path.stat().st_size,
            width=image.width,
            height=image.height,
        )


def clean(path: Path, limits: Limits) -> bytes:
    """Re-encode a picture in its own format: JPEG in quality 92, PNG without loss.

    The turn that EXIF asks for is applied, colours are brought to sRGB, CMYK becomes RGB, and 16 bits a
    colour become 8 (a grey-scale PNG keeps its 16).

    Raises:
        RefusedFile: as for ``examine``.
    """
    with _opened(path, limits) as image:
        media_type = _media_type(image)
        picture = _in_srgb(image)
    if media_type == PNG:
        return _encoded(picture, "PNG")
    return _encoded(picture, "JPEG", quality=_EVIDENCE_QUALITY, subsampling=_NO_SUBSAMPLING)


def for_product(path: Path, limits: Limits) -> bytes:
    """Make a JPEG for public pages: at most 1600 pixels a side, upright, sRGB, on white where transparent.

    Raises:
        RefusedFile: as for ``examine``.
    """
    size = (_PRODUCT_SIDE, _PRODUCT_SIDE)
    with _opened(path, limits, wanted=size) as image:
        picture = _resizable(_in_srgb(image))
    picture.thumbnail(size, Image.Resampling.LANCZOS)
    return as_product(_on_white(picture))


def as_product(picture: Image.Image) -> bytes:
    """Encode an RGB picture for public pages."""
    return _encoded(picture, "JPEG", quality=_PRODUCT_QUALITY, progressive=True, optimize=True)


def opened_whole(content: BinaryIO, limits: Limits) -> Image.Image:
    """Decode a picture that ``for_product`` once made.

    Raises:
        RefusedFile: as for ``examine``.
    """
    with _opened(content, limits) as image:
        return image.convert("RGB")


@contextmanager
def _opened(path: Path | BinaryIO, limits: Limits, wanted: tuple[int, int] | None = None) -> Iterator[Image.Image]:
    """Open, decode and turn a picture, after its header has shown that it is not too large.

    With ``wanted`` a JPEG is decoded at a half, a quarter or an eighth, if that is still large enough.
    """
    with warnings.catch_warnings(), _strict_decoders():
        # Pillow warns of large pictures and raises at very large ones; the limit here is ours.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            image = Image.open(path, formats=("JPEG", "PNG"))
        except Image.DecompressionBombError as error:
            raise too_costly(JPEG, limits) from error
        with image:
            if image.width * image.height > limits.max_picture_pixels:
                raise too_costly(JPEG, limits)
            if image.format == "PNG" and getattr(image, "is_animated", False):
                raise RefusedFile(Reason.PICTURE_ANIMATED)
            if wanted:
                image.draft(None, wanted)
            image.load()
            ImageOps.exif_transpose(image, in_place=True)
            yield image


@contextmanager
def _strict_decoders() -> Iterator[None]:
    """Let truncated pictures be errors, which WeasyPrint turns off for the whole process that imports it."""
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _media_type(image: Image.Image) -> str:
    # MPO is a JPEG with further pictures behind it (CIPA DC-007), as many telephones write it. Only the first
    # is the photograph.
    return PNG if image.format == "PNG" else JPEG


def _in_srgb(image: Image.Image) -> Image.Image:
    """Return the picture in sRGB without its colour profile, and without CMYK."""
    profile = image.info.get("icc_profile")
    if profile and image.mode in {"RGB", "RGBA", "CMYK"}:
        try:
            return _converted(image, profile)
        except (ImageCms.PyCMSError, OSError, ValueError):
            # A profile that cannot be used is left out, as browsers do.
            return _without_cmyk(image)
    return _without_cmyk(image)


def _without_cmyk(image: Image.Image) -> Image.Image:
    return image.convert("RGB") if image.mode == "CMYK" else image


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    assert converted is not None  # Only a conversion in place returns nothing.
    return converted


def _resizable(image: Image.Image) -> Image.Image:
    """Return the picture in a mode whose pixels can be averaged: no palette, no 16 bits, no single bits."""
    if image.mode in {"I;16", "I"}:
        # Pillow would cut 16-bit grey off at 255 instead of scaling it.
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _on_white(image: Image.Image) -> Image.Image:
    """Return the picture as RGB, with white where it is transparent."""
    if image.mode != "RGBA":
        return image.convert("RGB")
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")


def _encoded(image: Image.Image, file_format: str, **options: int) -> bytes:
    """Encode pixels, palette and transparency, and nothing else that the file brought along."""
    bare = image.copy()
    # Encoders write comments, resolution and profiles out of this dictionary without being asked.
    bare.info = {key: value for key, value in image.info.items() if key == "transparency"}
    out = io.BytesIO()
    bare.save(out, file_format, **options)
    return out.getvalue()
