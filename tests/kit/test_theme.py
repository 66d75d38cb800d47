"""The theme holds the tokens of the visual language, and every pair of them can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sanpin.kit import pages

CSS = Path(pages.__file__).parent.parent / "web/static/kit/theme.css"
TEXT = CSS.read_text("utf-8")
TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", TEXT
    )
}
WANTED = {
    "bg": ("#faf9f6", "#13161a"),
    "surface": ("#ffffff", "#1a1e23"),
    "raise": ("#f3f1eb", "#22272d"),
    "ink": ("#1b1f24", "#e9e7e2"),
    "muted": ("#59626d", "#a3abb4"),
    "line": ("#e2dfd7", "#2d333a"),
    "accent": ("#0e5f5b", "#62c6b8"),
    "accent-weak": ("#dceeea", "#16332f"),
    "variety": ("#ad4f27", "#e78d60"),
    "quality": ("#0e5f5b", "#62c6b8"),
    "brand": ("#5a4a8c", "#ab99e3"),
    "ok": ("#2b7a4b", "#69c08c"),
    "warn": ("#8a5a10", "#e0b15a"),
    "bad": ("#ad2218", "#ff8a7d"),
    "hold": ("#475569", "#9fb0c3"),
}
SERIES = ("#0e5f5b", "#ad4f27", "#5a4a8c", "#8a7a12", "#2f6fae", "#9c3d6a", "#4e7a2e", "#6b7280")
GROUNDS = ("bg", "surface", "raise")
STATUS = ("ok", "warn", "bad", "hold")
TEXT_PAIRS = [
    *((ink, ground) for ink in ("ink", "muted", "accent", *STATUS) for ground in GROUNDS),
    ("bg", "accent"),
    ("ink", "accent-weak"),
    ("accent", "accent-weak"),
]
MARKS = ("variety", "quality", "brand", *(f"s{n}" for n in range(1, 9)))
MARK_PAIRS = [(mark, ground) for mark in MARKS for ground in ("bg", "surface")]


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    """Return the contrast ratio of WCAG 2.2."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def lighter(colour: str) -> str:
    """Return the colour a quarter of the way to white."""
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(p + (255 - p) * 0.25):02x}" for p in parts)


def test_contrast_of_known_pairs() -> None:
    """The measure agrees with the two ends of the scale and a published value."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", WANTED)
def test_token_is_the_agreed_one(name: str) -> None:
    """Each token has its light and dark value from the visual language."""
    assert TOKENS[name] == WANTED[name]


def test_series_are_lighter_in_the_dark() -> None:
    """The eight series colours are the agreed ones, a quarter lighter in the dark theme."""
    for number, colour in enumerate(SERIES, 1):
        assert TOKENS[f"s{number}"] == (colour, lighter(colour))


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("pair", TEXT_PAIRS, ids="-on-".join)
def test_text_can_be_read(pair: tuple[str, str], theme: int) -> None:
    """Text has a contrast of at least 4.5 to its ground."""
    assert contrast(TOKENS[pair[0]][theme], TOKENS[pair[1]][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("pair", MARK_PAIRS, ids="-on-".join)
def test_marks_can_be_seen(pair: tuple[str, str], theme: int) -> None:
    """Marks have a contrast of at least 3 to their ground."""
    assert contrast(TOKENS[pair[0]][theme], TOKENS[pair[1]][theme]) >= 3


def test_every_used_token_exists() -> None:
    """No rule names a token that the theme does not define."""
    defined = set(re.findall(r"--([\w-]+):", TEXT))
    assert set(re.findall(r"var\(--([\w-]+)", TEXT)) <= defined


def test_no_colour_outside_the_tokens() -> None:
    """Rules use tokens; the only literal colours are the paper of print and shadows."""
    rules = TEXT.split("/* Ground */")[1]
    literals = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", rules))
    assert literals <= {"#fff", "#1b1f2418", "#1b1f2430", "#1b1f2433", "#0008", "#000a"}


def test_nothing_is_fetched_from_elsewhere() -> None:
    """The theme imports nothing and names no address."""
    assert "@import" not in TEXT
    assert "url(" not in TEXT
    assert "@font-face" not in TEXT
