"""Nouns of demand: order lines, corrections, panel, forecast, backtest."""
