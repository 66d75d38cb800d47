"""Improvement by constraint programming (OR-Tools CP-SAT): windows and whole problems.

Large neighbourhood search (Shaw 1998): `windows` chooses what to set free, `region` notes what
stays fixed around it, `model` writes that as constraints with calendars as `domains`, and
`improve` solves it and decodes the answer into a schedule of the whole plant.
"""
