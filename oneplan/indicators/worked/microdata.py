"""Files of a reader's own: households with their deprivations, or workers by sector at two moments. None is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow
from django.utils.translation import gettext as _

from oneplan.indicators.computed import structure
from oneplan.indicators.computed.checking import NotComputable
from oneplan.indicators.computed.poverty import (
    Missing,
    Poverty,
    Structure,
    alkire_foster,
    by_group,
    group_contributions,
)
from oneplan.indicators.computed.structure import ShiftShare

MOST_BYTES = 50 * 1024 * 1024
MOST_ROWS = 1_000_000
MOST_SECTORS = 20_000
MOST_AREAS = 400  # above what any demarcation has: such a column names something else
MOST_WORTH = Decimal("1e15")
FEW = 30  # households below which a place's result is told as resting on few
AREA, WEIGHT = "municipality", "weight"


@dataclass(frozen=True)
class Area:
    """One municipal area of a file: its measures and its share of the index of the whole."""

    code: str
    found: Poverty
    share: float | None

    @property
    def is_few(self) -> bool:
        left_out = self.found.unknown if self.found.missing is Missing.LEAVE_OUT else 0
        return self.found.households - left_out < FEW


@dataclass(frozen=True)
class Microdata:
    """What a file of households gives."""

    whole: Poverty
    areas: Sequence[Area]
    is_weighted: bool


def poverty_of(file: BinaryIO, index: Structure, missing: Missing) -> Microdata:
    """The measures of a CSV file: a row a household, a column of 1, 0 or nothing for each indicator of the index, and
    where there are any `municipality` (code) and `weight`. Raises NotComputable."""
    table = _read(file, [*index.weights, WEIGHT], MOST_ROWS)
    lacking = [code for code in index.weights if code not in table.column_names]
    if lacking:
        raise NotComputable(
            _("%(title)s needs %(lacking)s as well: the first row of the file names its columns. An index of fewer "
              "indicators is another index.") % {"title": index.title, "lacking": ", ".join(lacking)}
        )  # fmt: skip
    columns = {code: table[code].to_numpy() for code in index.weights}
    weights = table[WEIGHT].to_numpy() if WEIGHT in table.column_names else None
    whole = alkire_foster(columns, index, weights=weights, missing=missing)
    areas: list[Area] = []
    if AREA in table.column_names:
        groups = np.array([each or "?" for each in table[AREA].to_pylist()])
        if (count := len(np.unique(groups))) > MOST_AREAS:
            raise NotComputable(_("The column %(column)s names %(n)s areas; there are fewer than %(most)s.") % {
                "column": AREA, "n": count, "most": MOST_AREAS
            })  # fmt: skip
        found = by_group(columns, index, groups, weights=weights, missing=missing)
        shares = group_contributions(found)
        areas = [Area(code, each, shares.get(code)) for code, each in found.items()]
    return Microdata(whole, areas, weights is not None)


@dataclass(frozen=True)
class Sector:
    """One sector of one place: what it had, what it has, and the parts of its change."""

    place: str
    name: str
    start: Decimal
    end: Decimal
    parts: ShiftShare


def shifts_of(file: BinaryIO) -> dict[str, list[Sector]]:
    """Each place's sectors from a CSV file with the columns place, sector, start and end; the others are compared
    with the rows of place "ZA". Raises NotComputable."""
    table = _read(file, [], MOST_SECTORS)
    lacking = [name for name in ("place", "sector", "start", "end") if name not in table.column_names]
    if lacking:
        raise NotComputable(_("The file needs the columns place, sector, start and end; it lacks %(lacking)s.") % {
            "lacking": ", ".join(lacking)
        })  # fmt: skip
    told: dict[str, dict[str, tuple[Decimal, Decimal]]] = {}
    for row in table.to_pylist():
        place, sector = str(row["place"] or "").strip(), str(row["sector"] or "").strip()
        if sector in told.setdefault(place, {}):
            raise NotComputable(_("%(place)s has the sector “%(sector)s” twice.") % {"place": place, "sector": sector})
        told[place][sector] = _exact(row["start"], place, sector), _exact(row["end"], place, sector)
    whole = told.pop("ZA", None)
    if not whole or not told:
        raise NotComputable(_("The file needs rows of the place ZA, with which the others are compared."))
    return {place: _shifts(place, here, whole) for place, here in told.items()}


def _shifts(
    place: str, here: Mapping[str, tuple[Decimal, Decimal]], whole: Mapping[str, tuple[Decimal, Decimal]]
) -> list[Sector]:
    if set(here) != set(whole):
        odd = ", ".join(sorted(set(here) ^ set(whole)))
        raise NotComputable(_("%(place)s and ZA have not the same sectors: %(odd)s.") % {"place": place, "odd": odd})
    names = list(whole)
    parts = structure.shift_share(
        start=[here[each][0] for each in names], end=[here[each][1] for each in names],
        reference_start=[whole[each][0] for each in names], reference_end=[whole[each][1] for each in names],
    )  # fmt: skip
    return [Sector(place, name, *here[name], part) for name, part in zip(names, parts, strict=True)]


def _exact(text: Any, place: str, sector: str) -> Decimal:
    try:
        number = Decimal(str(text).replace(" ", "").replace("\u00a0", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) > MOST_WORTH:
        raise NotComputable(
            _("“%(text)s” is no number, at %(place)s, %(sector)s. Of unknown values nothing is worked out: leave the "
              "place out.") % {"text": str(text or "")[:40], "place": place, "sector": sector}
        )  # fmt: skip
    return number


def _read(file: BinaryIO, numeric: Sequence[str], most: int) -> pa.Table:
    """A CSV file of so many rows at most; the columns named are numbers, all others text."""
    file.seek(0, 2)
    if file.tell() > MOST_BYTES:
        raise NotComputable(_("The file is larger than %(n)s MB. Send the columns that are needed alone.") % {
            "n": MOST_BYTES // 1024 // 1024
        })  # fmt: skip
    file.seek(0)
    try:
        names = arrow.open_csv(file, convert_options=arrow.ConvertOptions(strings_can_be_null=True)).schema.names
        file.seek(0)
        kinds = {name: pa.float64() if name in numeric else pa.string() for name in names}
        table = arrow.read_csv(file, convert_options=arrow.ConvertOptions(
            column_types=kinds, strings_can_be_null=True, null_values=["", "NA", "."]
        ))  # fmt: skip
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise NotComputable(_("This is no CSV file that can be read: %(why)s") % {"why": str(error)[:200]}) from None
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise NotComputable(_("The first row names %(columns)s more than once.") % {"columns": ", ".join(twice)[:200]})
    if table.num_rows > most:
        raise NotComputable(_("The file has %(n)s rows; at most %(most)s are worked out here.") % {
            "n": table.num_rows, "most": most
        })  # fmt: skip
    return table
