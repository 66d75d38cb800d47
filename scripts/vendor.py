"""Rebuild the vendor bundles of the pages from their published packages.

Needs Node with npm, and a package registry; users and tests need neither: the bundles are
committed. Versions are pinned here, contents by hash in `vendor.toml`.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
WEB = HOME / "src/sanpin/kit/web"
ESBUILD = "esbuild@0.28.2"

# Only what x-chart draws with. The rich-text tooltip needs no markup, so a strict content
# security policy has nothing to refuse.
CHARTS = """
export { init, use, getInstanceByDom } from "echarts/core";
import { use } from "echarts/core";
import { LineChart, BarChart, ScatterChart, CustomChart, HeatmapChart } from "echarts/charts";
import { GridComponent, TooltipComponent, LegendComponent, DataZoomInsideComponent,
  DataZoomSliderComponent, MarkLineComponent, MarkAreaComponent, AriaComponent,
  VisualMapComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
use([LineChart, BarChart, ScatterChart, CustomChart, HeatmapChart, GridComponent,
  TooltipComponent, LegendComponent, DataZoomInsideComponent, DataZoomSliderComponent,
  MarkLineComponent, MarkAreaComponent, AriaComponent, VisualMapComponent, CanvasRenderer]);
"""


@dataclass(frozen=True)
class Bundle:
    """One file to make: from a file of the package, or built from `entry` by esbuild."""

    file: str
    package: str
    version: str
    licence: str
    source: str = ""
    entry: str = ""
    folder: Path = WEB / "static/vendor"


BUNDLES = (
    Bundle("htmx.min.js", "htmx.org", "4.0.1", "0BSD", source="dist/htmx.min.js"),
    Bundle("echarts.js", "echarts", "6.1.0", "Apache-2.0", entry=CHARTS),
    Bundle(
        "axe.min.js",
        "axe-core",
        "4.14.1",
        "MPL-2.0",
        source="axe.min.js",
        folder=HOME / "tests/faces/assets",
    ),
)


def build(bundle: Bundle, work: Path) -> bytes:
    """Return the bytes of a bundle, made in a folder where its package is installed."""
    if bundle.source:
        return (work / "node_modules" / bundle.package / bundle.source).read_bytes()
    (work / "entry.js").write_text(bundle.entry)
    command = ["npx", "esbuild", "entry.js", "--bundle", "--minify", "--format=esm"]
    command += ["--target=es2022", "--legal-comments=eof", "--outfile=out.js"]
    subprocess.run(command, cwd=work, check=True, stdout=sys.stderr)
    notice = f"/*! {bundle.package} {bundle.version}, {bundle.licence} */\n"
    return notice.encode() + (work / "out.js").read_bytes()


def describe(bundle: Bundle, content: bytes) -> str:
    """Return the record of a bundle for `vendor.toml`: shipped with the pages, or for tests."""
    place, shipped = bundle.folder / bundle.file, bundle.folder.is_relative_to(WEB)
    values = {
        "file": place.relative_to(WEB if shipped else HOME).as_posix(),
        "package": bundle.package,
        "version": bundle.version,
        "licence": bundle.licence,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    return f"[[{'bundle' if shipped else 'test'}]]\n" + "".join(
        f"{k} = {json.dumps(v)}\n" for k, v in values.items()
    )


def main() -> int:
    """Build every bundle and write `vendor.toml`."""
    if not shutil.which("npm"):
        print("Node with npm is needed to rebuild the vendor bundles.", file=sys.stderr)
        return 1
    records = ["# Made by scripts/vendor.py: third-party files of the pages and their tests.\n"]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "package.json").write_text("{}")
        packages = [f"{bundle.package}@{bundle.version}" for bundle in BUNDLES]
        install = ["npm", "install", "--no-audit", "--no-fund", "--no-save", ESBUILD, *packages]
        subprocess.run(install, cwd=work, check=True, stdout=sys.stderr)
        for bundle in BUNDLES:
            content = build(bundle, work)
            bundle.folder.mkdir(parents=True, exist_ok=True)
            (bundle.folder / bundle.file).write_bytes(content)
            records.append(describe(bundle, content))
            print(f"{bundle.file}: {len(content):,} bytes")
    (WEB / "vendor.toml").write_text("\n".join(records), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
