"""Machines, people and shared things of a sample plant, and when they are open."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sanpin.factory.model import Attribute, Resource, ResourceKind, SetupTable, Transport
from sanpin.factory.sample.plants.recipes import Recipe, Stage

__all__ = [
    "DAY",
    "HOME",
    "JOURNEY",
    "SATELLITE",
    "Floor",
    "calendars",
    "drawn",
    "lay_floor",
    "setups_of",
]

DAY = 1440
HOME, SATELLITE = "hq", "sat-1"
JOURNEY = 45
"""Minutes between the two plants."""

_SHIFTS = {
    "two-shifts": ((360, 720), (750, 1080), (1110, 1320)),
    "early": ((360, 720), (750, 840)),
    "late": ((840, 1080), (1110, 1320)),
}
"""Open minutes of each working day; the seventh day is off."""

OPEN_SHARE = sum(end - start for start, end in _SHIFTS["two-shifts"]) * 6 / (7 * DAY)
"""Share of all time in which a plant with two shifts works."""


@dataclass(frozen=True, slots=True)
class Floor:
    """The resources of a plant.

    Attributes
    ----------
    groups : machines by the stage that they serve
    tanks : vessels by the name that stages give them
    """

    resources: tuple[Resource, ...]
    groups: Mapping[str, tuple[Resource, ...]]
    tanks: Mapping[str, tuple[Resource, ...]]


def calendars(days: int) -> dict[str, tuple[tuple[int, int], ...]]:
    """Return the open windows of each calendar for so many days from a Monday."""
    return {
        name: tuple(
            (day * DAY + start, day * DAY + end)
            for day in range(days)
            if day % 7 != 6
            for start, end in shift
        )
        for name, shift in _SHIFTS.items()
    }


def setups_of(recipe: Recipe, features: Collection[str]) -> dict[str, SetupTable]:
    """Return the change-over table of each group of machines."""
    return {
        stage.group: SetupTable(
            {name: _attribute(recipe, name, stage, features) for name in stage.attributes},
            stage.combine,
        )
        for stage in recipe.groups
        if stage.attributes
    }


def _attribute(recipe: Recipe, name: str, stage: Stage, features: Collection[str]) -> Attribute:
    """Return the change-overs of one attribute; cleaning falls due by the first of a stage."""
    change = recipe.changeovers[name]
    cleans = "cleaning" in features and stage.clean and name == stage.attributes[0]
    return Attribute(
        change.matrix(),
        clean=dict(stage.clean) if cleans else None,
        forbidden=frozenset(change.forbidden if "forbidden" in features else ()),
    )


def journeys() -> tuple[Transport, ...]:
    """Return both ways between the plants."""
    return (Transport(HOME, SATELLITE, JOURNEY, 4), Transport(SATELLITE, HOME, JOURNEY, 4))


def drawn(stage: Stage, size: int, features: Collection[str]) -> int:
    """Return what one operation draws from its pool; in an oven by the room that it takes."""
    return stage.draw * (size if stage.room and "ovens" in features else 1)


def lay_floor(
    recipe: Recipe,
    counts: Mapping[str, int],
    vessels: Mapping[str, int],
    initial: Mapping[str, Mapping[str, str]],
    features: Collection[str],
) -> Floor:
    """Return the resources of a plant with so many machines per group.

    Parameters
    ----------
    vessels : how many tanks there are, by the name that stages give them
    initial : attributes of what the machines of a group made last, by machine
    """
    groups = {
        stage.group: tuple(
            _machine(stage, number, initial, features) for number in range(counts[stage.group])
        )
        for stage in recipe.groups
    }
    tanks = {
        stage.tank: tuple(
            Resource(f"{stage.tank}-{number + 1:02}", ResourceKind.TANK, _site(features),
                     capacity=recipe.lots[1])
            for number in range(vessels[stage.tank])
        )
        for stage in recipe.stages
        if stage.tank and "tanks" in features
    }  # fmt: skip
    shared = [
        *_people(recipe, groups, features),
        *_tools(recipe, counts, features),
        *_pools(recipe, counts, features),
    ]
    machines = [machine for group in groups.values() for machine in group]
    stores = [tank for group in tanks.values() for tank in group]
    return Floor((*machines, *shared, *stores), groups, tanks)


def _site(features: Collection[str], *, away: bool = False) -> str:
    """Return where something stands; nowhere in particular when sites are left out."""
    if "sites" not in features:
        return ""
    return SATELLITE if away else HOME


def _machine(
    stage: Stage, number: int, initial: Mapping[str, Mapping[str, str]], features: Collection[str]
) -> Resource:
    """Return one machine or oven; ovens work around the clock."""
    oven = bool(stage.room) and "ovens" in features
    name = f"{stage.group}-{number + 1:02}"
    return Resource(
        name,
        ResourceKind.OVEN if oven else ResourceKind.MACHINE,
        _site(features, away=stage.away and number % 3 == 2),
        "two-shifts" if "calendars" in features and not stage.room else "",
        capacity=stage.room if oven else 1,
        setup=stage.group if stage.attributes and "setups" in features else "",
        initial=initial.get(name, {}) if "setups" in features else {},
        cost_per_unit=round(0.2 + 0.1 * (number % 4), 1) if "costs" in features else 0,
    )


def _people(
    recipe: Recipe, groups: Mapping[str, Sequence[Resource]], features: Collection[str]
) -> Iterator[Resource]:
    """Yield a worker per machine and shift, each with a second skill, and the setters."""
    skills = list(dict.fromkeys(stage.skill for stage in recipe.groups if stage.skill))
    number = 0
    for stage in recipe.groups:
        for machine in groups[stage.group] if stage.skill and "workers" in features else ():
            for shift in ("early", "late"):
                number += 1
                second = skills[(skills.index(stage.skill) + 1) % len(skills)]
                # From 80 to 120 percent of the usual pace, the second skill slower.
                knows = {second: 80, stage.skill: 90 + 10 * (number % 4)}
                yield _worker(f"W{number:03}", machine.site, shift, knows, features)
    if "setup_workers" in features:
        machines = sum(len(groups[s.group]) for s in recipe.groups if s.setter)
        for number in range(max(2, machines // 2)):
            for shift in ("early", "late"):
                yield _worker(f"S{number + 1:02}-{shift}", "*", shift, {"setting": 100}, features)


def _worker(
    name: str, site: str, shift: str, skills: Mapping[str, int], features: Collection[str]
) -> Resource:
    return Resource(
        name,
        ResourceKind.WORKER,
        site,
        shift if "calendars" in features else "",
        skills=skills,
        cost_per_unit=0.4 if "costs" in features else 0,
    )


def _tools(
    recipe: Recipe, counts: Mapping[str, int], features: Collection[str]
) -> Iterator[Resource]:
    """Yield the tools of each stage: so many that only a rush for one value must wait."""
    for stage in recipe.stages if "tools" in features else ():
        for value in recipe.changeovers[stage.tool].values if stage.tool else ():
            pieces = max(1, -(-counts[stage.group] // 2))
            yield Resource(f"{stage.group}-{value}", ResourceKind.TOOL, "*", capacity=pieces)


def _pools(
    recipe: Recipe, counts: Mapping[str, int], features: Collection[str]
) -> Iterator[Resource]:
    """Yield the shared capacities: about nine tenths of what all machines could draw at once."""
    for name in dict.fromkeys(s.pool for s in recipe.groups if s.pool and "pools" in features):
        users = [stage for stage in recipe.groups if stage.pool == name]
        full = {stage.group: drawn(stage, stage.room, features) for stage in users}
        draw = sum(full[stage.group] * counts[stage.group] for stage in users)
        least = max(2 * stage.draw for stage in users)
        capacity = max(least, *full.values(), draw * 9 // 10)
        yield Resource(name, ResourceKind.POOL, "*", capacity=capacity)
