"""Verbs of demand: intake, forecast, backtest. Pure functions over frames and arrays."""
