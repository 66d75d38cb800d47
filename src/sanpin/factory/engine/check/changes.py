"""How long the set-up before a load is: change-overs by attribute, and cleaning.

Cleaning. A machine counts, for each attribute with `clean`, the loads that name this attribute
and the units (the quantity of the job) that they make. Both counts are 0 at time 0 and again
after each change or cleaning of the attribute. Before a load that names the attribute

- it is *changed* when the load before on that machine (or `initial` before the first) names it
  with another value: the change-over cleans, and nothing is added;
- else cleaning is *due* when `every_batches` loads or `every_units` units have run since: the
  attribute's length is then its usual one (0, or what is listed for staying the same) and
  `duration` beside it.

So `every_batches: 3` cleans before the fourth load in a row without a change. Work is never
split for it: only what has run counts, not what comes. An operation that does not name the
attribute plays no part: it is neither counted nor cleaned for. A load of an oven counts once,
its units are those of all its members that name the attribute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sanpin.factory.engine.check.facts import Placing
from sanpin.factory.model import Attribute, SetupTable

__all__ = ["Changes", "Load"]

Load = Sequence[Placing]
"""What a machine does at one time: an operation, or the members of a batch."""

Forbidden = tuple[Placing, str, tuple[str, str]]
"""Who causes a forbidden change, of which attribute, from what to what."""


class Changes:
    """The attributes that a machine was left with, and what has run since the last cleaning.

    Parameters
    ----------
    table : change-overs of the machine
    initial : attributes of what it made before the first load
    """

    def __init__(self, table: SetupTable, initial: Mapping[str, str]) -> None:
        self.table = table
        self.left: Sequence[Mapping[str, str]] = (initial,)
        self.cleaned = {name: each for name, each in table.attributes.items() if each.clean}
        self.batches = dict.fromkeys(self.cleaned, 0)
        self.units = dict.fromkeys(self.cleaned, 0)

    def make(self, load: Load) -> tuple[int, list[Forbidden]]:
        """Return the length of the set-up before a load and the forbidden changes in it.

        A load is set up once: for the longest way from any member before to any member now.
        """
        due = {name: each for name, each in self.cleaned.items() if self._due(name, each, load)}
        lengths, forbidden = [0], {}
        news = load if len(load) == 1 else _unlike(load)
        for member in news:
            for old in self.left:
                length, refused = self._length(old, member, due)
                lengths.append(length)
                forbidden.update({each[1:]: each for each in refused})
        self.left = [member.op.attributes for member in news]
        for name in self.cleaned:
            self._count(name, load)
        return max(lengths), list(forbidden.values())

    def _length(
        self, old: Mapping[str, str], member: Placing, due: Mapping[str, Attribute]
    ) -> tuple[int, list[Forbidden]]:
        """Add up (or take the longest of) the attributes' lengths; note forbidden changes."""
        lengths, forbidden = [0], []
        for name, attribute in self.table.attributes.items():
            before, after = old.get(name), member.op.attributes.get(name)
            if after is None:
                continue
            length = attribute.clean.get("duration", 0) if attribute.clean and name in due else 0
            # What has no value of an attribute neither needs nor causes a change of it.
            if before is not None:
                length += attribute.length(before, after)
                if (before, after) in attribute.forbidden:
                    forbidden.append((member, name, (before, after)))
            lengths.append(length)
        return (sum if self.table.combine == "sum" else max)(lengths), forbidden

    def _due(self, name: str, attribute: Attribute, load: Load) -> bool:
        """Tell whether an attribute must be cleaned before a load; then, or changed, count anew."""
        after = {m.op.attributes[name] for m in load if name in m.op.attributes}
        before = {old[name] for old in self.left if name in old}
        if not after:
            return False
        clean = attribute.clean or {}
        changed = bool(before) and len(before | after) > 1
        due = not changed and (
            self.batches[name] >= clean.get("every_batches", float("inf"))
            or self.units[name] >= clean.get("every_units", float("inf"))
        )
        if changed or due:
            self.batches[name] = self.units[name] = 0
        return due

    def _count(self, name: str, load: Load) -> None:
        """Count a load that names the attribute."""
        units = [member.job.quantity for member in load if name in member.op.attributes]
        self.batches[name] += bool(units)
        self.units[name] += sum(units)


def _unlike(load: Load) -> Load:
    """Return one member of a load for each combination of attributes."""
    return list({tuple(sorted(each.op.attributes.items())): each for each in load}.values())
