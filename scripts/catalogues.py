"""Keep the message catalogues: collect texts, compile them, and check that none is missing.

    python scripts/catalogues.py update [PACKAGE ...]    collect texts, keep translations
    python scripts/catalogues.py compile [PACKAGE ...]   write the .mo files
    python scripts/catalogues.py check [PACKAGE ...]     list what is missing, exit 1 if anything

Each package below `src/sanpin` has one catalogue in `web/locale`; the texts of `base` and
`methods` belong to the kit's. Catalogues are sorted and carry no line numbers or dates, so
that a change shows only the texts that changed.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import string
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

ROOT = Path(__file__).resolve().parent.parent / "src" / "sanpin"
LOCALE = "zh_CN"
SHARED = ("base", "methods", "kit")
MARKS = {"N_", "_", "gettext", "ngettext"}
METHODS = {"text", "plural"}
SQL = {"sa", "sqlalchemy"}
HEADER = (
    f'msgid ""\nmsgstr ""\n"Language: {LOCALE}\\n"\n"MIME-Version: 1.0\\n"\n'
    '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
    '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
)
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
PYTHON_FIELD = re.compile(r"%\((\w+)\)")

Key = str | tuple[str, str]


def packages(root: Path = ROOT) -> list[str]:
    """Return the packages that may have a catalogue of their own."""
    found = sorted(path.parent.name for path in root.glob("*/__init__.py"))
    return [name for name in found if name not in SHARED or name == "kit"]


def catalogue_path(package: str, root: Path = ROOT) -> Path:
    """Return where a package keeps its translations."""
    return root / package / "web" / "locale" / f"{LOCALE}.po"


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _is_mark(function: ast.expr) -> bool:
    if isinstance(function, ast.Name):
        return function.id in MARKS
    if isinstance(function, ast.Attribute):
        owner = function.value
        return function.attr in METHODS and not (isinstance(owner, ast.Name) and owner.id in SQL)
    return False


def python_texts(source: str) -> Iterator[Key]:
    """Yield the marked texts of Python code; two texts are singular and plural."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not _is_mark(node.func):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id  # type: ignore[attr-defined]
        texts = [_literal(argument) for argument in node.args[:2]]
        if name in {"ngettext", "plural"}:
            if len(texts) == 2 and texts[0] and texts[1]:
                yield (texts[0], texts[1])
        elif texts and texts[0]:
            yield texts[0]


def template_texts(source: str) -> Iterator[Key]:
    """Yield the texts of a Jinja template."""
    options = {"silent": "false", "trimmed": "true"}
    stream = io.BytesIO(source.encode())
    for _, function, message, _ in babel_extract(stream, ("_", "gettext", "ngettext"), [], options):
        found = message if isinstance(message, tuple) else (message,)
        texts = [text for text in found if text]
        if function == "ngettext" and len(texts) >= 2:
            yield (texts[0], texts[1])
        elif texts:
            yield texts[0]


def texts_of(package: str, root: Path = ROOT) -> set[Key]:
    """Collect every text of a package that a person may read."""
    texts: set[Key] = set()
    for name in SHARED if package == "kit" else (package,):
        for path in (root / name).rglob("*.py"):
            texts.update(python_texts(path.read_text(encoding="utf-8")))
        for path in (root / name / "web" / "templates").rglob("*.html"):
            texts.update(template_texts(path.read_text(encoding="utf-8")))
    return texts


def read(package: str, root: Path = ROOT) -> Catalog:
    """Read the catalogue of a package; an empty one when there is none yet."""
    path = catalogue_path(package, root)
    if not path.is_file():
        return Catalog(locale=LOCALE)
    with path.open("rb") as stream:
        return read_po(stream, locale=LOCALE)


def update(package: str, root: Path = ROOT) -> int:
    """Bring a catalogue in line with the code; return how many texts lack a translation.

    A text that another package has translated already is taken over from there.
    """
    texts = texts_of(package, root)
    if not texts:
        return 0
    shared = {
        message.id: message.string
        for other in packages(root)
        if other != package
        for message in read(other, root)
        if message.id and message.string
    }
    old, new = read(package, root), Catalog(locale=LOCALE)
    for key in texts:
        name = key if isinstance(key, str) else key[0]
        before = old.get(name)
        kept = before.string if before and before.id == key and not before.fuzzy else None
        found = kept if kept and any(kept) else shared.get(key)
        new.add(key, found or ("" if isinstance(key, str) else ("",)))
    path = catalogue_path(package, root)
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    write_po(buffer, new, width=96, no_location=True, omit_header=True, sort_output=True)
    path.write_text(HEADER + buffer.getvalue().decode(), encoding="utf-8")
    return sum(1 for message in new if message.id and not _translation(message.string))


