"""Demand: from raw orders to a clean panel and a forecast with its uncertainty."""
