"""Single values in canonical form: identifiers, words, numbers, times.

=============  ==================================================================
identifiers    GS1 Digital Link on ``https://id.gs1.org``, the finest level only
words of CBV   web URI, also for bare words, CURIEs and URNs
numbers        no sign ``+``, no leading or trailing zeros, no ``.0``
times          UTC with milliseconds, rounded half up
texts          without spaces around them
=============  ==================================================================
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from sanpin.trace.engine.epcis.epcs import plain_epc
from sanpin.trace.engine.identifiers import canonical

__all__ = ["identifier", "moment", "numeric", "reference_moment", "reference_numeric"]

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"([+-]?)0*(\d+)(?:\.0*)?", re.ASCII)
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)", re.ASCII)
_FINER = re.compile(r"(/(?:01|8006)/\d+)(?:/22/[^/]+)?(?:/10/[^/]+(?=/21/))?")
_ALPHAS = {
    "gtin": "01", "itip": "8006", "cpid": "8010", "gln": "414", "party": "417", "gsrnp": "8017",
    "gsrn": "8018", "gcn": "255", "sscc": "00", "gdti": "253", "ginc": "401", "gsin": "402",
    "grai": "8003", "giai": "8004", "cpv": "22", "lot": "10", "ser": "21",
}  # fmt: skip
_ALPHA = re.compile(f"/({'|'.join(_ALPHAS)})(?=/)")
_LINK = re.compile(
    r"https?://[^?#]+?(/(?:00/\d{18}|01/\d{14}(?:/22/[^/?#]+)?(?:/(?:10|235)/[^/?#]+)?(?:/21/[^/?#]+)?"
    r"|253/\d{13}[^/?#]{0,17}|255/\d{13,25}|401/\d{4}[^/?#]{1,26}|402/\d{17}"
    r"|414/\d{13}(?:/254/[^/?#]+)?|417/\d{13}|8003/\d{14}[^/?#]{0,16}|8004/\d{4}[^/?#]{1,26}"
    r"|8006/\d{18}(?:/10/[^/?#]+)?(?:/21/[^/?#]+)?|8010/\d{4}[^/?#]{1,26}(?:/8011/\d{1,12})?"
    r"|801[78]/\d{18}))(?:\?[^#]*)?",
    re.ASCII,
)
_CBV_URN = re.compile(r"urn:epcglobal:cbv:(bizstep|disp|btt|sdt|er):")
_CBV_WEB = {"bizstep": "BizStep", "disp": "Disp", "btt": "BTT", "sdt": "SDT", "er": "ER"}


def identifier(text: str) -> str:
    """Canonical form of a URI: a GS1 key as Digital Link, a CBV word as web URI."""
    return plain_epc(text) or _slow(text)


@lru_cache(maxsize=65_536)
def _slow(text: str) -> str:
    """Canonical form of any URI."""
    word = _CBV_URN.match(text)
    if word is not None:
        return f"https://ref.gs1.org/cbv/{_CBV_WEB[word[1]]}-{text[word.end() :]}"
    found = canonical(text)
    if found == text and text.startswith("http") and _ALPHA.search(text):
        # Old data name their keys; the published vectors read them.
        plain = _ALPHA.sub(lambda m: f"/{_ALPHAS[m[1]]}", text)
        again = canonical(plain)
        found = again if again.startswith("https://id.gs1.org/") else text
    if found == text:
        # A link with a wrong check digit still says which key it means.
        link = _LINK.fullmatch(text)
        found = "https://id.gs1.org" + link[1] if link else text
    if not found.startswith("https://id.gs1.org/"):
        return found
    found = found.partition("?")[0]
    if "/22/" in found or "/10/" in found:
        found = _FINER.sub(r"\1", found, count=1)
    if "%" in found:
        # These three need no escape; the published vectors leave them plain.
        found = found.replace("%27", "'").replace("%3B", ";").replace("%3D", "=")
    return found


def numeric(text: str) -> str | None:
    """Canonical form of a number; None for what is none.

    Whole numbers keep all their digits, however many; others are read with double precision, as
    JSON reads them.
    """
    whole = _WHOLE.fullmatch(text)
    if whole is not None:
        return f"-{whole[2]}" if whole[1] == "-" and whole[2] != "0" else whole[2]
    if _NUMBER.fullmatch(text) is None:
        return None
    value = float(text)
    if value in (float("inf"), float("-inf")):
        return None
    return str(int(value)) if value.is_integer() else repr(value)


def reference_numeric(text: str) -> str | None:
    """Repeat how the reference implementation reads numbers: all with double precision."""
    try:
        value = float(text)
        return str(int(value)) if int(value) == value else str(value)
    except (ValueError, OverflowError):
        return None


def moment(text: str) -> str:
    """Instant in UTC with milliseconds; a text that is no instant stays as it is."""
    return _moment(text, half_even=False)


def reference_moment(text: str) -> str:
    """Repeat how the reference implementation rounds: half to even."""
    return _moment(text, half_even=True)


@lru_cache(maxsize=4096)
def _moment(text: str, *, half_even: bool) -> str:
    """Read, round and write an instant; digits behind the microsecond do not count."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        return text
    base, fraction, zone = match.groups()
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    millis = round(micros, -3) // 1000 if half_even else (micros + 500) // 1000
    try:
        found = datetime.fromisoformat(base + ("+00:00" if zone == "Z" else zone))
        found = found.astimezone(UTC) + timedelta(milliseconds=millis)
    except (ValueError, OverflowError):
        return text
    return found.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
