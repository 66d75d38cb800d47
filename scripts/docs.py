"""Write the references that are made from the code: command line, HTTP interface, errors.

``python scripts/docs.py`` writes docs/{en,zh}/{cli,api,errors}.md, the pictures of scheduling rules,
and factory-benchmarks.md from the results of the measurements; ``--check`` only compares and fails when one is out of step. The Chinese wording of help texts is that of the command line,
from src/sanpin/app/help/zh_CN.txt; a test lists the texts that lack one.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "sanpin"
FOLDERS = {"en": "en", "zh": "zh-CN"}
TITLES = {
    "cli": ("Command line", "命令行"),
    "api": ("HTTP interface", "HTTP 接口"),
    "errors": ("Errors", "错误代码"),
}
LEADS = {
    "cli": (
        "Made from the code. Everywhere: `--workspace DIR`, `--lang en|zh`, `--json` (exactly one "
        "JSON document on standard output), `--help`. Exit codes: 0 good; 1 refused input or "
        "state, or the answer is no; 2 wrong usage.",
        "由代码生成。处处可用：`--workspace DIR`、`--lang en|zh`、`--json`（标准输出恰为一个 JSON "
        "文档）、`--help`。退出码：0 正常；1 输入或状态被拒绝，或答案为否；2 用法错误。",
    ),
    "api": (
        "Made from the code; the full description with all schemas is served at "
        "`/api/openapi.json`. Errors are `application/problem+json` with a stable "
        "[code](errors.md). Lists take `cursor` and `limit`; with `format=csv` or `format=xlsx` "
        "they give all rows as a file.",
        "由代码生成；含全部结构的完整描述见 `/api/openapi.json`。错误为 `application/problem+json`，"
        "带稳定的[代码](errors.md)。列表接受 `cursor` 与 `limit`；加 `format=csv` 或 `format=xlsx` "
        "则以文件给出全部行。",
    ),
    "errors": (
        "Made from the code. Every error has a stable code, a text and a remedy in both languages. "
        "‹…› stands for a value.",
        "由代码生成。每个错误都有稳定的代码，以及两种语言的说明与处理办法。‹…› 代表一个值。",
    ),
}
COLUMNS = {
    "cli": ("| | meaning |\n|---|---|\n", "| | 含义 |\n|---|---|\n"),
    "api": ("| | path | what it does |\n|---|---|---|\n", "| | 路径 | 作用 |\n|---|---|---|\n"),
    "errors": (
        "| code | what happened | what to do |\n|---|---|---|\n",
        "| 代码 | 发生了什么 | 如何处理 |\n|---|---|---|\n",
    ),
}
CODE = re.compile(r"[a-z]+(\.[a-z0-9_]+)+")
SHORT_CODES = {
    ("trace/engine/epcis", "findings.add"): "trace.event",
    ("trace/engine/identifiers", "refuse"): "trace.identifier",
    ("factory/engine/formats", "findings.add"): "factory.problem",
}
"""Functions below a folder that complete a short code with a root of their own."""
KEYED = {"Setting"}
"""Calls whose first text looks like the code of an error but is another key."""


def main(arguments: list[str]) -> int:
    """Write or check every reference."""
    stale = []
    for path, text in references().items():
        current = path.read_text(encoding="utf-8") if path.is_file() else ""
        if current == text:
            continue
        if "--check" in arguments:
            stale.append(str(path.relative_to(ROOT)))
        else:
            path.write_text(text, encoding="utf-8")
    for name in stale:
        print(f"out of step with the code: {name}; run ./dev docs", file=sys.stderr)
    return 1 if stale else 0


def references() -> dict[Path, str]:
    """Return every generated page by its path."""
    pages = {}
    for folder, language in FOLDERS.items():
        at = int(folder == "zh")
        bodies = {"cli": cli_body(at), "api": api_body(at), "errors": errors_body(language)}
        for name, body in bodies.items():
            text = f"# {TITLES[name][at]}\n\n{LEADS[name][at]}\n\n{body.rstrip()}\n"
            pages[ROOT / "docs" / folder / f"{name}.md"] = text
        pages[ROOT / "docs" / folder / "factory-benchmarks.md"] = measured(at)
    return {**pages, **pictures()}


def pictures() -> dict[Path, str]:
    """Return the pictures of the rules of the scheduling model."""
    if str(ROOT) not in sys.path:
        sys.path.append(str(ROOT))
    from scripts.pictures import pictures as drawn

    return drawn()


def measured(at: int) -> str:
    """Return the page of measured figures; the benchmarks are no part of the package."""
    if str(ROOT) not in sys.path:
        sys.path.append(str(ROOT))
    from benchmarks.scheduling.page import claims_page

    return claims_page(at)


def help_texts() -> set[str]:
    """Return every paragraph of help that must have Chinese."""
    from sanpin.app.help.wording import paragraphs

    texts = {summary for _, _, _, summary in api_routes()}
    for _, _, description, rows in cli_commands():
        texts |= {description, *(help_.partition("[")[0].strip() for _, help_ in rows)}
    return {one for text in texts for one in paragraphs(text)}


def in_language(text: str, at: int) -> str:
    """Return a help text in the language of the page: 0 English, 1 Chinese."""
    from sanpin.app.help import in_language as worded

    return worded(text, lang(at))


def cli_body(at: int) -> str:
    """Return the help of every command."""
    from sanpin.app.cli import commands
    from sanpin.kit.i18n import translate

    lines = {one.name: one.help for one in commands()}
    sections = []
    for words, usage, description, rows in cli_commands():
        title = words.split()[0]
        if not sections or sections[-1][0] != title:
            sections.append((title, f"## {title}\n\n{translate(lines[title], lang(at))}\n"))
        text = f"### sanpin {words}\n\n{in_language(description, at)}\n\n```\n{usage}\n```\n"
        if rows:
            table = "\n".join(f"| `{names}` | {option(help_, at)} |" for names, help_ in rows)
            text += f"\n{COLUMNS['cli'][at]}{table}\n"
        sections.append((title, text))
    return "\n".join(text for _, text in sections)


def lang(at: int) -> str:
    """Return the language of a page."""
    return "zh-CN" if at else "en"


def option(text: str, at: int) -> str:
    """Return the meaning of an option, with its choices and default in brackets."""
    from sanpin.app.help import notes

    words, bracket, rest = text.partition("[")
    marks = notes(bracket + rest, lang(at))
    return f"{in_language(words.strip(), at)} {marks}".strip().replace("|", "\\|")


def cli_commands() -> Iterator[tuple[str, str, str, list[tuple[str, str]]]]:
    """Yield each leaf command: words, usage, description and rows of option and meaning."""
    from sanpin.app.cli import application

    root = application()
    root.help_formatter = "plain"
    for words in sorted(leaves(root, [])):
        yield command_help(root, words)


def leaves(app: Any, words: list[str]) -> Iterator[list[str]]:
    """Yield the words of each command that does something."""
    names = [word for word in app if not word.startswith("-")]
    if not names:
        yield words
    for word in names:
        yield from leaves(app[word], [*words, word])


def command_help(root: Any, words: list[str]) -> tuple[str, str, str, list[tuple[str, str]]]:
    """Read the parts of a command's help off what the command line prints."""
    from rich.console import Console

    app = root
    for word in words:
        app = app[word]
    buffer = io.StringIO()
    root.help_print(words, console=Console(file=buffer, width=2000, color_system=None))
    text = buffer.getvalue()
    usage = next(line for line in text.splitlines() if line.startswith("Usage: "))
    rows = []
    for line in text.splitlines():
        found = re.match(r"  (\S.*?): (.*)$", line) or re.match(r"  (\S+)()$", line)
        if found and found.group(1) not in ("--help, -h", "--help", "-h"):
            rows.append((found.group(1), found.group(2)))
    return " ".join(words), usage.removeprefix("Usage: "), description(app), rows


