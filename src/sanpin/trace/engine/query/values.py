"""Readers of values: one for each kind, from text to the canonical value that events are kept with.

Each returns None for a text that is no value of its kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sanpin.base import N_
from sanpin.trace.engine.epcis.times import instant
from sanpin.trace.engine.epcis.vocabulary import (
    BIZ_STEP,
    DISPOSITION,
    PARTY_TYPE,
    TRANSACTION_TYPE,
    Vocabulary,
    is_uri,
)
from sanpin.trace.engine.identifiers import fault_of, thing_of
from sanpin.trace.engine.query.patterns import read_class, read_name, read_thing
from sanpin.trace.model.events import Action, EventType
from sanpin.trace.model.queries import Values

__all__ = ["READERS", "REMEDIES", "read_type"]

_TYPES = {kind.word: int(kind) for kind in EventType}
_ACTIONS = {action.name: int(action) for action in Action if action}
_FLAGS = {"true": True, "1": True, "": True, "false": False, "0": False}
_LARGEST = 2**31 - 1
_TYPE_WORDS: Mapping[str, Vocabulary] = {
    "transaction": TRANSACTION_TYPE,
    "source": PARTY_TYPE,
    "destination": PARTY_TYPE,
}


def _time(text: str) -> int | None:
    """Read an instant with offset; a plus that was sent unescaped arrives as a space."""
    return instant(text.strip().replace(" ", "+"))


def _event_type(text: str) -> object:
    """Read a type of event; one of an extension is never met here, but asking is allowed."""
    return _TYPES.get(text, -1 if is_uri(text) else None)


def _word(vocabulary: Vocabulary) -> Callable[[str], str | None]:
    """Make a reader of words of a vocabulary, in any writing."""

    def read(text: str) -> str | None:
        return vocabulary.bare(text) if vocabulary.accepts(text) else None

    return read


def _name(text: str) -> str | None:
    """Read a URI; one that claims to hold a GS1 key must hold it."""
    return thing_of(text) if is_uri(text) and not fault_of(text) else None


def _text(text: str) -> str | None:
    """Read any text but an empty one."""
    return text or None


def _number(text: str) -> int | None:
    """Read a whole number from 1."""
    good = text.isascii() and text.isdigit() and len(text) <= 10 and 1 <= int(text) <= _LARGEST
    return int(text) if good else None


READERS: Mapping[Values, Callable[[str], object]] = {
    Values.TIME: _time,
    Values.EVENT_TYPE: _event_type,
    Values.ACTION: _ACTIONS.get,
    Values.STEP: _word(BIZ_STEP),
    Values.DISPOSITION: _word(DISPOSITION),
    Values.LOCATION: _name,
    Values.URI: _name,
    Values.TEXT: _text,
    Values.THING: read_thing,
    Values.CLASS: read_class,
    Values.NAME: read_name,
    Values.FLAG: _FLAGS.get,
    Values.NUMBER: _number,
    Values.FIELD: lambda text: text if text in ("eventTime", "recordTime") else None,
    Values.DIRECTION: lambda text: text if text in ("ASC", "DESC") else None,
}

REMEDIES: Mapping[Values, str] = {
    Values.TIME: N_("Give date, time and offset, such as 2026-03-01T08:30:00+08:00."),
    Values.EVENT_TYPE: N_("Give a type such as ObjectEvent; separate several with |."),
    Values.ACTION: N_("Give ADD, OBSERVE or DELETE; separate several with |."),
    Values.STEP: N_("Give a word such as shipping, or a URI; separate several with |."),
    Values.DISPOSITION: N_("Give a word such as in_transit, or a URI; separate several with |."),
    Values.LOCATION: N_("Give the URI of a place; separate several with |."),
    Values.URI: N_("Give a URI; separate several with |."),
    Values.TEXT: N_("Give a text that is not empty."),
    Values.THING: N_("Give a URN, a Digital Link or a pattern; separate several with |."),
    Values.CLASS: N_("Give a URN, a Digital Link or a pattern; separate several with |."),
    Values.NAME: N_("Give a code, a URN, a Digital Link or a pattern; separate several with |."),
    Values.FLAG: N_("Give true or false."),
    Values.NUMBER: N_("Give a whole number from 1."),
    Values.FIELD: N_("Give eventTime or recordTime."),
    Values.DIRECTION: N_("Give ASC or DESC."),
}


def read_type(kind: str, text: str) -> str | None:
    """Read the type in the name of a parameter such as ``EQ_source_owning_party``.

    Parameters
    ----------
    kind : kind of the terms, such as ``source``
    text : what stands behind the beginning of the name
    """
    return _word(_TYPE_WORDS[kind])(text)
