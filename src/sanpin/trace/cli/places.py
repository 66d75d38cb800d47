"""Commands on places and parties: ``sanpin trace places | place``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from sanpin.base import N_
from sanpin.kit.cli import current_context, print_result, say
from sanpin.trace.cli.base import app, word

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["forget_place", "place", "places"]

Code = Annotated[str, word("ID")]


@app.command
def places(
    *, search: str = "", kind: Literal["", "place", "party"] = "", out: Path | None = None
) -> None:
    """List places and parties.

    Parameters
    ----------
    search
        Part of a name, an identifier, an address or a contact.
    kind
        Only places, or only parties.
    out
        File to write instead: .csv, .xlsx, .parquet or .json, in the columns of the import.
    """
    from sanpin.kit.files.export import write_table
    from sanpin.trace import service

    with current_context() as ctx:
        if out is not None:
            frame = service.places_frame(ctx, search=search, kind=kind)
            write_table(frame, out)
            record = {"file": str(out), "places": frame.height}
            print_result(record, lambda: say(N_("{places} places written to {file}."), **record))
            return
        found = [asdict(one) for one in service.places(ctx, search=search, kind=kind).rows]
    print_result(found, lambda: "\n".join(map(_line, found)))


def _line(one: Mapping[str, Any]) -> str:
    """Write a place."""
    names = " · ".join(text for text in (one["name_en"], one["name_zh"]) if text)
    return f"{one['id']}  {one['kind']}  {names}".rstrip()


@app.command
def place(
    id: Code,  # noqa: A002 - the word of the interface
    *,
    kind: Literal["place", "party"] | None = None,
    name_en: str | None = None,
    name_zh: str | None = None,
    address: str | None = None,
    city: str | None = None,
    country: str | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
    contact: str | None = None,
    phone: str | None = None,
    email: str | None = None,
    parent: str | None = None,
) -> None:
    """Show a place or party; with any option add or change it.

    Parameters
    ----------
    id
        GLN, or any writing of the place or party.
    kind
        What it is.
    name_en
        English name.
    name_zh
        Chinese name.
    address
        Street and number.
    city
        City.
    country
        Two letters of ISO 3166.
    latitude
        Degrees north.
    longitude
        Degrees east.
    contact
        Whom to call or write to.
    phone
        Telephone number.
    email
        E-mail address.
    parent
        GLN of the place within which it lies.
    """
    given = {name: value for name, value in locals().items() if value is not None and name != "id"}
    from dataclasses import replace

    from sanpin.base import StateError
    from sanpin.trace import service
    from sanpin.trace.model.masterdata import Place

    with current_context() as ctx:
        try:
            known = service.place(ctx, id)
        except StateError:
            if not given:
                raise
            known = Place(id)
        one = service.save_place(ctx, replace(known, **given)) if given else known
    record = asdict(one)
    print_result(record, lambda: _details(record))


def _details(record: Mapping[str, Any]) -> str:
    """Write what is known of a place, a line for each."""
    return "\n".join(
        f"{name}: {value}" for name, value in record.items() if value not in ("", None)
    )


@app.command
def forget_place(id: Code) -> None:  # noqa: A002 - the word of the interface
    """Forget a place or party; events that name it stay.

    Parameters
    ----------
    id
        GLN, or any writing of the place or party.
    """
    from sanpin.trace import service

    with current_context() as ctx:
        service.delete_place(ctx, id)
    record = {"id": id}
    print_result(record, lambda: say(N_("{id} is forgotten."), **record))
