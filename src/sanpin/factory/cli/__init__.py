"""Commands of the domain: ``sanpin factory solve | check | convert | plan | schedule | late``."""

from __future__ import annotations

from cyclopts import App

from sanpin.base import N_
from sanpin.factory.cli.solving import check, convert, solve
from sanpin.factory.cli.views import late, plan, schedule

__all__ = ["app"]

app = App(name="factory", help=N_("Plan, schedule, run and check the plants."))
for _command in (solve, check, convert, plan, schedule, late):
    app.command(_command)
