"""What the codes and words of a file mean, found out once for each combination that occurs in it.

Each function takes the combinations of one group of targets (targets.GROUPS) and gives a row of meanings for each: the
columns of SHAPES, the last of which is the number of a fault, 0 where there is none. What is kept but has to be said
goes to the log with the first row and the count; what is at fault is said of each row by whoever lists faults.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from oneplan.budgets.choices import Statement
from oneplan.budgets.facts import number_of
from oneplan.budgets.feeds.binding import Bound
from oneplan.budgets.feeds.charts import EVER, Chart, Entry, charts, receiver_of
from oneplan.budgets.feeds.targets import LABELS
from oneplan.exchange.choices import IssueKind, Severity
from oneplan.exchange.issues import IssueFound, IssueLog
from oneplan.exchange.rows import shown
from oneplan.exchange.values import fold

UNKNOWN = -1
_I8, _I16, _I32, _TEXT = pa.int8(), pa.int16(), pa.int32(), pa.string()
SHAPES: Mapping[str, Mapping[str, pa.DataType]] = {
    "institution": {"code": _I32, "basis": _I8, "gone": _I16, "fault": _I32},
    "period": {
        "year": _I16, "length": _I8, "period": _I8, "amount_type": _I8, "apart": _I16, "fault": _I32,
    },
    "function": {"key": _I32, "from_year": _I16, "to_year": _I16, "fault": _I32},
    "item": {
        "key": _I32, "statement": _I8, "receiver": _I32, "apart": _I16, "from_year": _I16, "to_year": _I16,
        "fault": _I32,
    },
    "fund": {"key": _I32, "from_year": _I16, "to_year": _I16, "fault": _I32},
    "receiver": {"code": _I32, "fault": _I32},
    "evidence": {"id": _I32, "fault": _I32},
}  # fmt: skip
WORDED = ("code", "key", "receiver")
_OUTSIDE = gettext_lazy("Not in the chart")


@dataclass(frozen=True)
class Fault:
    """Why rows with some text are refused, in a sentence."""

    kind: IssueKind
    target: str
    message: str


@dataclass(frozen=True)
class Said:
    """One combination of texts of a group, how many rows that state an amount have it, and the first of them."""

    texts: Mapping[str, str]
    rows: int
    first: int


@dataclass(frozen=True)
class Label:
    """What a code means: a row of the record's labels."""

    table: str
    key: str
    label: str
    category: str = ""
    subcategory: str = ""
    receiver: str = ""


@dataclass
class Findings:
    """What is found while meanings are looked up: faults by number, reasons why rand is set apart, labels of codes."""

    sheet: str
    bound: Bound
    log: IssueLog
    faults: list[Fault] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    labels: dict[tuple[str, str], Label] = field(default_factory=dict)
    subtotals: dict[str, tuple[str, ...]] = field(default_factory=dict)  # key of an item → keys of its parts
    words: dict[str, int] = field(default_factory=lambda: {"": 0})

    def word(self, text: str) -> int:
        """The number of a code or key; 0 for none."""
        return self.words.setdefault(text, len(self.words))

    def fault(self, kind: IssueKind, target: str, message: str) -> int:
        """The number of a fault, from 1."""
        self.faults.append(Fault(kind, target, str(message)))
        return len(self.faults)

    def reason(self, words: str) -> int:
        """The number of a reason for setting rand apart, from 1; 0 for none."""
        if not words:
            return 0
        if words not in self.reasons:
            self.reasons.append(words)
        return self.reasons.index(words) + 1

    def warn(self, said: Said, target: str, kind: IssueKind, message: str) -> None:
        """Say something of every row with a text, once; nothing where no such row states an amount."""
        if not said.rows:
            return
        counted = ngettext("%(message)s (%(count)s row)", "%(message)s (%(count)s rows, the first is named)", said.rows)
        self.log.add(
            IssueFound(
                self.sheet, said.first, self.bound.header_of(target) or LABELS.get(target, target),
                shown(said.texts.get(target, "")), kind, Severity.WARNING,
                counted % {"message": message, "count": said.rows},
            )
        )  # fmt: skip

    def name(self, label: Label) -> str:
        """Keep what a code means; returns its key."""
        self.labels.setdefault((label.table, label.key), label)
        return label.key


