"""Places and parties: listed, searched, edited by form, in files both ways.

They are the master data whose kind is place or party. What a document brought beside the fields
that people fill in stays as it came.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from sanpin.base import N_, InputError, StateError
from sanpin.kit import audit
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.files.kinds import Field, ImportKind
from sanpin.kit.i18n import translate
from sanpin.trace.model.masterdata import ATTRIBUTES, MasterEntry, Place
from sanpin.trace.service.capture.master import last_word
from sanpin.trace.service.naming import thing_named
from sanpin.trace.store.blocks import Blocks
from sanpin.trace.store.intern import Naming, owner_of
from sanpin.trace.store.masterdata import (
    entries_of,
    parents_of,
    remove_entries,
    save_entries,
    save_parents,
)

if TYPE_CHECKING:
    import polars as pl

    from sanpin.kit.files import Source

__all__ = [
    "IMPORT_KINDS",
    "PLACE_KINDS",
    "PlacePage",
    "delete_place",
    "place",
    "place_named",
    "places",
    "places_frame",
    "save_place",
    "save_place_rows",
]

PLACE_KINDS = ("place", "party")
"""Kinds of master data that have a page here."""
_COORDINATES: Mapping[str, float] = {"latitude": 90, "longitude": 180}
_TEXTS = tuple(name for name in ATTRIBUTES if name not in _COORDINATES)
_WORDS = {name: last_word(uri).lower() for name, uri in ATTRIBUTES.items()}
_LONGEST = 400
# As deep as the query language looks.
_DEEPEST = 32

PLACES = ImportKind(
    "places",
    N_("Places and parties"),
    (
        Field(
            "id",
            required=True,
            synonyms=("位置码", "地点标识", "全球位置码", "gln", "sgln", "place"),
            help=N_("GLN of 13 digits, or any writing of a place or party."),
        ),
        Field("kind", synonyms=("地点种类", "place kind"), choices=PLACE_KINDS),
        Field("name_en", synonyms=("英文名称", "name")),
        Field("name_zh", synonyms=("名称", "中文名称", "chinese name")),
        Field("address", synonyms=("地址", "street")),
        Field("city", synonyms=("城市",)),
        Field(
            "country",
            synonyms=("国家", "国别", "country code"),
            help=N_("Two letters of ISO 3166, such as CN."),
        ),
        Field("latitude", "decimal", synonyms=("纬度", "lat"), minimum=-90, maximum=90),
        Field("longitude", "decimal", synonyms=("经度", "lon"), minimum=-180, maximum=180),
        Field("contact", synonyms=("联系人", "contact person")),
        Field("phone", synonyms=("电话", "telephone")),
        Field("email", synonyms=("邮箱", "电子邮件", "e-mail")),
        Field(
            "parent",
            synonyms=("上级地点", "所属地点", "parent site", "within"),
            help=N_("GLN of the place within which it lies."),
        ),
    ),
    "sanpin.trace.service.capture.places:save_place_rows",
    unique=("id",),
    sample_rows=(
        {
            "id": "9521234000013",
            "kind": "place",
            "name_en": "Main plant",
            "name_zh": "总厂",
            "city": "Chongqing",
            "country": "CN",
            "phone": "+86 23 5550 0100",
        },
    ),
)
IMPORT_KINDS = (PLACES,)
"""What `sanpin import --kind` takes for traceability."""


@dataclass(frozen=True, slots=True)
class PlacePage:
    """Some of the places that a search found.

    Attributes
    ----------
    rows : those of the page, in order of their identifiers
    total : how many the search found
    next : identifier of the last row while more follow, else empty
    """

    rows: tuple[Place, ...]
    total: int
    next: str = ""


def place_named(text: str, kind: str = "place") -> str:
    """Canonical name of a place or party; a GLN alone is read as what it stands for.

    Parameters
    ----------
    text : in any writing
    kind : what 13 digits alone mean: ``place`` or ``party``
    """
    code = text.strip()
    if code.isascii() and code.isdigit() and len(code) == 13:
        code = f"({'417' if kind == 'party' else '414'}){code}"
    return thing_named(code)


def places(
    ctx: Context,
    *,
    search: str = "",
    kind: str = "",
    after: str = "",
    limit: int | None = None,
) -> PlacePage:
    """Places and parties of the firm.

    Parameters
    ----------
    search : part of a name, an identifier, an address or a contact, without regard to case
    kind : ``place`` or ``party``; empty for both
    after : identifier behind which to go on
    limit : at most so many; None for all
    """
    ctx.require(Role.VIEWER)
    wanted = search.strip().casefold()
    with ctx.db.read() as conn:
        found = [one for one in _all(conn, ctx.firm, kind) if wanted in _searched(one)]
    left = [one for one in found if one.id > after]
    rows = tuple(left if limit is None else left[:limit])
    return PlacePage(rows, len(found), rows[-1].id if len(rows) < len(left) else "")


def _all(conn: Connection, firm: str, kind: str = "") -> list[Place]:
    """All places and parties of a firm, in order of their identifiers."""
    kinds = [kind] if kind in PLACE_KINDS else PLACE_KINDS
    parents = parents_of(conn, owner_of(conn, firm))
    entries = [entry for one in kinds for entry in entries_of(conn, firm, kind=one)]
    found = [_place(entry, parents.get(entry.thing, "")) for entry in entries]
    return sorted(found, key=lambda one: one.id)


def _searched(one: Place) -> str:
    """Text in which a search looks."""
    return "\n".join(str(getattr(one, name)) for name in ("id", *_TEXTS)).casefold()


def _place(entry: MasterEntry, parent: str) -> Place:
    """Read the fields of a place out of its attributes."""
    words = {last_word(uri).lower(): value for uri, value in entry.attributes.items()}
    given = {name: words.get(word) for name, word in _WORDS.items()}
    values: dict[str, Any] = {name: str(given[name] or "") for name in _TEXTS}
    for name, limit in _COORDINATES.items():
        values[name] = _degrees(given[name], limit)
    if not values["name_en"] and not values["name_zh"]:
        values["name_en"] = entry.name
    return Place(entry.thing, entry.kind, parent=parent, **values)


def _degrees(value: object, limit: float) -> float | None:
    """Read degrees as a partner wrote them; what is none is left out."""
    try:
        found = float(str(value))
    except ValueError:
        return None
    return found if -limit <= found <= limit else None


def place(ctx: Context, code: str) -> Place:
    """Read one place or party, named in any writing.

    Raises
    ------
    StateError
        ``trace.place.unknown``
    """
    ctx.require(Role.VIEWER)
    name = place_named(code)
    with ctx.db.read() as conn:
        entries = [e for e in entries_of(conn, ctx.firm, things=[name]) if e.kind in PLACE_KINDS]
        parents = parents_of(conn, owner_of(conn, ctx.firm))
    if not entries:
        raise _unknown(code)
    return _place(entries[0], parents.get(name, ""))


def _unknown(code: str) -> StateError:
    """Make the refusal of a place that nobody described."""
    error = StateError(
        "trace.place.unknown",
        N_("There is no place or party {place}."),
        hint=N_("Look at the list of places."),
        place=code[:200],
    )
    error.status = 404
    return error


def save_place(ctx: Context, one: Place) -> Place:
    """Keep a place or party; return it as it is kept.

    Parameters
    ----------
    one : its identifier and parent may be in any writing

    Raises
    ------
    InputError
        ``trace.place.value``, ``trace.place.cycle``, ``trace.identifier.*``
    """
    ctx.require(Role.PLANNER)
    checked = _checked(one)

    def work(conn: Connection) -> Naming:
        """Write it, and who changed it."""
        before = {known.id: known for known in _all(conn, ctx.firm)}
        _require_tree([checked], {known.id: known.parent for known in before.values()})
        return _write(conn, ctx, [checked], before)

    ctx.db.transact(work).keep()
    return checked


def _checked(one: Place) -> Place:
    """Bring identifiers into their canonical form and refuse values that make no sense."""
    name = place_named(one.id, one.kind)
    kind = "party" if "/417/" in name else "place" if "/414/" in name else one.kind
    for field in _TEXTS:
        if len(getattr(one, field)) > _LONGEST:
            raise _bad(field, getattr(one, field)[:80] + "…")
    for field, limit in _COORDINATES.items():
        degrees = getattr(one, field)
        # A comparison with NaN is false, so it is refused too.
        if degrees is not None and not -limit <= degrees <= limit:
            raise _bad(field, degrees)
    country = one.country.strip().upper()
    if kind not in PLACE_KINDS:
        raise _bad("kind", one.kind)
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise _bad("country", one.country)
    parent = place_named(one.parent) if one.parent.strip() else ""
    texts = {field: getattr(one, field).strip() for field in _TEXTS}
    return replace(one, id=name, kind=kind, parent=parent, **texts | {"country": country})


def _bad(column: str, value: object) -> InputError:
    """Make the refusal of a value."""
    return InputError(
        "trace.place.value",
        N_("“{value}” is no {column} of a place."),
        hint=N_("Kind is place or party, country two letters, coordinates are degrees."),
        column=column,
        value=value,
    )


def _require_tree(changed: Iterable[Place], parents: dict[str, str]) -> None:
    """Refuse places that would lie within themselves."""
    changed = list(changed)
    parents.update({one.id: one.parent for one in changed})
    for one in changed:
        above = one.parent
        for _ in range(_DEEPEST):
            if not above or above == one.id:
                break
            above = parents.get(above, "")
        if above:
            raise InputError(
                "trace.place.cycle",
                N_("{place} would lie within itself."),
                hint=N_("Choose another place around it; at most 32 lie within one another."),
                place=one.id,
                column="parent",
                value=one.parent,
            )


def _write(
    conn: Connection, ctx: Context, changed: Sequence[Place], before: Mapping[str, Place]
) -> Naming:
    """Write places beside what else is known of them."""
    blocks = Blocks(conn)
    naming = Naming(conn, blocks)
    owner = naming.owner(ctx.firm)
    known = {e.thing: e for e in entries_of(conn, ctx.firm, things=[one.id for one in changed])}
    save_entries(conn, owner, [_entry(one, known.get(one.id)) for one in changed])
    save_parents(conn, owner, {one.id: one.parent for one in changed})
    for one in changed:
        audit.record(conn, ctx, "trace.place.save", one.id, before.get(one.id), one)
    blocks.save()
    return naming


def _entry(one: Place, known: MasterEntry | None) -> MasterEntry:
    """Write the fields of a place as attributes; others that are known stay."""
    own = set(_WORDS.values())
    before = known.attributes if known else {}
    attributes = {u: value for u, value in before.items() if last_word(u).lower() not in own}
    for field, uri in ATTRIBUTES.items():
        value = getattr(one, field)
        if value not in ("", None):
            attributes[uri] = value if isinstance(value, str) else repr(value)
    parts = known.parts if known else ()
    return MasterEntry(one.id, one.kind, one.name_en or one.name_zh, attributes, parts)


def delete_place(ctx: Context, code: str) -> None:
    """Forget a place or party; events that name it stay.

    Raises
    ------
    StateError
        ``trace.place.unknown``
    """
    ctx.require(Role.ENGINEER)
    known = place(ctx, code)
    with ctx.db.write() as conn:
        remove_entries(conn, owner_of(conn, ctx.firm), [known.id])
        audit.record(conn, ctx, "trace.place.delete", known.id, known, None)


def save_place_rows(
    ctx: Context, frame: pl.DataFrame, source: Source, *, dry_run: bool = False
) -> Mapping[str, int]:
    """Save the rows of an import of kind ``places``; an empty cell leaves a value as it is.

    Returns
    -------
    ``places`` in the file, of these ``new`` and ``changed``
    """
    ctx.require(Role.PLANNER)
    with ctx.db.read() as conn:
        before = {one.id: one for one in _all(conn, ctx.firm)}
    found, faults = _read_rows(frame, before)
    if not faults:
        try:
            _require_tree(found.values(), {one.id: one.parent for one in before.values()})
        except InputError as error:
            row = next((n for n, one in found.items() if one.id == error.fields["place"]), 0)
            faults.append((row, error))
    if faults:
        raise _refuse(ctx, source, faults)
    made = list(found.values())
    if not dry_run:
        ctx.db.transact(lambda conn: _write(conn, ctx, made, before)).keep()
    new = sum(one.id not in before for one in made)
    return {"places": len(made), "new": new, "changed": len(made) - new}


def _read_rows(
    frame: pl.DataFrame, before: Mapping[str, Place]
) -> tuple[dict[int, Place], list[tuple[int, InputError]]]:
    """Read rows over what is known; rows that make no sense with the reason."""
    found: dict[int, Place] = {}
    faults: list[tuple[int, InputError]] = []
    for row in frame.iter_rows(named=True):
        number = int(row["source_row"])
        given = {k: v for k, v in row.items() if v is not None and k != "source_row"}
        try:
            name = place_named(given["id"], given.get("kind", "place"))
            known = before.get(name, Place(name))
            found[number] = _checked(replace(known, **given | {"id": name}))
        except InputError as error:
            faults.append((number, error))
    return found, faults


def _refuse(ctx: Context, source: Source, faults: Sequence[tuple[int, InputError]]) -> InputError:
    """Refuse a file, with a list of its bad rows."""
    import polars as pl

    from sanpin.kit.files import refuse_rows
    from sanpin.kit.files.parse import BAD_COLUMNS

    rows = [
        {
            "row": number,
            "column": str(error.fields.get("column", "id")),
            "value": str(error.fields.get("value", "")),
            "code": error.code,
            "reason": translate(error.message, ctx.language, **error.fields)
            .replace("{", "{{")
            .replace("}", "}}"),
            "limit": "",
        }
        for number, error in faults
    ]
    return refuse_rows(ctx, source.name, pl.DataFrame(rows, schema=BAD_COLUMNS))


def places_frame(ctx: Context, *, search: str = "", kind: str = "") -> pl.DataFrame:
    """Table of all places that a search finds, in the columns of the import."""
    import polars as pl

    rows = places(ctx, search=search, kind=kind).rows
    columns = {
        field.name: pl.Float64 if field.name in _COORDINATES else pl.String
        for field in fields(Place)
    }
    return pl.DataFrame(list(_rows(rows, columns)), schema=columns, orient="row")


def _rows(rows: Iterable[Place], columns: Iterable[str]) -> Iterator[tuple[Any, ...]]:
    """Write places as rows of a table."""
    names = tuple(columns)
    for one in rows:
        yield tuple(getattr(one, name) for name in names)
