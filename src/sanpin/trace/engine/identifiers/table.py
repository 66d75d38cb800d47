"""Application identifiers: what each value may be, what it needs, what it names.

`RULES` is built from the generated table. A value is checked by one compiled expression for its
lengths and characters and then by the linters of its components.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sanpin.base import N_
from sanpin.trace.engine.identifiers.ai_table import ROWS, Component, Row
from sanpin.trace.engine.identifiers.check import Fault, check_digit, check_pair, refuse
from sanpin.trace.engine.identifiers.linters import LINTERS, Linter
from sanpin.trace.engine.identifiers.linters.characters import SETS, set_linter

__all__ = ["LONGEST_AI", "RULES", "Rule", "ai_at", "check_value", "corrected"]

LONGEST_AI = 4
_CHECKS = {"csum": 1, "csumalpha": 2}


@dataclass(frozen=True, slots=True)
class Rule:
    """What the dictionary says about one application identifier.

    Attributes
    ----------
    ai, title : digits and name
    predefined : whether its length is predefined, so that no separator follows
    describes : whether it may stand in the query of a Digital Link
    components : type, shortest, longest, optional, linters of each part of the value
    minimum, maximum : length of the value in characters
    requires : groups of sets of identifiers; of each group one set must be there
    excludes : identifiers (``n`` for any digit) that must not be there
    qualifiers : rows of qualifiers in order if this is a key; None if it is none
    pattern : expression of the whole value with a group for each component
    linted : (group, linters) of the components that have any
    """

    ai: str
    title: str
    predefined: bool
    describes: bool
    components: tuple[Component, ...]
    minimum: int
    maximum: int
    requires: tuple[tuple[tuple[str, ...], ...], ...]
    excludes: tuple[str, ...]
    qualifiers: tuple[tuple[str, ...], ...] | None
    pattern: re.Pattern[str]
    linted: tuple[tuple[int, tuple[Linter, ...]], ...]

    @property
    def plain(self) -> bool:
        """Whether the last component holds text, so that a value may look like anything."""
        return self.components[-1][0] == "X"


def _expression(components: tuple[Component, ...]) -> str:
    """Write the expression of a value; an optional part may stand only behind all before it."""
    if not components:
        return ""
    kind, shortest, longest, optional, _ = components[0]
    size = f"{{{shortest},{longest}}}" if shortest != longest else f"{{{longest}}}"
    part = f"([{SETS[kind]}]{size}){_expression(components[1:])}"
    return f"(?:{part})?" if optional else part


def _linters(component: Component) -> tuple[Linter, ...]:
    """Linters of a component; a base64 value has its padding checked too."""
    names = ("cset64", *component[4]) if component[0] == "Z" else component[4]
    return tuple(LINTERS[name] for name in names)


def _rules(row: Row) -> Iterator[Rule]:
    """Make the rule of each identifier of a row, which may be a range."""
    first, last, flags, components, requires, excludes, qualifiers, title = row
    linted = tuple((n, _linters(c)) for n, c in enumerate(components, 1) if _linters(c))
    pattern = re.compile(_expression(components))
    for number in range(int(first), int(last) + 1):
        yield Rule(
            ai=f"{number:0{len(first)}d}",
            title=title,
            predefined="*" in flags,
            describes="?" in flags,
            components=components,
            minimum=sum(c[1] for c in components if not c[3]),
            maximum=sum(c[2] for c in components),
            requires=requires,
            excludes=excludes,
            qualifiers=qualifiers,
            pattern=pattern,
            linted=linted,
        )


RULES: dict[str, Rule] = {rule.ai: rule for row in ROWS for rule in _rules(row)}


def ai_at(text: str, at: int) -> str:
    """Find the application identifier at a position; empty when none is known.

    None is the beginning of another, so the first length that is known is the right one.
    """
    for length in range(2, LONGEST_AI + 1):
        ai = text[at : at + length]
        if ai in RULES:
            return ai
    return ""


def check_value(rule: Rule, value: str, at: int = 0) -> Fault | None:
    """Return why a value may not stand for an application identifier; None when it may.

    Parameters
    ----------
    rule : rule of the application identifier
    value : as it was given, unescaped
    at : where it began in what was given
    """
    found = rule.pattern.fullmatch(value)
    if found is None:
        return _explain(rule, value).moved(at)
    for group, linters in rule.linted:
        text = found[group]
        if text is None:
            continue
        for linter in linters:
            fault = linter(text)
            if fault is not None:
                return _named(fault, rule, found.start(group) + at)
    return None


def _named(fault: Fault, rule: Rule, at: int) -> Fault:
    """Place a fault of a component in what was given and name the application identifier."""
    message = fault.message
    if fault.code == "trace.identifier.check_digit":
        message = N_("The check digit of ({ai}) {text} is {found}; it should be {expected}.")
    return Fault(fault.code, message, fault.at + at, fault.hint, {**fault.fields, "ai": rule.ai})


def _explain(rule: Rule, value: str) -> Fault:
    """Say what is wrong with a value that does not fit: a character first, else the length."""
    start = 0
    for kind, _, longest, _, _ in rule.components:
        part = value[start : start + longest]
        fault = set_linter(kind)(part)
        if fault is not None:
            place = start + fault.at
            return refuse(
                "character",
                N_("({ai}) may not contain “{found}” at character {place}."),
                place,
                ai=rule.ai,
                found=value[place],
                place=place + 1,
            )
        start += longest
    return refuse(
        "length",
        N_("({ai}) has {length} characters; {minimum} to {maximum} are allowed."),
        0,
        N_("Check that the code was read completely."),
        ai=rule.ai,
        length=len(value),
        minimum=rule.minimum,
        maximum=rule.maximum,
    )


def corrected(rule: Rule, value: str) -> str:
    """Return the value with the check characters that it should have."""
    found = rule.pattern.fullmatch(value)
    if found is None:
        return value
    for group, component in enumerate(rule.components, 1):
        for name in component[4]:
            size = _CHECKS.get(name, 0)
            if size and found[group]:
                end = found.end(group)
                body = value[found.start(group) : end - size]
                check = check_digit(body) if size == 1 else check_pair(body)
                value = value[: end - size] + check + value[end:]
    return value
