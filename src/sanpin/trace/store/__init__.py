"""The trace ledger in SQLite or PostgreSQL. Only the service comes in here.

`tables` describes the ledger; `writer` and `reader` bring events in and out, with `intern` for
names, `pack` for what is stored as bytes and `bulk` for many rows at once; `ledger` keeps the small
tables beside the events, and `removal` takes the sample out again.
"""