def compile_catalogue(package: str, root: Path = ROOT) -> None:
    """Write the compiled catalogue beside its source."""
    path = catalogue_path(package, root)
    if path.is_file():
        catalogue = read(package, root)
        catalogue.creation_date = catalogue.revision_date = EPOCH
        with path.with_suffix(".mo").open("wb") as stream:
            write_mo(stream, catalogue)


def _translation(value: object) -> str:
    """Return a translation as one text; a plural one has a single form in Chinese."""
    return value if isinstance(value, str) else "".join(cast("tuple[str, ...]", value or ()))


def _fields(text: str) -> set[str]:
    """Return the named fields of a text, of either style."""
    try:
        named = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    except ValueError:
        named = set()
    return named | set(PYTHON_FIELD.findall(text))


def _differs(package: str, key: Key, translation: str) -> str | None:
    texts = (key,) if isinstance(key, str) else key
    wanted = set().union(*(_fields(text) for text in texts))
    found = _fields(translation)
    # A plural form may leave the count out, because the form says it.
    if found == wanted or (len(texts) == 2 and found | {"count"} == wanted | {"count"}):
        return None
    return f"{package}: fields {sorted(found)} instead of {sorted(wanted)}: {texts[0]}"


def check(package: str, root: Path = ROOT) -> list[str]:
    """List what is wrong with one catalogue."""
    texts, catalogue = texts_of(package, root), read(package, root)
    known = {message.id: message for message in catalogue if message.id}
    findings = [f"{package}: missing: {key}" for key in texts - known.keys()]
    for key, message in known.items():
        translation = _translation(message.string)
        if key not in texts:
            findings.append(f"{package}: obsolete: {key}")
        elif not translation:
            findings.append(f"{package}: not translated: {key}")
        elif message.fuzzy:
            findings.append(f"{package}: fuzzy: {key}")
        else:
            findings += [found for found in [_differs(package, key, translation)] if found]
    if known and not _is_compiled(package, known, root):
        findings.append(f"{package}: the .mo file is not that of the .po file; run compile")
    return sorted(findings)


def _is_compiled(package: str, known: dict[Any, Any], root: Path) -> bool:
    path = catalogue_path(package, root).with_suffix(".mo")
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        messages = [message for message in read_mo(stream) if message.id]
    compiled = {
        tuple(m.id) if isinstance(m.id, list) else m.id: _translation(m.string) for m in messages
    }
    return compiled == {
        key: _translation(message.string)
        for key, message in known.items()
        if _translation(message.string)
    }


def conflicts(root: Path = ROOT) -> list[str]:
    """List texts that two packages translate differently: readers would see only one."""
    seen: dict[Any, tuple[str, str]] = {}
    findings = []
    for package in packages(root):
        for message in read(package, root):
            translation = _translation(message.string)
            if not message.id or not translation:
                continue
            other, before = seen.setdefault(message.id, (package, translation))
            if before != translation:
                findings.append(f"{other} and {package} differ: {message.id}")
    return findings


def main(arguments: list[str] | None = None) -> int:
    """Run one of the three actions; return the exit code."""
    parser = argparse.ArgumentParser(description="Keep the message catalogues.")
    parser.add_argument("action", choices=["update", "compile", "check"])
    parser.add_argument("package", nargs="*")
    options = parser.parse_args(arguments)
    chosen = options.package or packages()
    if options.action == "check":
        findings = [found for name in chosen for found in check(name)] + conflicts()
        print("\n".join(findings) or "every text is translated")
        return 1 if findings else 0
    for name in chosen:
        if options.action == "compile":
            compile_catalogue(name)
        else:
            print(f"{name}: {update(name)} texts without translation")
    return 0


if __name__ == "__main__":
    sys.exit(main())
