"""Who got what: the last delivery of a thing, itself or in the containers it went in.

A delivery is a shipment with a destination, or an arrival. Of several destinations the place
comes first, then the owning party, then the possessing one. An arrival after a shipment is
the later word and outranks it. A lot is delivered by the container, with the amount that
lies in it; what was delivered without a container counts by its own events.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from sanpin.trace.engine.lineage.chronicle import Chronicle
from sanpin.trace.engine.lineage.place import ARRIVED, SENT
from sanpin.trace.engine.lineage.stays import ALWAYS, NEVER, is_class
from sanpin.trace.model.events import Event, Part
from sanpin.trace.model.lineage import Consignee

__all__ = ["consignees_of"]

# Which of several destinations names the one to call: the place first, then the parties.
_DESTINATIONS = ("location", "owning_party", "possessing_party")

# Order of the event that delivered, and the place that got it.
Delivery = tuple[tuple[int, int], str]


def consignees_of(chronicle: Chronicle, products: Iterable[str]) -> list[Consignee]:
    """Consignees of products with amounts by unit and the containers they got.

    A lot may have many consignees; a single piece has the last one.

    Parameters
    ----------
    chronicle : where events come from
    products : canonical names of lots and pieces, each counted for itself

    Returns
    -------
    list of Consignee
        by canonical name of the place; amounts by unit code
    """
    amounts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    goods: dict[str, dict[str, None]] = defaultdict(dict)
    boxes: dict[str, dict[str, None]] = defaultdict(dict)
    memory: dict[tuple[str, int, int], Delivery | None] = {}
    for product in products:
        for place, container, amount, uom in _deliveries(chronicle, product, memory):
            goods[place][product] = None
            amounts[place][uom] += amount
            if container:
                boxes[place][container] = None
    return [
        Consignee(place, tuple(goods[place]), dict(amounts[place]), tuple(boxes[place]))
        for place in sorted(goods)
    ]


def _deliveries(
    chronicle: Chronicle, product: str, memory: dict[tuple[str, int, int], Delivery | None]
) -> Iterator[tuple[str, str, float, str]]:
    """Place, container, amount and unit of each delivery of a product."""
    if not is_class(product):
        delivery = _last(chronicle, product, NEVER, ALWAYS, memory)
        if delivery:
            containers = [stay.parent for stay in chronicle.inside(product)]
            yield delivery[1], containers[-1] if containers else "", 1.0, ""
        return
    for stay in chronicle.inside(product):
        if stay.kind == "aggregate" and stay.packed:
            delivery = _last(chronicle, stay.parent, stay.start, stay.end, memory)
            if delivery:
                yield delivery[1], stay.parent, stay.quantity or 0.0, stay.uom
    direct: dict[str, tuple[float, str]] = {}
    for number, event in enumerate(chronicle.events(product)):
        # Where the story of a lot begins with its arrival, it was not sent there from here.
        place = "" if not number and event.step in ARRIVED else _receiver(event)
        for entry in event.of(product) if place else ():
            if entry.thing == product and entry.part is Part.EPC:
                # A receipt repeats what the shipment said; count the larger of the two.
                known = direct.get(place, (0.0, ""))[0]
                direct[place] = (max(known, entry.quantity or 0.0), entry.uom)
    for place, (amount, uom) in direct.items():
        yield place, "", amount, uom


def _last(
    chronicle: Chronicle,
    thing: str,
    start: int,
    end: int,
    memory: dict[tuple[str, int, int], Delivery | None],
) -> Delivery | None:
    """Last delivery of a thing or of what carried it, within a window of time."""
    key = (thing, start, end)
    if key in memory:
        return memory[key]
    memory[key] = None  # a container that holds itself delivers nothing new
    best: Delivery | None = None
    for event in chronicle.events(thing):
        place = _receiver(event) if start <= event.time <= end else ""
        if place and (best is None or event.order >= best[0]):
            best = event.order, place
    for stay in chronicle.inside(thing):
        window = stay.overlap(start, end)
        outer = _last(chronicle, stay.parent, *window, memory) if window else None
        if outer and (best is None or outer[0] > best[0]):
            best = outer
    memory[key] = best
    return best


def _receiver(event: Event) -> str:
    """Who got the things of an event; empty when it delivers nothing."""
    if event.step in ARRIVED and event.step != "storing":
        return event.location or event.read_point
    if event.step not in SENT and not event.values("destination"):
        return ""
    for kind in _DESTINATIONS:
        found = event.values("destination", kind)
        if found:
            return found[0]
    return next(iter(event.values("destination")), "")
