"""How the sample plants make things: stages, change-overs and names of three consumer goods.

Paces, set-ups and waits are of the usual size in small plants of these trades; none was measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

__all__ = ["RECIPES", "Changeover", "Recipe", "Stage"]


@dataclass(frozen=True, slots=True)
class Changeover:
    """Change-over minutes along a scale: cheap in one direction, dear in the other.

    Attributes
    ----------
    values : in the cheap direction, such as light to dark or free of nuts to nuts
    base : of any change
    up, down : added per step in the cheap and in the dear direction
    most : longest change
    forbidden : changes that must never follow each other
    """

    values: tuple[str, ...]
    base: int
    up: int = 0
    down: int = 0
    most: int = 45
    forbidden: tuple[tuple[str, str], ...] = ()

    def matrix(self) -> dict[str, dict[str, int]]:
        """Return the minutes of every change."""
        places = {value: place for place, value in enumerate(self.values)}
        return {
            old: {
                new: min(self.base + self._steps(to - start), self.most)
                for new, to in places.items()
                if new != old
            }
            for old, start in places.items()
        }

    def _steps(self, steps: int) -> int:
        return steps * self.up if steps > 0 else -steps * self.down


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a recipe on a group of like machines.

    Attributes
    ----------
    group : stem of the machines' names
    pace : minutes per hundred pieces; of an oven minutes per load
    attributes : of the item that decide about its change-overs
    combine : whether these add up or run side by side
    room : of an oven, in hundreds of pieces; 0 for a machine
    batch : attribute that must be the same within a load
    skill : of its worker, empty for none
    setter : whether somebody else sets it up
    tool : attribute whose value names the tool that it holds
    pool, draw : shared capacity and how much of it is drawn
    lag : least minutes after the stage before, from and to
    wait : most minutes after the stage before
    transfer : share after which the stage before hands over
    tank : name of the vessels that hold its result until the next stage is done
    rests : whether work may rest while closed
    away : whether some of its machines stand in the satellite plant
    outside : whether a subcontractor may do it
    clean : cleaning that falls due by pieces or batches
    instead : stage of the other routing, of which one is chosen
    """

    group: str
    pace: float
    attributes: tuple[str, ...] = ()
    combine: str = "sum"
    room: int = 0
    batch: str = ""
    skill: str = ""
    setter: bool = False
    tool: str = ""
    pool: str = ""
    draw: int = 1
    lag: tuple[int, int] = (0, 0)
    wait: int | None = None
    transfer: Fraction | None = None
    tank: str = ""
    rests: bool = False
    away: bool = False
    outside: bool = False
    clean: Mapping[str, int] = field(default_factory=dict)
    instead: Stage | None = None


@dataclass(frozen=True, slots=True)
class Recipe:
    """A trade: its stages in order, and what its goods are called.

    Attributes
    ----------
    goods : values of the attributes of each good, first its name
    changeovers : by attribute
    material : attribute whose value names the bought material
    fresh : days for which that material keeps
    component : what some jobs make for others
    lots : smallest and largest lot, in pieces
    """

    prefix: str
    stages: tuple[Stage, ...]
    changeovers: Mapping[str, Changeover]
    goods: tuple[Mapping[str, str], ...]
    material: str
    fresh: int
    component: str
    lots: tuple[int, int]

    @property
    def groups(self) -> tuple[Stage, ...]:
        """Every stage that needs machines, those of the other routing included."""
        return tuple(s for stage in self.stages for s in (stage, stage.instead) if s is not None)