def description(app: Any) -> str:
    """Return the text of a command's docstring, without the sections on its parameters."""
    from docstring_parser import parse

    found = parse(app.help)
    return "\n\n".join(filter(None, (found.short_description, found.long_description)))


def api_body(at: int) -> str:
    """Return a table of all routes per domain."""
    groups: dict[str, list[str]] = {}
    for tag, method, path, summary in api_routes():
        row = f"| `{method}` | `{path}` | {in_language(summary, at)} |"
        groups.setdefault(tag, []).append(row)
    return "\n".join(
        f"## {tag}\n\n{COLUMNS['api'][at]}" + "\n".join(groups[tag]) + "\n"
        for tag in sorted(groups)
    )


@cache
def api_routes() -> tuple[tuple[str, str, str, str], ...]:
    """Return group, method, path and first sentence of every route of the interface."""
    from sanpin.app.server import create_app
    from sanpin.kit.context import open_context
    from sanpin.kit.workspace import Workspace

    with (
        tempfile.TemporaryDirectory() as folder,
        open_context(Workspace.create(Path(folder) / "workspace")) as ctx,
    ):
        schema = create_app(ctx).openapi()
    found = []
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            tag = (operation.get("tags") or ["server"])[0]
            text = (operation.get("description") or operation.get("summary", "")).split("\n\n")[0]
            found.append((tag, method.upper(), path, text.replace("\n", " ")))
    return tuple(sorted(found, key=lambda row: (row[0], row[2], row[1])))


