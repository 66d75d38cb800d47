"""The plant in and out: imported machines, routings and stock; the sample; what is missing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sanpin.base import N_, InputError
from sanpin.base.units import unit
from sanpin.factory.model.plant import Machine, RoutingStep, StockLot
from sanpin.factory.model.rules import SETTINGS, PlantRules
from sanpin.factory.sample import MaterialUse, SampleGood, build_plant
from sanpin.factory.store import (
    delete_sample,
    load_machines,
    load_routings,
    load_stock,
    replace_routings,
    replace_stock,
    save_machines,
)
from sanpin.kit import audit
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.i18n import translate
from sanpin.kit.pages import as_of_day
from sanpin.kit.settings import get_number
from sanpin.master import service as master
from sanpin.master.model.labels import FAMILY_LABELS
from sanpin.master.model.names import name_of
from sanpin.master.service.refusals import Faults

if TYPE_CHECKING:
    import polars as pl

    from sanpin.kit.files import Source

__all__ = [
    "PLANT_ZONE",
    "family_name",
    "is_sample",
    "load_sample",
    "machine_name",
    "machines",
    "missing",
    "open_minutes",
    "operation_name",
    "plant_rules",
    "remove_sample",
    "routings",
    "save_machine_rows",
    "save_routing_rows",
    "save_stock_rows",
    "site_names",
    "stock",
]

PLANT_ZONE = "Asia/Shanghai"
"""Zone of all working time of the plants."""

_SEPARATORS = re.compile(r"[;；,，/、|]\s*")


def machines(ctx: Context) -> list[Machine]:
    """Return all machines."""
    with ctx.db.read() as conn:
        return load_machines(conn, ctx.firm)


def plant_rules(ctx: Context) -> PlantRules:
    """Return the numbers by which the firm's plant is planned and its floor simulated."""
    lots, multiple, *others = (get_number(ctx, one) for one in SETTINGS)
    return PlantRules(int(lots), int(multiple), *others)


def is_sample(ctx: Context) -> bool:
    """Whether any machine is generated, which everything about the plant has to say."""
    return any(machine.sample for machine in machines(ctx))


def machine_name(machine: Machine, language: str) -> str:
    """Return what a machine is called; a name that Sanpin gave it is translated."""
    operation, _, number = machine.name.rpartition(" ")
    if machine.sample and operation:
        return f"{operation_name(operation, language)} {number}"
    return machine.name or machine.id


def operation_name(operation: str, language: str) -> str:
    """Return what a step is called: those of the sample have a name in each language."""
    return translate(operation, language)


def family_name(family: str, language: str) -> str:
    """Return what a family is called; a firm's own families are shown as they are written."""
    return translate(FAMILY_LABELS.get(family, family), language)


def site_names(ctx: Context) -> dict[str, str]:
    """Return what each site is called in the reader's language."""
    sites = master.all_sites(ctx)
    return {code: name_of(site, ctx.language) for code, site in sites.items()}


def open_minutes(ctx: Context, day: date, days: int) -> dict[str, int]:
    """Return how long each machine is open from `day` on, in minutes.

    Parameters
    ----------
    days : length of the span
    """
    origin = datetime.combine(day, time(), ZoneInfo(PLANT_ZONE))
    last = origin + timedelta(days=days)
    plant = machines(ctx)
    minutes = {"": days * 1440}
    for code in {one.calendar for one in plant} - {""}:
        calendar = master.working_time(ctx, code, range(origin.year, last.year + 1))
        minutes[code] = sum(end - start for start, end in calendar.windows(origin, last))
    return {one.id: minutes[one.calendar] for one in plant}


def routings(ctx: Context) -> dict[str, list[RoutingStep]]:
    """Return the steps of every item that is made."""
    with ctx.db.read() as conn:
        return load_routings(conn, ctx.firm)


def stock(ctx: Context) -> list[StockLot]:
    """Return all lots on hand or arriving."""
    with ctx.db.read() as conn:
        return load_stock(conn, ctx.firm)


def missing(ctx: Context) -> list[str]:
    """Return the kinds of import without which nothing can be planned and scheduled.

    Returns
    -------
    Some of ``stock``, ``resources``, ``routings``, in the order in which they are asked for.
    """
    held = {"stock": stock(ctx), "resources": machines(ctx), "routings": routings(ctx)}
    return [kind for kind, found in held.items() if not found]


def save_machine_rows(
    ctx: Context, frame: pl.DataFrame, source: Source, *, dry_run: bool = False
) -> Mapping[str, int]:
    """Save the rows of an import of kind ``resources``."""

    def build(row: Mapping[str, Any]) -> Machine:
        name = row["resource"]
        return Machine(
            id=name,
            name=row["name"] or name,
            site=row["site"] or "",
            calendar=row["calendar"] or "",
            speed=100 if row["speed"] is None else row["speed"],
        )

    made = _build(ctx, frame, source, build)
    if not dry_run:
        with ctx.db.write() as conn:
            save_machines(conn, ctx.firm, made)
            audit.record(conn, ctx, "factory.machines.import", source.name, after=len(made))
    return {"machines": len(made)}


