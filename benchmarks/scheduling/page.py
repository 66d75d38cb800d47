"""The page of measured figures, made from the results that stand beside the protocols."""

from __future__ import annotations

import json
from typing import Any

from benchmarks.scheduling.data import ROOT
from benchmarks.scheduling.texts import CLAIMS, FIGURES, WORDS

__all__ = ["claims_page"]


def claims_page(at: int) -> str:
    """Return the page in a language: 0 English, 1 Chinese."""
    sections = [f"# {WORDS['title'][at]}\n\n{WORDS['lead'][at]}\n"]
    for claim, texts in CLAIMS.items():
        sections.append(f"## {texts[at]}\n\n{_section(claim, at)}\n")
    return "\n".join(sections).rstrip() + "\n"


def _section(claim: str, at: int) -> str:
    """Return what is known of one claim."""
    readme = f"[{claim}](../../benchmarks/{claim}/README.md)"
    path = ROOT / "benchmarks" / claim / "result.json"
    result = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    rows = "\n".join(
        _row(texts, result.get("figures", {}).get(name), at)
        for name, texts in FIGURES.items()
        if texts.claim == claim
    )
    words = WORDS["measured" if result else "unmeasured"][at].format(
        readme=readme,
        date=result.get("date"),
        protocol=WORDS[result.get("protocol", "quick")][at],
        instances=len(result.get("instances", ())),
        seeds=len(result.get("seeds", ())),
        cores=result.get("machine", {}).get("cores"),
    )
    return f"{words}\n\n{WORDS['columns'][at]}\n|---|---|---|---|\n{rows}\n"


def _row(texts: Any, found: dict[str, Any] | None, at: int) -> str:
    """Return one figure: what it is, what is asked, what was measured, whether that suffices."""
    value = found["value"] if found else None
    met = found["met"] if found else None
    mark = WORDS["none"][at] if met is None else WORDS["met" if met else "missed"][at]
    shown = "–" if value is None else f"{value:,.4g}" if value < 100 else f"{value:,.0f}"
    for name in ("lost", "alone"):
        if found and found.get(name):
            shown += f" ({WORDS[name][at].format(count=found[name])})"
    return f"| {texts.label[at]} | {texts.asked[at]} | {shown} | {mark} |"
