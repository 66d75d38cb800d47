"""Kernels: plain functions over flat arrays, compiled when what calls them is first loaded.

The machine code is kept on disk, so that only the first load after an installation takes long.
Modules that hold kernels are imported where they are called: whoever only reads or checks problems
does not wait for the compiler to load.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, ParamSpec, TypeVar, cast, get_args, get_origin, get_type_hints

import numba
import numpy as np

__all__ = ["compile_now", "entry", "kernel", "maker"]

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

OPTIONS = {"cache": True, "nogil": True, "no_cfunc_wrapper": True}
"""Of all compiled functions."""

_SCALARS = {int: numba.int64, float: numba.float64, bool: numba.boolean, type(None): numba.void}


def kernel(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Compile a function that only other kernels call.

    The annotations fix the one signature: left to itself the compiler would make a version for
    every constant and every width of number that is handed over. Arrays are annotated with their
    number of dimensions, as ``Annotated[NDArray[np.int32], 1]``, and lie in C order. Kernels must
    not make arrays of their own: without them none has to count who still uses an array.
    """
    return _compile_when_called(function, _nrt=False, no_cpython_wrapper=True)


def entry(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Compile a kernel that Python calls, which costs more machine code."""
    return _compile(function, _nrt=False)


def maker(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Compile an entry that makes arrays or lists of its own."""
    return _compile(function)


def compile_now(function: Any) -> None:
    """Compile a kernel, or load it from disk, before anything calls it."""
    if not function.overloads:
        function.compile(_signature(function.py_func))
        function.disable_compile()


def _compile(function: Callable[_Arguments, _Result], **more: Any) -> Callable[_Arguments, _Result]:
    """Compile a function without the interpreter's lock, for the signature of its annotations."""
    compiled = cast("Any", numba.njit)(_signature(function), **OPTIONS, **more)(function)
    return cast("Callable[_Arguments, _Result]", compiled)


def _compile_when_called(
    function: Callable[_Arguments, _Result], **more: Any
) -> Callable[_Arguments, _Result]:
    """Compile a function for the signature of its annotations when a caller is compiled.

    An entry that is on disk brings with it all that it calls: loading that one by one would take
    most of the time of a start.
    """
    compiled = cast("Any", numba.njit)(**OPTIONS, **more)(function)
    template = compiled.get_call_template

    def get_call_template(arguments: Any, keywords: Any) -> Any:
        compile_now(compiled)
        return template(arguments, keywords)

    compiled.get_call_template = get_call_template
    return cast("Callable[_Arguments, _Result]", compiled)


def _signature(function: Callable[..., Any]) -> Any:
    """Return the machine signature of the annotations of a function."""
    hints = get_type_hints(function, include_extras=True)
    result = _machine_type(hints.pop("return"))
    return result(*(_machine_type(hint) for hint in hints.values()))


def _machine_type(hint: Any) -> Any:
    """Return the machine type of an annotation: number, array, or tuple of them."""
    if hint in _SCALARS:
        return _SCALARS[hint]
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        array, dimensions = parts
        (number,) = get_args(get_args(array)[1])
        return numba.types.Array(numba.from_dtype(np.dtype(number)), dimensions, "C")
    build = cast("Any", numba.types.BaseTuple).from_types
    if origin is tuple:
        return build([_machine_type(part) for part in parts])
    fields = get_type_hints(hint, include_extras=True)
    return build([_machine_type(part) for part in fields.values()], hint)
