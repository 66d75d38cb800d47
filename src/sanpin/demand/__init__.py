"""Demand: from raw orders to a clean panel and a forecast with its uncertainty.

As a library, without store, web or command line::

    from sanpin.demand import forecast, read_panel, take_in
    intake = take_in(orders)                  # a polars frame of order lines
    made = forecast(read_panel(intake.panel))
    made.frame()                              # level, item, date, mean, q0.05 ... q0.95
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sanpin.demand.engine.backtest import backtest
    from sanpin.demand.engine.forecast import forecast
    from sanpin.demand.engine.intake import take_in
    from sanpin.demand.engine.timeline import read_panel
    from sanpin.demand.model.forecast import Backtest, Forecast, ForecastParams
    from sanpin.demand.model.orders import IntakeParams
    from sanpin.demand.model.panel import Intake, Panel

__all__ = [
    "Backtest",
    "Forecast",
    "ForecastParams",
    "Intake",
    "IntakeParams",
    "Panel",
    "backtest",
    "forecast",
    "read_panel",
    "take_in",
]

# Polars and numpy load when first needed: the plug-in stands in this package and must be light.
_HOMES = {
    "backtest": "engine.backtest",
    "forecast": "engine.forecast",
    "take_in": "engine.intake",
    "read_panel": "engine.timeline",
    "Backtest": "model.forecast",
    "Forecast": "model.forecast",
    "ForecastParams": "model.forecast",
    "IntakeParams": "model.orders",
    "Intake": "model.panel",
    "Panel": "model.panel",
}


def __getattr__(name: str) -> Any:
    """Load a public name from the module that makes it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
