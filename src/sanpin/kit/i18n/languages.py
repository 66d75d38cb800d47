"""Which language to speak: the names that browsers, systems and people use for the two."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = [
    "DEFAULT_LANGUAGE",
    "LANGUAGES",
    "LANGUAGE_LABELS",
    "environment_language",
    "negotiate",
    "normalise",
]

LANGUAGES: tuple[str, ...] = ("en", "zh-CN")
"""The languages that exist, as BCP 47 tags."""

LANGUAGE_LABELS: Mapping[str, str] = {"en": "English", "zh-CN": "简体中文"}
"""Each language in its own words, so that everyone finds theirs."""

DEFAULT_LANGUAGE = "en"


def normalise(name: str | None) -> str | None:
    """Return the language meant by `name` (``zh_CN.UTF-8``, ``zh-Hans``, ``en-GB``), or None.

    Only the first part counts: a reader of traditional characters is better served in simplified
    ones than in English.
    """
    if not name:
        return None
    primary = name.strip().replace("_", "-").split(".")[0].split("-")[0].lower()
    return {"en": "en", "zh": "zh-CN"}.get(primary)


def _quality(part: str) -> tuple[float, str]:
    tag, _, rest = part.partition(";")
    _, _, value = rest.partition("q=")
    try:
        return (float(value) if value else 1.0, tag)
    except ValueError:
        return (0.0, tag)


def negotiate(accept_language: str | None) -> str | None:
    """Return the best language of an ``Accept-Language`` header, or None when none fits.

    Entries of equal quality keep their order; a quality of 0 rules a language out.
    """
    parts = [_quality(part) for part in (accept_language or "").split(",")]
    for quality, tag in sorted(parts, key=lambda part: -part[0]):
        found = normalise(tag)
        if found and quality > 0:
            return found
    return None


def environment_language(environment: Mapping[str, str], wanted: str | None = None) -> str:
    """Choose a command's language: `wanted`, ``SANPIN_LANG``, ``LC_ALL``, ``LANG``, English."""
    names = (wanted, *(environment.get(name) for name in ("SANPIN_LANG", "LC_ALL", "LANG")))
    for name in names:
        found = normalise(name)
        if found:
            return found
    return DEFAULT_LANGUAGE
