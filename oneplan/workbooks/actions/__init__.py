"""Verbs of workbooks: the only place that writes this room's tables."""

from oneplan.workbooks.actions.deciding import (
    RowsRefused,
    ask_taking,
    decide_return,
    refuse_return,
    stop_taking,
    take_in,
)
from oneplan.workbooks.actions.issuing import ask_workbook, fail_workbook, issue_workbook, make_workbook
from oneplan.workbooks.actions.keeping import lock_return
from oneplan.workbooks.actions.returning import (
    compare_return,
    fail_return,
    refuse_file,
    restart_return,
    return_workbook,
)

__all__ = [
    "RowsRefused", "ask_taking", "ask_workbook", "compare_return", "decide_return", "fail_return",
    "fail_workbook", "issue_workbook", "lock_return", "make_workbook", "refuse_file", "refuse_return", "restart_return",
    "return_workbook", "stop_taking", "take_in",
]  # fmt: skip
