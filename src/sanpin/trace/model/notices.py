"""Public recall notices: what they say, and which own products and lots they may mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

__all__ = ["Kind", "LotMatch", "Mention", "OwnLot", "OwnProduct", "ProductMatch", "Reading"]

Kind = Literal["gtin", "lot", "date", "word"]


@dataclass(frozen=True, slots=True)
class Mention:
    """Something that a notice says.

    Attributes
    ----------
    kind : what it is
    text : as it stands there
    value : in one form: 14 digits, a lot in capitals without punctuation, a day, a word
    last : end of a range of lots or days; empty for a single one
    """

    kind: Kind
    text: str
    value: str
    last: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read out of a notice.

    Attributes
    ----------
    gtins, lots, dates : mentions, each once
    words : words of the text in one form, with how they stand there
    tokens : every piece of letters and digits in capitals, so that a lot is found without its cue
    """

    gtins: tuple[Mention, ...]
    lots: tuple[Mention, ...]
    dates: tuple[Mention, ...]
    words: dict[str, str] = field(default_factory=dict)
    tokens: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class OwnProduct:
    """A product of ours: its GTIN of 14 digits and its names in any language."""

    gtin: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnLot:
    """A lot of ours with its days of production, expiry and the like."""

    id: str
    gtin: str
    lot: str
    dates: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductMatch:
    """A product that a notice may mean, its score in [0, 1], and what speaks for it."""

    product: OwnProduct
    score: float
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class LotMatch:
    """A lot that a notice may mean.

    Attributes
    ----------
    lot : which
    score : in [0, 1]
    mentions : what speaks for it
    against : what speaks against it: kinds that the notice names and that do not fit
    """

    lot: OwnLot
    score: float
    mentions: tuple[Mention, ...]
    against: tuple[Kind, ...] = ()