def _chart(bound: Bound, name: str) -> Chart | None:
    code = bound.layout.charts.get(name)
    return charts()[code] if code else None


def _entry(bound: Bound, chart: Chart, code: str, label: str = "") -> Entry | None:
    if bound.layout.coded_by == "position" and code:
        return chart.by_position.get(code.removesuffix(".0"))
    return (chart.by_code.get(code) or chart.by_code.get(code.upper()) if code else None) or (
        chart.by_label.get(fold(label or code))
    )


def _unknown(found: Findings, said: Said, target: str, chart: Chart, code: str, label: str = "") -> str:
    near = "; ".join(f"{each.code} {each.label}" for each in chart.near(code, label))
    return _("“%(code)s” is not in the chart %(chart)s. The nearest are: %(near)s.") % {
        "code": code or label, "chart": chart.title, "near": near or _("none"),
    }  # fmt: skip


def functions(found: Findings, all_said: Sequence[Said]) -> list[tuple[object, ...]]:
    bound, chart = found.bound, _chart(found.bound, "function")
    return [_function(found, said, chart, bound) for said in all_said]


def _function(found: Findings, said: Said, chart: Chart | None, bound: Bound) -> tuple[object, ...]:
    code, first, second = (said.texts[name] for name in ("function", "function_1", "function_2"))
    target = "function" if code else "function_1"
    if not code and not first:
        fault = found.fault(
            IssueKind.REQUIRED, target, _("The function is empty; every row needs one.")
        ) if "function" in bound.layout.required else 0  # fmt: skip
        return ("", *EVER, fault)
    if chart is None:
        label = second or first or code
        key = found.name(Label("functions", f"function-group:{'/'.join(filter(None, (code, first, second)))}", label,
                               first or code, second))  # fmt: skip
        return (key, *EVER, 0)
    entry = _entry(bound, chart, code, first) or chart.of_words("/".join(filter(None, (code or first, second))))
    if entry:
        key = found.name(Label("functions", chart.key(entry.code), entry.label, entry.category, entry.subcategory))
        return (key, *entry.years, 0)
    return _kept_outside(found, said, "functions", target, chart, code or first)


def _kept_outside(found: Findings, said: Said, table: str, target: str, chart: Chart, code: str) -> tuple[object, ...]:
    """Rand under a code that its chart does not have is rand all the same: it is kept, and stands under no category."""
    found.warn(
        said, target, IssueKind.UNKNOWN_CODE,
        _unknown(found, said, target, chart, code) + " " + _("The figures are kept, outside every category."),
    )  # fmt: skip
    return (found.name(Label(table, chart.key(code), code, str(_OUTSIDE))), *EVER, 0)


def funds(found: Findings, all_said: Sequence[Said]) -> list[tuple[object, ...]]:
    bound, chart = found.bound, _chart(found.bound, "fund")
    rows: list[tuple[object, ...]] = []
    for said in all_said:
        code, label, category = (said.texts[name] for name in ("fund", "fund_label", "fund_category"))
        if not code and not label:
            is_needed = bool({"fund", "fund_label"} & set(bound.layout.required))
            fault = found.fault(IssueKind.REQUIRED, "fund", _("The grant is empty; every row needs one."))
            rows.append(("", *EVER, fault if is_needed else 0))
        elif chart is None:
            key = f"fund:{'/'.join(filter(None, (code, label, category)))}"
            rows.append((found.name(Label("funds", key, label or code, category)), *EVER, 0))
        elif entry := _entry(bound, chart, code, label):
            key = found.name(Label("funds", chart.key(entry.code), entry.label, entry.category))
            rows.append((key, *entry.years, 0))
        else:
            rows.append(_kept_outside(found, said, "funds", "fund", chart, code or label))
    return rows


def items(found: Findings, all_said: Sequence[Said]) -> list[tuple[object, ...]]:
    chart, kinds = _chart(found.bound, "item"), _chart(found.bound, "kind")
    return [_item(found, said, chart, kinds) for said in all_said]


