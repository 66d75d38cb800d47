"""Bodies of requests and answers, and how they become records.

They are described apart from the records because they are a promise to other programs: a field
of a record may be renamed, a key of the interface may not.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from sanpin.kit.plain import plain
from sanpin.master.engine import Explosion, Node
from sanpin.master.model import (
    BillLine,
    BillOfMaterials,
    CalendarRecord,
    Item,
    ItemKind,
    Partner,
    PartnerKind,
    Site,
    SiteKind,
    Supply,
)
from sanpin.master.model.calendars import shift_from_json, shift_to_json

T = TypeVar("T")


class Body(BaseModel):
    """A body in which unknown keys are faults."""

    model_config = ConfigDict(extra="forbid")


class Listed(BaseModel, Generic[T]):
    """A page of a list; `next` is the cursor of the page behind it."""

    items: list[T]
    total: int
    next: str | None = None


class ItemBody(Body):
    """An item without its code."""

    name_en: str = ""
    name_zh: str = ""
    unit: str = "EA"
    family: str = "other"
    kind: ItemKind = ItemKind.PRODUCT
    supply: Supply = Supply.MAKE
    gtin: str = ""
    supplier: str = ""
    attributes: dict[str, Any] = Field(default_factory=dict)

    def record(self, code: str) -> Item:
        """Make the item."""
        return Item(code, **dict(self))


class PartnerBody(Body):
    """A partner without its code."""

    name_en: str = ""
    name_zh: str = ""
    kind: PartnerKind = PartnerKind.CUSTOMER
    country: str = ""
    gln: str = ""

    def record(self, code: str) -> Partner:
        """Make the partner."""
        return Partner(code, **dict(self))


class SiteBody(Body):
    """A site without its code."""

    name_en: str = ""
    name_zh: str = ""
    kind: SiteKind = SiteKind.PLANT
    partner: str = ""
    address: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None
    gln: str = ""
    calendar: str = ""

    def record(self, code: str) -> Site:
        """Make the site."""
        return Site(code, **dict(self))


class ShiftBody(Body):
    """A shift: weekdays 0 to 6 and times as HH:MM; an end not after the start is next day's."""

    weekdays: list[int]
    start: str
    end: str
    breaks: list[tuple[str, str]] = Field(default_factory=list)


class CalendarBody(Body):
    """A calendar without its code."""

    name_en: str = ""
    name_zh: str = ""
    shifts: list[ShiftBody] = Field(default_factory=list)
    public_holidays: str = ""
    holidays: list[date] = Field(default_factory=list)
    extra_days: list[date] = Field(default_factory=list)
    zone: str = "Asia/Shanghai"

    def record(self, code: str) -> CalendarRecord:
        """Make the calendar record."""
        return CalendarRecord(
            code,
            self.name_en,
            self.name_zh,
            tuple(shift_from_json(dict(shift)) for shift in self.shifts),
            self.public_holidays,
            frozenset(self.holidays),
            frozenset(self.extra_days),
            self.zone,
        )


class LineBody(Body):
    """A line of a bill of materials."""

    component: str
    quantity: float
    unit: str = "EA"
    scrap_share: float = 0.0


class BillBody(Body):
    """A version of a bill of materials without its item."""

    version: int = 1
    valid_from: date | None = None
    valid_until: date | None = None
    lines: list[LineBody]

    def record(self, item: str) -> BillOfMaterials:
        """Make the bill."""
        lines = tuple(BillLine(**dict(line)) for line in self.lines)
        return BillOfMaterials(item, self.version, self.valid_from, self.valid_until, lines)


class DemandBody(Body):
    """A demand to explode: quantity per item, and the day on which bills are valid."""

    demand: dict[str, float]
    day: date | None = None


class ItemAnswer(ItemBody):
    """An item."""

    code: str
    sample: bool = False


class PartnerAnswer(PartnerBody):
    """A partner."""

    code: str
    sample: bool = False


class SiteAnswer(SiteBody):
    """A site."""

    code: str
    sample: bool = False


class CalendarAnswer(CalendarBody):
    """A calendar."""

    code: str
    sample: bool = False


class BillAnswer(BillBody):
    """A version of a bill of materials."""

    item: str
    sample: bool = False


class NeedAnswer(BaseModel):
    """How much of a component one item takes, and how much of that is lost."""

    item: str
    component: str
    quantity: float
    scrap: float


class ExplosionAnswer(BaseModel):
    """What a demand needs: totals by level, single uses, and what must be bought."""

    gross: dict[str, float]
    levels: dict[str, int]
    needs: list[NeedAnswer]
    materials: dict[str, float]


class NodeAnswer(BaseModel):
    """A line of an indented bill of materials."""

    level: int
    item: str
    quantity: float
    unit: str
    scrap_share: float


class UseAnswer(BaseModel):
    """An item that needs a component, and how much of it one unit takes."""

    item: str
    quantity: float


def record_answer(record: Any) -> Any:
    """Return a record as JSON values."""
    if isinstance(record, CalendarRecord):
        shifts = [shift_to_json(shift) for shift in record.shifts]
        days = {name: sorted(getattr(record, name)) for name in ("holidays", "extra_days")}
        names = ("code", "name_en", "name_zh", "public_holidays", "zone", "sample")
        return {name: getattr(record, name) for name in names} | days | {"shifts": shifts}
    return plain(record)


def explosion_answer(explosion: Explosion) -> dict[str, Any]:
    """Return an explosion as JSON values."""
    return {
        "gross": dict(explosion.gross),
        "levels": dict(explosion.levels),
        "needs": plain(explosion.needs),
        "materials": explosion.materials(),
    }


def node_answer(node: Node) -> dict[str, Any]:
    """Return a line of an indented bill as JSON values."""
    line = node.line
    return {
        "level": node.level,
        "item": node.item,
        "quantity": node.quantity,
        "unit": line.unit if line else "",
        "scrap_share": line.scrap_share if line else 0.0,
    }
