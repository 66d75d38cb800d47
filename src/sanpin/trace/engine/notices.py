"""Match a public recall notice to own products and lots, by evidence that can be shown.

Independent pieces of evidence are joined as ``1 - (1 - a)(1 - b)...``; what contradicts the notice
takes a share away. Words count by their rarity among the own products (inverse document frequency,
K. Spärck Jones 1972), Chinese by pairs of characters. Nothing is learned from data: the weights are
constants here, and what they achieve on notices that they were not set on is measured.
"""

from __future__ import annotations

import html
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sanpin.trace.engine.identifiers import check_digit
from sanpin.trace.engine.notice_dates import dates_in
from sanpin.trace.model.notices import (
    Kind,
    LotMatch,
    Mention,
    OwnLot,
    OwnProduct,
    ProductMatch,
    Reading,
)

__all__ = ["LEAST", "match_lots", "match_products", "plain_lot", "read_notice"]

LEAST = 0.4
"""Matches below this score are not shown."""

# Weight of each piece of evidence; a name counts by how much of it stands in the notice.
_GTIN, _LOT_CUED, _LOT_BARE, _DATE, _NAME = 0.8, 0.7, 0.35, 0.3, 0.75
# What stays of a score when the notice names others of a kind, and not this one.
_OTHER: dict[Kind, float] = {"gtin": 0.4, "lot": 0.5, "date": 0.6}

_NUMBER = re.compile(r"(?<![\w.])\d(?:[ -]?\d){7,13}(?!\w)")
_CUE = re.compile(
    r"(?:\b(?:lot|batch)(?:es|s)?\b(?:[\s/]*(?:lot|batch|codes?|numbers?|nos?\b\.?|#))*"
    r"|(?:生产|产品)?(?:批次?号|批次|批号))"
    r"[\s:：#为是]*(?:(?:of|are|is|with|the|following|include|includes|from)\b[\s:]*)*",
    re.IGNORECASE,
)
_CODE = re.compile(r"[\"'“”‘’(（]*([A-Za-z0-9][A-Za-z0-9\-./_]*)[\"'“”‘’)）]*")
_JOIN = re.compile(
    r"\s*(?:,|，|、|;|；|/|&|\band\b|\bor\b|和|及|与|以及)?\s*(?:\band\b|\bor\b)?\s*"
)
_RANGE = re.compile(r"\s*(?:-|–|—|~|至|到|\bto\b|\bthrough\b|\bthru\b)\s*", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-./_]*")
_LATIN = re.compile(r"[a-zà-ÿ][a-zà-ÿ'’]+")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_COMMON = frozenset((
    "a", "about", "after", "alert", "all", "an", "and", "any", "are", "as", "at", "be",
    "bearing", "because", "been", "by", "can", "case", "cases", "code", "codes", "company",
    "consumer", "consumers", "contain", "containing", "contains", "contamination", "corp",
    "corporation", "date", "dates", "distributed", "due", "each", "establishment", "following",
    "food", "foods", "for", "foreign", "from", "fsis", "had", "has", "have", "health", "in",
    "inc", "inside", "into", "is", "issue", "issues", "it", "its", "label", "labeled", "labels",
    "lb", "lbs", "llc", "lot", "lots", "ltd", "mark", "may", "misbranding", "more", "net",
    "number", "numbers", "of", "off", "on", "or", "other", "ounce", "out", "over", "oz",
    "package", "packaged", "packages", "packaging", "per", "plastic", "possible", "potential",
    "potentially", "pound", "pounds", "printed", "product", "production", "products", "public",
    "recall", "recalled", "recalling", "recalls", "risk", "sample", "sell", "size", "sold",
    "some", "than", "that", "the", "their", "these", "this", "to", "undeclared", "under", "use",
    "used", "various", "voluntarily", "voluntary", "was", "weight", "were", "which", "with",
    "within", "without",
))  # fmt: skip
_COMMON_HAN = frozenset(
    ["召回", "产品", "公司", "有限", "限公", "批号", "批次", "生产", "日期", "保质", "质期", "规格",
     "因为", "由于", "可能", "消费", "费者", "公告", "通知", "食品", "商品", "问题"]
)  # fmt: skip


def read_notice(text: str) -> Reading:
    """Read GTINs, lots, days and words out of a notice in English or Chinese.

    Parameters
    ----------
    text : of any length; entities of HTML are understood
    """
    plain = unicodedata.normalize("NFKC", html.unescape(text))
    words = dict(_words(plain))
    tokens = frozenset(plain_lot(token) for token in _TOKEN.findall(plain))
    return Reading(
        gtins=_once(_gtins(plain)),
        lots=_once(_lots(plain)),
        dates=_once(dates_in(plain)),
        words=words,
        tokens=tokens,
    )


