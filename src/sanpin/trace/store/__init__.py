"""The trace ledger in SQLite or PostgreSQL. Only the service comes in here.

`tables` describes the ledger. `rows` and `pack` make of an event what needs no database; `sorting`
tells new events from known ones; `writer` writes documents, `pending` those that are too long for
one transaction; `intern` gives names their numbers out of `blocks`, `bulk` moves many rows at once.
`reader` brings events back, `sequence` tells what is new, `masterdata` and `ledger` keep the small
tables beside the events, `erasing` and `removal` take events out again.
"""
