"""Notices: what each consignee is told, in both languages, and when it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from sanpin.base import N_, InputError
from sanpin.kit import audit
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.i18n import Translator
from sanpin.trace.model.cases import Case, CaseState, Due, DueKind, Notice
from sanpin.trace.service.cases.reading import case_dues, case_of, unknown_case
from sanpin.trace.service.cases.returning import closed_case
from sanpin.trace.store import cases as store

__all__ = ["NoticeText", "case_notices", "mark_notices", "notice_of", "notice_text"]


@dataclass(frozen=True, slots=True)
class NoticeText:
    """A notice in one language.

    Attributes
    ----------
    language : ``en`` or ``zh-CN``
    heading : its first line
    lines : its paragraphs
    """

    language: str
    heading: str
    lines: tuple[str, ...]


def case_notices(ctx: Context, identifier: str) -> list[Notice]:
    """Notices of a case in their order."""
    with ctx.db.read() as conn:
        return store.notices_of(conn, identifier)


def notice_of(ctx: Context, identifier: str, number: int) -> tuple[Case, Notice]:
    """Read a case and one of its notices.

    Raises
    ------
    StateError
        ``trace.case.unknown``
    InputError
        ``trace.case.notice_unknown``
    """
    one = case_of(ctx, identifier)
    notices = case_notices(ctx, identifier)
    if not 1 <= number <= len(notices):
        raise _no_notice(number, len(notices))
    return one, notices[number - 1]


def _no_notice(number: int, last: int) -> InputError:
    """Make the refusal of a notice that a case does not have."""
    error = InputError(
        "trace.case.notice_unknown",
        N_("The case has no notice {number}."),
        hint=N_("Its notices are numbered from 1 to {last}."),
        number=number,
        last=last,
    )
    error.status = 404
    return error


def notice_text(ctx: Context, one: Case, notice: Notice, language: str) -> NoticeText:
    """Write a notice in a language."""
    words = Translator(language)
    dues = [due for due in case_dues(ctx, one.id, notice.holder) if due.kind is DueKind.DELIVERED]
    heading = N_("Recall: {title}") if not one.drill else N_("DRILL, not a real recall: {title}")
    lines = [words.text(N_("To: {name}"), name=notice.name)]
    if one.drill:
        lines.append(words.text(N_("This is an exercise. Keep using the goods; answer as if not.")))
    lines.append(
        words.text(
            N_("You received the goods listed below. Stop using and selling them at once."),
        )
    )
    if one.reason:
        lines.append(words.text(N_("Reason: {reason}"), reason=one.reason))
    lines.append(words.text(N_("What you received: {amounts}."), amounts=amounts_of(words, dues)))
    lines.append(
        words.text(
            N_("Keep them apart, tell us how many you still have and where the rest went, and send "
               "them back with this notice. Tell your own customers if you passed any of them on.")
        )
    )  # fmt: skip
    lines.append(
        words.text(
            N_("Recall case {id}, started on {started} by {user}."),
            id=one.id,
            started=words.datetime(one.started),
            user=one.started_by,
        )
    )
    return NoticeText(language, words.text(heading, title=one.title), tuple(lines))


def amounts_of(words: Translator, dues: Sequence[Due]) -> str:
    """Write amounts by unit, pieces as a word."""
    sums: dict[str, float] = {}
    for due in dues:
        sums[due.uom] = sums.get(due.uom, 0.0) + due.quantity
    pieces = words.text(N_("pieces"))
    return " + ".join(
        f"{words.number(amount)} {uom or pieces}" for uom, amount in sorted(sums.items())
    )


def mark_notices(ctx: Context, identifier: str, numbers: Sequence[int] = ()) -> int:
    """Write down that notices were sent; the watch stops once all of them were.

    Parameters
    ----------
    identifier : case
    numbers : which; all that were not sent yet by default

    Returns
    -------
    Number of notices that are not sent yet.

    Raises
    ------
    InputError
        ``trace.case.notice_unknown``
    StateError
        ``trace.case.unknown``, ``trace.case.closed``
    """
    ctx.require(Role.PLANNER)
    case_of(ctx, identifier)

    def work(conn: Connection) -> int:
        """Mark them, and note the time once none is left."""
        one = store.lock_case(conn, ctx.firm, identifier)
        if one is None:
            raise unknown_case(identifier)
        if one.state is not CaseState.OPEN:
            raise closed_case(one)
        known = {notice.number for notice in store.notices_of(conn, identifier)}
        wrong = [number for number in numbers if number not in known]
        if wrong:
            raise _no_notice(wrong[0], max(known, default=0))
        now = ctx.now()
        store.mark_sent(conn, identifier, list(numbers or sorted(known)), now, ctx.actor.user)
        left = sum(1 for notice in store.notices_of(conn, identifier) if notice.sent is None)
        if not left and one.notified is None:
            store.change_case(conn, identifier, notified=now)
        audit.record(conn, ctx, "trace.case.notify", identifier, None, list(numbers))
        return left

    return ctx.db.transact(work)
