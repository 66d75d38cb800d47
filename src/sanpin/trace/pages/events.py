"""The page of events: conditions in a form, what fulfils them, the address for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from sanpin.base import N_, InputError, SanpinError
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.http import context, needs
from sanpin.kit.i18n import Translator, translate_error
from sanpin.kit.pages import render
from sanpin.trace import service
from sanpin.trace.engine.query import FAMILIES
from sanpin.trace.model.events import Action, EventType
from sanpin.trace.model.queries import Family, Values
from sanpin.trace.pages.words import CONDITIONS, STEPS
from sanpin.trace.service import queries

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
_REASONS: Mapping[str, str] = {
    "incorrect_data": N_("what it says is not right"),
    "did_not_occur": N_("it did not happen"),
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
        order=Field("orderBy", words.text(N_("Order")), texts.get("orderBy", ""), tuple(
            (value, words.text(word)) for value, word in _ORDERS.items()
        )),
        rows=rows,
        refusal=refusal,
        next_url=f"/trace/events?{following}" if following else "",
        address=_address(asked),
        export_url=f"/api/v1/trace/events?{_encoded(asked)}",
    )  # fmt: skip


@router.get("/event", response_class=HTMLResponse)
def show_event(
    request: Request,
    ctx: Here,
    id: str,  # noqa: A002 - the word of the address
) -> Response:
    """Answer: what does this event say, and does it count?"""
    return _event_page(request, ctx, id, None)


@router.post("/event")
@needs(Role.PLANNER)
def declare_event(
    request: Request,
    ctx: Here,
    event: Annotated[str, Form()],
    reason: Annotated[str, Form()] = "",
    corrective: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    """Declare an event wrong."""
    try:
        service.declare_wrong(ctx, event, reason, corrective=corrective.split(), note=note)
    except InputError as error:
        return _event_page(request, ctx, event, error)
    return RedirectResponse(_event_path(event), 303)


@router.post("/event/undo")
@needs(Role.PLANNER)
def undo_declaration(ctx: Here, event: Annotated[str, Form()]) -> Response:
    """Let an event count again."""
    service.undo_declaration(ctx, event)
    return RedirectResponse(_event_path(event), 303)


def _event_path(identifier: str) -> str:
    """Address of the page of an event."""
    return f"/trace/event?id={quote(identifier, safe='')}"


def _event_page(
    request: Request, ctx: Context, identifier: str, error: SanpinError | None
) -> Response:
    """Show an event with its declarations."""
    words = Translator(ctx.language)
    view = queries.event_view(ctx, identifier)
    answer = (
        N_("It **counts** in genealogy, place and recall.")
        if view.counts
        else N_("It was **declared wrong** and no longer counts.")
    )
    return render(
        request,
        ctx,
        "trace/event.html",
        status_code=error.status if error else 200,
        view=view,
        rows=[_row(words, row) for row in view.rows],
        answer=words.text(answer),
        reasons=[(one, words.text(_REASONS[one])) for one in service.REASONS],
        refusal=translate_error(error, ctx.language) if error else None,
        may_declare=view.own and ctx.actor.role.allows(Role.PLANNER),
        json_url=f"/epcis/events/{quote(identifier, safe=':')}",
    )


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
        "url": _event_path(row["id"]),
        "step": words.text(step) if step else row["step"] or kind,
        "type": kind,
        "condition": words.text(CONDITIONS.get(row["condition"], row["condition"])),
    }
