"""Totals that should equal their parts: places within places, the whole of a table beside another's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext as _

from oneplan.indicators.choices import Level, Unit, Universe
from oneplan.indicators.dimensions import places
from oneplan.indicators.facts import number_of
from oneplan.indicators.queries import persons_served
from oneplan.indicators.tables import SEPARATOR, Table, tables
from oneplan.platform.web.numerals import grouped
from oneplan.warehouse.connection import Cursor
from oneplan.warehouse.texts import insert_rows, quoted

_KNOWN = (Level.PROVINCE, Level.SPACE)  # how many there are does not change with the borders
_WHEN = "borders, year, length, part"
_SLIGHT = Decimal("0.01")
_MOST_HOUSEHOLDS = 0.8  # for each person: in the censuses no municipality has more than 0.5
_ROUNDED = 2  # by which a cell may differ: some tables of the censuses tell every cell in threes
# Two spellings of one category are parts of one value.
_TOLD = f"""CREATE TABLE told AS SELECT min("row") AS "row", series, key, {_WHEN}, status, level, place,
    CASE WHEN count(value) = count(*) THEN sum(value) END AS value FROM observed GROUP BY ALL"""
# Metropolitan spaces are one municipal area each: where a source tells only of the area, the space is as large.
_TILED = f"""CREATE VIEW tiled AS SELECT * FROM told UNION ALL
    SELECT area.* REPLACE ({number_of(Level.SPACE)}::TINYINT AS level) FROM told area
    JOIN register ON register.code = area.place AND register.level = {number_of(Level.MUNICIPAL_AREA)}
        AND register.category = 'A'
    WHERE area.level = {number_of(Level.MUNICIPAL_AREA)} AND NOT EXISTS (
        SELECT 1 FROM told whole WHERE whole.level = {number_of(Level.SPACE)} AND whole.place = area.place
            AND whole.series = area.series AND whole.key = area.key AND whole.borders = area.borders
            AND whole.year = area.year AND whole.length = area.length AND whole.part = area.part)"""
_WITHIN = (
    (Level.COUNTRY, Level.PROVINCE, "''"), (Level.PROVINCE, Level.SPACE, "parts.province"),
    (Level.SPACE, Level.MUNICIPAL_AREA, "parts.space"), (Level.MUNICIPAL_AREA, Level.WARD, "parts.municipal_area"),
)  # fmt: skip


@dataclass(frozen=True)
class Mismatch:
    """A total that is not what its parts add up to: where it stands in the file, and the sentence that says so.

    It is slight where it differs by less than a hundredth, or where it is of a category that no indicator asks of.
    """

    row: int
    value: str
    message: str
    is_slight: bool


def mismatches(cursor: Cursor, met: set[str]) -> Iterator[Mismatch]:
    """What does not add up in the observations of a file (`observed`), table by table: places, then wholes."""
    known = [tables()[code] for code in sorted(met)]
    columns = {
        "code": pa.string(), "level": pa.int8(), "province": pa.string(), "space": pa.string(),
        "municipal_area": pa.string(), "label": pa.string(), "category": pa.string(),
    }  # fmt: skip
    rows = [(row[1], row[3], row[4], row[5], row[6], row[2], row[7]) for row in places()]
    insert_rows(cursor, "register", columns, rows)
    cursor.execute(_TOLD)
    cursor.execute(_TILED)
    counted = [each for each in known if each.unit == Unit.NUMBER and each.universe != Universe.MUNICIPALITIES]
    if counted:
        yield from _over_places(cursor, counted)
    yield from _against(cursor, known, met)
    yield from _persons_for_households(cursor, known)


def _over_places(cursor: Cursor, counted: list[Table]) -> Iterator[Mismatch]:
    """Sums over places that are all there. What rounding alone can make is no difference."""
    series = _listed(counted)
    for whole, part, inside in _WITHIN:
        found = cursor.execute(
            f"""WITH summed AS (
                SELECT series, key, {_WHEN}, status, {inside} AS inside, sum(value) AS added, count(*) AS n,
                    count(value) AS stated
                FROM tiled JOIN register parts ON parts.level = tiled.level AND parts.code = tiled.place
                WHERE tiled.level = {number_of(part)} AND series IN ({series}) GROUP BY ALL),
            whole AS (
                SELECT *, max(n) OVER (PARTITION BY borders, inside) AS most,
                    (SELECT count(*) FROM register r WHERE r.level = {number_of(part)}
                        AND inside IN ('', r.province)) AS known
                FROM summed)
            SELECT w."row", series, key, register.label, year, w.value, added, n
            FROM whole JOIN told w USING (series, key, {_WHEN}, status)
            JOIN register ON register.level = w.level AND register.code = w.place
            WHERE w.level = {number_of(whole)} AND inside IN ('', w.place)
                AND abs(w.value - added) > {_ROUNDED} * (n + 1)
                AND stated = n AND n = most AND ({part not in _KNOWN} OR n = known)
            ORDER BY w."row" """
        ).fetchall()
        for row, code, key, label, year, value, added, n in found:
            table = tables()[code]
            message = _("%(table)s, %(category)s, %(year)s: %(place)s is told as %(value)s, and its %(count)s parts add"
                        " up to %(added)s. Ask the source which is right.") % {
                "table": table.title, "category": key or _("all"), "year": year, "place": label,
                "value": _number(value), "count": n, "added": _number(added),
            }  # fmt: skip
            is_apart = any(each in (*table.set_apart, table.total) for each in key.split(SEPARATOR))
            yield Mismatch(row, _number(value), message, is_apart or _is_slight(value, added))


def _against(cursor: Cursor, known: list[Table], met: set[str]) -> Iterator[Mismatch]:
    """What the categories of each table add up to beside what they should: its own total, a hundred where it tells per
    cent, the whole of the table that counts the same universe (persons given as households)."""
    wanted = [each for each in known if each.adds_up and each.by]
    columns = {"series": pa.string(), "apart": pa.string(), "hundred": pa.int32(), "other": pa.string(),
               "tolerance": pa.int32()}  # fmt: skip
    rows = [
        (each.code, each.total, 100 if each.unit == Unit.PERCENT else None,
         each.checked_against if each.checked_against in met else None, each.tolerance)
        for each in wanted
    ]  # fmt: skip
    insert_rows(cursor, "wanted", columns, rows)
    cursor.execute(
        f"""CREATE TABLE wholes AS SELECT series, {_WHEN}, status, level, place, min("row") AS first,
            sum(value) FILTER (key <> apart) AS whole, sum(value) FILTER (key = apart AND key <> '') AS total
        FROM told JOIN wanted USING (series) GROUP BY ALL HAVING count(value) = count(*)"""
    )
    same = " AND ".join(f"two.{name} = one.{name}" for name in (*_WHEN.split(", "), "status", "level", "place"))
    told = "one.first, one.series, one.level, one.place, one.year, one.whole"
    found = cursor.execute(
        f"""SELECT first, series, register.label, year, whole, said, told_by FROM (
            SELECT {told}, tolerance, coalesce(total, hundred) AS said, '' AS told_by
                FROM wholes one JOIN wanted USING (series)
            UNION ALL SELECT {told}, tolerance, two.whole, wanted.other
                FROM wholes one JOIN wanted ON wanted.series = one.series
                JOIN wholes two ON two.series = wanted.other AND {same}) beside
        JOIN register ON register.level = beside.level AND register.code = beside.place
        WHERE abs(whole - said) > tolerance ORDER BY first"""
    ).fetchall()
    for row, code, label, year, whole, said, told_by in found:
        yield Mismatch(row, _number(whole), _sentence(tables()[code], label, year, whole, said, told_by),
                       _is_slight(whole, said))  # fmt: skip


def _sentence(table: Table, place: str, year: int, whole: Any, said: Any, told_by: str) -> str:
    words = {"table": table.title, "place": place, "year": year, "whole": _number(whole), "said": _number(said)}
    if not told_by and not table.total:
        return _("%(table)s, %(place)s, %(year)s: the categories add up to %(whole)s %%, and not to 100. A category may"
                 " be missing: ask the source.") % words  # fmt: skip
    if not told_by:
        return _("%(table)s, %(place)s, %(year)s: the categories add up to %(whole)s, and “%(total)s” says %(said)s."
                 " Ask the source which is right.") % {**words, "total": table.total}  # fmt: skip
    other = tables()[told_by]
    return _("%(table)s, %(place)s, %(year)s: the categories add up to %(whole)s, and %(other)s counts %(said)s"
             " %(universe)s. Perhaps other things were counted: persons for households, or the reverse.") % {
        **words, "other": other.title, "universe": other.universe.label,
    }  # fmt: skip


def _persons_for_households(cursor: Cursor, known: list[Table]) -> Iterator[Mismatch]:
    """Tables of households that count as many as there are persons: of the file, or else of what is served."""
    households = [each for each in known if each.universe.counted.startswith("households") and each.adds_up]
    people = [each for each in known if each.universe == Universe.PERSONS and each.adds_up]
    if not households:
        return
    if people:
        cursor.execute(
            f"""CREATE TABLE people AS SELECT level, place, max(whole) AS persons FROM (
                SELECT series, borders, year, level, place, sum(value) AS whole FROM told
                WHERE series IN ({_listed(people)}) GROUP BY ALL) GROUP BY ALL"""
        )
    else:
        columns = {"level": pa.int8(), "place": pa.string(), "persons": pa.float64()}
        insert_rows(cursor, "people", columns, [(number_of(level), place, n) for level, place, n in persons_served()])
    found = cursor.execute(
        f"""SELECT first, series, label, year, whole, persons FROM (
            SELECT min("row") AS first, series, {_WHEN}, level, place, sum(value) AS whole FROM told
            WHERE series IN ({_listed(households)}) GROUP BY ALL)
        JOIN people USING (level, place) JOIN register ON register.level = level AND register.code = place
        WHERE whole > {_MOST_HOUSEHOLDS} * persons AND persons > 0 ORDER BY first"""
    ).fetchall()
    for row, code, label, year, whole, persons in found:
        message = _("%(table)s, %(place)s, %(year)s: %(whole)s households among %(persons)s persons. Persons were"
                    " perhaps given as households: look at what the source counts.") % {
            "table": tables()[code].title, "place": label, "year": year, "whole": _number(whole),
            "persons": _number(persons),
        }  # fmt: skip
        yield Mismatch(row, _number(whole), message, is_slight=False)


def _listed(known: list[Table]) -> str:
    return ", ".join(quoted(each.code) for each in known)


def _is_slight(told: Any, added: Any) -> bool:
    return bool(abs(told - added) < _SLIGHT * abs(told))


def _number(value: Any) -> str:
    return grouped(int(value)) if value == int(value) else f"{value:.2f}"
