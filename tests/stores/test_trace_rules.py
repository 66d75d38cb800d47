"""Who sees whose events: every rule, every viewer, every event, one by one, on every database.

Three firms trade: a farm sells to a mill, the mill to a shop. Each captures its own events; what
a firm sees with every set of rules is compared with what is written down here.
"""

from __future__ import annotations

import itertools

import orjson
import pytest

from sanpin.base import InputError, StateError
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Actor, Context
from sanpin.trace import service
from sanpin.trace.engine.epcis import write_document
from sanpin.trace.model.masterdata import MasterEntry
from sanpin.trace.model.queries import Query
from sanpin.trace.service.queries import all_events

NOW = "2026-03-10T00:00:00Z"
FIRMS = ("farm", "mill", "shop", "other")


def event(name: str, day: int, *things: str, **more: object) -> dict[str, object]:
    return {
        "type": "ObjectEvent",
        "eventID": f"urn:e:{name}",
        "eventTime": f"2026-03-{day:02d}T08:00:00Z",
        "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE",
        "epcList": [f"urn:t:{thing}" for thing in things],
        **more,
    }


def sold(name: str, day: int, seller: str, buyer: str, *things: str) -> dict[str, object]:
    return event(
        name,
        day,
        *things,
        bizStep="shipping",
        bizLocation={"id": f"urn:p:{seller}:gate"},
        sourceList=[{"type": "owning_party", "source": f"urn:p:{seller}"}],
        destinationList=[{"type": "owning_party", "destination": f"urn:p:{buyer}"}],
    )


EVENTS = {
    "farm": [
        event("grown", 1, "wheat", bizLocation={"id": "urn:p:farm:field"}),
        event("secret", 1, "oats", bizLocation={"id": "urn:p:farm:field"}),
        sold("wheat-sold", 2, "farm", "mill", "wheat"),
    ],
    "mill": [
        {
            "type": "TransformationEvent",
            "eventID": "urn:e:milled",
            "eventTime": "2026-03-03T08:00:00Z",
            "eventTimeZoneOffset": "+00:00",
            "bizLocation": {"id": "urn:p:mill:hall"},
            "inputEPCList": ["urn:t:wheat"],
            "outputEPCList": ["urn:t:flour", "urn:t:bran"],
        },
        event("stored", 3, "bran", bizLocation={"id": "urn:p:mill:shelf"}),
        sold("flour-sold", 4, "mill", "shop", "flour"),
    ],
    "shop": [event("sold-on", 5, "flour", bizLocation={"id": "urn:p:shop"})],
    "other": [],
}
OWN = {firm: {str(one["eventID"])[6:] for one in EVENTS[firm]} for firm in FIRMS}

# A rule, and what the viewer sees of the owner's events by this rule alone.
RULES: dict[tuple[str, str, str, str], set[str]] = {
    ("farm", "mill", "owner", ""): {"grown", "secret", "wheat-sold"},
    ("farm", "mill", "place", "urn:p:farm:field"): {"grown", "secret"},
    ("farm", "mill", "place", "urn:p:farm"): {"grown", "secret", "wheat-sold"},
    ("farm", "mill", "traded", "urn:p:mill"): {"grown", "wheat-sold"},
    ("farm", "shop", "traded", "urn:p:shop"): set(),
    ("mill", "farm", "traded", "urn:p:farm"): set(),
    ("mill", "shop", "traded", "urn:p:shop"): {"milled", "flour-sold"},
    ("mill", "shop", "place", "urn:p:mill:shelf"): {"stored"},
    ("mill", "shop", "chain", "urn:p:shop"): {"milled", "stored", "flour-sold"},
    ("farm", "shop", "chain", "urn:p:shop"): set(),
    ("farm", "other", "chain", "urn:p:mill"): {"grown", "wheat-sold"},
    ("shop", "mill", "owner", ""): {"sold-on"},
}
# Rules along the chain open more together than each alone.
TOGETHER = {
    frozenset([("mill", "shop", "chain", "urn:p:shop"), ("farm", "shop", "chain", "urn:p:shop")]): {
        "grown",
        "wheat-sold",
    }
}


def acting(ctx: Context, firm: str, role: Role = Role.ADMIN) -> Context:
    return ctx.acting_as(Actor("someone", role, firm))


@pytest.fixture
def trade(ctx: Context) -> Context:
    """Give a ledger in which each firm has captured its events."""
    for firm, events in EVENTS.items():
        assert service.capture(acting(ctx, firm), [write_document(events, NOW, {})]).success
    parts = ("urn:p:farm:field", "urn:p:farm:gate")
    service.save_master(
        acting(ctx, "farm"), [MasterEntry("urn:p:farm", "place", "Farm", {}, parts)]
    )
    return ctx


