"""Nouns of traceability: identifiers, events, lineage answers, floor records."""
