"""The measures of the national board: which shade a space gets, which words, and the legend that says so."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from oneplan.portal.queries.board import SpaceRow

_FIFTHS = ((0.2, "seq-1"), (0.4, "seq-2"), (0.6, "seq-3"), (0.8, "seq-4"))
_LATE = ((0, "seq-1"), (2, "seq-2"), (5, "seq-3"), (10, "seq-4"))
_STAGE_SHADES = ("", "seq-1", "seq-2", "seq-3", "seq-4", "seq-4", "seq-5", "seq-5")


@dataclass(frozen=True)
class Measure:
    """How a space is shaded, said in words and explained. `value` is None where there is no data for this reader."""

    code: str
    label: str | Promise
    explained: str | Promise
    value: Callable[[SpaceRow], float | None]
    shade: Callable[[float], str]
    words: Callable[[SpaceRow], str]
    legend: Callable[[], list[tuple[str, str]]]

    def shade_of(self, row: SpaceRow) -> str:
        value = self.value(row)
        return "no-data" if value is None else self.shade(value)

    def words_of(self, row: SpaceRow) -> str:
        return self.words(row) if self.value(row) is not None else _("no data")


def _fifth(value: float) -> str:
    return next((shade for limit, shade in _FIFTHS if value < limit), "seq-5")


def _fifths_legend() -> list[tuple[str, str]]:
    return [
        ("seq-1", _("under 20 %")), ("seq-2", _("20 to 39 %")), ("seq-3", _("40 to 59 %")),
        ("seq-4", _("60 to 79 %")), ("seq-5", _("80 % and more")),
    ]  # fmt: skip


def _late_shade(value: float) -> str:
    return next((shade for limit, shade in _LATE if value <= limit), "seq-5")


def _share(part: int, whole: int | None, noun: str) -> str:
    percent = round(100 * part / whole) if whole else 0
    return _("%(part)s of %(whole)s %(noun)s (%(percent)s %%)") % {
        "part": part, "whole": whole, "noun": noun, "percent": percent,
    }  # fmt: skip


def _stage_value(row: SpaceRow) -> float | None:
    return float(row.stage_number) if row.stage_number else None


MEASURES: dict[str, Measure] = {
    measure.code: measure
    for measure in (
        Measure(
            "stage", gettext_lazy("Stage"),
            gettext_lazy("In which stage of joint planning the edition in progress is."),
            _stage_value,
            lambda value: _STAGE_SHADES[int(value)],
            lambda row: _("stage %(number)s, %(label)s") % {"number": row.stage_number, "label": row.stage_label},
            lambda: [
                ("seq-1", _("1 diagnostic")), ("seq-2", _("2 vision")), ("seq-3", _("3 strategy")),
                ("seq-4", _("4 commitments, 5 draft")), ("seq-5", _("6 adoption, 7 implementation")),
            ],
        ),
        Measure(
            "participation", gettext_lazy("Participation"),
            gettext_lazy("The share of parties asked that have contributed to the edition in progress."),
            lambda row: row.participation, _fifth,
            lambda row: _share(row.contributed, row.asked, _("parties contributed")), _fifths_legend,
        ),
        Measure(
            "funded", gettext_lazy("Funded"),
            gettext_lazy("The share of commitments whose whole cost is pledged. The table shows the unfunded."),
            lambda row: row.funded_share, _fifth,
            lambda row: _share(row.funded, row.commitments, _("commitments funded")), _fifths_legend,
        ),
        Measure(
            "placed", gettext_lazy("Placed"),
            gettext_lazy("The share of commitments with a named or located place. Approximate places do not count."),
            lambda row: row.placed_share, _fifth,
            lambda row: _share(row.placed, row.commitments, _("commitments placed")), _fifths_legend,
        ),
        Measure(
            "late", gettext_lazy("Late"),
            gettext_lazy("How much is past its date: the stage, silent parties, commitments, immediate issues."),
            lambda row: None if row.late is None else float(row.late), _late_shade,
            lambda row: _("%(n)s late") % {"n": row.late},
            lambda: [
                ("seq-1", _("none")), ("seq-2", _("1 or 2")), ("seq-3", _("3 to 5")), ("seq-4", _("6 to 10")),
                ("seq-5", _("more than 10")),
            ],
        ),
    )
}  # fmt: skip


def glyph_of(row: SpaceRow) -> str:
    """The state a tile carries beside its shade: late, out for signing, adopted, or none."""
    if row.late:
        return "late"
    if row.edition_state == "frozen":
        return "frozen"
    return "adopted" if row.adopted_number else ""


@dataclass(frozen=True)
class Alarm:
    """Something that needs somebody, in how many spaces; pressing it filters the table. Invented things apart."""

    code: str
    sentence: str
    count: int
    is_sample: bool = False


ATTENTION: dict[str, Callable[[SpaceRow], int]] = {
    "clock": lambda row: int(row.clock_is_over and row.clock_is_limit),
    "stage": lambda row: int(row.stage_is_late),
    "silent": lambda row: row.silent,
    "unfunded": lambda row: row.unfunded,
    "overdue": lambda row: row.overdue,
    "urgent": lambda row: row.urgent_overdue,
    "none": lambda row: int(row.is_readable and not row.edition and not row.adopted_number),
}


_OF_COMMITMENTS = {"unfunded", "overdue"}


def alarms(rows: list[SpaceRow]) -> list[Alarm]:
    """What needs somebody, among what the reader may see: real things and invented ones never in one number."""
    words: dict[str, Callable[[int, int], str]] = {
        "clock": lambda n, s: ngettext(
            "%(s)s space past the time limit of its rules", "%(s)s spaces past the time limit of their rules", s
        ),
        "stage": lambda n, s: ngettext(
            "%(s)s space past the date of its stage", "%(s)s spaces past the date of their stage", s
        ),
        "silent": lambda n, s: ngettext("%(n)s silent party", "%(n)s silent parties", n),
        "unfunded": lambda n, s: ngettext("%(n)s unfunded commitment", "%(n)s unfunded commitments", n),
        "overdue": lambda n, s: ngettext("%(n)s commitment past its date", "%(n)s commitments past their date", n),
        "urgent": lambda n, s: ngettext(
            "%(n)s immediate issue past its date", "%(n)s immediate issues past their date", n
        ),
        "none": lambda n, s: ngettext("%(s)s space without an edition", "%(s)s spaces without an edition", s),
    }
    found = []
    for code, count in ATTENTION.items():
        numbers: dict[bool, list[int]] = {False: [], True: []}
        for row in rows:
            is_sample = row.commitments_are_sample if code in _OF_COMMITMENTS else row.edition_is_sample
            numbers[is_sample].append(count(row))
        for is_sample, each in numbers.items():
            if total := sum(each):
                spaces = sum(1 for number in each if number)
                sentence = words[code](total, spaces) % {"n": total, "s": spaces}
                found.append(Alarm(code, sentence, total, is_sample))
    return found


def table_order() -> dict[str, Callable[[SpaceRow], Any]]:
    """By what the table may be sorted; unknown sorts last either way up."""
    return {
        "space": lambda row: row.name,
        "province": lambda row: (row.province, row.name),
        "stage": _stage_value,
        "participation": lambda row: row.participation,
        "commitments": lambda row: row.commitments,
        "funded": lambda row: row.funded_share,
        "placed": lambda row: row.placed_share,
        "late": lambda row: row.late,
        "changed": lambda row: row.last_change,
    }