def visible(ctx: Context, firm: str) -> set[str]:
    """Names of the events that a firm sees in a list, one by one, and by their things."""
    mine = acting(ctx, firm)
    listed = {event.id[6:] for event in service.find_events(mine, limit=100)}
    things = ("wheat", "oats", "flour", "bran")
    by_thing = {
        event.id[6:] for thing in things for event in service.find_events(mine, f"urn:t:{thing}")
    }
    single = set()
    for name in itertools.chain.from_iterable(OWN.values()):
        try:
            service.event_text(mine, f"urn:e:{name}")
            single.add(name)
        except StateError as refusal:
            assert refusal.status == 404
    assert listed == by_thing == single
    return listed


def test_without_rules_each_sees_its_own(trade: Context) -> None:
    for firm in FIRMS:
        assert visible(trade, firm) == OWN[firm]


@pytest.mark.parametrize("rule", RULES, ids=" ".join)
def test_each_rule_opens_what_it_says_and_no_more(
    trade: Context, rule: tuple[str, str, str, str]
) -> None:
    owner, viewer, kind, scope = rule
    given = service.give_sight(acting(trade, owner), viewer, kind, scope)
    for firm in FIRMS:
        more = RULES[rule] if firm == viewer else set()
        assert visible(trade, firm) == OWN[firm] | more
    service.take_sight_back(acting(trade, owner), given)
    assert visible(trade, viewer) == OWN[viewer]


@pytest.mark.parametrize("pair", list(itertools.combinations(RULES, 2))[::5])
def test_rules_add_up(trade: Context, pair: tuple[tuple[str, str, str, str], ...]) -> None:
    for owner, viewer, kind, scope in pair:
        service.give_sight(acting(trade, owner), viewer, kind, scope)
    for firm in FIRMS:
        more = set().union(*(RULES[rule] for rule in pair if rule[1] == firm))
        assert visible(trade, firm) == OWN[firm] | more | (
            TOGETHER.get(frozenset(pair), set()) if firm == pair[0][1] else set()
        )


def test_the_chain_goes_as_far_as_all_on_it_agree(trade: Context) -> None:
    ((rules, more),) = TOGETHER.items()
    for owner, viewer, kind, scope in rules:
        service.give_sight(acting(trade, owner), viewer, kind, scope)
    assert visible(trade, "shop") == OWN["shop"] | {"milled", "stored", "flour-sold"} | more
    lineage = service.back(acting(trade, "shop"), "urn:t:flour")
    assert {node.id for node in lineage.nodes} == {"urn:t:flour", "urn:t:wheat"}


def test_rules_are_listed_for_both_sides_and_refused_when_wrong(trade: Context) -> None:
    farm, mill = acting(trade, "farm"), acting(trade, "mill")
    rule = service.give_sight(farm, "mill", "owner")
    assert [(r["id"], r["owner"], r["viewer"]) for r in service.sight_rules(farm)] == [
        (rule, "farm", "mill")
    ]
    assert service.sight_rules(mill) == service.sight_rules(farm)
    assert service.sight_rules(acting(trade, "shop")) == []
    with pytest.raises(StateError) as refusal:
        service.take_sight_back(mill, rule)
    assert (refusal.value.code, refusal.value.status) == ("trace.rule.none", 404)
    for viewer, kind, scope in (
        ("mill", "moon", ""),
        ("farm", "owner", ""),
        ("mill", "owner", "urn:p:x"),
        ("mill", "place", ""),
        ("", "owner", ""),
    ):
        with pytest.raises(InputError):
            service.give_sight(farm, viewer, kind, scope)
    planner = acting(trade, "farm", Role.PLANNER)
    for work in (
        lambda: service.give_sight(planner, "mill", "owner"),
        lambda: service.take_sight_back(planner, rule),
    ):
        with pytest.raises(StateError, match="needs the role"):
            work()


def test_what_is_seen_is_not_owned(trade: Context) -> None:
    """A viewer cannot undo or erase what a rule lets it see; counts are its own."""
    farm, mill = acting(trade, "farm"), acting(trade, "mill")
    service.give_sight(farm, "mill", "owner")
    with pytest.raises(StateError):
        service.undo_declaration(mill, "urn:e:grown")
    service.set_retention(mill, 1)
    assert service.erase_expired(mill) == 3
    assert visible(trade, "farm") == OWN["farm"]
    assert service.count_events(mill) == 0


def test_queries_keep_to_the_rules(trade: Context) -> None:
    """The query language sees what a list of events shows."""
    service.give_sight(acting(trade, "farm"), "mill", "traded", "urn:p:mill")
    mill = acting(trade, "mill")
    found = [body for page in all_events(mill, Query()) for body in page.texts]
    names = {orjson.loads(text)["eventID"][6:] for text, _ in found}
    assert names == OWN["mill"] | {"grown", "wheat-sold"} == visible(trade, "mill")
