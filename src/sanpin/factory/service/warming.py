"""Machine code of the search: whether it is there, and making it before anyone waits for it.

Compiling takes a minute or two after an installation. A mark beside the machine code says which
sources and versions it was made from; whoever finds it need not try the kernels again.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Collection, Iterator
from concurrent.futures import as_completed
from contextlib import contextmanager

if sys.platform != "win32":
    import fcntl

from sanpin.factory.engine.warming import PACKAGE, PARTS, SEARCHES, compile_part
from sanpin.kit.compute import processes
from sanpin.kit.machine_code import MachineCode

__all__ = ["compile_kernels", "is_warm"]

_CODE = MachineCode.of(PACKAGE)
_WAIT = 0.2
"""Seconds between two looks at whether another process has compiled what is wanted."""


def is_warm(searches: Collection[str] = SEARCHES) -> bool:
    """Whether kernels are compiled for this machine, these sources and these versions."""
    return _CODE.has(searches)


def compile_kernels(searches: Collection[str] = SEARCHES) -> int:
    """Compile the kernels of searches, part by part in processes of their own.

    Whoever calls this while another process is at it waits for that one, but no longer than for
    the searches that are asked for.

    Returns
    -------
    Number of parts that were compiled here.
    """
    while not is_warm(searches):
        with _one_at_a_time() as is_here:
            wanted = [search for search in searches if not is_warm((search,))]
            if is_here and wanted:
                return _compile(wanted)
        time.sleep(_WAIT)
    return 0


def _compile(searches: Collection[str]) -> int:
    """Compile as many parts at a time as there are processors; mark each search that is done."""
    if not any(is_warm((search,)) for search in SEARCHES):
        _CODE.forget()
    parts = [part for part in PARTS if part.search in searches]
    left = Counter(part.search for part in parts)
    with processes(min(os.cpu_count() or 1, len(parts))) as pool:
        searched = {pool.submit(compile_part, part): part.search for part in parts}
        for done in as_completed(searched):
            done.result()
            left[searched[done]] -= 1
            if not left[searched[done]]:
                _CODE.mark(searched[done]).touch()
    return len(parts)


@contextmanager
def _one_at_a_time() -> Iterator[bool]:
    """Let one process in and say whether it is this one; one that was killed blocks nobody."""
    _CODE.folder.mkdir(parents=True, exist_ok=True)
    with (_CODE.folder / "factory.compiling").open("wb") as door:
        is_here = True
        if sys.platform != "win32":
            try:
                fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                is_here = False
        yield is_here
