"""The event hash of the Core Business Vocabulary 2.0, section 8.9: one name for one happening.

`prehash` writes what an event says as one text in canonical form, `event_hash` its SHA-256 as a
named-information URI. Both are equal for the JSON and the XML form of an event, whatever the order
of its fields and the notation of its identifiers, words, numbers and times.
"""

from sanpin.trace.engine.hash.prehash import event_hash, hash_of, prehash

__all__ = ["event_hash", "hash_of", "prehash"]
