"""The whole product on the packaged company, on an own file, and as it is shipped."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from starlette.testclient import TestClient
from tests.conftest import Demo

from sanpin.app.server import create_app
from sanpin.kit.context import Context, open_context
from sanpin.kit.files import read_frame
from sanpin.kit.registry import domains
from sanpin.kit.runs import list_runs
from sanpin.kit.workspace import Workspace
from sanpin.trace import service as trace

Sanpin = Callable[..., Any]

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.slow


Ask = Callable[..., Any]


@pytest.fixture
def ask(demo: Demo, sanpin: Sanpin) -> Ask:
    """Give a function that returns the JSON document that a command prints on the sample."""

    def answer(*words: str) -> Any:
        done = sanpin(*words, "--workspace", demo.path, "--json")
        assert done.code == 0, done.err
        return done.value

    return answer


@pytest.fixture
def sample(demo: Demo) -> Iterator[Context]:
    """Give the context of the sample company."""
    with open_context(Workspace.open(demo.path)) as ctx:
        yield ctx


def test_the_demo_answers_with_the_promised_object(demo: Demo) -> None:
    """Keys, counts and orders of magnitude of the real book and the generated plant."""
    found = demo.answer
    assert list(found) == [
        "workspace", "orders", "items", "forecast", "plan", "schedule", "trace", "scoreboard",
        "seconds",
    ]  # fmt: skip
    assert found["workspace"] == str(demo.path)
    assert found["orders"] == 343_799
    assert 3_500 < found["items"] == found["forecast"]["items"]
    assert found["forecast"]["horizon"] == 28
    assert found["forecast"]["rmsse"] < 0.7 < found["forecast"]["rmsse_seasonal_naive"]
    assert found["plan"]["make_orders"] >= 300
    assert found["schedule"]["operations"] >= 2_000
    assert found["schedule"]["valid"] is True
    assert 0 <= found["schedule"]["late_orders"] < found["plan"]["make_orders"]
    assert found["trace"]["events"] > 5_000


def test_every_figure_has_value_unit_and_the_period_before(demo: Demo) -> None:
    """Those of the orders are real, those of the floor are marked."""
    board = demo.answer["scoreboard"]
    assert set(board) == {"variety", "quality", "brand"}
    for pillar in ("variety", "brand", "quality"):
        for key, figure in board[pillar].items():
            assert {"value", "unit", "previous"} <= set(figure), key
            assert figure["value"] is not None, key
            assert figure["sample"] or figure["previous"] is not None, key
    assert board["quality"]["traceable_share"]["value"] == 100.0
    assert board["quality"]["traceable_share"]["sample"]
    assert 85 < board["quality"]["on_time_share"]["value"] <= 100 or (
        demo.answer["schedule"]["late_orders"] > 0
    )
    assert not board["brand"]["countries"]["sample"]
    assert board["variety"]["effective_items"]["value"] < board["variety"]["active_items"]["value"]


def test_a_second_start_re_uses_the_workspace(demo: Demo, ask: Ask) -> None:
    """The answer came from a second start, which ran no further loop."""
    loops = ask("runs", "list", "--domain", "loop", "--verb", "run", "--limit", "0")
    assert len(loops) == 1 and loops[0]["metrics"]["summary"] == demo.answer
    assert "343,799 order lines" in demo.said


def test_status_says_what_the_demo_left(demo: Demo) -> None:
    """From anywhere, because the demo is the workspace made last."""
    command = [sys.executable, "-m", "sanpin", "status", "--json"]
    done = subprocess.run(
        command, cwd="/", env=demo.env, capture_output=True, text=True, check=True
    )
    assert str(demo.path) in done.stderr
    found = json.loads(done.stdout)
    assert (found["orders"], found["items"]) == (343_799, demo.answer["items"])
    assert (found["as_of"], found["sample"]) == ("2011-09-16", True)
    assert (found["last_run"]["verb"], found["last_run"]["state"]) == ("loop.run", "done")
    assert found["runs"] >= 5


def test_the_scoreboard_has_both_sides(demo: Demo, ask: Ask) -> None:
    """The firm's figures as the loop kept them; published figures with their sources."""
    found = ask("scoreboard")
    assert found["firm"] == demo.answer["scoreboard"]
    keys = {"pillar", "indicator", "region", "sector", "kind", "value", "unit", "period", "source"}
    assert found["published"] and all(keys <= set(row) for row in found["published"])
    assert all(row["source"] for row in found["published"])
    some = ask("scoreboard", "--region", "上海市")
    assert 0 < len(some["published"]) < len(found["published"])
    assert some["firm"] == found["firm"]


