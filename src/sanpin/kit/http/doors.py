"""What all requests of one server share: the open workspace, and who may come in."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import FastAPI, Request
from starlette.responses import Response

from sanpin.kit.context import Context
from sanpin.kit.http.details import ProblemDetails

__all__ = ["Doors", "ErrorPage", "doors_of", "is_loopback"]

ErrorPage = Callable[[Request, Context | None, ProblemDetails], Response]
"""Renders a refusal as a page for people; given to `install` by whoever owns the pages."""


def is_loopback(host: str) -> bool:
    """Return whether an address can be reached from this computer alone.

    Names other than ``localhost`` are not looked up: what they point to may change.
    """
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Doors:
    """The settings of one server.

    Attributes
    ----------
    ctx : the shared workspace; every request gets its own view of it
    users : whether callers must prove who they are
    hosts : names under which the server may be addressed; empty for any
    https : whether browsers reach it by HTTPS, so that cookies must never travel without
    error_page : renders refusals for people
    """

    ctx: Context
    users: bool
    hosts: frozenset[str]
    https: bool = False
    error_page: ErrorPage | None = None


def doors_of(app: FastAPI) -> Doors:
    """Return what `install` put into the application."""
    doors = app.state.doors
    if not isinstance(doors, Doors):
        raise TypeError("sanpin.kit.http.install was not called for this application")
    return doors
