"""Write the references that are made from the code: command line, HTTP interface, errors.

``python scripts/docs.py`` writes docs/{en,zh}/{cli,api,errors}.md; ``--check`` only compares and
fails when one is out of step.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tempfile
from collections.abc import Iterator
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
        "Made from the code. Everywhere: `--workspace DIR`, `--lang en|zh`, `--json` (exactly one JSON "
        "document on standard output), `--help`. Exit codes: 0 good; 1 refused input or state, or the "
        "answer is no; 2 wrong usage.",
        "由代码生成。处处可用：`--workspace DIR`、`--lang en|zh`、`--json`（标准输出恰为一个 JSON 文档）、`--help`。退出码：0 "
        "正常；1 输入或状态被拒绝，或答案为否；2 用法错误。",
    ),
    "api": (
        "Made from the code; the full description with all schemas is served at `/api/openapi.json`. "
        "Errors are `application/problem+json` with a stable `code`.",
        "由代码生成；含全部结构的完整描述见 `/api/openapi.json`。错误为 `application/problem+json`，带稳定的 `code`。",
    ),
    "errors": (
        "Every error has a stable code, a text and a remedy in both languages.",
        "每个错误都有稳定的代码，以及两种语言的说明与处理办法。",
    ),
}


def main(arguments: list[str]) -> int:
    """Write or check every reference."""
    stale = []
    for folder, language in FOLDERS.items():
        bodies = {"cli": cli_body(), "api": api_body(), "errors": errors_body(language)}
        for name, body in bodies.items():
            at = 0 if folder == "en" else 1
            text = f"# {TITLES[name][at]}\n\n{LEADS[name][at]}\n\n{body}"
            path = ROOT / "docs" / folder / f"{name}.md"
            if "--check" in arguments:
                current = path.read_text(encoding="utf-8") if path.is_file() else ""
                stale += [str(path.relative_to(ROOT))] if current != text else []
            else:
                path.write_text(text, encoding="utf-8")
    for path in stale:
        print(f"out of step with the code: {path}; run ./dev docs", file=sys.stderr)
    return 1 if stale else 0


def cli_body() -> str:
    """Return the help of every command."""
    from sanpin.app.cli import commands
    from sanpin.kit.registry import load

    sections = []
    for command in sorted(commands(), key=lambda one: one.name):
        for words, text in helps(command.name, load(command.target)):
            sections.append(f"## {words}\n\n```\n{text}\n```\n")
    return "\n".join(sections)


def helps(name: str, target: Any) -> Iterator[tuple[str, str]]:
    """Yield each leaf command below a target with its help."""
    from cyclopts import App
    from rich.console import Console

    if isinstance(target, App):
        inner: Any = target
    else:
        inner = App(name=name)
        inner.default(target)
    names = [word for word in inner if not word.startswith("-")]
    if not names or inner.default_command is not None:
        buffer = io.StringIO()
        inner.help_format, inner.version_flags = "plaintext", []
        inner.help_print([], console=Console(file=buffer, width=100, color_system=None))
        text = re.sub(r"^Usage: .*$", usage(name, buffer.getvalue()), buffer.getvalue(), count=1,
                      flags=re.MULTILINE)  # fmt: skip
        yield f"sanpin {name}", "\n".join(line.rstrip() for line in text.strip().splitlines())
    for word in names:
        yield from helps(f"{name} {word}", inner[word])


def usage(name: str, text: str) -> str:
    """Return the usage line with the full name of the command."""
    rest = re.search(r"^Usage: \S+(.*)$", text, flags=re.MULTILINE)
    return f"Usage: sanpin {name}{rest.group(1) if rest else ''}"


def api_body() -> str:
    """Return a table of all routes per domain."""
    from sanpin.app.server import create_app

    from sanpin.kit.workspace import Workspace

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Workspace.create(Path(folder) / "w"))
        schema = app.openapi()
        app.state.close()
    groups: dict[str, list[str]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            tag = (operation.get("tags") or ["general"])[0]
            summary = (operation.get("description") or operation.get("summary", "")).split("\n")[0]
            groups.setdefault(tag, []).append(f"| `{method.upper()}` | `{path}` | {summary} |")
    sections = []
    for tag in sorted(groups):
        rows = "\n".join(sorted(groups[tag], key=lambda row: row.split("`")[3]))
        sections.append(f"## {tag}\n\n| | path | |\n|---|---|---|\n{rows}\n")
    return "\n".join(sections)


def errors_body(language: str) -> str:
    """Return a table of all error codes with text and remedy."""
    from sanpin.kit.i18n import translate

    rows = []
    for code, (message, hint) in sorted(error_codes().items()):
        text, remedy = (translate_pattern(translate, part, language) for part in (message, hint))
        rows.append(f"| `{code}` | {text} | {remedy} |")
    return "| code | | |\n|---|---|---|\n" + "\n".join(rows) + "\n"


def translate_pattern(translate: Any, message: str, language: str) -> str:
    """Translate a message and keep its named fields visible."""
    if not message:
        return ""
    names = re.findall(r"\{(\w+)", message)
    shown = translate(message, language, **{name: f"‹{name}›" for name in names})
    return str(shown).replace("|", "\\|").replace("\n", " ")


def error_codes() -> dict[str, tuple[str, str]]:
    """Collect every literal error code with its message and hint from the syntax trees."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or len(node.args) < 2:
                continue
            code, message = literal(node.args[0]), marked(node.args[1])
            if code and message and re.fullmatch(r"[a-z]+(\.[a-z0-9_]+)+", code):
                hints = [marked(one.value) for one in node.keywords if one.arg == "hint"]
                found.setdefault(code, (message, hints[0] if hints else ""))
    return found


def literal(node: ast.expr) -> str:
    """Return a literal text, else nothing."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def marked(node: ast.expr) -> str:
    """Return the text inside N_(...), else nothing."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "N_" and node.args:
        return literal(node.args[0])
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