_COLOURS = ("white", "cream", "rose", "sky", "red", "navy", "black")
_GARMENT = Recipe(
    prefix="G",
    stages=(
        Stage("cut", 14, ("fabric",), skill="cutting", rests=True),
        Stage("print", 22, ("colour",), pool="power", draw=2, outside=True,
              instead=Stage("embroider", 26, ("style",), skill="embroidery")),
        Stage("sew", 60, ("style", "colour"), skill="sewing", tool="style", rests=True, away=True,
              lag=(45, 45)),
        Stage("wash", 50, ("colour",), room=12, batch="colour", pool="steam", draw=2),
        Stage("press", 16, skill="finishing", pool="steam", lag=(60, 90)),
        Stage("pack", 11, skill="packing", transfer=Fraction(1, 2), rests=True),
    ),
    changeovers={
        "fabric": Changeover(("jersey", "fleece", "poplin", "denim"), 10),
        "colour": Changeover(_COLOURS, 5, 2, 6, 40),
        "style": Changeover(("tee", "polo", "hoodie", "dress", "trousers"), 15),
    },
    goods=tuple(
        {"name": f"{style.upper()}-{colour.upper()}", "style": style, "fabric": fabric,
         "colour": colour}
        for style, fabric in (
            ("tee", "jersey"), ("polo", "jersey"), ("hoodie", "fleece"), ("dress", "poplin"),
            ("trousers", "denim"),
        )
        for colour in _COLOURS
    ),
    material="fabric",
    fresh=400,
    component="trim",
    lots=(80, 260),
)  # fmt: skip

_FLAVOURS = (
    ("mango", "none"), ("lemon", "none"), ("vanilla", "milk"), ("strawberry", "milk"),
    ("chocolate", "milk"), ("custard", "egg"), ("hazelnut", "nut"), ("pistachio", "nut"),
)  # fmt: skip
_FORMATS = ("cup", "cone", "tub", "stick")
_ICECREAM = Recipe(
    prefix="I",
    stages=(
        Stage("weigh", 6, skill="weighing"),
        Stage("mix", 20, ("allergen", "flavour"), pool="steam", tank="ageing", lag=(0, 0)),
        Stage("fill", 32, ("allergen", "flavour", "format"), skill="filling", setter=True,
              tool="format", lag=(240, 240), wait=2160,
              clean={"every_batches": 8, "duration": 30}),
        Stage("freeze", 90, room=8, batch="format", pool="cooling", draw=2, wait=90),
        Stage("case", 15, ("format",), skill="packing", rests=True, away=True),
    ),
    changeovers={
        "allergen": Changeover(("none", "milk", "egg", "nut"), 5, 2, 12, 40, (("nut", "none"),)),
        "flavour": Changeover(tuple(name for name, _ in _FLAVOURS), 5, 1, 2, 12),
        "format": Changeover(_FORMATS, 8),
    },
    goods=tuple(
        {"name": f"{flavour.upper()}-{shape.upper()}", "flavour": flavour, "allergen": allergen,
         "format": shape}
        for flavour, allergen in _FLAVOURS
        for shape in _FORMATS
    ),
    material="allergen",
    fresh=16,
    component="premix",
    lots=(120, 420),
)  # fmt: skip

_ACTIVES = ("aspirin", "cetirizine", "ibuprofen", "loratadine", "metformin", "paracetamol")
_STRENGTHS = ("low", "middle", "high")
_PHARMA = Recipe(
    prefix="P",
    stages=(
        Stage("blend", 22, ("product",), skill="blending", tank="bin",
              clean={"every_units": 1500, "duration": 40}),
        Stage("dry", 100, room=6, batch="product", pool="air", draw=2, wait=2880),
        Stage("blister", 42, ("product", "strength"), setter=True, tool="strength", pool="air"),
        Stage("carton", 25, ("carton", "strength"), "max", skill="packing", setter=True,
              lag=(1440, 2880), away=True, instead=Stage("hand", 55, skill="packing", rests=True)),
        Stage("serialise", 12, transfer=Fraction(1, 4), outside=True),
    ),
    changeovers={
        "product": Changeover(_ACTIVES, 40),
        "strength": Changeover(_STRENGTHS, 6, 2, 6),
        "carton": Changeover(("small", "large"), 15),
    },
    goods=tuple(
        {"name": f"{active.upper()}-{strength.upper()}-{carton.upper()}", "product": active,
         "strength": strength, "carton": carton}
        for active in _ACTIVES
        for strength in _STRENGTHS
        for carton in ("small", "large")
    ),
    material="product",
    fresh=24,
    component="granulate",
    lots=(100, 380),
)  # fmt: skip

RECIPES: Mapping[str, Recipe] = {
    "garment": _GARMENT,
    "icecream": _ICECREAM,
    "pharma": _PHARMA,
}
"""The trades that sample plants are made for."""