def test_targets_and_tasks_of_regions(ask: Ask) -> None:
    """Shanghai's target for 2025: 4.65 % a year are needed from 433.586 to 520 billion."""
    keys = {
        "id", "indicator", "region", "sector", "target", "due", "actual", "actual_period",
        "required_pace", "last_pace", "on_pace", "warnings", "source",
    }  # fmt: skip
    targets = ask("sector", "targets")["targets"]
    assert targets and all(keys <= set(row) for row in targets)
    paces = [row["required_pace"] for row in targets if row["required_pace"] is not None]
    assert any(abs(pace - 4.65) < 0.005 for pace in paces)
    assert ask("sector", "tasks")["tasks"]


def test_goods_lead_back_to_materials_and_materials_forward_to_customers(
    demo: Demo, sample: Context, ask: Ask
) -> None:
    """The thread from a shipped case to the clay, and from the clay to every consignee."""
    lot = trace.recent_lots(sample, 1)[0].id
    origins = trace.origins(sample, [lot])[lot]
    materials = sorted(name for name in origins if "/10/" in name)
    assert materials
    back = ask("trace", "back", lot)
    assert all(name in json.dumps(back) for name in materials)
    assert lot in json.dumps(ask("trace", "forward", materials[0]))
    events = ask("trace", "events", "--epc", lot)
    assert lot in json.dumps(events)
    assert trace.count_events(sample) == demo.answer["trace"]["events"]


def test_every_step_of_the_loop_left_a_run(sample: Context) -> None:
    """Done, with its figures, below the loop's; the search can be repeated."""
    (loop,) = list_runs(sample, "loop", "run", limit=None)
    steps = {
        f"{run.domain}.{run.verb}": run for run in list_runs(sample, parent=loop.id, limit=None)
    }
    wanted = {
        "demand.intake",
        "demand.forecast",
        "factory.plan",
        "factory.schedule",
        "factory.make",
    }
    assert wanted <= set(steps)
    assert all(run.state.value == "done" for run in steps.values())
    assert steps["factory.schedule"].metrics["valid"] is True


def test_every_page_of_the_rail_answers_in_both_languages(sample: Context) -> None:
    """With the figures of the sample and no error; the server says that it is well."""
    with TestClient(create_app(sample), base_url="http://localhost") as browser:
        assert browser.get("/healthz").json()["status"] == "ok"
        paths = [entry.path for domain in domains() for entry in domain.nav]
        paths += ["/scoreboard", "/runs", "/imports", "/settings"]
        for path in dict.fromkeys(paths):
            for language, mark in (("en", 'lang="en"'), ("zh-CN", 'lang="zh-CN"')):
                page = browser.get(path, headers={"accept-language": language})
                assert page.status_code == 200, path
                assert mark in page.text, path


