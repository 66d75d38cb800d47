"""The sample company goes as one: what it brought, and nothing that is the firm's own."""

from __future__ import annotations

from sanpin.demand import service as demand
from sanpin.flows.company import has_sample, remove_sample_company
from sanpin.flows.company_jobs import remove_job
from sanpin.kit.context import Context
from sanpin.trace import service as trace
from sanpin.trace.sample import sample_documents


def test_the_events_of_the_sample_go_with_it(orders: Context) -> None:
    """A trace that is left alone still counts as sample, and goes; the firm's orders stay."""
    lines = demand.count_lines(orders)
    assert not has_sample(orders)
    trace.capture_sample(orders)
    assert has_sample(orders)
    remove_sample_company(orders)
    assert not has_sample(orders)
    assert trace.count_events(orders) == 0
    assert demand.count_lines(orders) == lines > 100


def test_events_of_the_firm_itself_stay(orders: Context) -> None:
    """Documents that were sent in from outside are nobody's sample, whatever they say."""
    trace.capture(orders, sample_documents())
    told: list[str] = []
    answer = remove_job(orders, {}, lambda _share, message: told.append(message))
    assert trace.count_events(orders) == 35
    assert answer["orders"] == demand.count_lines(orders)
    assert told == ["Removing the sample"]
