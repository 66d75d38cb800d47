"""The catalogues are complete, and the tool that keeps them finds what is wrong."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "catalogues.py"


def load() -> ModuleType:
    """Import the script, which is no part of the package."""
    if "catalogues" not in sys.modules:
        spec = importlib.util.spec_from_file_location("catalogues", SCRIPT)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        sys.modules["catalogues"] = module
        spec.loader.exec_module(module)
    return sys.modules["catalogues"]


catalogues = load()


@pytest.mark.parametrize("package", catalogues.packages())
def test_every_text_is_translated(package: str) -> None:
    """No text of a package lacks its translation, and none has lost a field."""
    findings = catalogues.check(package)
    assert not findings, "\n".join(findings)


def test_packages_agree_about_shared_texts() -> None:
    """One English text has one translation everywhere."""
    assert catalogues.conflicts() == []


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small package tree with texts in code and in a template."""
    shop = tmp_path / "shop"
    (shop / "web" / "templates").mkdir(parents=True)
    (shop / "__init__.py").write_text(
        'A = N_("Hello {name}")\nB = t.text("Bye")\nC = sa.text("SELECT 1")\nD = text("SELECT 2")\n'
        'E = t.plural("{count} item", "{count} items", 3)\nF = N_(\n    "one " "two"\n)\n'
    )
    (shop / "web" / "templates" / "x.html").write_text("<p>{{ _('From a page') }}</p>")
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "__init__.py").write_text('A = N_("Of the base")')
    (tmp_path / "kit").mkdir()
    (tmp_path / "kit" / "__init__.py").write_text("")
    return tmp_path


def fill(root: Path, package: str, **translations: str) -> None:
    """Write translations into a catalogue as a translator would, then compile it."""
    path = catalogues.catalogue_path(package, root)
    text = path.read_text(encoding="utf-8")
    for message, translation in translations.items():
        key = f'msgid "{message}"\nmsgstr ""'
        assert key in text, message
        text = text.replace(key, f'msgid "{message}"\nmsgstr "{translation}"')
    path.write_text(text, encoding="utf-8")
    catalogues.compile_catalogue(package, root)


COMPLETE = {
    "Hello {name}": "你好，{name}",
    "Bye": "再见",
    "one two": "一二",
    "From a page": "来自页面",
}


def test_texts_come_from_code_and_templates(root: Path) -> None:
    """Marks, methods and templates are read; statements for the database are not."""
    assert catalogues.texts_of("shop", root) == {
        *COMPLETE,
        ("{count} item", "{count} items"),
    }


def test_the_kit_speaks_for_the_base(root: Path) -> None:
    """Texts of the base stand in the kit's catalogue, and the base has none of its own."""
    assert catalogues.texts_of("kit", root) == {"Of the base"}
    assert catalogues.packages(root) == ["kit", "shop"]


def test_update_keeps_translations_and_drops_old_texts(root: Path) -> None:
    """Running it again changes nothing but the texts that changed."""
    assert catalogues.update("shop", root) == 5
    fill(root, "shop", **COMPLETE)
    before = catalogues.catalogue_path("shop", root).read_text(encoding="utf-8")
    assert catalogues.update("shop", root) == 1
    assert catalogues.catalogue_path("shop", root).read_text(encoding="utf-8") == before
    code = root / "shop" / "__init__.py"
    code.write_text(code.read_text().replace("Bye", "Good night"))
    assert catalogues.update("shop", root) == 2
    after = catalogues.catalogue_path("shop", root).read_text(encoding="utf-8")
    assert "再见" not in after
    assert "你好，{name}" in after


def test_check_lists_each_kind_of_fault(root: Path) -> None:
    """Missing, obsolete, untranslated, lost fields and stale compilation are told apart."""
    catalogues.update("shop", root)
    fill(root, "shop", **COMPLETE)
    assert [f for f in catalogues.check("shop", root) if "not translated" in f]
    path = catalogues.catalogue_path("shop", root)
    good = path.read_text(encoding="utf-8").replace('msgstr[0] ""', 'msgstr[0] "{count} 件"')
    path.write_text(good, encoding="utf-8")
    catalogues.compile_catalogue("shop", root)
    assert catalogues.check("shop", root) == []

    path.write_text(good.replace("，{name}", ""), encoding="utf-8")
    findings = "\n".join(catalogues.check("shop", root))
    assert "fields [] instead of ['name']: Hello {name}" in findings
    assert "run compile" in findings

    path.write_text(good.replace('msgid "Bye"', '#, fuzzy\nmsgid "Bye"'), encoding="utf-8")
    assert "shop: fuzzy: Bye" in catalogues.check("shop", root)

    path.write_text(good.replace('msgid "Bye"', 'msgid "Old"'), encoding="utf-8")
    findings = "\n".join(catalogues.check("shop", root))
    assert "missing: Bye" in findings
    assert "obsolete: Old" in findings


def test_a_shared_text_takes_its_translation_along(root: Path) -> None:
    """A text that one package has translated is offered to the next, and must agree."""
    catalogues.update("shop", root)
    fill(root, "shop", **COMPLETE)
    (root / "kit" / "__init__.py").write_text('A = N_("Bye")')
    catalogues.update("kit", root)
    assert 'msgstr "再见"' in catalogues.catalogue_path("kit", root).read_text(encoding="utf-8")
    assert catalogues.conflicts(root) == []
    path = catalogues.catalogue_path("kit", root)
    path.write_text(path.read_text(encoding="utf-8").replace("再见", "拜拜"), encoding="utf-8")
    assert catalogues.conflicts(root) == ["kit and shop differ: Bye"]


def test_compiled_catalogues_do_not_depend_on_the_day(root: Path) -> None:
    """Compiling the same catalogue twice gives the same bytes."""
    catalogues.update("shop", root)
    fill(root, "shop", **COMPLETE)
    compiled = catalogues.catalogue_path("shop", root).with_suffix(".mo")
    before = compiled.read_bytes()
    catalogues.compile_catalogue("shop", root)
    assert compiled.read_bytes() == before
