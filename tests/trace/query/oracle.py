"""Random events and queries, and the plain way to answer them: look at every event.

Things are drawn first and written in one of their notations afterwards, so that the answer is known
without reading any notation. Each query parameter comes with the test that it stands for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

from hypothesis import strategies as st

from sanpin.trace.engine.identifiers import with_check_digit

Body = dict[str, Any]
Test = Callable[[Body], bool]

STEM = "https://id.gs1.org"
PREFIX = "9521234"
STEPS = ("shipping", "receiving", "packing", "https://example.org/steps/glazing")
STATES = ("in_transit", "active", "urn:example:state:odd")
SERIALS = ("A", "b7", "C-1")
TIMES = [f"2026-03-0{day}T0{hour}:30:00" for day in (1, 2, 3) for hour in (1, 5)]


class Thing(NamedTuple):
    """What an identifier names, apart from how it is written."""

    kind: str
    number: int = 0
    text: str = ""


class Asked(NamedTuple):
    """One query parameter and what it means."""

    name: str
    values: list[str]
    test: Test


def gtin(number: int) -> str:
    return with_check_digit(f"0{PREFIX}{number:05d}")


def writings(thing: Thing) -> list[str]:
    """All notations of a thing that are drawn here."""
    number, text = thing.number, thing.text
    match thing.kind:
        case "piece":
            own = f"/01/{gtin(number)}"
            return [
                f"{STEM}{own}/21/{text}",
                f"https://shop.example/a{own}/10/L/21/{text}?17=271231",
                f"urn:epc:id:sgtin:{PREFIX}.0{number:05d}.{text}",
            ]
        case "lot":
            return [
                f"{STEM}/01/{gtin(number)}/10/{text}",
                f"urn:epc:class:lgtin:{PREFIX}.0{number:05d}.{text}",
            ]
        case "product":
            return [f"{STEM}/01/{gtin(number)}", f"urn:epc:idpat:sgtin:{PREFIX}.0{number:05d}.*"]
        case "box":
            return [
                f"{STEM}/00/{with_check_digit(f'0{PREFIX}{number:09d}')}",
                f"urn:epc:id:sscc:{PREFIX}.0{number:09d}",
            ]
        case "place" | "party":
            key, scheme = ("414", "sgln") if thing.kind == "place" else ("417", "pgln")
            digits = with_check_digit(f"{PREFIX}{number:05d}")
            tail = ".0" if thing.kind == "place" else ""
            return [f"{STEM}/{key}/{digits}", f"urn:epc:id:{scheme}:{PREFIX}.{number:05d}{tail}"]
        case _:
            return [f"urn:example:{thing.kind}:{number}"]


numbers = st.integers(1, 2)
serials = st.sampled_from(SERIALS)
pieces = st.builds(partial(Thing, "piece"), numbers, serials)
lots = st.builds(partial(Thing, "lot"), numbers, serials)
products = numbers.map(partial(Thing, "product"))
boxes = numbers.map(partial(Thing, "box"))
others = numbers.map(partial(Thing, "thing"))
places = st.integers(1, 4).map(partial(Thing, "place"))
parties = numbers.map(partial(Thing, "party"))
papers = numbers.map(partial(Thing, "paper"))
single = st.one_of(pieces, boxes, others)
classes = st.one_of(lots, products)

KNOWN: dict[str, Thing] = {
    text: thing
    for thing in (
        *(Thing(kind, n, s) for kind in ("piece", "lot") for n in (1, 2) for s in SERIALS),
        *(Thing(kind, n) for kind in ("product", "box", "thing", "party", "paper") for n in (1, 2)),
        *(Thing("place", n) for n in (1, 2, 3, 4)),
    )
    for text in writings(thing)
}  # fmt: skip


@st.composite
def written(draw: st.DrawFn, things: st.SearchStrategy[Thing]) -> str:
    return draw(st.sampled_from(writings(draw(things))))


def spelled(word: str, stem: str, urn: str) -> list[str]:
    """All notations of a word of the vocabulary; another URI has one."""
    if ":" in word:
        return [word]
    return [
        word,
        f"cbv:{stem}-{word}",
        f"https://ref.gs1.org/cbv/{stem}-{word}",
        f"urn:epcglobal:cbv:{urn}:{word}",
    ]


WORDS: dict[str, str] = {
    text: word
    for words, stem, urn in (
        (STEPS, "BizStep", "bizstep"),
        (STATES, "Disp", "disp"),
        (("po", "desadv"), "BTT", "btt"),
        (("owning_party", "location"), "SDT", "sdt"),
    )
    for word in words
    for text in spelled(word, stem, urn)
}


def word(words: Iterable[str], stem: str, urn: str) -> st.SearchStrategy[str]:
    return st.sampled_from([text for one in words for text in spelled(one, stem, urn)])


def some(values: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[list[Any]]:
    return st.lists(values, min_size=1, max_size=most)


amounts = st.builds(lambda epc, n: {"epcClass": epc, "quantity": n}, written(classes), numbers)
moments = st.builds(lambda t, z: t + z, st.sampled_from(TIMES), st.sampled_from(["Z", "+08:00"]))
actions = st.sampled_from(["ADD", "OBSERVE", "DELETE"])
steps = word(STEPS, "BizStep", "bizstep")
states = word(STATES, "Disp", "disp")


def _party(name: str) -> st.SearchStrategy[Body]:
    kinds = word(("owning_party", "location"), "SDT", "sdt")
    return st.builds(lambda kind, party: {"type": kind, name: party}, kinds, written(parties))


_COMMON: dict[str, st.SearchStrategy[Any]] = {
    "bizStep": steps,
    "disposition": states,
    "readPoint": st.builds(lambda p: {"id": p}, written(places)),
    "bizLocation": st.builds(lambda p: {"id": p}, written(places)),
    "sourceList": some(_party("source"), 2),
    "destinationList": some(_party("destination"), 2),
    "bizTransactionList": some(
        st.builds(
            lambda kind, paper: {"bizTransaction": paper} | ({"type": kind} if kind else {}),
            word(("po", "desadv"), "BTT", "btt") | st.just(""),
            written(papers),
        ),
        2,
    ),
}
_OWN: dict[str, st.SearchStrategy[Body]] = {
    "ObjectEvent": st.fixed_dictionaries(
        {"action": actions, "epcList": some(written(single))},
        optional={"quantityList": some(amounts)},
    ),
    "TransactionEvent": st.fixed_dictionaries(
        {
            "action": actions,
            "epcList": some(written(single)),
            "bizTransactionList": _COMMON["bizTransactionList"],
        },
        optional={"parentID": written(boxes), "quantityList": some(amounts)},
    ),
    "AggregationEvent": st.fixed_dictionaries(
        {"action": actions, "parentID": written(boxes), "childEPCs": some(written(single))},
        optional={"childQuantityList": some(amounts)},
    ),
    "AssociationEvent": st.fixed_dictionaries(
        {"action": actions, "parentID": written(boxes), "childEPCs": some(written(single))}
    ),
    "TransformationEvent": st.fixed_dictionaries(
        {"outputEPCList": some(written(pieces)), "inputQuantityList": some(amounts)},
        optional={
            "inputEPCList": some(written(single)),
            "outputQuantityList": some(amounts),
            "transformationID": st.sampled_from(["urn:example:batch:1", "urn:example:batch:2"]),
        },
    ),
}
_ERROR = {"declarationTime": "2026-04-01T00:00:00Z", "reason": "incorrect_data"}


@st.composite
def histories(draw: st.DrawFn) -> list[Body]:
    """Events in the order of capture, some of them declared wrong later."""
    found: list[Body] = []
    for number in range(draw(st.integers(4, 14))):
        if found and draw(st.integers(0, 9)) == 0:
            wrong = draw(st.sampled_from(found))
            if "eventID" in wrong and "errorDeclaration" not in wrong:
                stated = wrong | {"errorDeclaration": _ERROR}
                found += [] if stated in found else [stated]
                continue
        kind = draw(st.sampled_from(sorted(_OWN)))
        body = {"type": kind, "eventTime": draw(moments), "eventTimeZoneOffset": "+08:00"}
        body |= {
            name: draw(values) for name, values in _COMMON.items() if draw(st.integers(0, 2)) == 0
        }
        body |= draw(_OWN[kind])
        body["example:number"] = number
        if draw(st.integers(0, 3)):
            body["eventID"] = f"urn:example:event:{number}"
        found.append(body)
    return found


def instant(text: str) -> float:
    return datetime.fromisoformat(text).astimezone(UTC).timestamp()


def things_in(body: Body, *fields: str) -> list[Thing]:
    """Things in lists of an event."""
    found = []
    for field in fields:
        values = body.get(field, [])
        for value in [values] if isinstance(values, str) else values:
            found.append(KNOWN[value["epcClass"] if isinstance(value, dict) else value])
    return found


_PIECES = {
    "MATCH_epc": ("epcList", "childEPCs"),
    "MATCH_parentID": ("parentID",),
    "MATCH_inputEPC": ("inputEPCList",),
    "MATCH_outputEPC": ("outputEPCList",),
    "MATCH_anyEPC": ("epcList", "childEPCs", "parentID", "inputEPCList", "outputEPCList"),
}
_CLASSES = {
    "MATCH_epcClass": ("quantityList", "childQuantityList"),
    "MATCH_inputEPCClass": ("inputQuantityList",),
    "MATCH_outputEPCClass": ("outputQuantityList",),
    "MATCH_anyEPCClass": (
        "quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList",
    ),
}  # fmt: skip


@st.composite
def _names(draw: st.DrawFn, name: str, fields: tuple[str, ...], classed: bool) -> Asked:
    """One thing, or many by a pattern."""
    thing = draw(classes if classed else single)
    texts, test = writings(thing), lambda one: one == thing
    pattern = draw(st.sampled_from(["", "", "", "product", "company", "serials", "lots", "boxes"]))
    number = draw(numbers)
    if pattern == "product":
        kind = "product" if classed else "piece"
        texts = writings(Thing("product", number))
        test = lambda one: (one.kind, one.number) in {(kind, number), ("product", number)}  # noqa: E731
    elif pattern == "company":
        kind = "product" if classed else "piece"
        texts, test = [f"urn:epc:idpat:sgtin:{PREFIX}.*.*"], lambda one: one.kind == kind
    elif pattern in ("serials", "lots"):
        ai, kind = ("21", "piece") if pattern == "serials" else ("10", "lot")
        texts = [f"https://shop.example/01/{gtin(number)}/{ai}/*"]
        test = lambda one: (one.kind, one.number) == (kind, number)  # noqa: E731
    elif pattern == "boxes":
        texts, test = [f"urn:epc:idpat:sscc:{PREFIX}.*"], lambda one: one.kind == "box"
    text = draw(st.sampled_from(texts))
    return Asked(name, [text], lambda body: any(map(test, things_in(body, *fields))))


def _in(name: str, values: st.SearchStrategy[str], of: Callable[[Body], Any]) -> Any:
    """Parameters with several values, of which one must fit."""
    read = lambda text: KNOWN.get(text) or WORDS.get(text) or text  # noqa: E731
    return some(values).map(
        lambda texts: Asked(name, texts, lambda body: of(body) in {read(text) for text in texts})
    )


def _time(name: str, field: str, *, least: bool) -> st.SearchStrategy[Asked]:
    return moments.map(
        lambda text: Asked(
            name,
            [text],
            lambda body: (
                instant(body[field]) >= instant(text)
                if least
                else instant(body[field]) < instant(text)
            ),
        )
    )


INSIDE = {1: {1, 2, 3}, 2: {2, 3}, 3: {3}, 4: {4}}
"""Which places lie within which: 3 in 2, 2 in 1."""


def _within(name: str, field: str) -> st.SearchStrategy[Asked]:
    def asked(text: str) -> Asked:
        inside = {Thing("place", n) for n in INSIDE[KNOWN[text].number]}
        return Asked(name, [text], lambda body: KNOWN.get(body.get(field, {}).get("id")) in inside)

    return written(places).map(asked)


def _term(name: str, field: str, value: str, kinds: tuple[str, ...], stem: str,
          things: st.SearchStrategy[Thing]) -> Any:  # fmt: skip
    def asked(kind: str, texts: list[str]) -> Asked:
        wanted = {KNOWN[text] for text in texts}
        return Asked(
            f"{name}_{kind}",
            texts,
            lambda body: any(
                WORDS.get(entry.get("type", "")) == WORDS[kind] and KNOWN[entry[value]] in wanted
                for entry in body.get(field, ())
            ),
        )

    return st.builds(asked, word(kinds, stem, stem.lower()), some(written(things), 2))


def _place(field: str) -> Callable[[Body], Any]:
    return lambda body: KNOWN.get(body.get(field, {}).get("id"))


ASKED: dict[str, st.SearchStrategy[Asked]] = {
    "eventType": _in("eventType", st.sampled_from(sorted(_OWN)), lambda body: body["type"]),
    "GE_eventTime": _time("GE_eventTime", "eventTime", least=True),
    "LT_eventTime": _time("LT_eventTime", "eventTime", least=False),
    "GE_recordTime": st.just(Asked("GE_recordTime", ["2026-01-01T00:00:00Z"], lambda _: True)),
    "LT_recordTime": st.just(Asked("LT_recordTime", ["2026-01-01T00:00:00Z"], lambda _: False)),
    "EQ_action": _in("EQ_action", actions, lambda body: body.get("action")),
    "EQ_bizStep": _in("EQ_bizStep", steps, lambda body: WORDS.get(body.get("bizStep", ""))),
    "EQ_disposition": _in(
        "EQ_disposition", states, lambda body: WORDS.get(body.get("disposition", ""))
    ),
    "EQ_readPoint": _in("EQ_readPoint", written(places), _place("readPoint")),
    "EQ_bizLocation": _in("EQ_bizLocation", written(places), _place("bizLocation")),
    "WD_readPoint": _within("WD_readPoint", "readPoint"),
    "WD_bizLocation": _within("WD_bizLocation", "bizLocation"),
    "EQ_eventID": _in(
        "EQ_eventID",
        st.integers(0, 9).map(lambda n: f"urn:example:event:{n}"),
        lambda body: body.get("eventID"),
    ),
    "EQ_transformationID": _in(
        "EQ_transformationID",
        st.sampled_from(["urn:example:batch:1", "urn:example:batch:2", "urn:example:batch:3"]),
        lambda body: body.get("transformationID"),
    ),
    **{name: _names(name, fields, False) for name, fields in _PIECES.items()},
    **{name: _names(name, fields, True) for name, fields in _CLASSES.items()},
    "EQ_bizTransaction_": _term("EQ_bizTransaction", "bizTransactionList", "bizTransaction",
                                ("po", "desadv"), "BTT", papers),
    "EQ_source_": _term("EQ_source", "sourceList", "source",
                        ("owning_party", "location"), "SDT", parties),
    "EQ_destination_": _term("EQ_destination", "destinationList", "destination",
                             ("owning_party", "location"), "SDT", parties),
    "EXISTS_errorDeclaration": st.just(
        Asked("EXISTS_errorDeclaration", ["true"], lambda body: "errorDeclaration" in body)
    ),
}  # fmt: skip
"""What can be asked, by the name of its family."""


@st.composite
def questions(draw: st.DrawFn, family: str) -> list[Asked]:
    """A parameter of a family, alone or with others."""
    names = draw(st.lists(st.sampled_from(sorted(set(ASKED) - {family})), max_size=2, unique=True))
    asked = {one.name: one for one in (draw(ASKED[name]) for name in (family, *names))}
    return list(asked.values())


def answer(history: list[Body], asked: Iterable[Asked]) -> list[int]:
    """Places of the events that fulfil everything, in the order of time."""
    found = [i for i, body in enumerate(history) if all(one.test(body) for one in asked)]
    return sorted(found, key=lambda place: (instant(history[place]["eventTime"]), place))
