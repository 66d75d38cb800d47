"""A made-up dairy chain of any size, marked SAMPLE, with the exact answers to its questions.

Farm lots are collected and mixed in tanks, of which each takes over what the one before left;
items are packed from tanks, cases from items and pallets from cases; pallets go to a centre and
on to a shop, where they are taken apart and most items are sold. Now and then the tanks are
cleaned and nothing is carried over: that is where a recall ends.

`plan` says what there is and when, `tables` writes it as columns, `documents` as EPCIS, and
`truth` works out the answers from the plan alone, so that an engine can be judged by them.
"""

from sanpin.trace.engine.generate.documents import documents
from sanpin.trace.engine.generate.plan import SAMPLE, Plan, plan_chain
from sanpin.trace.engine.generate.tables import Tables, tables_of
from sanpin.trace.engine.generate.truth import truths

__all__ = ["SAMPLE", "Plan", "Tables", "documents", "plan_chain", "tables_of", "truths"]
