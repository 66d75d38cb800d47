"""From make orders, routings and machines to a scheduling problem.

A make order becomes a job, its routing the operations of that job, and each machine that can
do a step a mode with its own duration. Machines that no step names are left out: the search
looks at all machines it is given. Times are whole minutes from the origin.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sanpin.base import N_, InputError
from sanpin.factory.model import (
    After,
    Attribute,
    Job,
    Material,
    Mode,
    Operation,
    Problem,
    Resource,
    SetupTable,
    Transport,
)
from sanpin.factory.model.plant import Machine, PlannedOrder, RoutingStep

__all__ = ["CHANGEOVER", "build_problem"]

CHANGEOVER = "changeover"
"""The attribute that decides whether a machine must be set up between two operations."""

Windows = Sequence[tuple[int, int]]


def build_problem(
    orders: Sequence[PlannedOrder],
    routings: Mapping[str, Sequence[RoutingStep]],
    machines: Sequence[Machine],
    calendars: Mapping[str, Windows],
    *,
    origin: str,
    materials: Sequence[Material] = (),
    transport: Sequence[Transport] = (),
    objective: Mapping[str, float] | None = None,
    name: str = "",
) -> Problem:
    """Build the problem of making these orders on these machines.

    Parameters
    ----------
    orders : lots to make
    routings : steps by item
    machines : machines; steps that name others are refused
    calendars : open windows by name, in minutes from the origin
    origin : instant that is minute 0, ISO 8601 with offset
    materials : supply of what the orders consume
    transport : journeys between sites

    Raises
    ------
    InputError
        ``factory.build.no_routing``, ``factory.build.no_machine``

    objective : weights of the terms; tardiness and set-ups alike by default
    name : of the problem, for reports
    """
    known = {machine.id: machine for machine in machines}
    jobs = tuple(_job(order, routings, known) for order in orders)
    used = {mode.machine for job in jobs for one in job.operations for mode in one.modes}
    setups = _setup_tables(routings, orders, used)
    resources = tuple(
        Resource(
            machine.id,
            site=machine.site,
            calendar=machine.calendar,
            setup=machine.id if machine.id in setups else "",
        )
        for machine in machines
        if machine.id in used
    )
    return Problem(
        jobs=jobs,
        resources=resources,
        name=name,
        unit="min",
        origin=origin,
        calendars={key: tuple(windows) for key, windows in calendars.items()},
        sites=tuple(sorted({machine.site for machine in machines if machine.site})),
        transport=tuple(transport),
        setups=setups,
        materials=tuple(materials),
        objective=dict(objective or {"tardiness": 1, "setup": 1}),
    )


def _job(
    order: PlannedOrder,
    routings: Mapping[str, Sequence[RoutingStep]],
    machines: Mapping[str, Machine],
) -> Job:
    """Return the job of one lot: its steps in order, each after the ones that it names.

    Raises
    ------
    InputError
        ``factory.build.no_routing``
    """
    steps = sorted(routings.get(order.item, ()), key=lambda step: step.step)
    if not steps:
        raise InputError(
            "factory.build.no_routing",
            N_("There is no routing for the item {item} of order {order}."),
            hint=N_("Import its routing, or mark the item as bought."),
            item=order.item,
            order=order.id,
        )
    operations = []
    waits = {step.step: step.wait_minutes for step in steps}
    for at, step in enumerate(steps):
        # A routing that names no predecessors is a plain sequence.
        before = step.after or ((steps[at - 1].step,) if at else ())
        operations.append(
            Operation(
                id=str(step.step),
                modes=tuple(_modes(step, order.quantity, machines)),
                attributes={CHANGEOVER: step.changeover or step.item},
                resumable=True,
                after=tuple(After(str(one), min_lag=waits.get(one, 0)) for one in before),
                # Materials are issued to the floor as one kit, when the first step starts.
                consumes=dict(order.consumes) if at == 0 else {},
            )
        )
    return Job(
        id=order.id,
        operations=tuple(operations),
        item=order.item,
        quantity=order.quantity,
        due=order.due,
        weight=order.weight,
    )


def _modes(step: RoutingStep, quantity: int, machines: Mapping[str, Machine]) -> Iterable[Mode]:
    """Yield one mode per machine that can do a step, with the minutes of the whole lot there.

    The speed of a machine is percent of the routing's pace: 85 makes the same lot last longer.

    Raises
    ------
    InputError
        ``factory.build.no_machine``
    """
    # Whole numbers only: durations must not depend on how a fraction is rounded.
    milliseconds = round(step.seconds_per_piece * 1000) * quantity
    for name in step.machines:
        machine = machines.get(name)
        if machine is None:
            raise InputError(
                "factory.build.no_machine",
                N_("Step {step} of {item} runs on the machine {machine}, which is not known."),
                hint=N_("Import the machine, or correct the routing of {item}."),
                step=step.step,
                item=step.item,
                machine=name,
            )
        # Round up to whole minutes: a promise may be kept early but not late.
        yield Mode(name, max(1, -(-milliseconds * 100 // (60_000 * machine.speed))))


def _setup_tables(
    routings: Mapping[str, Sequence[RoutingStep]],
    orders: Sequence[PlannedOrder],
    used: set[str],
) -> dict[str, SetupTable]:
    """Make one table per machine on which anything needs a set-up.

    The minutes belong to what comes next; a machine whose products all need the same minutes
    needs no matrix at all.

    Returns
    -------
    Tables by machine. `default` of the attribute is the most frequent length, so that the matrix
    lists only what differs from it and stays small with hundreds of products.
    """
    minutes: dict[str, dict[str, int]] = defaultdict(dict)
    for item in {order.item for order in orders}:
        for step in routings[item]:
            value = step.changeover or step.item
            for machine in step.machines:
                known = minutes[machine]
                known[value] = max(known.get(value, 0), step.setup_minutes)
    tables = {}
    for machine, wanted in minutes.items():
        if machine in used and any(wanted.values()):
            # Of equally frequent lengths the shortest wins, whatever order the items came in.
            usual = max(sorted(set(wanted.values())), key=list(wanted.values()).count)
            unusual = {value: length for value, length in wanted.items() if length != usual}
            matrix = {
                value: {to: length for to, length in unusual.items() if to != value}
                for value in (wanted if unusual else ())
            }
            tables[machine] = SetupTable({CHANGEOVER: Attribute(matrix, usual)})
    return tables
