"""The generated chain: the same each time, valid, and with answers that are right."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import replace

import numpy as np
import orjson
import pytest

from sanpin.base import InputError
from sanpin.trace.engine.generate import SAMPLE, documents, plan_chain, tables_of, truths
from sanpin.trace.engine.generate.tables import Tables
from sanpin.trace.engine.generate.truth import answer
from sanpin.trace.engine.identifiers import thing_of
from sanpin.trace.engine.library import read_events
from sanpin.trace.engine.lineage import MemoryEvents, back, forward, recall
from sanpin.trace.engine.lineage.columns import kind_of, word_flags
from sanpin.trace.engine.lineage.index import Index
from sanpin.trace.engine.lineage.scope import scope_of


@pytest.fixture(scope="module")
def tables() -> Tables:
    """Give a chain of eight small tanks."""
    return tables_of(plan_chain(4700, 3))


@pytest.mark.parametrize("events", [34, 100, 533, 1000, 4321, 70_000])
def test_there_are_as_many_events_as_asked_for(events: int) -> None:
    """In the order of time, and none of them without things."""
    columns = tables_of(plan_chain(events, 1)).columns
    assert columns.time.size == columns.event[-1] == events
    assert np.all(np.diff(columns.time) >= 0)
    assert np.all(np.diff(columns.offset) > 0)


def test_a_chain_needs_some_events() -> None:
    """Less than one pallet is no chain."""
    with pytest.raises(InputError) as refusal:
        plan_chain(33)
    assert refusal.value.code == "trace.generate.few"


def test_the_seed_decides(tables: Tables) -> None:
    """The same seed gives the same documents, another one other names."""
    first, again, other = (
        hashlib.sha256(b"".join(documents(tables_of(plan_chain(1600, seed))))).digest()
        for seed in (3, 3, 4)
    )
    assert first == again != other


def test_names_are_canonical_and_no_two_alike(tables: Tables) -> None:
    """With good check digits, and of the kinds that the columns say."""
    names = tables.plan.names(np.arange(tables.plan.things))
    assert len(set(names)) == len(names)
    for name, kind in list(zip(names, tables.kinds, strict=True))[::7]:
        assert thing_of(name) == name
        assert kind_of(name) == kind
    for place in tables.plan.places:
        assert thing_of(place) == place


def test_documents_say_what_the_columns_say(tables: Tables) -> None:
    """A reader of the files finds the same events; every document is marked."""
    plan, columns = tables.plan, tables.columns
    number = 0
    for document in documents(tables):
        assert SAMPLE.encode() in document
        for event in read_events(document):
            low, high = columns.offset[number], columns.offset[number + 1]
            names = plan.names(columns.thing[low:high])
            found = sorted((entry.thing, entry.part) for entry in event.involved)
            assert found == sorted(zip(names, columns.part[low:high], strict=True))
            assert (event.time, event.type) == (columns.time[number], columns.type[number])
            number += 1
    assert number == plan.events


def test_answers_are_those_of_events_that_are_replayed(tables: Tables) -> None:
    """The closed form against the engine that reads events one by one."""
    plan = tables.plan
    events = itertools.chain.from_iterable(read_events(document) for document in documents(tables))
    source = MemoryEvents(replace(e, sequence=n) for n, e in enumerate(events, 1))
    for truth in itertools.islice(truths(plan), 10):
        root = plan.names(np.array([truth.root]))[0]
        things = np.append(truth.products, truth.containers)
        if truth.question == "recall":
            scope = recall(source, [root])
            assert {line.id for line in scope.products} == set(plan.names(truth.products))
            assert {line.id for line in scope.containers} == set(plan.names(truth.containers))
            wanted = {plan.places[place]: n for place, n in truth.consignees.items()}
            assert {one.location: len(one.products) for one in scope.consignees} == wanted
            assert scope.gaps == ()
        else:
            walk = (back if truth.question == "back" else forward)(source, root)
            assert {node.id for node in walk.nodes} == set(plan.names(things))


def test_answers_are_those_of_the_index() -> None:
    """On a chain of several campaigns, every kind of thing of three tanks."""
    tables = tables_of(plan_chain(40_000, 5))
    plan = tables.plan
    index = Index.build(tables.columns, tables.kinds, word_flags(tables.words))
    first = len(tables.words) - len(plan.places)
    for tank in (0, 2, plan.tanks - 1):
        for part in (*range(14), 14, 500, plan.per_tank - 1, plan.per_tank - plan.pallets - 3):
            root = tank * plan.per_tank + part
            truth = answer(plan, "recall", root)
            found = scope_of(index, [root])
            assert np.array_equal(np.sort(found.reach.things[found.product]), truth.products)
            rest = np.sort(found.reach.things[~found.product])
            assert np.array_equal(rest, truth.containers)
            places = {place - first: n for place, n, _ in found.delivered.by_place()}
            assert places == truth.consignees
            if part >= 14:
                truth = answer(plan, "back", root)
                wanted = np.sort(np.append(truth.products, truth.containers))
                assert np.array_equal(np.sort(index.back(root).things), wanted)


def test_long_answers_are_given_by_number_and_digest(tables: Tables) -> None:
    """So that a file of answers stays small however long the chain is."""
    truth = next(truths(tables.plan))
    record = truth.record(tables.plan)
    names = sorted(tables.plan.names(truth.products))
    assert record["products"]["ids"] == names  # type: ignore[index]
    digest = hashlib.sha256("\n".join(names).encode()).hexdigest()
    assert record["products"]["sha256"] == digest  # type: ignore[index]
    assert orjson.loads(orjson.dumps(record)) == record
