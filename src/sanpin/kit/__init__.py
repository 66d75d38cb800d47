"""The kit: everything that touches disk, database, network or clock, and no domain."""
