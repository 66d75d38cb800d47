"""History of the tables of the trace ledger."""
