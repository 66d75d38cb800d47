"""Compiled catalogues: one per package in ``web/locale``, read once and asked in order."""

from __future__ import annotations

import gettext
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

import sanpin

__all__ = ["catalogue_folders", "plural", "translate"]

_HOME = Path(sanpin.__file__).parent


def _pack_folders() -> list[Path]:
    """Return the folders of domains that other distributions bring."""
    folders = []
    for entry in entry_points(group="sanpin.domains"):
        package = entry.module.rpartition(".")[0]
        if package and not package.startswith("sanpin."):
            spec = find_spec(package)
            folders += [Path(place) for place in (spec and spec.submodule_search_locations) or ()]
    return folders


def catalogue_folders() -> list[Path]:
    """Return every ``web/locale`` folder, the kit's first so that shared words win."""
    own = sorted(path for path in _HOME.iterdir() if path.is_dir() and path.name != "kit")
    candidates = [_HOME / "kit", *own, *_pack_folders()]
    return [path / "web" / "locale" for path in candidates if (path / "web" / "locale").is_dir()]


@cache
def _translations(language: str) -> gettext.NullTranslations:
    """Chain the catalogues of a language; English needs none, its texts are the keys."""
    chain: gettext.NullTranslations | None = None
    for folder in catalogue_folders() if language != "en" else []:
        path = folder / f"{language.replace('-', '_')}.mo"
        if path.is_file():
            with path.open("rb") as stream:
                found = gettext.GNUTranslations(stream)
            if chain is None:
                chain = found
            else:
                chain.add_fallback(found)
    return chain or gettext.NullTranslations()


class _Fields(dict[str, object]):
    """Named fields of a text; one that is not given stays visible instead of failing."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _fill(text: str, fields: dict[str, object]) -> str:
    return text.format_map(_Fields(fields)) if fields else text


def translate(message: str, language: str, /, **fields: object) -> str:
    """Return `message` in `language` with its named fields filled in.

    A text without a translation comes back in English. Without fields the text is returned as
    it is, so that braces in it stay.
    """
    text = _translations(language).gettext(message) if message else ""
    return _fill(text, fields)


def plural(singular: str, several: str, count: int, language: str, /, **fields: object) -> str:
    """Return the form of a text that fits `count`, which is also its field ``{count}``.

    Chinese has one form for all counts, English two.
    """
    text = _translations(language).ngettext(singular, several, count)
    return _fill(text, {"count": count, **fields})
