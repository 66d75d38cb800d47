"""The trace ledger in SQLite or PostgreSQL. Only the service comes in here."""
