"""Commands of the domain: ``sanpin factory VERB``, on files or on a workspace."""

from __future__ import annotations

from cyclopts import App

from sanpin.base import N_
from sanpin.factory.cli.judging import bound, check, convert, critical
from sanpin.factory.cli.making import generate, warm
from sanpin.factory.cli.solving import solve
from sanpin.factory.cli.views import late, plan, schedule

__all__ = ["app"]

app = App(name="factory", help=N_("Plan, schedule, run and check the plants."))
for _command in (
    solve, check, convert, generate, bound, critical, warm, plan, schedule, late,
):  # fmt: skip
    app.command(_command)
