"""HTTP pieces that every server of ours is made of: guard, problems, limits, paging, events."""

from sanpin.kit.cursors import Page, paginate, read_cursor, write_cursor
from sanpin.kit.http.bodies import read_body
from sanpin.kit.http.context import context, require_role
from sanpin.kit.http.details import ProblemDetails
from sanpin.kit.http.direct import Answer, mount_direct
from sanpin.kit.http.doors import Doors, ErrorPage, doors_of, is_loopback
from sanpin.kit.http.events import Snapshot, event_stream, run_events, run_snapshot
from sanpin.kit.http.exports import export_response
from sanpin.kit.http.guard import SESSION_COOKIE
from sanpin.kit.http.installing import install
from sanpin.kit.http.language import LANGUAGE_COOKIE, language_of
from sanpin.kit.http.limits import too_large
from sanpin.kit.http.login import local_path, login_router
from sanpin.kit.http.responses import problem_response
from sanpin.kit.http.roles import needs, routes_of

__all__ = [
    "LANGUAGE_COOKIE",
    "SESSION_COOKIE",
    "Answer",
    "Doors",
    "ErrorPage",
    "Page",
    "ProblemDetails",
    "Snapshot",
    "context",
    "doors_of",
    "event_stream",
    "export_response",
    "install",
    "is_loopback",
    "language_of",
    "local_path",
    "login_router",
    "mount_direct",
    "needs",
    "paginate",
    "problem_response",
    "read_body",
    "read_cursor",
    "require_role",
    "routes_of",
    "run_events",
    "run_snapshot",
    "too_large",
    "write_cursor",
]
