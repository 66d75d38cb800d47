"""Verbs of traceability: parse, read, validate, walk, lay out, write. Pure functions."""
