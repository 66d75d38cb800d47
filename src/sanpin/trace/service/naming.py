"""From what a person typed to the canonical name of a thing, and back to what people read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

from sqlalchemy import Connection

from sanpin.base import N_, InputError
from sanpin.kit.context import Context
from sanpin.trace.engine.epcis.vocabulary import is_uri
from sanpin.trace.engine.identifiers import fault_of, parse, thing_of
from sanpin.trace.engine.understanding import clean
from sanpin.trace.model.identifiers import CANONICAL_STEM, KeyKind
from sanpin.trace.store.masterdata import names_of

__all__ = ["KIND_LABELS", "Labels", "kind_of", "labels_of", "path_of", "place_of", "thing_named"]

KIND_LABELS: Mapping[str, str] = {
    KeyKind.GTIN: N_("product"),
    KeyKind.LGTIN: N_("lot"),
    KeyKind.SGTIN: N_("piece"),
    KeyKind.SSCC: N_("container"),
    KeyKind.SGLN: N_("place"),
    KeyKind.PGLN: N_("party"),
    KeyKind.GRAI: N_("returnable asset"),
    KeyKind.GIAI: N_("asset"),
    "": N_("thing"),
}


def thing_named(text: str) -> str:
    """Canonical name of the thing that a code names; URIs without a GS1 key name themselves.

    So does a link whose check digit is wrong: events may name a thing by it.

    Raises
    ------
    InputError
        with the position of what is wrong in the code
    """
    code = clean(text)
    try:
        return parse(code).thing
    except InputError:
        if is_uri(code) and fault_of(code) in ("", "trace.identifier.check_digit"):
            return thing_of(code)
        raise


def kind_of(thing: str) -> str:
    """Catalogue key of the kind of a thing."""
    try:
        kind = str(parse(thing).kind)
    except InputError:
        kind = ""
    return KIND_LABELS.get(kind, KIND_LABELS[""])


def path_of(thing: str) -> str:
    """Address of the page of a thing.

    Names of GS1 keep the path of their Digital Link, so that a scanned code leads to the page.
    """
    if thing.startswith(f"{CANONICAL_STEM}/"):
        return "/trace/thing" + thing.removeprefix(CANONICAL_STEM)
    return f"/trace/thing?epc={quote(thing, safe='')}"


@dataclass(frozen=True, slots=True)
class Labels:
    """What people read for things and places: the name with the lot, serial or number.

    A place has one name whether it is meant as a place (414) or as a party (417).
    """

    names: Mapping[str, str]

    @classmethod
    def load(cls, conn: Connection, firm: str, things: Iterable[str]) -> Labels:
        """Read the names of things, and of the products that they are pieces or lots of."""
        wanted: set[str] = set()
        for thing in things:
            wanted.update((thing, _product(thing), place_of(thing)))
        return cls(names_of(conn, firm, wanted - {""}))

    def of(self, thing: str) -> str:
        """What people read for a thing or place; never empty unless the thing is."""
        name = self.names.get(thing) or self.names.get(place_of(thing))
        if name or not thing.startswith(f"{CANONICAL_STEM}/"):
            return name or thing
        parts = thing.removeprefix(f"{CANONICAL_STEM}/").split("/")
        own = unquote(parts[-1])
        product = self.names.get(_product(thing))
        if product and len(parts) > 2:
            return f"{own} · {product}"
        return own if len(parts) > 2 or parts[0] != "00" else f"SSCC {own}"

    def short(self, thing: str) -> str:
        """Return a shorter label for drawings: the last digits tell containers apart."""
        label = self.of(thing)
        return f"… {label[-7:]}" if label.startswith("SSCC ") else label


def _product(thing: str) -> str:
    """Name of the trade item behind a lot or piece; empty for anything else."""
    if not thing.startswith(f"{CANONICAL_STEM}/01/"):
        return ""
    return "/".join(thing.split("/")[:5])


def place_of(name: str) -> str:
    """Name as a place (414) of what is meant as a place or as a party (417)."""
    return name.replace("/417/", "/414/")


def labels_of(ctx: Context, things: Iterable[str]) -> Labels:
    """What people read for things, in a reading of its own."""
    with ctx.db.read() as conn:
        return Labels.load(conn, ctx.firm, things)
