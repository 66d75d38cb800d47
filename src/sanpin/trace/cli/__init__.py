"""Commands of the domain: ``sanpin trace ...``, one module for each family.

A command asks the service for a record and prints it: with ``--json`` as it is, otherwise as the
few lines that a person needs.
"""

from sanpin.trace.cli import (
    documents,
    events,
    identifiers,
    keeping,
    ledger,
    places,
    recalls,
    samples,
)
from sanpin.trace.cli.base import app

__all__ = [
    "app",
    "documents",
    "events",
    "identifiers",
    "keeping",
    "ledger",
    "places",
    "recalls",
    "samples",
]