def save_routing_rows(
    ctx: Context, frame: pl.DataFrame, source: Source, *, dry_run: bool = False
) -> Mapping[str, int]:
    """Save the rows of an import of kind ``routings``; an item's former steps all go."""

    def build(row: Mapping[str, Any]) -> RoutingStep:
        return RoutingStep(
            item=row["item"],
            step=row["step"],
            operation=row["operation"] or str(row["step"]),
            machines=tuple(filter(None, _SEPARATORS.split(row["machines"].strip()))),
            seconds_per_piece=row["seconds_per_piece"],
            setup_minutes=row["setup_minutes"] or 0,
            changeover=row["changeover"] or "",
            after=_steps(row["after"] or ""),
            wait_minutes=row["wait_minutes"] or 0,
        )

    made = _build(ctx, frame, source, build)
    _check_order(made)
    if not dry_run:
        with ctx.db.write() as conn:
            replace_routings(conn, ctx.firm, made)
            audit.record(conn, ctx, "factory.routings.import", source.name, after=len(made))
    return {"steps": len(made), "items": len({step.item for step in made})}


def save_stock_rows(
    ctx: Context, frame: pl.DataFrame, source: Source, *, dry_run: bool = False
) -> Mapping[str, int]:
    """Save the rows of an import of kind ``stock``; an item's former lots all go."""

    def build(row: Mapping[str, Any]) -> StockLot:
        return StockLot(
            item=row["item"],
            lot=row["lot"] or "",
            quantity=row["quantity"],
            unit=unit(row["unit"] or "EA").code,
            site=row["site"] or "",
            available=row["available"],
            supplier=row["supplier"] or "",
        )

    made = _build(ctx, frame, source, build)
    if not dry_run:
        with ctx.db.write() as conn:
            replace_stock(conn, ctx.firm, made)
            audit.record(conn, ctx, "factory.stock.import", source.name, after=len(made))
    return {"lots": len(made), "items": len({lot.item for lot in made})}


def load_sample(
    ctx: Context, goods: Sequence[SampleGood], materials: Sequence[MaterialUse], *, seed: int = 0
) -> dict[str, int]:
    """Build the sample plant around goods; return how many records of each kind."""
    ctx.require(Role.PLANNER)
    plant = build_plant(goods, materials, as_of_day(ctx), seed=seed)
    with ctx.db.write() as conn:
        counts = {
            "machines": save_machines(conn, ctx.firm, plant.machines),
            "steps": replace_routings(conn, ctx.firm, plant.routings),
            "lots": replace_stock(conn, ctx.firm, plant.stock),
        }
        audit.record(conn, ctx, "factory.sample.load", "sample", after=counts)
    return counts


def remove_sample(ctx: Context) -> int:
    """Take the sample plant away; return how many records went."""
    ctx.require(Role.PLANNER)
    with ctx.db.write() as conn:
        gone = delete_sample(conn, ctx.firm)
        audit.record(conn, ctx, "factory.sample.remove", "sample", before=gone)
    return gone


def _build(ctx: Context, frame: pl.DataFrame, source: Source, build: Any) -> list[Any]:
    """Build a record per row; all that is wrong is refused together, by row."""
    ctx.require(Role.PLANNER)
    faults, made = Faults(ctx, source), []
    for row in frame.iter_rows(named=True):
        with faults.row(int(row["source_row"])):
            made.append(build(row))
    faults.refuse()
    return made


def _steps(text: str) -> tuple[int, ...]:
    """Read the numbers of the steps before; none for an empty cell.

    Raises
    ------
    InputError
        ``factory.routing.after``
    """
    parts = [part for part in _SEPARATORS.split(text.strip()) if part]
    wrong = [part for part in parts if not part.isdigit()]
    if wrong:
        raise InputError(
            "factory.routing.after",
            N_("“{value}” is not the number of a step."),
            hint=N_("Name the steps before by their numbers, such as 10;20."),
            value=wrong[0],
            column="after",
        )
    return tuple(int(part) for part in parts)


def _check_order(steps: Sequence[RoutingStep]) -> None:
    """Refuse a step that follows itself, a later one, or one that is not there."""
    known = {(step.item, step.step) for step in steps}
    for step in steps:
        for before in step.after:
            if before >= step.step or (step.item, before) not in known:
                raise InputError(
                    "factory.routing.order",
                    N_("Step {step} of {item} follows step {before}, which does not come before."),
                    hint=N_("Number the steps in their order and name earlier ones only."),
                    step=step.step,
                    item=step.item,
                    before=before,
                )
