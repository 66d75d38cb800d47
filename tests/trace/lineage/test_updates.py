"""An index that was brought up to date answers as one that was built anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.trace.lineage.conftest import THINGS, Ledger, chains, void
from tests.trace.lineage.test_index import assert_same

from sanpin.trace.engine.lineage.columns import Columns
from sanpin.trace.engine.lineage.index import Index
from sanpin.trace.engine.lineage.updates import updated, wants_rebuilding
from sanpin.trace.model.events import Event


class Keeper(Ledger):
    """A ledger that answers which events name things, as a store does."""

    def fetch(self, things: NDArray[np.int32]) -> Columns:
        """All events that name any of the things, complete."""
        names = {self.things.names[thing] for thing in things}
        return self.columns(
            [
                event
                for event in self.events
                if names & {name for e in event.involved for name in (e.thing, e.lot)}
            ]
        )

    def update(self, index: Index, news: list[Event], changed: list[Event]) -> Index:
        """Take events in and bring the index up to date."""
        new = {event.sequence: event for event in changed}
        self.events = [new.get(event.sequence, event) for event in self.events] + news
        columns, other = self.columns(news), self.columns(changed)
        self.fetch(np.arange(len(self.things), dtype=np.int32))
        return updated(index, columns, self.fetch, self.kinds, self.flags, other)


@settings(max_examples=200, deadline=None)
@given(chains(16), st.lists(st.integers(0, 16), max_size=3), st.data())
def test_news_give_the_answers_of_a_new_index(
    events: list[Event], cuts: list[int], data: st.DataObject
) -> None:
    """In several steps, with errors declared and withdrawn in between."""
    places = sorted({min(cut, len(events)) for cut in cuts})
    parts = [events[a:b] for a, b in zip([0, *places], [*places, len(events)], strict=True)]
    keeper = Keeper(parts[0])
    index = keeper.index()
    for part in parts[1:]:
        known = keeper.events
        picked = (
            data.draw(st.lists(st.sampled_from(known), max_size=2, unique=True)) if known else []
        )
        index = keeper.update(index, part, [void(event) for event in sorted(picked, key=order)])
    for seed in data.draw(st.lists(st.sampled_from(THINGS), min_size=2, max_size=2)):
        if keeper.things.find(seed) >= 0:
            assert_same(keeper, index, seed)
    assert index.last_event == (events[-1].sequence if events else 0)


def order(event: Event) -> int:
    """Place in the ledger."""
    return event.sequence


def test_an_index_that_was_updated_leaves_the_old_one_as_it_was() -> None:
    """Whoever is in the middle of a question goes on with what was."""
    events = [
        Event(f"urn:e:{n}", type=1, action=1, time=n, sequence=n, involved=()) for n in (1, 2)
    ]  # type: ignore[arg-type]
    keeper = Keeper(events[:1])
    index = keeper.index()
    later = keeper.update(index, [replace(events[1])], [])
    assert (index.last_event, later.last_event) == (1, 2)
    assert not wants_rebuilding(later)
