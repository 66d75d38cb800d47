"""Store of the domain: the plant as rows, its results as pointers into the lake.

Functions take an open connection, so that a service decides what belongs to one transaction.
"""

from sanpin.factory.store.plant import (
    delete_sample,
    load_machines,
    load_routings,
    load_stock,
    replace_routings,
    replace_stock,
    save_machines,
)
from sanpin.factory.store.results import ResultRecord, last_result, save_result
from sanpin.factory.store.tables import METADATA

__all__ = [
    "METADATA",
    "ResultRecord",
    "delete_sample",
    "last_result",
    "load_machines",
    "load_routings",
    "load_stock",
    "replace_routings",
    "replace_stock",
    "save_machines",
    "save_result",
]
