"""A worker process: ``python -m sanpin.kit.jobs WORKSPACE [--once] [--attached]``."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from pathlib import Path

from sanpin.base import SanpinError
from sanpin.kit.jobs.worker import run_worker
from sanpin.kit.workspace import Workspace


def _stop_with_the_server(stop: threading.Event) -> None:
    """Stop when the server that started this worker is gone: its end of the pipe closes."""
    while os.read(sys.stdin.fileno(), 1):
        continue
    stop.set()


def main(arguments: list[str]) -> int:
    """Work until a signal says stop."""
    parser = argparse.ArgumentParser(prog="python -m sanpin.kit.jobs")
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--once", action="store_true", help="end when no job waits")
    parser.add_argument("--attached", action="store_true", help="end when standard input closes")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if options.attached:
        threading.Thread(target=_stop_with_the_server, args=(stop,), daemon=True).start()
    try:
        run_worker(Workspace.open(options.workspace), once=options.once, stop=stop)
    except SanpinError as error:
        logging.getLogger("sanpin.jobs").error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
