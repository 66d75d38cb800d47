"""Command that makes up a chain: ``sanpin trace generate``."""

from __future__ import annotations

from pathlib import Path

from sanpin.base import N_, InputError
from sanpin.kit.cli import cli_progress, print_result, say
from sanpin.trace.cli.base import app

__all__ = ["generate"]


@app.command
def generate(*, events: int, out: Path, seed: int = 0) -> None:
    """Make up a chain marked SAMPLE: EPCIS documents and the exact answers to questions about it.

    Parameters
    ----------
    events
        How many events it shall have, at least 34.
    out
        Folder that gets events-00001.json and so on, 1,000 events in each, and truth.jsonl.
    seed
        The same seed and size make the same chain.
    """
    import orjson

    from sanpin.trace.engine.generate import documents, plan_chain, tables_of, truths

    plan = plan_chain(events, seed)
    try:
        out.mkdir(parents=True, exist_ok=True)
        with cli_progress(N_("Making up a chain")) as progress:
            files = 0
            for document in documents(tables_of(plan)):
                files += 1
                (out / f"events-{files:05d}.json").write_bytes(document)
                progress(1000 * files / (events + 1000), "")
            answers = [truth.record(plan) for truth in truths(plan)]
            lines = b"".join(orjson.dumps(answer) + b"\n" for answer in answers)
            (out / "truth.jsonl").write_bytes(lines)
    except OSError as error:
        raise InputError(
            "trace.generate.folder",
            N_("The folder {path} cannot be written to."),
            hint=N_("Check its name, the space left and your right to write."),
            path=out,
        ) from error
    record = {"events": events, "files": files, "questions": len(answers), "out": str(out)}
    print_result(
        record,
        lambda: say(
            N_("{events} events in {files} files and the answers to {questions} questions: {out}"),
            **record,
        ),
    )
