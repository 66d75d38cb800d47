"""What the address of a recall asks: where its seeds come from, and how it is narrowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sanpin.kit.context import Context
from sanpin.trace.service.recalls import Asked
from sanpin.trace.service.seeds import (
    SeedRule,
    seeds_by_rule,
    seeds_kept,
    seeds_of,
    seeds_on_hold,
)

__all__ = ["Question", "read_question"]

_RULE = ("product", "made_from", "made_to", "made_at")


@dataclass(frozen=True, slots=True)
class Question:
    """A recall as its address asks for it.

    Attributes
    ----------
    source : what names the seeds, as pairs for an address
    asked : seeds and narrowing
    name : of the list or rule, for people; empty for codes
    """

    source: tuple[tuple[str, str], ...]
    asked: Asked
    name: str = ""

    def query(self, **changes: str | Sequence[str] | None) -> str:
        """Write the address of this question with other narrowing.

        Parameters
        ----------
        changes : ``without``, ``since``, ``until``, ``place``; None takes one away
        """
        values: dict[str, str | Sequence[str] | None] = {}
        for key in ("without", "since", "until", "place"):
            values[key] = changes.get(key, getattr(self.asked, key))
        names = {"since": "from", "until": "to"}
        pairs = list(self.source)
        for key, value in values.items():
            some = [value] if isinstance(value, str) else list(value or ())
            pairs += [(names.get(key, key), one) for one in some if one]
        return urlencode(pairs)


def read_question(ctx: Context, pairs: Iterable[tuple[str, str]]) -> Question | None:
    """Read a question out of an address; None where it names no seeds.

    Parameters
    ----------
    pairs : names and values of the address: ``epc`` once or more, or ``list``, or ``hold``, or
        ``product`` with ``made_from``, ``made_to``, ``made_at``; and ``without``, ``from``, ``to``,
        ``place``

    Raises
    ------
    InputError, StateError
        the refusal of a code, a rule or a list
    """
    given = list(pairs)
    params = dict(reversed(given))
    codes = [line.strip() for k, text in given if k == "epc" for line in text.splitlines()]
    source, seeds, name = _seeds(ctx, params, [code for code in codes if code])
    if not source:
        return None
    asked = Asked(
        seeds=seeds,
        without=tuple(value for key, value in given if key == "without" and value),
        since=_moment(params.get("from", "")),
        until=_moment(params.get("to", "")),
        place=params.get("place", ""),
    )
    return Question(tuple(source), asked, name)


def _seeds(
    ctx: Context, params: Mapping[str, str], codes: Sequence[str]
) -> tuple[list[tuple[str, str]], tuple[str, ...], str]:
    """What names the seeds in the address, the seeds, and what the list or rule is called."""
    if params.get("list"):
        name, seeds = seeds_kept(ctx, params["list"])
        return [("list", params["list"])], seeds, name
    if params.get("hold"):
        return [("hold", "1")], seeds_on_hold(ctx), ""
    if params.get("product", "").strip():
        rule = SeedRule(
            params["product"].strip(),
            _moment(params.get("made_from", "")),
            _moment(params.get("made_to", "")),
            params.get("made_at", "").strip(),
        )
        pairs = [(key, params[key]) for key in _RULE if params.get(key)]
        return pairs, seeds_by_rule(ctx, rule), rule.product
    return [("epc", code) for code in codes], seeds_of(ctx, codes), ""


def _moment(text: str) -> str:
    """Add the offset of this computer to a time of the calendar that has none."""
    value = text.strip()
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        # Whoever asks for the recall says what is wrong with it.
        return value
    return value if found.tzinfo else found.astimezone().isoformat()
