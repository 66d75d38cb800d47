"""Commands on recall cases: ``sanpin trace recalls ...``, and ``sanpin trace notice``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from sanpin.base import N_
from sanpin.kit.cli import current_context, print_result, say
from sanpin.trace.cli.base import Epc, File, Listed, app, read_codes, read_file, word

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["close", "list_cases", "notice", "recalls", "returned", "show", "start", "told"]

recalls = App(name="recalls", help=N_("Start recall cases, book what comes back, close them."))
app.command(recalls)


@recalls.command(name="list")
def list_cases(*, limit: int = 50) -> None:
    """List the newest recall cases.

    Parameters
    ----------
    limit
        At most so many.
    """
    from sanpin.trace import service

    with current_context() as ctx:
        rows = [service.summary_record(one) for one in service.list_cases(ctx, limit)]
    print_result({"recalls": rows}, lambda: "\n".join(_head(row) for row in rows))


def _head(row: Mapping[str, Any]) -> str:
    """Write one case on a line."""
    mark = f"{say(N_('DRILL'))} " if row["drill"] else ""
    return f"{row['id']}  {row['state']}  {row['products']}  {mark}{row['title']}"


@recalls.command
def show(case: str) -> None:
    """Show a recall case: stop-watch, recovery by holder, notices, gaps.

    Parameters
    ----------
    case
        Id of the case.
    """
    from sanpin.trace import service

    with current_context() as ctx:
        record = service.case_record(ctx, case)
    print_result(record, lambda: _case_lines(record))


def _case_lines(record: Mapping[str, Any]) -> str:
    """Write a case: its head, what is due from whom, who was told."""
    lines = [_head(record)]
    for one in record["holders"]:
        unit = one["uom"] or "EA"
        lines.append(f"{one['name'] or '–'}  {one['returned']:g} / {one['due']:g} {unit}")
    for one in record["notices"]:
        lines.append(f"{one['number']}  {one['name']}  {one['sent'] or '–'}")
    lines += [f"▲ {gap['id']}  {gap['message']}" for gap in record["gaps"]]
    return "\n".join(lines)


@recalls.command
def start(
    *epcs: Epc,
    seeds: Listed = None,
    since: Annotated[str, Parameter(name=["--from", "--since"])] = "",
    until: Annotated[str, Parameter(name=["--to", "--until"])] = "",
    place: str = "",
    title: str = "",
    reason: str = "",
    drill: bool = False,
) -> None:
    """Start a recall case from the scope of bad things, and make the notices.

    Parameters
    ----------
    epcs
        Codes of bad things and lots in any writing; - reads them from standard input, one a line.
    seeds
        List of bad lots: XLSX or CSV with headings, or one code a line; - reads standard input.
    since
        Time with offset from which they are bad.
    until
        Time with offset until which they are bad.
    place
        Only what was made of them at this place is bad.
    title
        What people call the case.
    reason
        Why the goods must come back; stands in the notices.
    drill
        An exercise, which counts in no figure of real recalls.
    """
    from sanpin.trace import service

    with current_context() as ctx:
        listed = None if seeds is None else read_file(seeds)
        named = service.seeds_of(ctx, read_codes(epcs), listed, str(seeds))
        asked = service.Asked(named, (), since, until, place)
        one = service.start_case(ctx, asked, title=title, reason=reason, drill=drill)
        record = service.case_record(ctx, one.id)
    print_result(record, lambda: _case_lines(record))


@recalls.command
def told(case: str, *numbers: int) -> None:
    """Write down that notices were sent.

    Parameters
    ----------
    case
        Id of the case.
    numbers
        Numbers of the notices; all that are left without any.
    """
    from sanpin.trace import service

    with current_context() as ctx:
        left = service.mark_notices(ctx, case, numbers)
    print_result({"left": left}, lambda: say(N_("{left} notices are not sent yet."), left=left))


@recalls.command(name="return")
def returned(
    case: str,
    *codes: Annotated[str, word("CODE")],
    quantity: float | None = None,
    uom: str = "",
    location: str = "",
) -> int:
    """Book what came back, and say whether it counts; exit 1 if any does not.

    Parameters
    ----------
    case
        Id of the case.
    codes
        Codes of pieces, lots or containers in any writing.
    quantity
        How much of a lot.
    uom
        Unit of the quantity; pieces without one.
    location
        Code of the place or party that sends it back.
    """
    from sanpin.trace import service

    with current_context() as ctx:
        found = [
            one
            for code in codes
            for one in service.record_return(
                ctx, case, code, quantity=quantity, uom=uom, holder=location
            )
        ]
        rows = service.returns_record(found)
    print_result({"returns": rows}, lambda: "\n".join(map(_return_line, rows)))
    return 0 if all(row["verdict"] == "counted" for row in rows) else 1


def _return_line(row: Mapping[str, Any]) -> str:
    """Write one scan on a line."""
    amount = f"  {row['quantity']:g} {row['uom'] or 'EA'}" if row["quantity"] else ""
    return f"{row['verdict']}  {row['thing']}{amount}"


@recalls.command
def close(case: str, *, conclusion: str) -> None:
    """Close a recall case; nothing of it changes afterwards.

    Parameters
    ----------
    case
        Id of the case.
    conclusion
        What was found, what came back, and what is done about the rest.
    """
    from sanpin.trace import service

    with current_context() as ctx:
        service.close_case(ctx, case, conclusion)
        record = service.case_record(ctx, case)
    print_result(record, lambda: _case_lines(record))


@app.command
def notice(file: File) -> int:
    """Match a public recall notice to own products and lots; exit 1 if no lot fits.

    Parameters
    ----------
    file
        Text of the notice in English or Chinese; - reads standard input.
    """
    from sanpin.trace import service

    text = read_file(file).decode("utf-8-sig", "replace")
    with current_context() as ctx:
        record = service.notice_record(service.match_notice(ctx, text))
    print_result(record, lambda: "\n".join(map(_match_line, record["lots"] or record["products"])))
    return 0 if record["lots"] else 1


def _match_line(row: Mapping[str, Any]) -> str:
    """Write one match on a line."""
    said = ", ".join(one["text"] for one in row["matched"])
    return f"{row['score']:.2f}  {row.get('id') or row['gtin']}  {said}"
