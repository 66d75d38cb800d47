"""Text out of bytes: the encodings that tables from China and the West come in."""

from __future__ import annotations

from itertools import pairwise

from sanpin.base import N_, InputError

__all__ = ["decode"]

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


def decode(content: bytes, name: str) -> str:
    """Return the text of a file in UTF-8, UTF-16, GB18030 (with GBK, GB2312) or Windows-1252.

    A byte order mark decides; without one, UTF-8 is tried first because text in another
    encoding practically never is valid UTF-8.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _decode_as(content[len(mark) :], encoding, name)
    if b"\0" in content:
        return _decode_as(content, _utf16_without_mark(content), name)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_as(content, "cp1252" if _is_western(content) else "gb18030", name)


def _decode_as(content: bytes, encoding: str, name: str) -> str:
    """Decode, or refuse a text that holds characters no table has."""
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        text = "\0"
    if "\0" in text:
        raise InputError(
            "files.encoding.unknown",
            N_("The text of {file} cannot be read: its encoding is unknown."),
            hint=N_("Save it as “CSV UTF-8”, or as .xlsx."),
            file=name,
        )
    return text


def _utf16_without_mark(content: bytes) -> str:
    """Guess the byte order: in text with Latin letters one half of the bytes is often zero."""
    even, odd = content[0::2].count(0), content[1::2].count(0)
    return "utf-16-le" if odd > even else "utf-16-be"


def _is_western(content: bytes) -> bool:
    """Say whether the bytes above 127 stand alone, as accents do, and not in pairs."""
    sample = content[:1_000_000]
    high = sum(byte > 127 for byte in sample)
    paired = sum(a > 127 and b > 127 for a, b in pairwise(sample))
    return paired < high / 4
