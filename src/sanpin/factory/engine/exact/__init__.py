"""Exact solving by constraint programming: whole problems, and windows of any problem.

`solve_exact` writes every rule into one CP-SAT model and proves what it can; `improve_window`
sets some operations of a schedule free and leaves the others where they are (large neighbourhood
search, Shaw 1998), `choose_window` says which. `inexact` names the rules that the model cannot
say exactly.

`index` numbers the problem, `opening` and `options` say how long work takes when, `model` holds
the variables, and one module per family of rules (`links`, `machines`, `ovens`, `people`,
`rooms`, `objective`) adds its constraints. `decode` turns values into a schedule.
"""

from sanpin.factory.engine.exact.choose import choose_window
from sanpin.factory.engine.exact.index import Index, make_index
from sanpin.factory.engine.exact.rules import inexact
from sanpin.factory.engine.exact.solve import ExactOutcome, solve_exact
from sanpin.factory.engine.exact.windows import WindowOutcome, improve_window

__all__ = [
    "ExactOutcome",
    "Index",
    "WindowOutcome",
    "choose_window",
    "improve_window",
    "inexact",
    "make_index",
    "solve_exact",
]
