"""The batch door: one JSON line with a code in, one JSON line with all its writings out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from sanpin.base import N_
from sanpin.trace.engine.identifiers.check import Fault, refuse
from sanpin.trace.engine.identifiers.element import brackets_of, element_of
from sanpin.trace.engine.identifiers.link import write_link
from sanpin.trace.engine.identifiers.linters import LINTERS
from sanpin.trace.engine.identifiers.prefixes import NO_PREFIXES, Prefixes
from sanpin.trace.engine.identifiers.quick import quick_answer
from sanpin.trace.engine.identifiers.read import NOTATIONS, read
from sanpin.trace.engine.identifiers.reading import NO_OPTIONS, Options, Reading
from sanpin.trace.engine.identifiers.urn import write_urn
from sanpin.trace.model.identifiers import CANONICAL_STEM

__all__ = ["KINDS_OF_CODES", "Door"]

KINDS_OF_CODES = (*NOTATIONS, "lint")
"""What a line may be: a notation, or one value for one linter."""

_TEXTS = ("kind", "value", "linter", "symbology", "stem")
_SWITCHES = ("convenience_alphas", "zero_suppressed_gtin", "fix_check_digit")

Record = dict[str, Any]
Tell = Callable[..., str]


def _plain(message: str, **fields: object) -> str:
    """Write a message in English."""
    return message.format(**fields)


@dataclass(frozen=True, slots=True)
class Door:
    """Answers requests about codes.

    Attributes
    ----------
    prefixes : lengths of company prefixes, for EPC URNs
    fix_check_digit : whether to correct check digits where a request says nothing about it
    tell : writes a message with its fields in the language of the reader
    """

    prefixes: Prefixes = field(default_factory=lambda: NO_PREFIXES)
    fix_check_digit: bool = False
    tell: Tell = _plain

    def lines(self, lines: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
        """Answer JSON lines in their order.

        Returns
        -------
        iterator of (bytes, bool)
            the answer with its line end, and whether the code was accepted; empty lines are
            passed over
        """
        prefixes, quick = self.prefixes, not self.fix_check_digit
        loads, dumps, newline = orjson.loads, orjson.dumps, orjson.OPT_APPEND_NEWLINE
        record: Record | None
        for number, line in enumerate(lines, 1):
            try:
                request = loads(line)
            except orjson.JSONDecodeError as error:
                if line.isspace() or not line:
                    continue
                record = self._refused(None, _broken_line(number, error.pos))
            else:
                record = None
                if quick and type(request) is dict and _is_common(request):
                    record = quick_answer(request.get("id"), request["value"], prefixes)
                if record is None:
                    record = self.answer(request)
            yield dumps(record, option=newline), record["ok"]

    def answer(self, request: object) -> Record:
        """Answer one request; what is wrong with it stands in the answer."""
        if not isinstance(request, dict):
            return self._refused(None, _bad_request(N_("The request is no object.")))
        name = request.get("id")
        fault = _check_request(request)
        if fault is not None:
            return self._refused(name, fault)
        value, kind = request["value"], request.get("kind", "auto")
        if kind == "lint":
            return self._lint(name, request["linter"], value)
        options = self._options(request)
        reading = read(value, kind, options)
        return self._record(name, reading, options, request.get("stem") or CANONICAL_STEM)

    def _options(self, request: Mapping[str, Any]) -> Options:
        """Options of a request."""
        length, symbology = request.get("gcp_length"), request.get("symbology")
        given = request.get("options")
        if not given and length is None and not symbology:
            return FIXING if self.fix_check_digit else NO_OPTIONS
        given = given or {}
        return Options(
            bool(given.get("convenience_alphas")),
            bool(given.get("zero_suppressed_gtin")),
            bool(given.get("fix_check_digit", self.fix_check_digit)),
            length,
            symbology or "",
        )

    def _lint(self, name: object, linter: str, value: str) -> Record:
        """Check one value with one linter."""
        fault = LINTERS[linter](value)
        return self._empty(name) if fault is None else self._refused(name, fault)

    def _record(self, name: object, reading: Reading, options: Options, stem: str) -> Record:
        """Write down a reading in all notations."""
        pairs = [(ai, value) for ai, value, _ in reading.pairs]
        if reading.faults:
            return self._refused(name, *reading.faults) | {"ais": pairs}
        found = reading.identifier
        record = {
            "id": name,
            "ok": True,
            "key": found.key if found else None,
            "ais": pairs,
            "brackets": brackets_of(pairs) if pairs else None,
            "element": element_of(pairs) if pairs else None,
            "dl": write_link(found, stem) if found else None,
            "urn": None,
            "canonical": found.canonical if found else reading.name or None,
            "errors": [],
        }
        if found:
            length = reading.prefix_length or options.prefix_length
            if length is None and len(self.prefixes):
                length = self.prefixes.length_in(found.key, found.value)
            record["urn"] = write_urn(found, length) if length else None
        elif reading.name.startswith("urn:epc:"):
            record["urn"] = reading.name
        if reading.parameters:
            record["parameters"] = reading.parameters
        if reading.fragment:
            record["fragment"] = reading.fragment
        return record

    def _empty(self, name: object) -> Record:
        """Make an answer that names nothing."""
        return {
            "id": name, "ok": True, "key": None, "ais": [], "brackets": None, "element": None,
            "dl": None, "urn": None, "canonical": None, "errors": [],
        }  # fmt: skip

    def _refused(self, name: object, *faults: Fault) -> Record:
        """Make the answer to what is refused."""
        record = self._empty(name) | {"ok": False}
        record["errors"] = [
            {"code": f.code, "message": self.tell(f.message, **f.fields), "at": f.at}
            for f in faults
        ]
        return record


def _is_common(request: Record) -> bool:
    """Whether a request says nothing but its kind, so that a link may take the quick way."""
    kind = request.get("kind", "auto")
    if (kind != "dl" and kind != "auto") or type(request.get("value")) is not str:
        return False
    return len(request) == 3 or not any(map(request.get, _SPECIAL))


_SPECIAL = ("options", "stem", "gcp_length", "symbology", "linter")
FIXING = Options(fix_check_digit=True)


def _check_request(request: Mapping[str, Any]) -> Fault | None:
    """Return what is wrong with a request; None when it can be answered."""
    for name in _TEXTS:
        if not isinstance(request.get(name) or "", str):
            return _bad_request(N_("The field {field} must be text."), field=name)
    if not isinstance(request.get("value"), str):
        return _bad_request(N_("The request has no value."))
    kind = request.get("kind", "auto")
    if kind not in KINDS_OF_CODES:
        return _bad_request(N_("There is no kind “{kind}”."), kind=kind)
    if kind == "lint" and request.get("linter") not in LINTERS:
        return _bad_request(N_("There is no linter “{linter}”."), linter=request.get("linter"))
    length, options = request.get("gcp_length"), request.get("options")
    if length is not None and (not isinstance(length, int) or isinstance(length, bool)):
        return _bad_request(N_("The field {field} must be a whole number."), field="gcp_length")
    if options is not None and not isinstance(options, dict):
        return _bad_request(N_("The field {field} must be an object."), field="options")
    for name, value in (options or {}).items():
        if name not in _SWITCHES or not isinstance(value, bool):
            return _bad_request(
                N_("The option {field} is unknown or not true or false."), field=name
            )
    return None


def _bad_request(message: str, **fields: object) -> Fault:
    """Make the refusal of a request."""
    return refuse("request", message, 0, N_("See the page on identifiers."), **fields)


def _broken_line(number: int, at: int) -> Fault:
    """Make the refusal of a line that is no JSON."""
    return refuse("line", N_("Line {line} is no JSON."), at, N_("Give one JSON object a line."),
                  line=number)  # fmt: skip
