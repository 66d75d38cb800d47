"""Recall cases: started from a scope, told to consignees, filled by returns, closed by a report.

`starting` freezes a scope and makes the notices; `dues` says who must give back how much, and
`contacts` whom to call. `returning` books what comes back, `recovery` tells how far it has come,
`telling` writes the notices, `closing` ends a case. `records` are the JSON values of all of it.
"""

from sanpin.trace.service.cases.closing import CaseReport, case_report, close_case, watch_of
from sanpin.trace.service.cases.reading import (
    DUE_HEADINGS,
    case_dues,
    case_frame,
    case_line_frame,
    case_lines,
    case_of,
    case_returns,
    list_cases,
)
from sanpin.trace.service.cases.records import case_record, returns_record, summary_record
from sanpin.trace.service.cases.recovery import Curve, Effect, effect_of, share_of
from sanpin.trace.service.cases.returning import read_amount, record_return
from sanpin.trace.service.cases.starting import start_case
from sanpin.trace.service.cases.telling import (
    NoticeText,
    case_notices,
    mark_notices,
    notice_of,
    notice_text,
)

__all__ = [
    "DUE_HEADINGS",
    "CaseReport",
    "Curve",
    "Effect",
    "NoticeText",
    "case_dues",
    "case_frame",
    "case_line_frame",
    "case_lines",
    "case_notices",
    "case_of",
    "case_record",
    "case_report",
    "case_returns",
    "close_case",
    "effect_of",
    "list_cases",
    "mark_notices",
    "notice_of",
    "notice_text",
    "read_amount",
    "record_return",
    "returns_record",
    "share_of",
    "start_case",
    "summary_record",
    "watch_of",
]
