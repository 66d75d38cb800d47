"""Every page of the product on the whole sample: both languages, three widths, both themes."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.routing import iter_route_contexts
from playwright.sync_api import Page, expect
from starlette.routing import compile_path

from sanpin.app.server import create_app
from sanpin.app.web.imports.uploads import keep_upload
from sanpin.base import N_, EngineError, RunState
from sanpin.factory import service as factory
from sanpin.factory.service.problems import native_problem
from sanpin.kit.auth import create_key
from sanpin.kit.context import Context, open_context
from sanpin.kit.ids import new_id
from sanpin.kit.notify import notify
from sanpin.kit.pages import navigation
from sanpin.kit.runs import list_runs, start_run
from sanpin.kit.runs.record import insert_row
from sanpin.kit.workspace import Workspace
from sanpin.trace import service as trace

LANGUAGES = ["en", "zh-CN"]
RAIL = {entry.path for entry in navigation()}
NOUNS = ("items", "partners", "sites", "boms", "calendars")
PAGES = (
    "/?side=firm",
    "/?side=industry",
    "/?side=industry&region=Chongqing",
    "/?screen=1",
    "/decisions",
    *(f"/decisions?kind={kind}" for kind in ("late", "short", "overload", "hold")),
    "/scoreboard",
    "/scoreboard/new_item_revenue_share",
    "/scoreboard/first_pass_yield",
    "/scoreboard/countries",
    "/demand",
    "/demand/items/{item}",
    "/demand/corrections",
    "/demand/accuracy",
    "/factory/plan",
    "/factory/lots",
    "/factory/schedule",
    "/factory/schedule?order={order}",
    "/factory/solve",
    "/factory/solve?file={problem}",
    "/factory/solve?file={broken}",
    "/factory/solve?run={solved}",
    "/factory/solve?run={impossible}",
    "/factory/solve?run={waiting}",
    "/factory/solve?run={unsolved}",
    "/factory/solve/compare?a={solved}&b={solved_too}",
    "/trace",
    "/trace?q={item}",
    "/trace/event?id={event}",
    "/trace/capture",
    "/trace/capture/{capture}",
    "/trace/places",
    "/trace/place",
    "/trace/place?id={place}",
    "/trace/keeping",
    "/trace/events",
    "/trace/recall",
    "/trace/recall?epc=https://id.gs1.org/{material}",
    "/trace/recall?epc=https://id.gs1.org/{material}&epc=https://id.gs1.org/{lot}&narrow=1",
    "/trace/recalls",
    "/trace/recalls/{recalled}",
    "/trace/recalls/{recalled}/report",
    "/trace/recalls/{recalled}/notices/1",
    "/trace/recalls/{drill}",
    "/trace/notice",
    "/trace/thing?epc=https://id.gs1.org/{lot}",
    *(f"/trace/thing/{{{kind}}}" for kind in ("material", "lot", "case", "pallet")),
    "/sector",
    "/sector/targets/{target}",
    "/sector/figures",
    "/sector/figures/{figure}",
    "/sector/tasks",
    "/sector/tasks/{task}",
    "/sector/own",
    "/master",
    *(f"/master/{noun}" for noun in NOUNS),
    *(f"/master/new/{noun}" for noun in NOUNS),
    *(f"/master/{noun}/{{{noun}}}" for noun in NOUNS if noun != "boms"),
    *(f"/master/edit/{noun}/{{{noun}}}" for noun in NOUNS),
    "/imports",
    "/imports?kind=items",
    "/imports/how",
    "/imports/{upload}",
    "/runs",
    "/runs/{run}",
    "/runs/{failed}",
    "/runs/{run}/compare?other={failed}",
    "/settings",
    "/settings/users",
    "/settings/keys",
    "/settings/webhooks",
    "/settings/inbox",
    "/search?q=cake",
    "/login",
)
"""Addresses of the pages; what stands in braces is found in the sample by `places`."""
FILES = {
    "/api/openapi.json",
    "/trace/understood",
    "/trace/recalls/{case}/lots.xlsx",
    "/imports/templates/{kind}.{suffix}",
    "/imports/bad-rows/{name}",
}
"""Addresses that answer with a file to keep, or with a part of a page."""

TEXTS = "h1, h2, h3, thead th, dt, label, legend, button, summary, .tabs a, .tile-label, .answer"
"""Words of the page itself, as against the records that it shows."""
LONGEST_LINE = """() => {
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT)
  const range = document.createRange()
  let longest = [0, '']
  while (walker.nextNode()) {
    if (walker.currentNode.parentElement.closest('script, option, pre, .grow')) continue
    range.selectNodeContents(walker.currentNode)
    for (const line of range.getClientRects())
      if (line.width > longest[0]) longest = [line.width, walker.currentNode.data.trim()]
  }
  return longest
}"""
"""The widest line of text in sight, in px, with its words."""
MOST_PX = 1100


def leave_traces(ctx: Context) -> dict[str, str]:
    """Add what a week of use leaves behind: an upload, a failed Run, a message, a refusal."""
    create_key(ctx, "scale")
    notify(ctx, "loop.done", N_("There is no run {run}."), "warn", "/runs", run="7")
    with pytest.raises(EngineError), start_run(ctx, "loop", "run", params={"seed": 1}) as failing:
        raise EngineError("loop.test", N_("There is no run {run}."), hint="", run="7")
    file = "货号,name_en,unit,Colour\nA1,Cup,EA,red\nA2,Plate,EA,blue\n"
    wrong = b'{"type":"ObjectEvent","eventTime":"2026-03-01T08:30:00","epcList":["(01)1"]}'
    return {
        "upload": keep_upload(ctx, "items.csv", file.encode()).id,
        "failed": failing.id,
        "capture": trace.capture_files(ctx, {"partner.json": wrong}).id,
        "hold": trace.place_hold(ctx, "thing", "urn:x:thing", "A lawsuit"),
        "rule": trace.give_sight(ctx, "mill", "traded", "urn:x:mill"),
    }


def solver_runs(ctx: Context) -> dict[str, str]:
    """Leave searches in every state: found, impossible, waiting, failed; and a file with faults."""
    sample = factory.keep_sample_problem(ctx, "garment")
    problem = factory.read_problem_file(ctx, sample).problem
    assert problem is not None
    first, second = (
        factory.solve(ctx, problem, steps=1, objective={term: 1}) for term in ("setup", "cost")
    )
    task = {"id": "1", "modes": [{"machine": "kiln", "duration": 60}]}
    job = {"id": "A", "deadline": 30, "operations": [task]}
    kiln = {"format": "sanpin.factory.problem/1", "resources": [{"id": "kiln"}], "jobs": [job]}
    faults = {**kiln, "colour": 1, "jobs": [{**job, "due": -1}]}
    asked = {"problem": sample, "seconds": 3600.0, "name": problem.name}
    with pytest.raises(EngineError), start_run(ctx, "factory", "solve", params=asked) as failing:
        raise EngineError("loop.test", N_("There is no run {run}."), hint="", run="7")
    waiting = new_id()
    with ctx.db.write() as conn:
        # It has no job, so that no worker takes it up while its page is looked at.
        values = {"domain": "factory", "verb": "solve", "params": asked}
        insert_row(conn, ctx, run_id=waiting, state=RunState.QUEUED, **values)
    return {
        "problem": sample,
        "broken": factory.keep_problem_file(ctx, json.dumps(faults).encode(), "kiln.json"),
        "solved": first,
        "solved_too": second,
        "impossible": factory.solve(ctx, native_problem(kiln), steps=1),
        "unsolved": failing.id,
        "waiting": waiting,
    }


def recall_cases(workspace: Any, read: Callable[[str], str]) -> dict[str, str]:
    """Start a recall of a lot that was sold and one that is only an exercise."""
    from sanpin.trace import service

    with open_context(Workspace.open(workspace)) as ctx:
        for lot in re.findall(FOUND["lot"][1], read("/trace")):
            asked = service.Asked((f"https://id.gs1.org/{lot}",))
            case = service.start_case(ctx, asked, reason="A crack in the glaze")
            if service.case_notices(ctx, case.id):
                break
        service.record_return(ctx, case.id, f"https://id.gs1.org/{lot}9", quantity=1)
        for due in service.case_dues(ctx, case.id)[:3]:
            given = {"quantity": due.quantity, "uom": due.uom, "holder": due.holder}
            service.record_return(ctx, case.id, due.thing, **given)
        service.mark_notices(ctx, case.id, [1])
        drill = service.start_case(ctx, asked, drill=True)
        service.close_case(ctx, drill.id, "Everybody answered within the hour.")
    return {"recalled": case.id, "drill": drill.id}


FOUND = {
    "order": ("/decisions?kind=late", r"schedule\?order=([^\"&]+)"),
    "item": ("/demand", r"/demand/items/([^\"?]+)"),
    "lot": ("/trace", r"/trace/thing/(01/\d+/10/[^\"]+)"),
    "target": ("/sector", r"/sector/targets/(\w+)"),
    "figure": ("/sector/figures", r"/sector/figures/(\w+)"),
    "task": ("/sector/tasks", r"href=\"/sector/tasks/([^\"?#]+)"),
    **{noun: (f"/master/{noun}", rf"/master/{noun}/([^\"?]+)") for noun in NOUNS},
    "boms": ("/master/boms", r"/master/items/([^\"?]+)"),
    "event": ("/trace/events", r"/trace/event\?id=([^\"]+)"),
    "place": ("/trace/places", r"/trace/place\?id=([^\"]+)"),
}
"""For each name in braces: a page, and how a link on it leads to such a record."""


@pytest.fixture(scope="module")
def places(sample_site: Any) -> dict[str, str]:
    """Find the records that the addresses name, as a reader does: by links of other pages."""

    def read(path: str) -> str:
        with urllib.request.urlopen(sample_site.url + path, timeout=60) as answer:
            return str(answer.read().decode())

    with open_context(Workspace.open(sample_site.workspace)) as ctx:
        found = leave_traces(ctx) | solver_runs(ctx)
        found["run"] = list_runs(ctx, domain="loop", verb="run", state="done")[0].id
    for name, (path, pattern) in FOUND.items():
        match = re.search(pattern, read(path).partition("<main")[2])
        assert match, f"no link to a {name} on {path}"
        found[name] = match[1]
    found |= recall_cases(sample_site.workspace, read)
    for lot in re.findall(FOUND["lot"][1], read("/trace")):
        root = quote(f"https://id.gs1.org/{lot}", safe="")
        nodes = json.loads(read(f"/api/v1/trace/graph?epc={root}"))["nodes"]
        near = {node["kind"]: str(node["href"]).partition("/thing/")[2] for node in nodes}
        if near.keys() >= {"material", "lot", "case", "pallet"}:
            event = re.search(r"/trace/event\?id=([^\"#]+)", read(f"/trace/thing/{lot}"))
            assert event, "no link to an event"
            return {**found, **near, "lot": lot, "event": event[1]}
    raise AssertionError("no lot of the sample went out on a pallet")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_page(
    sample_site: Any,
    places: dict[str, str],
    readers: dict[str, Any],
    at_widths: Callable[[Page, str], None],
    check_access: Callable[..., None],
    check_dark: Callable[[Page], None],
    path: str,
    language: str,
) -> None:
    """The page stands at each width and in both themes, has no barrier, and asks nobody else."""
    reader = readers[language]
    assert reader.open(sample_site.url + path.format(**places)) == 200
    page = reader.page
    if path in RAIL:
        expect(page.locator(".rail [aria-current=page]")).to_have_attribute("href", path)
        expect(page.locator(".workspace .sample")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("main h1, body > h1")).to_have_count(1)
    at_widths(page, f"sample-{re.sub('[^a-z_]+', '-', path).strip('-') or 'cockpit'}-{language}")
    longest, words = page.evaluate(LONGEST_LINE)
    assert longest < MOST_PX, words
    if language == "en":
        check_access(page)
    else:
        assert untranslated(page) == []
        check_dark(page)
    assert reader.guard.findings == []


def untranslated(page: Page) -> list[str]:
    """List words of the page itself that are English on a Chinese page."""
    texts = page.locator(TEXTS).all_inner_texts()
    english = re.compile(r"[A-Za-z]{3,}\s+[A-Za-z]{3,}")
    return [
        text for text in texts if english.search(text) and not re.search("[\u4e00-\u9fff]", text)
    ]


STOPS = """() => {
  const here = document.activeElement, style = getComputedStyle(here)
  const box = here.getBoundingClientRect()
  return {
    skip: here.matches('.skip'),
    rail: !!here.closest('.rail'),
    action: here.matches('.page-action *, main .button.primary'),
    seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && box.width > 0,
    name: here.outerHTML.slice(0, 80),
  }
}"""
"""What the keyboard stands on, and whether the reader sees it."""


@pytest.mark.parametrize("path", ["/", "/demand", "/sector", "/master/items", "/imports/how"])
def test_keyboard_alone_reaches_the_action(
    sample_site: Any, readers: dict[str, Any], path: str
) -> None:
    """Tab leads to the skip link, then the rail, then the page's own action, always visibly."""
    reader = readers["en"]
    reader.open(sample_site.url + path)
    met = []
    for _ in range(60):
        reader.page.keyboard.press("Tab")
        met.append(reader.page.evaluate(STOPS))
        if met[-1]["action"]:
            break
    assert met[0]["skip"] and met[-1]["action"]
    assert sum(stop["rail"] for stop in met) > len(RAIL)
    assert [stop["name"] for stop in met if not stop["seen"]] == []


def test_no_page_is_left_out(ctx: Context) -> None:
    """Every address that answers a reader with a page is opened by the test above."""
    routes = [
        (route.path, compile_path(route.path)[0])
        for route in iter_route_contexts(create_app(ctx).routes)
        if route.endpoint and "GET" in (route.methods or ()) and not route.include_in_schema
    ]
    opened = {
        next(path for path, pattern in routes if pattern.match(page.partition("?")[0]))
        for page in (page.replace("{", "").replace("}", "") for page in PAGES)
    }
    assert {path for path, _ in routes} - FILES - opened == set()
