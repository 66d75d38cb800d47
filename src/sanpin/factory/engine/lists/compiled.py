"""Kernels: plain functions over flat arrays that are compiled when they are first called."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

__all__ = ["kernel"]

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def kernel(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Compile a function to machine code, kept on disk and run without the interpreter's lock.

    Modules that hold kernels are imported where they are called, so that whoever solves nothing
    does not wait for the compiler to load.
    """
    compiled = numba.njit(cache=True, nogil=True)(function)
    return cast("Callable[_Arguments, _Result]", compiled)
