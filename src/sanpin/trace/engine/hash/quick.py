"""The quick way for the commonest events: checked, named and hashed in one walk.

It answers only what the careful way (`validate_event`, `normalise`, `prehash`) would answer the
same, and leaves everything else to that: events with sensors, master data, extensions or error
declarations, and all that is wrong. What a value means is asked of the careful way once and
remembered, since words, places and classes return in every event; which fields must stand
together is asked once for each set of fields.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sanpin.trace.engine.epcis.epcs import is_plain
from sanpin.trace.engine.epcis.findings import Findings
from sanpin.trace.engine.epcis.normalise import LINKS, LISTS, with_lots
from sanpin.trace.engine.epcis.reader import EVENT_TYPES
from sanpin.trace.engine.epcis.rules import FIELDS, check_type_rules
from sanpin.trace.engine.epcis.shapes import Check
from sanpin.trace.engine.epcis.times import instant, offset_minutes
from sanpin.trace.engine.epcis.vocabulary import BIZ_STEP, DISPOSITION, Vocabulary
from sanpin.trace.engine.hash.prehash import ENTRIES, canonical_text, canonical_word
from sanpin.trace.engine.hash.values import moment
from sanpin.trace.engine.identifiers import check_digit, lot_of, thing_of
from sanpin.trace.model.events import Action, EventType, Involvement, Part
from sanpin.trace.model.namespaces import Namespaces

__all__ = ["Plain", "Quick", "quick_for"]

_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SERIAL = re.compile(r"[A-Za-z0-9_-]{1,20}", re.ASCII)
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)", re.ASCII
)
_SSCC = "https://id.gs1.org/00/"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 86_400
_REMEMBERED = 65_536
_PLACES = ("readPoint", "bizLocation")
_QUANTITY_FIELDS = frozenset(("epcClass", "quantity", "uom"))
# Fields whose texts the hash takes in this order, before all others.
_LISTS_IN_ORDER = (
    "epcList", "inputEPCList", "childEPCs", "quantityList", "childQuantityList",
    "inputQuantityList", "outputEPCList", "outputQuantityList",
)  # fmt: skip
_SINGLE = frozenset((
    "type", "eventID", "eventTime", "recordTime", "eventTimeZoneOffset", "action", "bizStep",
    "disposition", "readPoint", "bizLocation", "parentID", "transformationID", "@context",
))  # fmt: skip
_KNOWN = _SINGLE | frozenset(_LISTS_IN_ORDER) | {name for name, _, _ in ENTRIES}


class Plain(NamedTuple):
    """What a good event says, in canonical names.

    Attributes
    ----------
    identifier : as given; empty where none was
    hash : event hash, 32 bytes
    type, action, time, offset : as in `sanpin.trace.model.events.Event`
    words : step, disposition, read point, location, transformation; empty where not given
    entries : part and name of each thing in order
    quantities : place in `entries`, amount and unit
    terms : place, kind, type and value of sources, destinations and transactions
    """

    identifier: str
    hash: bytes
    type: int
    action: int
    time: int
    offset: int
    words: tuple[str, str, str, str, str]
    entries: tuple[tuple[int, str], ...]
    quantities: tuple[tuple[int, float, str], ...]
    terms: tuple[tuple[int, str, str, str], ...]


class _CareError(Exception):
    """Something must be read with care."""


class _Thing(NamedTuple):
    """What an identifier comes to: in the hash, in the store, and the lot that it names."""

    text: str
    name: str
    lot: str


_NO_THING = _Thing("", "", "")


class _Fields(NamedTuple):
    """What a set of fields comes to.

    Attributes
    ----------
    type, action : of the event
    lists : names of its lists of things with the part that these take, the parent left out
    hashed : the lists in the order of the hash
    links : kind, list, field and vocabulary of its sources, destinations and transactions
    """

    type: EventType
    action: Action
    lists: Sequence[tuple[str, bool, Part]]
    hashed: Sequence[str]
    links: Sequence[tuple[str, str, str, Vocabulary]]


class Quick:
    """The quick way for events under one set of namespaces.

    Parameters
    ----------
    namespaces : what the prefixes of values mean
    """

    def __init__(self, namespaces: Namespaces) -> None:
        self._namespaces = namespaces
        self._fields: dict[tuple[object, ...], _Fields | None] = {}
        self._stems: dict[str, _Thing] = {}
        self._things: dict[str, _Thing] = {}
        self._words: dict[tuple[str, str], tuple[str, str]] = {}
        self._places: dict[str, _Thing] = {}
        self._units: dict[str, str] = {}
        self._numbers: dict[str, str] = {}
        self._offsets: dict[object, tuple[int, str]] = {}

    def read(self, body: Mapping[str, Any]) -> Plain | None:
        """Check, name and hash an event; None when it must be read with care."""
        action = body.get("action", "NONE")
        kind = body.get("type")
        key = (kind, action, *body)
        try:
            fields = self._fields[key]
        except KeyError:
            if len(self._fields) > 1000:
                self._fields.clear()
            fields = self._fields[key] = _fields_of(kind, action, body)
        except TypeError:
            return None
        if fields is None:
            return None
        try:
            return self._read(body, fields)
        except _CareError:
            return None

    def _read(self, body: Mapping[str, Any], fields: _Fields) -> Plain:
        """Walk through an event whose fields are known."""
        get = body.get
        time, when = _time(body["eventTime"])
        offset, zone = self._offset(body["eventTimeZoneOffset"])
        if "recordTime" in body and instant(body["recordTime"]) is None:
            raise _CareError
        identifier = get("eventID", "")
        if "eventID" in body and not (isinstance(identifier, str) and _UUID.fullmatch(identifier)):
            self._uri(identifier, "eventID")
        parts = ["eventType=", body["type"], "eventTime=", when, zone]
        entries: list[tuple[int, str]] = []
        lots: list[str] = []
        quantities: list[tuple[int, float, str]] = []
        if "parentID" in body:
            parent = self._thing(body["parentID"])
            parts += ("parentID=", parent.text)
            entries.append((1, parent.name))
            lots.append("")
        texts: dict[str, str] = {}
        for name, amounts, part in fields.lists:
            take = self._amounts if amounts else self._epcs
            texts[name] = take(name, body[name], int(part), entries, lots, quantities)
        for name in fields.hashed:
            parts.append(texts[name])
        if "action" in body:
            parts += ("action=", body["action"])
        transformation = ""
        if "transformationID" in body:
            transformation = body["transformationID"]
            parts += ("transformationID=", self._thing(transformation).text)
        step = disposition = place = location = ""
        if "bizStep" in body:
            text, step = self._word("bizStep", BIZ_STEP, body["bizStep"])
            parts += ("bizStep=", text)
        if "disposition" in body:
            text, disposition = self._word("disposition", DISPOSITION, body["disposition"])
            parts += ("disposition=", text)
        if "readPoint" in body:
            found = self._place(body["readPoint"])
            place = found.name
            parts += ("readPointid=", found.text)
        if "bizLocation" in body:
            found = self._place(body["bizLocation"])
            location = found.name
            parts += ("bizLocationid=", found.text)
        terms: list[tuple[int, str, str, str]] = []
        if fields.links:
            parts += sorted(self._links(body, fields, terms))
        if any(lots):
            entries, quantities = _with_lots(entries, quantities, lots)
        return Plain(
            identifier,
            hashlib.sha256("".join(parts).encode()).digest(),
            int(fields.type),
            int(fields.action),
            time,
            offset,
            (step, disposition, place, location, transformation),
            tuple(entries),
            tuple(quantities),
            tuple(terms),
        )

    def _epcs(
        self,
        field: str,
        members: object,
        part: int,
        entries: list[tuple[int, str]],
        lots: list[str],
        _quantities: object,
    ) -> str:
        """Take a list of things; return its text in the hash."""
        if type(members) is not list or not members:
            raise _CareError
        stems = self._stems
        texts = []
        for member in members:
            if type(member) is not str:
                raise _CareError
            cut = (member.rfind("/") + 1) or (member.rfind(".") + 1)
            stem = stems.get(member[:cut])
            if stem is None:
                stem = self._stem(member[:cut])
            serial = member[cut:]
            before, name, lot = stem
            if before and (
                (serial.isalnum() and serial.isascii() and len(serial) <= 20)
                or _SERIAL.fullmatch(serial)
            ):
                plain = before + serial
                texts.append("epc=" + plain)
                entries.append((part, plain if name is before else name + serial))
                lots.append(lot)
            else:
                thing = self._thing(member)
                texts.append("epc=" + thing.text)
                entries.append((part, thing.name))
                lots.append(thing.lot)
        texts.sort()
        return field + "".join(texts)

    def _amounts(
        self,
        name: str,
        members: object,
        part: int,
        entries: list[tuple[int, str]],
        lots: list[str],
        quantities: list[tuple[int, float, str]],
    ) -> str:
        """Take a list of amounts of things; return its text in the hash."""
        if type(members) is not list or not members:
            raise _CareError
        texts = []
        for member in members:
            if type(member) is not dict or not member.keys() <= _QUANTITY_FIELDS:
                raise _CareError
            thing = self._thing(member.get("epcClass"))
            text = "quantityElementepcClass=" + thing.text
            uom = ""
            if "uom" in member:
                uom = member["uom"]
                text_uom = self._unit(uom)
            if "quantity" in member:
                amount = member["quantity"]
                if type(amount) not in (int, float) or not 0 <= amount < 1e15:
                    raise _CareError
                text += self._number(amount)
                quantities.append((len(entries), float(amount), uom))
            if "uom" in member:
                text += text_uom
            texts.append(text)
            entries.append((part, thing.name))
            lots.append(thing.lot)
        texts.sort()
        return name + "".join(texts)

    def _links(
        self, body: Mapping[str, Any], fields: _Fields, terms: list[tuple[int, str, str, str]]
    ) -> list[str]:
        """Take sources, destinations and transactions; return their texts in the hash."""
        texts = []
        for kind, name, field, vocabulary in fields.links:
            members = body[name]
            if type(members) is not list or not members:
                raise _CareError
            found = []
            for member in members:
                if type(member) is not dict or len(member) > 2 or field not in member:
                    raise _CareError
                thing = self._thing(member[field])
                head, type_ = "", "-"
                if len(member) == 2:
                    text, type_ = self._word(name, vocabulary, member.get("type"))
                    head = "type=" + text
                elif kind != "transaction":
                    raise _CareError
                found.append(f"{head}{field}={thing.text}")
                terms.append((len(terms), kind, type_, thing.name))
            found.sort()
            texts.append(name + "".join(found))
        return texts

    def _stem(self, stem: str) -> _Thing:
        """What comes of everything before a serial; nothing where care is needed."""
        sample, found = stem + "1", _NO_THING
        if is_plain(sample):
            thing = self._thing(sample)
            if thing.text[-1] == thing.name[-1] == "1":
                text, name = thing.text[:-1], thing.name[:-1]
                found = _Thing(text, text if name == text else name, thing.lot)
        _remember(self._stems, stem, found)
        return found

    def _thing(self, text: object) -> _Thing:
        """What any identifier comes to."""
        if type(text) is not str:
            raise _CareError
        if text.startswith(_SSCC) and len(text) == 40:
            digits = text[22:]
            if digits.isascii() and digits.isdigit() and check_digit(digits[:-1]) == digits[-1]:
                return _Thing(text, text, "")
        found = self._things.get(text)
        if found is None:
            self._uri(text, "epcList")
            found = _Thing(canonical_text(self._namespaces, text), thing_of(text), lot_of(text))
            _remember(self._things, text, found)
        return found

    def _uri(self, text: object, name: str) -> None:
        """Ask the careful way whether an identifier is good."""
        check = FIELDS[EventType.OBJECT]["eventID"]
        self._ask(check, text, name)

    def _ask(self, check: Check, value: object, name: str) -> None:
        """Leave an event to the careful way when a check finds something in it."""
        findings = Findings(0, 0, self._namespaces)
        check(value, name, findings)
        if findings.problems:
            raise _CareError

    def _place(self, place: object) -> _Thing:
        """What a place comes to that has nothing but an identifier."""
        if type(place) is not dict or len(place) != 1:
            raise _CareError
        text = place.get("id")
        if type(text) is not str:
            raise _CareError
        found = self._places.get(text)
        if found is None:
            found = self._thing(text)
            _remember(self._places, text, found)
        return found

    def _word(self, field: str, vocabulary: Vocabulary, word: object) -> tuple[str, str]:
        """Text in the hash and bare form of a word."""
        if type(word) is not str:
            raise _CareError
        found = self._words.get((field, word))
        if found is None:
            if not vocabulary.accepts(word):
                raise _CareError
            found = canonical_word(self._namespaces, vocabulary, word), vocabulary.bare(word)
            _remember(self._words, (field, word), found)
        return found

    def _unit(self, unit: object) -> str:
        """Text of a unit in the hash."""
        if type(unit) is not str:
            raise _CareError
        found = self._units.get(unit)
        if found is None:
            self._ask(_CHECK_UOM, [{"epcClass": "urn:x:y", "uom": unit}], "quantityList")
            text = canonical_text(self._namespaces, unit)
            found = f"uom={text}" if text else ""
            _remember(self._units, unit, found)
        return found

    def _number(self, amount: float) -> str:
        """Text of an amount in the hash."""
        written = str(amount)
        found = self._numbers.get(written)
        if found is None:
            found = "quantity=" + canonical_text(self._namespaces, amount)
            _remember(self._numbers, written, found)
        return found

    def _offset(self, offset: object) -> tuple[int, str]:
        """Minutes of an offset, and its text in the hash."""
        found = self._offsets.get(offset) if type(offset) is str else None
        if found is None:
            self._ask(FIELDS[EventType.OBJECT]["eventTimeZoneOffset"], offset, "")
            text = canonical_text(self._namespaces, offset)
            found = offset_minutes(offset) or 0, f"eventTimeZoneOffset={text}"
            _remember(self._offsets, offset, found)
        return found


_CHECK_UOM = FIELDS[EventType.OBJECT]["quantityList"]


def quick_for(namespaces: Namespaces) -> Quick | None:
    """The quick way under namespaces; None where a prefix could change what a URI means."""
    if "urn" in namespaces.values or "http" in namespaces.values or "https" in namespaces.values:
        return None
    return _quick_for(tuple(sorted(namespaces.values.items())))


@lru_cache(maxsize=16)
def _quick_for(values: tuple[tuple[str, str], ...]) -> Quick:
    """Keep what was learnt under namespaces for the next document."""
    return Quick(Namespaces("json", dict(values)))


def _fields_of(kind: object, action: object, body: Mapping[str, Any]) -> _Fields | None:
    """Ask the careful way about a set of fields; None when they need care."""
    type_ = EVENT_TYPES.get(kind) if isinstance(kind, str) else None
    if type_ is None or not body.keys() <= _KNOWN or not body.keys() <= FIELDS[type_].keys():
        return None
    if "action" in body and action not in ("ADD", "OBSERVE", "DELETE"):
        return None
    findings = Findings(0, 0)
    # Empty lists and values are left to the careful way, so that names alone decide.
    check_type_rules(type_, {**dict.fromkeys(body, "x"), "action": action}, findings)
    if findings.problems or ("action" not in body and type_ is not EventType.TRANSFORMATION):
        return None
    lists = []
    for epcs, quantities, part in LISTS[type_]:
        lists += [(epcs, False, part)] if epcs in body else []
        lists += [(quantities, True, part)] if quantities in body else []
    return _Fields(
        type_,
        Action[str(action)],
        lists,
        [name for name in _LISTS_IN_ORDER if name in body],
        [link for link in LINKS if link[1] in body],
    )


def _time(text: object) -> tuple[int, str]:
    """Microseconds since 1970 of an instant, and its text in the hash."""
    match = _MOMENT.fullmatch(text) if type(text) is str else None
    if match is None:
        micros = instant(text)
        if micros is None:
            raise _CareError
        return micros, moment(str(text))
    base, fraction, zone = match.groups()
    if not "0002" < base < "9999":
        raise _CareError
    try:
        found = datetime.fromisoformat(base + "+00:00") - _EPOCH
    except ValueError:
        raise _CareError from None
    millis = int(fraction.ljust(3, "0")) if fraction else 0
    micros = (found.days * _DAY + found.seconds) * 1_000_000 + millis * 1000
    if zone == "Z" or zone[1:] == "00:00":
        return micros, f"{base}.{millis:03d}Z"
    minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    shift = minutes * 60_000_000
    return micros + shift if zone[0] == "-" else micros - shift, moment(str(text))


def _with_lots(
    entries: list[tuple[int, str]], quantities: list[tuple[int, float, str]], lots: list[str]
) -> tuple[list[tuple[int, str]], list[tuple[int, float, str]]]:
    """Order entries by their lots as the careful way does."""
    amounts: dict[int, tuple[float | None, str]] = {
        place: (amount, uom) for place, amount, uom in quantities
    }
    involved = (
        Involvement(Part(part), thing, *amounts.get(place, (None, "")), lot=lot)
        for place, ((part, thing), lot) in enumerate(zip(entries, lots, strict=True))
    )
    ordered = list(with_lots(involved, ""))
    return [(int(one.part), one.thing) for one in ordered], [
        (place, one.quantity, one.uom)
        for place, one in enumerate(ordered)
        if one.quantity is not None
    ]


def _remember(known: dict[Any, Any], key: object, value: object) -> None:
    """Remember a value among not too many others."""
    if len(known) >= _REMEMBERED:
        known.clear()
    known[key] = value
