"""Kernels that only other kernels call, made callable for tests."""

from __future__ import annotations

import numba


def callable_kernel(kernel):
    """Return a function that calls a kernel which has no door for Python of its own."""
    return numba.njit(lambda *arguments: kernel(*arguments))
