"""The pages on problem files and public sets say what the readers do, in both languages."""

import re
from pathlib import Path

import pytest

from sanpin.factory.engine.formats import FORMATS, native
from sanpin.factory.engine.formats import numbers as limits
from sanpin.factory.engine.formats.packing import LARGEST
from sanpin.factory.model import TERMS

ROOT = Path(__file__).parents[3]


def page(language, name):
    """Return the text of a page."""
    return (ROOT / "docs" / language / f"{name}.md").read_text(encoding="utf-8")


def first_cells(text):
    """Return the words in code of the first cells of all tables."""
    return {
        word
        for row in re.findall(r"^\| (.*?) \|", text, re.MULTILINE)
        for word in re.findall(r"`([^`]+)`", row)
    }


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_table_of_formats_is_the_registry(language):
    text = page(language, "problem-sets")
    rows = re.findall(r"^\| `([\w-]+)` \|", text, re.MULTILINE)
    assert rows[1:] == list(FORMATS)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_key_of_the_reader_is_explained(language):
    source = Path(native.__file__).read_text(encoding="utf-8")
    rules = source[source.index("MODE = record") : source.index("def read_native")]
    keys = set(re.findall(r"\"([a-z_]+)\": ", rules)) | set(TERMS)
    assert len(keys) > 70
    text = page(language, "problem-file")
    assert sorted(key for key in keys if f"`{key}`" not in text) == []
    # The keys of records stand in the first column, where they are looked for.
    assert {"calendars", "capacity", "matrix", "on_hand", "due", "modes", "tardiness"} <= (
        first_cells(text)
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_limits_on_the_page_are_those_of_the_code(language):
    text = page(language, "problem-sets")
    assert f"{limits.MOST_OPERATIONS:,}" in text
    assert f"{limits.MOST_MACHINES:,}" in text
    assert limits.MOST_NUMBERS == 20_000_000
    assert f"{LARGEST // 1024**2} MB" in text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_codes_on_the_page_are_reported_by_the_reader(language):
    folder = Path(native.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    codes = re.findall(r"`factory\.problem\.([a-z_]+)`", page(language, "problem-file"))
    assert len(codes) >= 15
    assert [code for code in codes if f'findings.add("{code}"' not in source] == []
