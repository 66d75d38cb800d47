"""Addresses of the pages of records; own ids may hold any sign, so they are escaped.

The routes take a slash as part of the id too, since servers see it unescaped.
"""

from __future__ import annotations

from urllib.parse import quote

__all__ = ["figure_path", "target_path", "task_path"]


def target_path(target_id: str) -> str:
    """Address of the page of a target, published or own."""
    return f"/sector/targets/{quote(target_id, safe='')}"


def figure_path(figure_id: str) -> str:
    """Address of the page of a published figure."""
    return f"/sector/figures/{quote(figure_id, safe='')}"


def task_path(task_id: str) -> str:
    """Address of the page of a task, published or own."""
    return f"/sector/tasks/{quote(task_id, safe='')}"