def _once(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """Mentions of one value once, in order."""
    return tuple({(one.value, one.last): one for one in mentions}.values())


def _gtins(text: str) -> Iterator[Mention]:
    """Yield numbers of 8, 12, 13 or 14 digits whose check digit is right."""
    for found in _NUMBER.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        if len(digits) in (8, 12, 13, 14) and check_digit(digits[:-1]) == digits[-1]:
            yield Mention("gtin", found[0], digits.zfill(14))


def plain_lot(lot: str) -> str:
    """Write a lot in capitals without punctuation, as far as people keep to neither."""
    return re.sub(r"[^A-Z0-9]", "", lot.upper())


def _lots(text: str) -> Iterator[Mention]:
    """Yield what stands behind the words for a lot, as long as it looks like a list of codes."""
    for cue in _CUE.finditer(text):
        at = cue.end()
        while found := _CODE.match(text, at):
            if not _is_code(found[1]):
                break
            value, end = plain_lot(found[1]), found.end()
            joint = _RANGE.match(text, end)
            second = _CODE.match(text, joint.end()) if joint else None
            last = plain_lot(second[1]) if second else ""
            if second and _is_range(value, last):
                yield Mention("lot", f"{found[1]}–{_bare(second[1])}", value, last)
                end = second.end()
            else:
                yield Mention("lot", _bare(found[1]), value)
            gap = _JOIN.match(text, end)
            if gap is None or gap.end() == end:
                break
            at = gap.end()


def _bare(code: str) -> str:
    """Leave out the full stop behind a code."""
    return code.rstrip("./-_")


def _is_code(text: str) -> bool:
    """Whether a piece of text may be a lot: it holds a digit and three characters."""
    return len(plain_lot(text)) >= 3 and any(letter.isdigit() for letter in text)


def _is_range(first: str, last: str) -> bool:
    """Whether two lots are the ends of a range: numbers of one length, ascending."""
    return first.isdigit() and last.isdigit() and len(first) == len(last) and first < last


def _words(text: str) -> Iterator[tuple[str, str]]:
    """Yield the words of a text in one form, with how they stand there."""
    for found in _LATIN.finditer(text.lower()):
        word = _stem(found[0])
        if word and word not in _COMMON and found[0] not in _COMMON:
            yield word, found[0]
    for run in _HAN.findall(text):
        for at in range(len(run) - 1):
            pair = run[at : at + 2]
            if pair not in _COMMON_HAN:
                yield pair, pair


def _stem(word: str) -> str:
    """Take the ending of the plural and of the possessive away."""
    word = re.sub(r"['’]s?$", "", word).replace("'", "").replace("’", "")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word if len(word) > 1 else ""


def match_products(
    reading: Reading, products: Sequence[OwnProduct], least: float = LEAST
) -> list[ProductMatch]:
    """Find the products that a notice may mean, best first.

    Parameters
    ----------
    reading : of the notice
    products : own products; the rarity of words is counted among their names
    least : score from which on a match is given
    """
    named = [[dict(_words(name)) for name in product.names] for product in products]
    spread = Counter(word for names in named for word in {w for name in names for w in name})
    gtins = {one.value: one for one in reading.gtins}
    found = []
    for product, names in zip(products, named, strict=True):
        name, mentions = _best_name(reading, names, spread, len(products))
        score = _NAME * name
        if product.gtin in gtins:
            score = _joined(score, _GTIN)
            mentions = [gtins[product.gtin], *mentions]
        elif gtins:
            score *= _OTHER["gtin"]
        if score >= least:
            found.append(ProductMatch(product, score, tuple(mentions)))
    return sorted(found, key=lambda match: (-match.score, match.product.gtin))


def _best_name(
    reading: Reading, names: Sequence[dict[str, str]], spread: Counter[str], count: int
) -> tuple[float, list[Mention]]:
    """Weighted share of the best name that stands in the notice, and its words there."""
    best, mentions = 0.0, list[Mention]()
    for name in names:
        weights = {word: math.log(1 + count / spread[word]) for word in name}
        total = sum(weights.values())
        there = [word for word in name if word in reading.words]
        share = sum(weights[word] for word in there) / total if total else 0.0
        # One word of a long name is chance; one word that is the whole name is not.
        if len(there) < 2 and len(name) > 1:
            share *= 0.5
        if share > best:
            best = share
            mentions = [Mention("word", reading.words[word], word) for word in there]
    return best, mentions


def _joined(*parts: float) -> float:
    """Join independent pieces of evidence."""
    return 1 - math.prod(1 - part for part in parts)


def match_lots(
    reading: Reading, product: ProductMatch | None, lots: Iterable[OwnLot], least: float = LEAST
) -> list[LotMatch]:
    """Find the lots of a product that a notice may mean, best first.

    Parameters
    ----------
    reading : of the notice
    product : its match; None when only the number of the lot led to it
    lots : lots of that product
    least : score from which on a match is given
    """
    found = []
    for lot in lots:
        parts = [product.score] if product else []
        mentions = list(product.mentions) if product else []
        against: list[Kind] = []
        number = _lot_mention(reading, lot.lot)
        if number is not None:
            parts.append(_LOT_CUED if number in reading.lots else _LOT_BARE)
            mentions.append(number)
        elif reading.lots:
            against.append("lot")
        day = _date_mention(reading, lot.dates)
        if day is not None:
            parts.append(_DATE)
            mentions.append(day)
        elif reading.dates and lot.dates:
            against.append("date")
        score = _joined(*parts) * math.prod(_OTHER[kind] for kind in against)
        if score >= least:
            found.append(LotMatch(lot, score, tuple(mentions), tuple(against)))
    return sorted(found, key=lambda match: (-match.score, match.lot.id))


def _lot_mention(reading: Reading, lot: str) -> Mention | None:
    """How a notice names a lot: behind its cue, within a range, or anywhere."""
    value = plain_lot(lot)
    for one in reading.lots:
        if one.value == value:
            return one
        if one.last and len(one.value) == len(value) and one.value <= value <= one.last:
            return one
    if len(value) >= 4 and any(c.isdigit() for c in value) and value in reading.tokens:
        return Mention("lot", lot, value)
    return None


def _date_mention(reading: Reading, dates: Sequence[date]) -> Mention | None:
    """Which day or range of a notice holds a day of the lot."""
    for day in dates:
        text = day.isoformat()
        for one in reading.dates:
            if one.value <= text <= (one.last or one.value):
                return one
    return None
