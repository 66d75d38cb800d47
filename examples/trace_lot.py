"""Trace a lot of clay through EPCIS events: where it went, and what a recall would bring back.

python examples/trace_lot.py
"""

from __future__ import annotations

from sanpin.trace import Lineage, parse, read_events
from sanpin.trace.sample import sample_directory, sample_documents


def main() -> None:
    """Print forward and backward walks over the events of a small ceramics maker (SAMPLE)."""
    events = [event for document in sample_documents() for event in read_events(document)]
    lineage = Lineage(events)
    names = sample_directory()
    print(f"{len(events)} events")

    # Every writing of a code names the same thing; this is what a scanner sends.
    clay = parse(f"(01){names.items['CLAY']}(10)C-0301").thing
    forward = lineage.forward(clay)
    print(f"clay lot C-0301 went into {len(forward.nodes) - 1} things:")
    for node in forward.nodes[1:6]:
        print(f"  {'  ' * node.depth}{node.id}")

    mug = parse(f"(01){names.items['MUG']}(10)MUG-3").thing
    back = lineage.back(mug)
    print("mug lot MUG-3 came from:")
    for node in back.nodes[1:]:
        print(f"  {'  ' * node.depth}{node.id}  {node.quantity or ''} {node.uom}".rstrip())
    _, where = lineage.history(mug)
    print(f"it is now {where.status} at {where.location} ({where.disposition})")

    recall = lineage.recall([clay])
    print(f"if that clay is bad: {len(recall.products)} lots, {len(recall.containers)} containers")
    for one in recall.consignees:
        print(f"  {one.location}: {dict(one.quantities)}")


if __name__ == "__main__":
    main()
