"""Measure how often the batch door decides as the GS1 syntax engine and OpenEPCIS do.

    python benchmarks/identifiers-agreement/run.py [FOLDER]

FOLDER holds ``trace/identifiers``; without it SANPIN_OPEN_DATA names it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.common import write_result

from sanpin.trace.engine.identifiers import Door

KINDS = {
    "parseDLuri": "dl", "generateDLuri": "ai", "parseAIdata": "ai", "processAIdata": "element",
    "validateAIs": "ai", "processScanData": "scan", "linters": "lint",
}  # fmt: skip
# Lengths of the prefix that the tests of OpenEPCIS pass beside these links.
LENGTHS = {
    "https://id.gs1.org/8010/12345678901234/8011/1111": 5,
    "https://id.gs1.org/8010/1234567890/8011/1111": 12,
    "https://id.gs1.org/8010/12A456789012345/8011/1111": 10,
    "https://id.gs1.org/8010/1234567": 10,
}
DOOR = Door()


def load(folder: Path, name: str) -> dict[str, list[dict[str, Any]]]:
    """Read a file of vectors."""
    text = (folder / "trace" / "identifiers" / f"{name}.json").read_text(encoding="utf-8")
    found: dict[str, list[dict[str, Any]]] = json.loads(text)["vectors"]
    return found


def given(vector: dict[str, Any]) -> str:
    """What a vector gives."""
    return str(next(vector[name] for name in ("uri", "ai", "scan", "in") if name in vector))


def agrees(family: str, vector: dict[str, Any]) -> bool:
    """Whether the door decides as the vector, and writes the same where that is told."""
    request = {"id": 0, "kind": KINDS[family], "value": given(vector)}
    request |= {name: vector[name] for name in ("linter", "stem") if name in vector}
    if family == "parseDLuri":
        request["options"] = {"convenience_alphas": True, "zero_suppressed_gtin": True}
    answer = DOOR.answer(request)
    expect = vector.get("expect", "")
    if family == "generateDLuri":
        return bool((answer["dl"] or "") == expect)
    if not vector["ok"] or not answer["ok"]:
        return bool(answer["ok"] == vector["ok"])
    return not expect.startswith("^") or bool(answer["element"] == expect)


def engine(folder: Path) -> dict[str, Any]:
    """Compare with the GS1 engine."""
    families: dict[str, Any] = {}
    differing = []
    total = 0
    for family, vectors in load(folder, "gs1-syntax-engine-vectors").items():
        bad = [given(vector) for vector in vectors if not agrees(family, vector)]
        families[family] = {"vectors": len(vectors), "agree": len(vectors) - len(bad)}
        differing += [f"{family}: {text}" for text in bad]
        total += len(vectors)
    share = 1 - len(differing) / total
    return {"vectors": total, "share": round(share, 5), "families": families,
            "differing": differing}  # fmt: skip


def openepcis(folder: Path) -> dict[str, Any]:
    """Compare with OpenEPCIS: translations, and what its lists accept and refuse."""
    vectors = load(folder, "openepcis-identifier-vectors")
    valid, invalid = ([v["in"] for v in vectors[name]] for name in ("valid", "invalid"))
    undecided = set(valid) & set(invalid)
    decided = digit = 0
    differing = []
    for vector in vectors["urn_to_dl"]:
        decided += 1
        link = DOOR.answer({"id": 0, "kind": "urn", "value": vector["in"]})["canonical"]
        if unquote(link or "") != unquote(vector["expect"]):
            differing.append(vector["in"])
    for texts, expected in ((valid, True), (invalid, False)):
        for text in texts:
            if text in undecided:
                continue
            answer = DOOR.answer({"id": 0, "value": text, "gcp_length": LENGTHS.get(text)})
            codes = {error["code"] for error in answer["errors"]}
            if expected and codes == {"trace.identifier.check_digit"}:
                digit += 1
                continue
            decided += 1
            if answer["ok"] != expected:
                differing.append(text)
    strict = decided - len(differing)
    return {
        "vectors": sum(map(len, vectors.values())),
        "in_both_lists": sum(text in undecided for text in (*valid, *invalid)),
        "listed_good_with_wrong_check_digit": digit,
        "decided": decided,
        "share": round(strict / decided, 5),
        "share_with_wrong_check_digits": round(strict / (decided + digit), 5),
        "differing": differing,
    }


def main(arguments: list[str]) -> None:
    """Measure and keep the result."""
    folder = Path(arguments[0] if arguments else os.environ["SANPIN_OPEN_DATA"])
    write_result("identifiers-agreement", {"gs1": engine(folder), "openepcis": openepcis(folder)})


if __name__ == "__main__":
    main(sys.argv[1:])
