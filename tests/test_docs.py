"""The documentation is true: twins, links, references, and everything that exists is described."""

from __future__ import annotations

import ast
import csv
import importlib.util
import json
import re
import shlex
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "sanpin"
DOCS = ROOT / "docs"
LANGUAGES = ("en", "zh")
GENERATED = ("cli", "api", "errors")
TOP = [ROOT / name for name in ("README.md", "README.zh-CN.md", "CONTRIBUTING.md", "SECURITY.md")]
PAGES = sorted([*DOCS.rglob("*.md"), *TOP])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EVERYWHERE = {"--workspace", "--lang", "--json", "--help"}


@cache
def generator() -> ModuleType:
    """Load the script that makes the references."""
    spec = importlib.util.spec_from_file_location("docs_script", ROOT / "scripts" / "docs.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["docs_script"] = module
    spec.loader.exec_module(module)
    return module


@cache
def read(path: Path) -> str:
    """Return the text of a page."""
    return path.read_text(encoding="utf-8")


def page(language: str, name: str) -> str:
    """Return the text of a documentation page."""
    return read(DOCS / language / f"{name}.md")


def in_both(name: str, words: set[str]) -> dict[str, list[str]]:
    """List the words that a page lacks, by language."""
    return {
        language: missing
        for language in LANGUAGES
        if (missing := sorted(word for word in words if word not in page(language, name)))
    }


def label(path: Path) -> str:
    """Name a page in a test's id."""
    return str(path.relative_to(ROOT))


# Twins and links


def test_every_page_has_its_twin() -> None:
    """What is written in one language is written in the other."""
    names = {language: {p.name for p in (DOCS / language).glob("*")} for language in LANGUAGES}
    assert names["en"] == names["zh"]
    assert len(names["en"]) >= 20


@pytest.mark.parametrize("name", sorted(p.stem for p in (DOCS / "en").glob("*.md")))
def test_twins_have_the_same_shape(name: str) -> None:
    """As many sections, blocks and table rows in Chinese as in English."""
    for pattern in (r"^#+ ", r"^```", r"^\|", r"^\d+\. "):
        counts = [len(re.findall(pattern, page(lang, name), re.MULTILINE)) for lang in LANGUAGES]
        assert counts[0] == counts[1], pattern


def test_the_index_names_every_page() -> None:
    """Nobody has to guess what there is to read."""
    index = read(DOCS / "README.md")
    for language in LANGUAGES:
        for path in (DOCS / language).glob("*.md"):
            assert f"({language}/{path.name})" in index


def slug(heading: str) -> str:
    """Return the anchor of a heading, as the usual renderers make it."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.strip().lower()).replace("`", "")
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def anchors(path: Path) -> set[str]:
    """List the anchors of a page."""
    text = FENCE.sub("", read(path))
    return {slug(found) for found in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}


def links(path: Path) -> Iterator[str]:
    """Yield the targets of all links and pictures of a page."""
    text = FENCE.sub("", read(path))
    text = re.sub(r"`[^`\n]*`", "", text)
    yield from re.findall(r"\]\(([^)\s]+)\)", text)
    yield from re.findall(r"(?:src|srcset)=\"([^\"]+)\"", text)


@pytest.mark.parametrize("path", PAGES, ids=label)
def test_links_lead_somewhere(path: Path) -> None:
    """Files exist, and so do the sections that are named."""
    for target in links(path):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), target
        if anchor:
            assert anchor in anchors(there), target


def test_pictures_are_of_the_promised_size() -> None:
    """The two pictures of the cockpit are PNG files of 1280 x 800 pixels."""
    for theme in ("light", "dark"):
        content = (DOCS / "images" / f"cockpit-{theme}.png").read_bytes()
        assert content[:8] == b"\x89PNG\r\n\x1a\n"
        size = int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
        assert size == (1280, 800)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_of_the_model_has_its_picture(language: str) -> None:
    """Each is shown beside its rule, in the language of the page, with words for who cannot see."""
    pattern = r"!\[([^\]]+)\]\(\.\./images/rules/([^)]+)\)"
    shown = re.findall(pattern, page(language, "problem-file"))
    files = sorted(path.name for path in (DOCS / "images" / "rules").glob(f"*.{language}.svg"))
    assert len(files) >= 15
    assert sorted(name for _, name in shown) == files
    for words, name in shown:
        picture = ElementTree.fromstring(read(DOCS / "images" / "rules" / name))
        title = picture.find("{http://www.w3.org/2000/svg}title")
        assert title is not None
        assert title.text == words
        assert "prefers-color-scheme:dark" in read(DOCS / "images" / "rules" / name)


# References made from the code


def test_references_are_in_step_with_the_code() -> None:
    """`./dev docs` would change nothing."""
    stale = [label(path) for path, text in generator().references().items() if read(path) != text]
    assert not stale, f"run ./dev docs: {stale}"


def test_every_help_text_has_chinese() -> None:
    """No help text of a command or route is left in English, and no wording is left over."""
    from sanpin.app.help import in_language, wording

    texts = generator().help_texts()
    assert [
        one for one in texts if not re.search(r"[\u4e00-\u9fff]", in_language(one, "zh-CN"))
    ] == []
    assert sorted(set(wording()) - texts) == []


def test_no_help_text_is_worded_twice() -> None:
    """What the catalogue translates is not worded once more beside it."""
    from sanpin.app.help import wording
    from sanpin.kit.i18n import translate

    assert [one for one in wording() if translate(one, "zh-CN") != one] == []


def test_every_command_and_option_says_what_it_does() -> None:
    """A summary for each command, a meaning for each option."""
    commands = list(generator().cli_commands())
    assert len(commands) > 50
    for words, usage, summary, rows in commands:
        assert summary, words
        assert usage.startswith(f"sanpin {words}"), usage
        for names, meaning in rows:
            assert meaning, f"{words} {names}"


def test_every_route_says_what_it_does() -> None:
    """A sentence for each route of the interface; pages are in the list of pages."""
    for _, method, path, summary in generator().api_routes():
        assert summary.endswith("."), f"{method} {path}"


def test_the_error_table_finds_every_kind_of_refusal() -> None:
    """Codes raised, kept in tables, completed from short ones, and looked up by kind."""
    codes = generator().error_codes()
    for code in (
        "cli.import.map_malformed", "workspace.locked", "files.value.not_a_date",
        "trace.event.required", "trace.identifier.check_digit",
        "factory.problem.not_integer", "factory.plan.none",
        "files.kind.unknown", "http.path.unknown",
    ):  # fmt: skip
        assert code in codes, code
    assert codes["workspace.locked"][1], "the remedy stands beside the text in a table"
    assert len(codes) > 200


def test_no_code_of_an_error_is_overlooked() -> None:
    """Whatever the source names as the code of an error stands in the table."""
    raising = re.compile(
        r"(?:InputError|StateError|EngineError|Problem)\(\s*\"([a-z]+(?:\.[a-z0-9_]+)+)\""
    )
    found = {code for path in SOURCE.rglob("*.py") for code in raising.findall(read(path))} - {
        "base.extra.missing"
    }
    assert found - set(generator().error_codes()) == set()


# Everything that exists is described


def test_every_domain_and_flow_is_described() -> None:
    """A page for each domain, and the flows in the architecture."""
    from sanpin.kit.registry import domains

    names = {domain.name for domain in domains()}
    assert names == {"master", "demand", "factory", "trace", "sector", "flows"}
    for name in names - {"flows"}:
        assert all((DOCS / language / f"{name}.md").is_file() for language in LANGUAGES)
    flows = {path.name for path in (SOURCE / "flows").iterdir() if (path / "__init__.py").is_file()}
    assert {"loop", "scoreboard", "cockpit"} <= flows
    assert in_both("architecture", {f"flows.{name}" for name in flows - {"pages"}}) == {}


def test_every_entry_of_the_rail_is_described() -> None:
    """The list of pages holds every address of the menu."""
    from sanpin.kit.pages import navigation

    paths = {f"`{entry.path}`" for entry in navigation() if entry.path != "/"}
    assert len(paths) >= 8
    assert in_both("pages", paths) == {}


def setting_keys() -> set[str]:
    """Collect the keys of settings from the code."""
    from sanpin.kit.settings import _KNOWN, number_settings

    found = {*_KNOWN, *number_settings()}
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(read(path))
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or len(node.args) < 2:
                continue
            if ast.unparse(node.func).split(".")[-1] in {"get_setting", "set_setting"}:
                key = node.args[1]
                name = constants.get(key.id) if isinstance(key, ast.Name) else None
                name = key.value if isinstance(key, ast.Constant) else name
                found |= {name} if isinstance(name, str) else set()
    return found


def test_every_setting_is_described() -> None:
    """Keys that people set and keys that the product keeps."""
    keys = setting_keys()
    assert {"as_of", "language", "theme", "loop.passes"} <= keys
    assert in_both("settings", {f"| `{key}` |" for key in keys}) == {}


def test_every_variable_of_the_environment_is_described() -> None:
    """Nothing outside the command line changes what happens without being written down."""
    places = [*SOURCE.rglob("*.py"), *(ROOT / "tests").rglob("conftest.py"), ROOT / "dev"]
    found = {name for path in places for name in re.findall(r"\bSANPIN_[A-Z_]+\b", read(path))}
    assert {"SANPIN_WORKSPACE", "SANPIN_LANG", "SANPIN_OPEN_DATA"} <= found
    assert in_both("settings", {f"| `{name}` |" for name in found}) == {}


def test_every_import_kind_is_described() -> None:
    """All kinds in the table of files, the columns of the plant's files on their page."""
    from sanpin.kit.registry import import_kinds

    kinds = import_kinds()
    assert in_both("own-data", {f"`{name}`" for name in set(kinds) - {"orders"}}) == {}
    required = {f"`{f.name}`" for f in kinds["orders"].fields if f.required}
    assert in_both("own-data", required) == {}
    for name in ("resources", "routings", "stock"):
        columns = {f"`{f.name}`" + (" *" if f.required else "") for f in kinds[name].fields}
        assert in_both("factory", columns) == {}


def test_every_list_that_can_be_exported_is_described() -> None:
    """`sanpin export` takes no name that is not written down."""
    from sanpin.app.exports import LISTS

    assert in_both("own-data", {f"`{name}`" for name in LISTS}) == {}


def test_every_figure_is_described_by_its_name() -> None:
    """The scoreboard's figures stand in the loop's page under the names of the pages."""
    from sanpin.flows.scoreboard.figure import DEFINITIONS
    from sanpin.kit.i18n import translate

    for language, tag in (("en", "en"), ("zh", "zh-CN")):
        rows = [f"| {translate(one.label, tag)} |" for one in DEFINITIONS]
        assert [row for row in rows if row not in page(language, "loop")] == []


def test_every_rule_of_the_intake_is_described() -> None:
    """In the order in which the rules are applied."""
    from sanpin.demand.model.orders import Rule

    for language in LANGUAGES:
        text = page(language, "loop")
        places = [text.find(f"| `{rule.value}` |") for rule in Rule]
        assert -1 not in places
        assert places == sorted(places)


def test_the_constants_in_the_text_are_those_of_the_code() -> None:
    """The numbers of the loop's page come from the parameters."""
    from sanpin.demand.model.forecast import ForecastParams
    from sanpin.demand.model.orders import IntakeParams
    from sanpin.factory.engine.lists.rules import RULES
    from sanpin.factory.model.rules import PlantRules
    from sanpin.factory.sample import MADE_ITEMS
    from sanpin.factory.service.making import HOLD_PIECES, HOLD_SHARE
    from sanpin.factory.service.scheduling import PURCHASE_DAYS
    from sanpin.flows.loop.deciding import FULL_DAYS, FULL_SHARE
    from sanpin.flows.loop.params import LoopParams
    from sanpin.flows.scoreboard.book import FIRST_PRICE_DAYS
    from sanpin.flows.scoreboard.figure import WINDOW_DAYS

    intake, forecast, loop = IntakeParams(), ForecastParams(), LoopParams()
    assert (intake.resend_minutes, intake.price_window, intake.bulk_factor) == (15, 31, 50)
    assert (intake.stock_out_days, intake.stock_out_chance) == (14, 1e-5)
    assert intake.closed_confidence == 0.99
    assert (forecast.cap, forecast.half_life, forecast.prior_weight) == (0.9, 42, 20)
    assert (forecast.profile_periods, forecast.trust, forecast.horizon) == (84, 0.5, 28)
    assert (loop.horizon_days, loop.plan_days, loop.service_level) == (28, 14, 0.95)
    rules = PlantRules()
    assert (rules.lot_days, PURCHASE_DAYS, MADE_ITEMS) == (14, 10, 820)
    assert (rules.lot_multiple, rules.lot_multiple_pace) == (12, 4)
    assert (rules.floor().failure_mean, rules.floor().repair_mean) == (2400, 45)
    assert (rules.floor().scatter, rules.floor().scrap_share) == (0.08, 0.006)
    assert (HOLD_SHARE, HOLD_PIECES, FULL_SHARE, FULL_DAYS) == (0.06, 6, 0.9, 7)
    assert (WINDOW_DAYS, FIRST_PRICE_DAYS, len(RULES)) == (90, 28, 17)


def test_measured_claims_are_those_of_the_benchmark() -> None:
    """The error of the forecast is quoted as it was measured last."""
    measured = json.loads(read(ROOT / "benchmarks/forecast-items/result.json"))["test"]
    for language in LANGUAGES:
        for name in ("rmsse", "rmsse_naive"):
            assert f"{measured[name]:.3f}" in page(language, "loop")


def test_every_violation_of_the_checker_is_described() -> None:
    """The codes that the checker reports, read off its source."""
    codes = set()
    for path in (SOURCE / "factory/engine/check").glob("*.py"):
        codes |= set(re.findall(r"\"([a-z]+\.[a-z_]+)\"", read(path)))
    assert len(codes) > 40
    assert in_both("factory", {f"`{code}`" for code in codes}) == {}


def test_every_key_of_a_problem_file_is_described() -> None:
    """The reader's own tables against the page."""
    text = read(SOURCE / "factory/engine/formats/native.py")
    rules = text[text.index("MODE = record") : text.index("def read_native")]
    keys = set(re.findall(r"\"([a-z_]+)\": ", rules)) - {"from", "until", "until_end", "tank"}
    keys -= {"every_units", "every_batches", "amount"}
    assert len(keys) > 40
    assert in_both("factory", {f"`{key}`" for key in keys}) == {}


def test_every_warning_of_a_target_is_described() -> None:
    """Codes of cautions and words of states."""
    from sanpin.kit.i18n import translate
    from sanpin.sector.model import Mark, PaceState

    codes = {mark.value for mark in Mark}
    for path in (SOURCE / "sector").rglob("*.py"):
        codes |= set(re.findall(r"Caution\(\s*\"([a-z_]+)\"", read(path)))
    assert len(codes) >= 8
    assert in_both("sector", {f"`{code}`" for code in codes}) == {}
    states = {f"| {translate(state.label, 'zh-CN')} |" for state in PaceState}
    assert [state for state in states if state not in page("zh", "sector")] == []
    for state in PaceState:
        assert f"| {state.label.lower()} |" in page("en", "sector")


def test_packaged_figures_are_counted_right() -> None:
    """The page says how many figures and tasks are packaged."""
    for file in ("policy_figures", "policy_tasks"):
        path = SOURCE / "sector/data" / f"{file}.csv"
        with path.open(encoding="utf-8-sig", newline="") as stream:
            count = sum(1 for _ in csv.DictReader(stream))
        for language in LANGUAGES:
            assert re.search(rf"\b{count} ", page(language, "sector")), (file, count)


def test_every_decision_is_listed() -> None:
    """The index of decisions names each file, in both languages."""
    files = {f"(../decisions/{path.name})" for path in (DOCS / "decisions").glob("*.md")}
    assert len(files) >= 8
    assert in_both("decisions", files) == {}


def test_roles_are_described() -> None:
    """Each role stands in the table of the security page."""
    from sanpin.kit.auth.roles import Role

    for language in LANGUAGES:
        for role in Role:
            assert f"| {role.value}" in page(language, "security")


# Blocks


def blocks(kind: str) -> list[tuple[Path, str]]:
    """List the fenced blocks of a language."""
    return [
        (path, body)
        for path in PAGES
        for language, body in FENCE.findall(read(path))
        if language == kind
    ]


def test_python_blocks_compile_and_import() -> None:
    """What is shown can be typed in: every imported name exists."""
    found = blocks("python")
    assert len(found) >= 8
    for path, body in found:
        compile(body, label(path), "exec")
        imports = [node for node in ast.walk(ast.parse(body)) if isinstance(node, ast.ImportFrom)]
        for node in imports:
            module = importlib.import_module(node.module or "")
            assert all(hasattr(module, alias.name) for alias in node.names), (path, node.module)


def test_json_blocks_parse_and_are_what_they_claim() -> None:
    """The problem in the factory's page is a problem that can be solved."""
    from sanpin.factory.engine.formats.native import parse_native

    found = blocks("json")
    assert len(found) >= 2
    for _, body in found:
        value = json.loads(body)
        if value.get("format") == "sanpin.factory.problem/1":
            assert parse_native(value).operation_count == 2


def command_lines() -> Iterator[tuple[Path, str]]:
    """Yield every line that calls `sanpin`, from blocks and from running text."""
    for path in PAGES:
        if path.stem in GENERATED:
            continue
        for language, body in FENCE.findall(read(path)):
            if language in ("", "sh"):
                for line in body.splitlines():
                    for part in re.split(r"&&|\|", line):
                        if part.strip().startswith("sanpin "):
                            yield path, part.strip()
        for code in re.findall(r"`(sanpin [^`]+)`", FENCE.sub("", read(path))):
            yield path, code


def test_commands_that_are_shown_exist_with_their_options() -> None:
    """A line that a reader copies is understood by the command line."""
    known = {
        words: {name for names, _ in rows for name in re.findall(r"--[\w-]+", names)}
        for words, _, _, rows in generator().cli_commands()
    }
    groups = {" ".join(words.split()[:n]) for words in known for n in (1, 2)}
    lines = list(command_lines())
    assert len(lines) > 60
    for path, line in lines:
        words = shlex.split(line)[1:]
        name = next((" ".join(words[:n]) for n in (3, 2, 1) if " ".join(words[:n]) in known), None)
        options = {word.partition("=")[0] for word in words if word.startswith("--")}
        if name is None:
            plain = " ".join(word for word in words if not word.startswith("-"))
            assert plain in groups or not plain, f"{label(path)}: {line}"
            continue
        assert options <= known[name] | EVERYWHERE, f"{label(path)}: {line}"


# Words


def glossary(language: str) -> list[tuple[str, str, str]]:
    """Return the rows of a glossary."""
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", page(language, "glossary"), re.MULTILINE)
    return [row for row in rows[1:] if not row[0].startswith("-")]


def test_the_glossary_is_sorted_and_the_same_in_both() -> None:
    """One word, one meaning, one label in each language."""
    english, chinese = glossary("en"), glossary("zh")
    terms = [row[0] for row in english]
    assert len(terms) > 50
    assert terms == sorted(terms, key=str.casefold)
    assert [(row[1], row[0]) for row in english] == [(row[0], row[1]) for row in chinese]
    assert len({row[1] for row in english}) == len(english)


FOREIGN = re.compile(
    r"\bagents?\b|\bsub-?agent|\bissue #?\d|/work/|/tmp/|\bTODO\b|\bFIXME\b", re.IGNORECASE
)


@pytest.mark.parametrize("path", [*PAGES, ROOT / "NOTICE", ROOT / "CHANGELOG.md"], ids=label)
def test_pages_speak_of_the_product_only(path: Path) -> None:
    """No trace of how the pages came about, no machine's paths, nothing unfinished."""
    assert FOREIGN.findall(read(path)) == []


@pytest.mark.parametrize("path", sorted((DOCS / "zh").glob("*.md")), ids=label)
def test_chinese_pages_are_chinese(path: Path) -> None:
    """Every paragraph outside of blocks and code has Chinese in it."""
    text = re.sub(r"`[^`\n]*`", "", FENCE.sub("", read(path)))
    for line in text.splitlines():
        letters = re.findall(r"[A-Za-z]{2,}", re.sub(r"\]\([^)]*\)|‹\w+›|\[[^\]]*\]", "", line))
        if len(letters) > 6:
            assert re.search(r"[\u4e00-\u9fff]", line), line


def test_the_notice_names_what_is_not_ours() -> None:
    """Bundles with versions and licences, data with their sources."""
    notice = read(ROOT / "NOTICE")
    vendor = tomllib.loads(read(SOURCE / "kit/web/vendor.toml"))
    for bundle in [*vendor["bundle"], *vendor["test"]]:
        assert bundle["version"] in notice, bundle["package"]
    assert "10.24432/C5BW33" in notice
    assert "CC BY 4.0" in notice
    with (SOURCE / "sector/data/sources.csv").open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            words = row["title_en"].replace(",", "").split()[:4]
            assert " ".join(words) in notice.replace(",", ""), row["title_en"]
    for name in ("952", "State Council", "chinesecalendar"):
        assert name in notice
