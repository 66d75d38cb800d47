"""Use cases of the factory: keep the plant, plan lots, schedule and make them, explain.

`plant` takes the firm's own data in and out, `planning` decides what to make, `scheduling` when
and where, `making` plays the floor; each leaves a Run and puts its result in force. `queries`
answers what pages, interfaces and commands ask about results in force, and `solving` checks
what comes from outside without storing it.
"""

from sanpin.factory.service.kinds import IMPORT_KINDS
from sanpin.factory.service.lots import (
    LOT_STATES,
    held_lots,
    lot_page,
    made_lots,
    name_lots,
)
from sanpin.factory.service.making import FloorPass, make
from sanpin.factory.service.planning import Demand, MakePlan, plan, supply
from sanpin.factory.service.plant import (
    PLANT_ZONE,
    family_name,
    is_sample,
    load_sample,
    machine_name,
    machines,
    missing,
    open_minutes,
    plant_rules,
    remove_sample,
    routings,
    save_machine_rows,
    save_routing_rows,
    save_stock_rows,
    site_names,
    stock,
)
from sanpin.factory.service.queries import (
    CAUSES,
    due_within,
    gantt,
    in_force,
    late_order_page,
    late_orders,
    machine_load,
    make_order_page,
    make_orders,
    material_needs,
    operations,
    overloads,
    plan_in_force,
    required,
    schedule_in_force,
    search,
)
from sanpin.factory.service.scheduling import Scheduled, make_schedule
from sanpin.factory.service.solving import check_records

__all__ = [
    "CAUSES",
    "IMPORT_KINDS",
    "LOT_STATES",
    "PLANT_ZONE",
    "Demand",
    "FloorPass",
    "MakePlan",
    "Scheduled",
    "check_records",
    "due_within",
    "family_name",
    "gantt",
    "held_lots",
    "in_force",
    "is_sample",
    "late_order_page",
    "late_orders",
    "load_sample",
    "lot_page",
    "machine_load",
    "machine_name",
    "machines",
    "made_lots",
    "make",
    "make_order_page",
    "make_orders",
    "make_schedule",
    "material_needs",
    "missing",
    "name_lots",
    "open_minutes",
    "operations",
    "overloads",
    "plan",
    "plan_in_force",
    "plant_rules",
    "remove_sample",
    "required",
    "routings",
    "save_machine_rows",
    "save_routing_rows",
    "save_stock_rows",
    "schedule_in_force",
    "search",
    "site_names",
    "stock",
    "supply",
]
