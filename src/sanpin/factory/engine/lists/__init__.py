"""Search for real plants: every rule of the model, weighted sums of all terms.

A schedule is decided by a list of operations, a mode for each, and who shares an oven; everything
else follows by placing the operations in the order of the list, each at the end of its machine's
sequence. `compile` turns a problem into flat arrays, `place` places, `dispatch` makes lists by
rules, `moves` and `anneal` improve them, and `scan` works off only what a move has changed.
The heavy modules are loaded when a search is made.
"""

__all__ = ["ListSearch"]


def __getattr__(name: str) -> object:
    """Load the search when it is asked for; the compiler takes a second to load."""
    if name == "ListSearch":
        from sanpin.factory.engine.lists.search import ListSearch

        return ListSearch
    raise AttributeError(name)
