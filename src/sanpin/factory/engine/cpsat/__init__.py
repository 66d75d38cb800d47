"""Improvement by constraint programming (OR-Tools CP-SAT): windows and whole problems."""