def errors_body(language: str) -> str:
    """Return a table of all error codes with text and remedy."""
    from sanpin.kit.i18n import translate

    rows = []
    for code, (message, hint) in sorted(error_codes().items()):
        text, remedy = (shown(translate, part, language) for part in (message, hint))
        rows.append(f"| `{code}` | {text or '–'} | {remedy or '–'} |")
    return COLUMNS["errors"][int(language == "zh-CN")] + "\n".join(rows) + "\n"


def shown(translate: Any, message: str, language: str) -> str:
    """Translate a message and keep its named fields visible."""
    named = re.sub(r"\{(\w+)[^}]*\}", r"‹\1›", str(raw_translation(translate, message, language)))
    return named.replace("|", "\\|").replace("\n", " ")


def raw_translation(translate: Any, message: str, language: str) -> str:
    """Return the translated text with its fields as they are written."""
    if not message:
        return ""
    names = re.findall(r"\{(\w+)", message)
    return str(translate(message, language, **{name: _Field(name) for name in names}))


class _Field:
    """A stand-in for a value that writes its own name, whatever format is asked for."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __format__(self, _spec: str) -> str:
        return "{" + self.name + "}"

    def __str__(self) -> str:
        return "{" + self.name + "}"


@cache
def error_codes() -> dict[str, tuple[str, str]]:
    """Collect every error code with its message and hint from the syntax trees."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        texts, roots = named_texts(tree), short_codes(path)
        for node in ast.walk(tree):
            for code, message, hint in refusals(node, texts, roots):
                before = found.get(code, ("", ""))
                found[code] = (before[0] or message, before[1] or hint)
    for code, hint in tabled_hints().items():
        found[code] = (found[code][0], found[code][1] or hint)
    return {code: texts for code, texts in found.items() if not code.startswith("sanpin.")}


def tabled_hints() -> dict[str, str]:
    """Return the hints that findings of problem files take from a table by their code."""
    from sanpin.factory.engine.formats.rules import REMEDIES

    return {f"factory.problem.{code}": hint for code, hint in REMEDIES.items()}


def short_codes(path: Path) -> dict[str, str]:
    """Return the functions that take short codes in this file, with their roots."""
    place = path.relative_to(SOURCE).as_posix()
    return {name: root for (at, name), root in SHORT_CODES.items() if place.startswith(at)}


def refusals(
    node: ast.AST, texts: dict[str, str], roots: dict[str, str]
) -> Iterator[tuple[str, str, str]]:
    """Yield code, message and hint of a node that makes an error, or describes one in a table."""
    if isinstance(node, ast.Tuple):
        function, parts = "", list(node.elts)
        hints: list[str] = []
    elif isinstance(node, ast.Call):
        function, parts = ast.unparse(node.func), list(node.args)
        hints = [marked(one.value, texts) for one in node.keywords if one.arg == "hint"]
        if function in KEYED:
            return
    else:
        return
    messages = [text for part in parts if (text := marked(part, texts))]
    literals = [text for part in parts for text in choices(part)]
    codes = [text for text in literals if CODE.fullmatch(text)]
    if function in roots and literals:
        codes = [f"{roots[function]}.{literals[0]}"]
    if len(parts) == 2 and isinstance(parts[0], ast.JoinedStr):
        for key, message in table_of(parts[1], texts):
            yield ast.unparse(parts[0])[2:-1].replace("{kind}", key), message, [*hints, ""][0]
    if messages or re.search(r"(Error|Missing)$", function):
        for code in codes:
            yield code, *[*messages, ""][:1], [*hints, *messages[1:], ""][0]


def table_of(node: ast.expr, texts: dict[str, str]) -> list[tuple[str, str]]:
    """Return the rows of a table of texts that is looked up by kind, as ``_NONE[kind]``."""
    if not isinstance(node, ast.Subscript):
        return []
    name = f"{ast.unparse(node.value)}."
    return [(key.removeprefix(name), text) for key, text in texts.items() if key.startswith(name)]


def choices(node: ast.expr) -> list[str]:
    """Return a literal text, or both texts of a choice between two."""
    if isinstance(node, ast.IfExp):
        return choices(node.body) + choices(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def named_texts(tree: ast.Module) -> dict[str, str]:
    """Return the marked texts of a file that have a name; those of tables as ``name.key``."""
    found = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        name = node.targets[0].id
        if isinstance(node.value, ast.Dict):
            for key, value in zip(node.value.keys, node.value.values, strict=True):
                if key is not None and choices(key) and marked(value, {}):
                    found[f"{name}.{choices(key)[0]}"] = marked(value, {})
        elif text := marked(node.value, {}):
            found[name] = text
    return found


def marked(node: ast.expr, texts: dict[str, str]) -> str:
    """Return the text inside N_(...), or that of a name for one, else nothing."""
    if isinstance(node, ast.Name):
        return texts.get(node.id, "")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_":
        return "".join(choices(node.args[0]))
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
