"""Thousands taken for rand, or rand for thousands: told by what the file says, and by what is known of the bodies."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from statistics import median
from typing import Any

from django.utils.translation import gettext as _

from oneplan.budgets.feeds.layouts import Layout
from oneplan.exchange.choices import IssueKind
from oneplan.exchange.issues import FileRefused, IssueLog
from oneplan.exchange.kinds import TextTable

_THOUSANDS = re.compile(r"\bR\s*['’]?\s*(thousands?|000)\b|\brand\s+thousands?\b|\bin thousands\b", re.IGNORECASE)
_MILLIONS = re.compile(r"\bR\s*millions?\b|\bRm\b|\bin millions\b", re.IGNORECASE)
_FAR = Decimal(100)  # times: no budget grows or shrinks so in a year; a wrong unit makes a thousand
_FEW = 3  # institutions below which nothing is concluded

Key = tuple[str, int, int]  # institution, statement, amount type
Totals = Mapping[tuple[str, int, int, int], Decimal]  # (…, year) → rand of the whole year


def check_heading(layout: Layout, table: TextTable, log: IssueLog, *, is_told: bool) -> None:
    """Compare the unit in which a file is read with what its heading says. Raises FileRefused where they differ.

    `is_told`: whoever imports has said the unit.
    """
    title = " ".join(str(cell) for line in (*table.lines, table.headers) for cell in line if cell not in ("", None))
    said = 1_000 if _THOUSANDS.search(title) else 1_000_000 if _MILLIONS.search(title) else 0
    if not said or said == layout.unit:
        return
    words = {1: _("rand"), 1_000: _("thousands of rand"), 1_000_000: _("millions of rand")}
    facts = {"said": words[said], "read": words[layout.unit], "number": said}
    if layout.unit_is_sure or is_told:
        message = _("The heading says %(said)s, but files of this layout hold %(read)s, and are read so. If they are"
                    " %(said)s after all, import with --set unit=%(number)s.")  # fmt: skip
        log.warn(IssueKind.ODD_AMOUNT, message % facts, sheet=table.sheet)
        return
    raise FileRefused(
        IssueKind.ODD_AMOUNT,
        _("The heading says %(said)s, but this layout reads %(read)s. Say which it is: import with --set"
          " unit=%(number)s"
          " for %(said)s, or --set unit=%(unit)s for %(read)s.") % (facts | {"unit": layout.unit}),
        sheet=table.sheet,
    )  # fmt: skip


def check_against_known(now: Totals, known: Totals, layout: Layout, log: IssueLog, *, is_told: bool) -> None:
    """Compare what institutions report with what is known of them. Raises FileRefused where most are far off.

    Only the nearest other year, or the same year, of the same institution, statement and amount type is compared.
    """
    ratios = {key: ratio for key in now if (ratio := _ratio(key, now, known))}
    if len({key[0] for key in ratios}) < _FEW:
        _say_each(ratios, log)
        return
    middle = median(ratios.values())
    if middle > 1 / _FAR and middle < _FAR:
        _say_each(ratios, log)
        return
    unit = layout.unit * 1_000 if middle < 1 else max(1, layout.unit // 1_000)
    message = _(
        "Of %(count)s institutions whose figures are known, most now report %(times)s of what they reported before. The"
        " file is in another unit than the one it was read in: import with --set unit=%(unit)s. If it is right all the"
        " same, say so with --set unit=%(same)s."
    ) % {
        "count": len({key[0] for key in ratios}), "unit": unit, "same": layout.unit,
        "times": _("a %(part)sth part") % {"part": round(1 / middle)} if middle < 1
        else _("%(times)s times") % {"times": round(middle)},
    }  # fmt: skip
    if is_told:
        log.warn(IssueKind.ODD_AMOUNT, message)
        return
    raise FileRefused(IssueKind.ODD_AMOUNT, message)


def check_within(now: Totals, log: IssueLog) -> None:
    """One institution whose budgets of near years, or of two kinds, differ by a thousand: one is in thousands."""
    by_institution: dict[tuple[str, int], list[tuple[Decimal, int, int]]] = defaultdict(list)
    for (institution, statement, amount_type, year), total in now.items():
        if total > 0:
            by_institution[institution, statement].append((total, year, amount_type))
    for (institution, _statement), totals in by_institution.items():
        least, most = min(totals), max(totals)
        if most[0] > least[0] * 300 and abs(most[1] - least[1]) <= 3 and least[0] > 1000:
            log.warn(
                IssueKind.ODD_AMOUNT,
                _("%(institution)s reports R%(most)s in one return and R%(least)s in another of nearly the same"
                  " time: one"
                  " of them may be in thousands. Look at both; they are kept as they are.")
                % {"institution": institution, "most": most[0], "least": least[0]},
            )  # fmt: skip


def _ratio(key: tuple[str, int, int, int], now: Totals, known: Totals) -> Decimal | None:
    *who, year = key
    for other in (year, year - 1, year + 1, year - 2):
        before = known.get((*who, other))  # type: ignore[arg-type]
        if before and now[key] and before > 0 < now[key]:
            return now[key] / before
    return None


def _say_each(ratios: Mapping[tuple[str, int, int, int], Decimal], log: IssueLog) -> None:
    for (institution, *_rest), ratio in ratios.items():
        if ratio >= _FAR or ratio <= 1 / _FAR:
            log.warn(
                IssueKind.ODD_AMOUNT,
                _("%(institution)s now reports %(ratio)s times what it reported before. If it sent thousands"
                  " for rand, or"
                  " the other way, have it corrected at the source.")
                % {"institution": institution, "ratio": f"{ratio:.4g}"},
            )  # fmt: skip


def yearly(rows: Sequence[tuple[Any, ...]]) -> dict[tuple[str, int, int, int], Decimal]:
    """(institution, statement, amount type, year) → rand, from rows of those and an amount."""
    totals: dict[tuple[str, int, int, int], Decimal] = {}
    for institution, statement, amount_type, year, amount in rows:
        totals[institution, statement, amount_type, year] = amount
    return totals
