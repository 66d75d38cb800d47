"""Read the bar codes on a photo: what a camera sent becomes what a hand scanner would send.

A picture is somebody else's file. Its size is looked at before anything is unpacked, only the usual
formats of cameras are opened, and whatever is wrong with it is one refusal.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sanpin.base import N_, InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

__all__ = ["LARGEST_FILE", "LARGEST_PICTURE", "read_photo"]

LARGEST_FILE = 24 * 2**20
"""Bytes of a photo: those of the largest phone cameras are a third of it."""
LARGEST_PICTURE = 64_000_000
"""Pixels of a photo: 64 MB in memory once it is unpacked in grey."""

_FORMATS = ("PNG", "JPEG", "WEBP")
# Longest side that is looked at: finer detail than this is noise of the camera.
_SHARP = 2400
_BROKEN = (OSError, SyntaxError, ValueError, struct.error, MemoryError, OverflowError)


def read_photo(content: bytes) -> list[str]:
    """Read every code on a photo, each once.

    Parameters
    ----------
    content : PNG, JPEG or WebP

    Returns
    -------
    list of str
        data of each code behind the AIM identifier of its symbology, such as ``]d2``, as
        scanners send them; empty when there is no code to be seen

    Raises
    ------
    InputError
        ``trace.photo.too_large`` or ``trace.photo.unreadable``
    """
    if len(content) > LARGEST_FILE:
        raise _too_large()
    import zxingcpp

    picture = _opened(content)
    for pixels in _views(picture):
        found = zxingcpp.read_barcodes(pixels, text_mode=zxingcpp.TextMode.Plain)
        codes = dict.fromkeys(f"{one.symbology_identifier}{one.text}" for one in found if one.text)
        if codes:
            return list(codes)
    return []


def _opened(content: bytes) -> Image:
    """Unpack a picture in grey."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
            if picture.width * picture.height > LARGEST_PICTURE:
                raise _too_large()
            picture.draft("L", (_SHARP, _SHARP))
            if "A" not in picture.mode and "transparency" not in picture.info:
                return picture.convert("L")
            # What is clear is paper, not ink.
            paper = Image.new("RGBA", picture.size, "white")
            return Image.alpha_composite(paper, picture.convert("RGBA")).convert("L")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except _BROKEN as error:
        raise InputError(
            "trace.photo.unreadable",
            N_("This file is no picture that can be read."),
            hint=N_("Send a photo as JPEG, PNG or WebP."),
        ) from error


def _views(picture: Image) -> Iterator[NDArray[np.uint8]]:
    """Look at a picture as it is, then smoother and smaller, as one steps back from a bad print."""
    import numpy as np
    from PIL import ImageFilter

    picture.thumbnail((_SHARP, _SHARP))
    yield np.asarray(picture)
    yield np.asarray(picture.filter(ImageFilter.GaussianBlur(1.5)))
    smaller = picture.copy()
    smaller.thumbnail((_SHARP // 3, _SHARP // 3))
    yield np.asarray(smaller)
    yield np.asarray(picture.filter(ImageFilter.MedianFilter(5)))


def _too_large() -> InputError:
    """Make the refusal of a picture that would take too much memory."""
    return InputError(
        "trace.photo.too_large",
        N_("This picture is too large to be looked at."),
        hint=N_("Send at most {limit} MB and {pixels} million pixels."),
        limit=LARGEST_FILE // 2**20,
        pixels=LARGEST_PICTURE // 1_000_000,
    )
