"""Runs over the web: list, one with live progress, two compared, cancelled, done again."""