def test_an_own_workbook_goes_the_same_way(
    sanpin: Sanpin, company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``init``, ``import`` and ``loop run`` with only an order file, then with a plant."""
    monkeypatch.chdir(tmp_path)
    assert sanpin("init", "my").out.startswith("Workspace made in")
    monkeypatch.chdir(tmp_path / "my")
    assert sanpin("import", company / "orders.xlsx").code == 0
    first = sanpin("loop", "run", "--json").value
    assert first["missing"] == ["stock", "resources", "routings"]
    assert not {"plan", "schedule", "trace"} & set(first)
    for kind in ("items", "boms", "stock", "resources", "routings"):
        done = sanpin("import", company / f"{kind}.csv", "--kind", kind)
        assert done.code == 0, done.err
    second = sanpin("loop", "run", "--json").value
    assert "missing" not in second and second["schedule"]["valid"]
    assert second["forecast"] == first["forecast"]
    assert sanpin("export", "forecast", "--out", tmp_path / "forecast.xlsx").code == 0
    assert read_frame(tmp_path / "forecast.xlsx").height == 7 * 28


def test_files_are_forecast_without_a_workspace(
    sanpin: Sanpin, company: Path, tmp_path: Path
) -> None:
    """``demand intake`` and ``demand forecast`` from file to file, with the promised columns."""
    panel, out = tmp_path / "panel.parquet", tmp_path / "forecast.csv"
    done = sanpin("demand", "intake", company / "orders.xlsx", "--out", panel)
    assert done.code == 0, done.err
    assert pl.read_parquet(panel).columns == [
        "item", "date", "quantity", "bulk", "returned", "revenue", "price", "orders",
        "customers", "masked",
    ]  # fmt: skip
    words = ["demand", "forecast", panel, "--horizon", "5", "--out", out]
    assert sanpin(*words, "--quantiles", ".1,.5,.9").code == 0
    made = pl.read_csv(out)
    assert made.columns == ["level", "item", "date", "mean", "q0.1", "q0.5", "q0.9"]
    assert made["level"].unique().sort().to_list() == ["item", "total"]
    assert made.height == 7 * 5


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Build the wheel with the back end that ``pyproject.toml`` names."""
    builder = pytest.importorskip("hatchling.builders.wheel")
    folder = tmp_path_factory.mktemp("dist")
    (path,) = builder.WheelBuilder(str(ROOT)).build(directory=str(folder))
    return zipfile.ZipFile(path)


class TestWheel:
    """What ``pip install`` brings."""

    def test_it_holds_every_file_of_the_package(self, wheel: zipfile.ZipFile) -> None:
        """Code, sample data, templates, bundles, compiled catalogues, migrations, typing mark."""
        held = set(wheel.namelist())
        source = ROOT / "src" / "sanpin"
        files = {
            f"sanpin/{file.relative_to(source).as_posix()}"
            for file in source.rglob("*")
            if file.is_file() and "__pycache__" not in file.parts
        }
        assert files <= held
        for kind in (".html", ".mo", ".js", ".css", ".parquet", ".csv", "py.typed"):
            assert any(name.endswith(kind) for name in held), kind
        assert {"sanpin/demand/data/orders.parquet", "sanpin/kit/web/static/vendor"} - held == {
            "sanpin/kit/web/static/vendor"
        }
        assert any(name.startswith("sanpin/kit/web/static/vendor/") for name in held)
        for domain in domains():
            name = domain.package.rpartition(".")[2]
            assert f"sanpin/{name}/web/locale/zh_CN.mo" in held

    def test_it_names_its_command_its_domains_and_its_notices(self, wheel: zipfile.ZipFile) -> None:
        """As ``pyproject.toml`` declares them."""
        info = next(name for name in wheel.namelist() if name.endswith("entry_points.txt"))
        text = wheel.read(info).decode()
        declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        assert "sanpin = sanpin.app.cli:main" in text
        for name, target in declared["entry-points"]["sanpin.domains"].items():
            assert f"{name} = {target}" in text
        names = {Path(name).name for name in wheel.namelist()}
        assert {"LICENSE", "NOTICE", "METADATA"} <= names

    def test_nothing_of_the_workplace_is_in_it(self, wheel: zipfile.ZipFile) -> None:
        """Neither tests nor byte code, and not a large download."""
        names = wheel.namelist()
        assert not [name for name in names if "tests/" in name or name.endswith(".pyc")]
        assert sum(one.compress_size for one in wheel.infolist()) < 12_000_000
