"""Commands that show the plan and the schedule in force of a workspace."""

from __future__ import annotations

from typing import Any

from sanpin.base import N_
from sanpin.kit.cli import current_context, print_result, say

__all__ = ["late", "plan", "schedule"]


def plan() -> None:
    """Say what must be made, and which materials will be short."""
    from sanpin.factory import service

    with current_context() as ctx:
        found = service.required(ctx, "plan")
        short = [row for row in service.material_needs(ctx).to_dicts() if row["short"] > 0]
        value = _record(found) | {"short": short}
        lines = [
            say(
                N_("{make_orders} lots of {items} items, {pieces} pieces, as of {as_of}."),
                as_of=found.as_of,
                **{key: _whole(found.facts[key]) for key in ("make_orders", "items", "pieces")},
            ),
            *(f"  {row['material']:<20}{row['short']:>14,.1f} {row['unit']}" for row in short),
        ]
    print_result(value, lambda: "\n".join(lines))


def schedule() -> None:
    """Say how many orders will be late, and how full the machines are."""
    from sanpin.factory import service

    with current_context() as ctx:
        found = service.required(ctx, "schedule")
        loads = service.machine_load(ctx)
        value = _record(found) | {"load": loads.to_dicts()}
        facts = found.facts
        lines = [
            say(
                N_("{operations} operations, {late} of {orders} orders late, {use} % used."),
                operations=facts["operations"],
                late=facts["late_orders"],
                orders=facts["orders"],
                use=round(100 * facts["utilisation"]),
            ),
            *(f"  {row['machine']:<20}{row['share']:>8.0%}" for row in loads.head(10).to_dicts()),
        ]
    print_result(value, lambda: "\n".join(lines))


def late() -> None:
    """List the late orders with what makes them late."""
    from sanpin.factory import service

    with current_context() as ctx:
        rows = service.late_orders(ctx).to_dicts()
        lines = [
            f"{row['order']:<16}{row['end']:%Y-%m-%d %H:%M}  {row['late_minutes'] / 1440:>6.1f} d  "
            f"{row['resource']:<14}{say(service.CAUSES[row['cause']])}"
            for row in rows
        ]
    print_result({"late": rows}, lambda: "\n".join(lines) or say(N_("No order is late.")))


def _record(found: Any) -> dict[str, Any]:
    """Return a result in force as the commands print it."""
    return {"run": found.run, "as_of": found.as_of, **found.facts}


def _whole(value: object) -> object:
    """Round a number for people; anything else stays as it is."""
    return round(value) if isinstance(value, float) else value
