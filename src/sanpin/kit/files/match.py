"""Matching of headings: which column of a file is which field of a kind.

A user's own word comes first; the rest is a contest in which the closest spelling wins. Nothing is
guessed by likeness: “Quantity” and “Quality” are one letter apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sanpin.base import N_, InputError, Problem
from sanpin.kit.files.kinds import Field, ImportKind
from sanpin.kit.files.raw import RawTable

__all__ = ["Matching", "guess_kind", "match_columns"]

# Units and remarks stand in brackets of either script.
_BRACKETS = re.compile(r"[(\[{<【《〔].*?[)\]}>】》〕]")


@dataclass(frozen=True)
class Matching:
    """What was found out about the headings of a file.

    Attributes
    ----------
    columns : field name to index of the column that holds it
    missing : required fields that no column holds
    unmatched : headings that mean nothing to the kind; their columns are left out
    ambiguous : field name to the headings that fit it equally well
    """

    columns: Mapping[str, int]
    missing: tuple[str, ...]
    unmatched: tuple[str, ...]
    ambiguous: Mapping[str, tuple[str, ...]]

    @property
    def complete(self) -> bool:
        """Whether every required field has its one column."""
        return not self.missing and not self.ambiguous

    def headings(self, raw: RawTable) -> dict[str, str]:
        """Return field name to the heading that was taken for it."""
        return {name: raw.headings[index] for name, index in self.columns.items()}

    def require(self, raw: RawTable, kind: ImportKind) -> None:
        """Refuse a file whose columns are missing or ambiguous, naming what is accepted."""
        problems = [_missing(kind.field(name)) for name in self.missing]
        problems += [_ambiguous(name, found) for name, found in self.ambiguous.items()]
        if problems:
            raise InputError(
                "files.columns.unmatched",
                N_("The columns of {file} do not fit “{kind}”. Its headings are: {headings}."),
                hint=N_("Rename the headings, or say which column is which: --map COLUMN=FIELD."),
                problems=problems,
                file=raw.name,
                kind=kind.kind,
                headings=", ".join(filter(None, raw.headings)),
            )


def match_columns(
    raw: RawTable, kind: ImportKind, mapping: Mapping[str, str] | None = None
) -> Matching:
    """Find the column of each field by its heading.

    A heading fits by the field's name or a synonym, first as written, then without regard
    to case, spaces and punctuation, then without what stands in brackets, such as a unit.
    Earlier synonyms win over later ones.

    Parameters
    ----------
    mapping : heading to field name, said by the user; it wins over every guess
    """
    columns = _explicit(raw, kind, mapping or {})
    free = [i for i in range(len(raw.headings)) if i not in columns.values()]
    ambiguous: dict[str, tuple[str, ...]] = {}
    ranks = {
        (field.name, i): rank
        for field in kind.fields
        if field.name not in columns
        for i in free
        if (rank := _rank(raw.headings[i], field)) is not None
    }
    # The best fits are settled first: "Order date" must not lose its column to "Date".
    for (name, i), rank in sorted(ranks.items(), key=lambda pair: (pair[1], pair[0][1])):
        if name in columns or name in ambiguous or i in columns.values():
            continue
        rivals = [
            j
            for j in free
            if j not in columns.values() and ranks.get((name, j)) == rank
        ]  # fmt: skip
        if len(rivals) > 1:
            ambiguous[name] = tuple(raw.headings[j] for j in rivals)
        else:
            columns[name] = i
    taken = set(columns.values())
    doubtful = {heading for found in ambiguous.values() for heading in found}
    return Matching(
        columns=columns,
        missing=tuple(
            field.name
            for field in kind.fields
            if field.required and field.name not in columns and field.name not in ambiguous
        ),
        unmatched=tuple(
            heading
            for i, heading in enumerate(raw.headings)
            if heading and i not in taken and heading not in doubtful
        ),
        ambiguous=ambiguous,
    )


def guess_kind(raw: RawTable, kinds: Mapping[str, ImportKind]) -> ImportKind:
    """Return the kind whose required columns are all there and that leaves least over.

    A kind that knows more of the headings is returned even when one of its columns is missing.

    Parameters
    ----------
    kinds : name to kind, in the order in which messages list them

    Raises
    ------
    InputError
        ``files.kind.unknown`` when none fits, ``files.kind.ambiguous`` when several do equally
    """
    found = [(match_columns(raw, kind), kind) for kind in kinds.values()]
    scores = {
        kind.kind: len(matching.columns) / len(kind.fields) - len(matching.unmatched)
        for matching, kind in found
        if matching.complete
    }
    best = [name for name, score in scores.items() if score == max(scores.values())]
    known = {kind.kind: len(matching.columns) for matching, kind in found}
    meant = max(known, key=lambda name: known[name], default="")
    if best and known[meant] > max(known[name] for name in best):
        # An order file that lacks its dates is no stock file: what it has tells what it is meant
        # to be, and its kind tells what is missing.
        return kinds[meant]
    if len(best) == 1:
        return kinds[best[0]]
    if best:
        message = N_("The headings of {file} fit more than one kind of import: {kinds}.")
    else:
        message = N_("The headings of {file} fit no kind of import. Known kinds: {kinds}.")
    raise InputError(
        "files.kind.ambiguous" if best else "files.kind.unknown",
        message,
        hint=N_("Say which kind it is: --kind KIND. Its template shows the headings."),
        file=raw.name,
        kinds=", ".join(best or kinds),
        headings=", ".join(filter(None, raw.headings)),
    )


def _explicit(raw: RawTable, kind: ImportKind, mapping: Mapping[str, str]) -> dict[str, int]:
    """Columns that the user named, by heading as written or as normalised."""
    columns: dict[str, int] = {}
    fields = {field.name for field in kind.fields}
    plain = [_normalise(heading) for heading in raw.headings]
    for heading, name in mapping.items():
        if name not in fields:
            raise InputError(
                "files.field.unknown",
                N_("“{kind}” has no field “{field}”."),
                hint=N_("Its fields are: {known}."),
                kind=kind.kind,
                field=name,
                known=", ".join(one.name for one in kind.fields),
            )
        if heading in raw.headings:
            columns[name] = raw.headings.index(heading)
        elif _normalise(heading) in plain:
            columns[name] = plain.index(_normalise(heading))
        else:
            raise InputError(
                "files.column.unknown",
                N_("The file {file} has no column “{column}”."),
                hint=N_("Its headings are: {known}."),
                file=raw.name,
                column=heading,
                known=", ".join(filter(None, raw.headings)),
            )
    return columns


def _rank(heading: str, field: Field) -> tuple[int, int] | None:
    """Return how well a heading fits a field, smaller is better; None when not at all."""
    names = (field.name, *field.synonyms)
    for level, write in enumerate(_SPELLINGS):
        written = write(heading)
        for place, name in enumerate(names):
            if written and written == (name if level == 0 else _normalise(name)):
                return level, place
    return None


def _normalise(heading: str) -> str:
    """Leave letters and digits of any script, in lower case and normal width."""
    text = unicodedata.normalize("NFKC", heading).lower()
    return "".join(letter for letter in text if letter.isalnum())


def _without_brackets(heading: str) -> str:
    """Normalise what a heading says outside its brackets."""
    return _normalise(_BRACKETS.sub("", unicodedata.normalize("NFKC", heading)))


def _last_line(heading: str) -> str:
    """Take the lower line of a heading in two lines."""
    return _without_brackets(heading.rpartition(" / ")[2])


_SPELLINGS: tuple[Callable[[str], str], ...] = (str, _normalise, _without_brackets, _last_line)


def _missing(field: Field) -> Problem:
    """Finding about a required field without a column."""
    accepted: Sequence[str] = (field.name, *field.synonyms)
    return Problem(
        "files.column.missing",
        N_("The column “{field}” is missing. Headings accepted for it: {accepted}."),
        {"field": field.name, "accepted": ", ".join(accepted)},
    )


def _ambiguous(name: str, headings: Sequence[str]) -> Problem:
    """Finding about a field with several columns that fit equally."""
    return Problem(
        "files.column.ambiguous",
        N_("More than one column may be “{field}”: {headings}."),
        {"field": name, "headings": ", ".join(headings)},
    )
