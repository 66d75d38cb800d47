"""The page of events: conditions in a form, what fulfils them, the address for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from sanpin.base import N_, SanpinError
from sanpin.kit.context import Context
from sanpin.kit.http import context
from sanpin.kit.i18n import Translator, translate_error
from sanpin.kit.pages import render
from sanpin.trace.engine.query import FAMILIES
from sanpin.trace.model.events import Action, EventType
from sanpin.trace.model.queries import Family, Values
from sanpin.trace.pages.proofs import event_path
from sanpin.trace.pages.words import CONDITIONS, STEPS
from sanpin.trace.service import newest_step, queries

__all__ = ["router"]

router = APIRouter(prefix="/trace", include_in_schema=False)

Here = Annotated[Context, Depends(context)]

_FIRST = (
    "epc", "EQ_bizStep", "WD_bizLocation", "GE_eventTime", "LT_eventTime", "EQ_action",
    "eventType", "EQ_disposition",
)  # fmt: skip
# Of the families with a type in their names those that most firms use.
_TYPES = {"EQ_bizTransaction_": "po", "EQ_source_": "owning_party", "EQ_destination_": "location"}
_ROWS = 50
_TIME = "2026-03-01T08:30:00+08:00"

_TYPE_WORDS: Mapping[str, str] = {
    EventType.OBJECT.word: N_("things seen"),
    EventType.AGGREGATION.word: N_("packed or unpacked"),
    EventType.TRANSACTION.word: N_("tied to a business document"),
    EventType.TRANSFORMATION.word: N_("made from others"),
    EventType.ASSOCIATION.word: N_("fixed to one another"),
}
_ACTION_WORDS: Mapping[str, str] = {
    Action.ADD.name: N_("begins"),
    Action.OBSERVE.name: N_("goes on"),
    Action.DELETE.name: N_("ends"),
}
_ORDERS: Mapping[str, str] = {
    "": N_("by time, the oldest first"),
    "eventTime": N_("by time, the newest first"),
    "recordTime": N_("by capture, the newest first"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form.

    Attributes
    ----------
    name : query parameter
    label : what it asks
    value : what was asked
    options : values with their words; empty for a text
    placeholder : an example
    """

    name: str
    label: str
    value: str
    options: tuple[tuple[str, str], ...] = ()
    placeholder: str = ""


@router.get("/events", response_class=HTMLResponse)
def show_events(request: Request, ctx: Here) -> Response:
    """Answer: which events were there?"""
    words = Translator(ctx.language)
    asked: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        if name != "lang" and value.strip():
            asked.setdefault(name, []).append(value)
    rows: list[dict[str, Any]] = []
    following, refusal, answer = "", None, ""
    # Taken before the events are read: what comes in meanwhile is told as new.
    step = newest_step(ctx)
    try:
        query = queries.read_own_query({"perPage": str(_ROWS), **asked})
        page = queries.event_page(ctx, query)
    except SanpinError as error:
        refusal = translate_error(error, ctx.language)
    else:
        rows = [_row(words, row) for row in queries.event_rows(ctx, page)]
        answer = _answer(words, len(rows), more=bool(page.next), first=not query.page_token)
        if page.next:
            following = str(request.url.include_query_params(nextPageToken=page.next).query)
    texts = {name: "|".join(values) for name, values in asked.items()}
    first, others = _fields(words, texts)
    return render(
        request,
        ctx,
        "trace/events.html",
        answer=answer,
        first=first,
        others=others,
        others_open=any(field.value for field in others),
        order=Field("orderBy", words.text(N_("Sort order")), texts.get("orderBy", ""), tuple(
            (value, words.text(word)) for value, word in _ORDERS.items()
        )),
        rows=rows,
        refusal=refusal,
        next_url=f"/trace/events?{following}" if following else "",
        address=_address(asked),
        export_url=f"/api/v1/trace/events?{_encoded(asked)}",
        live_url=f"/api/v1/trace/events/live?since={step}",
        newest_url=f"/trace/events?{_encoded(asked | {'orderBy': ['recordTime']})}",
    )  # fmt: skip


def _answer(words: Translator, count: int, *, more: bool, first: bool) -> str:
    """Say how many events there are."""
    if more or not first:
        return words.text(N_("**{count}** events on this page."), count=words.number(count))
    return words.text(N_("**{count}** events fulfil all conditions."), count=words.number(count))


def _encoded(asked: Mapping[str, Iterable[str]]) -> str:
    """Write conditions as they stand in an address, without the place of a page."""
    pairs = [
        (name, "|".join(values))
        for name, values in asked.items()
        if name not in ("nextPageToken", "perPage")
    ]
    return urlencode(pairs, quote_via=quote, safe=":/")


def _address(asked: Mapping[str, Iterable[str]]) -> str:
    """Address under which a program gets the same events."""
    own = any(family.own and family.name in asked for family in FAMILIES)
    door = "/api/v1/trace/events" if own else "/epcis/events"
    encoded = _encoded(asked)
    return f"{door}?{encoded}" if encoded else door


def _fields(words: Translator, asked: Mapping[str, str]) -> tuple[list[Field], list[Field]]:
    """Fields of the form: those that everybody uses, and all others."""
    found = {field.name: field for field in _all_fields(words, asked)}
    return [found[name] for name in _FIRST], [f for n, f in found.items() if n not in _FIRST]


def _all_fields(words: Translator, asked: Mapping[str, str]) -> Iterator[Field]:
    """Make a field of each family."""
    for family in FAMILIES:
        name = family.name + _TYPES.get(family.name, "")
        label = words.text(family.label)
        value = asked.get(name, "")
        options = _options(words, family, value)
        placeholder = _TIME if family.values is Values.TIME else ""
        yield Field(name, label, value, options, placeholder)


def _options(words: Translator, family: Family, value: str) -> tuple[tuple[str, str], ...]:
    """Values to choose from; what was asked and is not among them is kept."""
    known: Mapping[str, str] = {
        Values.STEP: STEPS,
        Values.DISPOSITION: CONDITIONS,
        Values.EVENT_TYPE: _TYPE_WORDS,
        Values.ACTION: _ACTION_WORDS,
        Values.FLAG: {"true": N_("yes")},
    }.get(family.values, {})
    if not known:
        return ()
    options = {"": N_("any")} | dict(known)
    if value not in options:
        options[value] = value
    return tuple((text, words.text(word)) for text, word in options.items())


def _row(words: Translator, row: dict[str, Any]) -> dict[str, Any]:
    """Write words for what stands in a row."""
    step = STEPS.get(row["step"])
    kind = words.text(_TYPE_WORDS[row["type"]])
    return row | {
        "url": event_path(row["id"]),
        "step": words.text(step) if step else row["step"] or kind,
        "type": kind,
        "condition": words.text(CONDITIONS.get(row["condition"], row["condition"])),
    }
