"""Kernels: plain functions over flat arrays, compiled when their module is first loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

__all__ = ["kernel"]

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

_TYPES = {
    "int": numba.int64,
    "float": numba.float64,
    "bool": numba.boolean,
    "None": numba.void,
    "Ints": numba.int64[::1],
    "Floats": numba.float64[::1],
    "Table": numba.float64[:, ::1],
    "tuple[float, float, int]": numba.types.Tuple((numba.float64, numba.float64, numba.int64)),  # type: ignore[no-untyped-call]
}
"""Machine types by annotation; tuples of whole numbers are added as they come."""


def kernel(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Compile a function to machine code, kept on disk and run without the interpreter's lock.

    The annotations fix the one signature: left to itself the compiler would make a version for
    every constant that is handed over. Modules that hold kernels are imported where they are
    called, so that whoever solves nothing does not wait for the compiler to load.
    """
    hints = dict(function.__annotations__)
    result = _type_of(hints.pop("return"))
    signature = result(*(_type_of(hint) for hint in hints.values()))
    compiled = numba.njit(signature, cache=True, nogil=True)(function)
    return cast("Callable[_Arguments, _Result]", compiled)


def _type_of(hint: str) -> numba.types.Type:
    """Return the machine type of an annotation."""
    if hint.startswith("tuple[int"):
        return numba.types.UniTuple(numba.int64, hint.count("int"))  # type: ignore[no-untyped-call]
    return _TYPES[hint]