def _item(found: Findings, said: Said, chart: Chart | None, kinds: Chart | None) -> tuple[object, ...]:
    texts = said.texts
    stated, fault = _statement(found, texts["statement"])
    if fault:
        return ("", UNKNOWN, "", 0, *EVER, fault)
    if chart is None:
        return _item_in_words(found, texts, stated)
    code = texts["item"]
    entry = _entry(found.bound, chart, code, texts["item_label"])
    if not code and not texts["item_label"]:
        return (
            "",
            stated,
            "",
            0,
            *EVER,
            found.fault(IssueKind.REQUIRED, "item", _("The item is empty; every row needs one.")),
        )
    kind, kind_fault = _kind(found, said, kinds)
    if kind_fault:
        return ("", stated, "", 0, *EVER, kind_fault)
    if entry is None:
        if chart.decides_statement:
            message = (
                _unknown(found, said, "item", chart, code)
                + " "
                + _("Only the item says in which statement a figure stands, so the row is refused. Correct the code.")
            )
            return ("", stated, "", 0, *EVER, found.fault(IssueKind.UNKNOWN_CODE, "item", message))
        key, *years, _fault = _kept_outside(found, said, "items", "item", chart, code)
        return (key, stated, "", found.reason(kind.apart if kind else ""), *years, 0)
    if entry.statement:
        stated = number_of(Statement(entry.statement))
    suffix = f"/{kind.code}" if kind else ""
    label = f"{entry.label} ({kind.label.lower()})" if kind else entry.label
    key = found.name(
        Label("items", f"{chart.key(entry.code)}{suffix}", label, entry.category or (kind.label if kind else ""),
              entry.subcategory or (entry.label if kind else ""), entry.receiver)
    )  # fmt: skip
    if entry.is_subtotal:
        found.subtotals[key] = tuple(
            f"{'-' if part.startswith('-') else ''}{chart.key(part.lstrip('-'))}" for part in entry.parts
        )
    apart = _("Subtotal: the sum of other lines") if entry.is_subtotal else entry.apart or (kind.apart if kind else "")
    return (key, stated, entry.receiver, found.reason(str(apart)), *entry.years, 0)


def _kind(found: Findings, said: Said, kinds: Chart | None) -> tuple[Entry | None, int]:
    """(type of capital expenditure, fault)."""
    code = said.texts["kind"]
    if kinds is None or not code:
        return None, 0
    entry = _entry(found.bound, kinds, code)
    if entry:
        return entry, 0
    message = (
        _unknown(found, said, "kind", kinds, code)
        + " "
        + _("Only the type says whether it is capital expenditure, so the row is refused. Correct the code.")
    )
    return None, found.fault(IssueKind.UNKNOWN_CODE, "kind", message)


def _item_in_words(found: Findings, texts: Mapping[str, str], stated: int) -> tuple[object, ...]:
    levels = [texts[f"class_{level}"] for level in range(1, 6)]
    levels = [level for index, level in enumerate(levels) if level and level not in levels[:index]]
    if levels:
        receiver = receiver_of(tuple(levels))
        key = found.name(
            Label("items", f"economic:{' / '.join(levels)}", levels[-1], levels[0],
                  levels[1] if len(levels) > 1 else "",
                  receiver)
        )  # fmt: skip
        return (key, stated, receiver, 0, *EVER, 0)
    if "class_1" in found.bound.layout.required:
        fault = found.fault(
            IssueKind.REQUIRED, "class_1", _("The economic classification is empty; every row needs one.")
        )
        return ("", stated, "", 0, *EVER, fault)
    words = [texts[name] for name in ("item", "item_label", "subitem_label", "kind_label", "kind")]
    if not any(words):
        return ("", stated, "", 0, *EVER, 0)
    code, label, sub, *kind = words
    named = next(filter(None, kind), "")
    key = found.name(
        Label("items", f"item:{'/'.join(filter(None, words))}", sub or label or code or named, label, named)
    )
    return (key, stated, "", 0, *EVER, 0)


def _statement(found: Findings, text: str) -> tuple[int, int]:
    """(number, fault) of a statement said by a row, else of the layout's."""
    if not text:
        return (number_of(Statement(found.bound.layout.statement)) if found.bound.layout.statement else UNKNOWN), 0
    for each in Statement:
        if fold(text) in (each.value.replace("_", " "), fold(each.label)):
            return number_of(each), 0
    message = _("“%(said)s” is no statement. Write one of: %(known)s.") % {
        "said": text, "known": ", ".join(Statement.values),
    }  # fmt: skip
    return UNKNOWN, found.fault(IssueKind.BAD_CHOICE, "statement", message)
