"""Use cases of the factory: keep the plant, plan lots, schedule and make them, explain."""

from sanpin.factory.service.kinds import IMPORT_KINDS
from sanpin.factory.service.making import SAMPLE_FLOOR, FloorPass, make
from sanpin.factory.service.planning import Demand, MakePlan, plan, supply
from sanpin.factory.service.plant import (
    load_sample,
    machines,
    missing,
    remove_sample,
    routings,
    save_machine_rows,
    save_routing_rows,
    save_stock_rows,
    stock,
)
from sanpin.factory.service.scheduling import PLANT_ZONE, Scheduled, make_schedule

__all__ = [
    "IMPORT_KINDS",
    "PLANT_ZONE",
    "SAMPLE_FLOOR",
    "Demand",
    "FloorPass",
    "MakePlan",
    "Scheduled",
    "load_sample",
    "machines",
    "make",
    "make_schedule",
    "missing",
    "plan",
    "remove_sample",
    "routings",
    "save_machine_rows",
    "save_routing_rows",
    "save_stock_rows",
    "stock",
    "supply",
]
