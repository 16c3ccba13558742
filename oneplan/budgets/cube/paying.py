"""Lines of budgets: the finest parts of a dataset that have names of their own, and what a build says of each.

A line is an institution's vote, programme and subprogramme, project, function and fund, over all items, places, years
and kinds of amounts. Lines of a dataset do not overlap: their rand sums to the dataset's. Spending is told by lines,
and grant allocations; income, cash and positions are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from decimal import Decimal
from typing import Any

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.budgets import facts
from oneplan.budgets.choices import SPENDING, AmountType, How, Length, Standing, Statement
from oneplan.budgets.months import MONTHS_IN, TWELVE
from oneplan.budgets.shelf import reading
from oneplan.warehouse.connection import Reading

# The newest that was decided comes first: what a line is known by where one amount is shown.
DECIDED = (
    AmountType.FINAL, AmountType.ADJUSTED, AmountType.REVISED, AmountType.ORIGINAL, AmountType.ALLOCATED,
    AmountType.TABLED, AmountType.INDICATIVE_1, AmountType.INDICATIVE_2, AmountType.INDICATIVE_3,
)  # fmt: skip
PAYING = (*SPENDING, Statement.ALLOCATION)
_AT_ONCE = 5_000  # lines that are asked for in one statement
_STATEMENTS = ", ".join(str(facts.number_of(each)) for each in PAYING)
_YEAR = facts.number_of(Length.YEAR)
_PERIODS = " ".join(f"WHEN {facts.number_of(length)} THEN {TWELVE // months}" for length, months in MONTHS_IN.items())
_COLUMNS = ("dataset", "standing", "institution", "programme", "project", "function", "fund")
_NAMED = (
    "d.code, s.standing, i.code, p.vote, p.vote_name, p.programme, p.programme_name, p.subprogramme, "
    "p.subprogramme_name, j.code, j.label, f.chart, f.code, f.label, n.chart, n.code, n.label"
)
_JOINED = (
    "JOIN datasets d ON d.id = s.dataset JOIN institutions i ON i.id = s.institution "
    "JOIN programmes p ON p.id = s.programme JOIN projects j ON j.id = s.project "
    "JOIN functions f ON f.id = s.function JOIN funds n ON n.id = s.fund"
)
# Of each return the whole year; else its quarters or months, of which all must be in. A kind of amount counts for a
# year where each statement of it is whole.
_WHOLE = f"""
lengths AS (
  SELECT dataset, standing, institution, statement, amount_type, basis, year, length,
    length = {_YEAR} OR count(DISTINCT period) >= CASE length {_PERIODS} END AS is_whole
  FROM returns WHERE is_in_force AND statement IN ({_STATEMENTS})
  GROUP BY dataset, standing, institution, statement, amount_type, basis, year, length
), chosen AS (
  SELECT * FROM lengths QUALIFY row_number() OVER (
    PARTITION BY dataset, standing, institution, statement, amount_type, basis, year ORDER BY is_whole DESC, length
  ) = 1
), whole AS (
  SELECT * FROM chosen QUALIFY bool_and(is_whole) OVER (
    PARTITION BY dataset, standing, institution, amount_type, basis, year
  )
)"""


@dataclass(frozen=True, slots=True)
class LineCodes:
    """What names a line: codes as its source gave them; a function or fund is of a chart. "" is not stated."""

    dataset: str
    standing: Standing
    institution: str
    vote: str = ""
    programme: str = ""
    subprogramme: str = ""
    project: str = ""
    function_chart: str = ""
    function: str = ""
    fund_chart: str = ""
    fund: str = ""


@dataclass(frozen=True, slots=True)
class LineNames:
    """The names that go with the codes."""

    vote_name: str = ""
    programme_name: str = ""
    subprogramme_name: str = ""
    project_name: str = ""
    function_name: str = ""
    fund_name: str = ""


@dataclass(frozen=True, slots=True)
class LineRand:
    """What a line is of one kind of amount in one whole year, in one release; of one space where asked so.

    `basis` is the month in which the year begins; `space` is "" for what lies in none.
    """

    line: int  # which of those that were asked for
    basis: int
    year: int
    amount_type: AmountType
    amount: Decimal
    release: str
    space: str = ""
    how: How | None = None


@dataclass(frozen=True, slots=True)
class LineFound:
    """A line that the build holds, with its newest decided amount; None where it has but other kinds."""

    codes: LineCodes
    names: LineNames
    basis: int
    year: int
    amount_type: AmountType
    amount: Decimal
    space: str  # in which all its rand lies; "" where it lies in several or none
    municipal_area: str


def rand_of(lines: Sequence[LineCodes], *, by: Actor, by_space: bool = False) -> Iterator[LineRand]:
    """The amounts of lines by whole year and kind, from the build that is served, summed over items and places.

    Lines that the build does not hold, and those that the reader may not see, have none. Years told by months or
    quarters count when all of these are in. Raises NothingBuilt.
    """
    with reading() as turn:
        yield from list(_rand_of(turn, lines, by, by_space))


def _rand_of(turn: Reading, lines: Sequence[LineCodes], by: Actor, by_space: bool) -> Iterator[LineRand]:
    seen = [index for index, line in enumerate(lines) if _may_see(line.standing, by)]
    place = ("q.space, facts.how", "JOIN places q ON q.id = facts.place") if by_space else ("'', -1", "")
    names = [each.name for each in fields(LineCodes)]
    for first in range(0, len(seen), _AT_ONCE):
        part = seen[first : first + _AT_ONCE]
        columns = list(zip(*(_told(lines[index]) for index in part), strict=True))
        wanted = ", ".join(f"unnest($w_{name}) AS {name}" for name in names)
        rows = turn.cursor.execute(
            f"WITH asked AS (SELECT unnest($w_line) AS line, {wanted}), s AS (SELECT line, d.id AS dataset, "
            "asked.standing, i.id AS institution, p.id AS programme, j.id AS project, f.id AS function, n.id AS fund "
            "FROM asked JOIN datasets d ON d.code = asked.dataset JOIN institutions i ON i.code = asked.institution "
            "JOIN programmes p ON (p.vote, p.programme, p.subprogramme) = "
            "(asked.vote, asked.programme, asked.subprogramme) JOIN projects j ON j.code = asked.project "
            "JOIN functions f ON (f.chart, f.code) = (asked.function_chart, asked.function) "
            f"JOIN funds n ON (n.chart, n.code) = (asked.fund_chart, asked.fund)), {_WHOLE} "
            "SELECT s.line, facts.basis, facts.year, facts.amount_type, sum(facts.amount)::VARCHAR, "
            f"arg_max(r.ref, r.id), {place[0]} FROM facts JOIN s USING ({', '.join(_COLUMNS)}) "
            "JOIN whole USING (dataset, standing, institution, statement, amount_type, basis, year, length) "
            f"JOIN releases r ON r.id = facts.release {place[1]} "
            "WHERE facts.institution BETWEEN (SELECT min(institution) FROM s) AND (SELECT max(institution) FROM s) "
            "GROUP BY ALL ORDER BY ALL",
            {"w_line": part, **{f"w_{name}": list(column) for name, column in zip(names, columns, strict=True)}},
        ).fetchall()
        for line, basis, year, kind, amount, release, space, how in rows:
            told = list(How)[how] if by_space else None
            yield LineRand(line, basis, year, list(AmountType)[kind], Decimal(amount), release, space or "", told)


def _told(line: LineCodes) -> tuple[Any, ...]:
    codes = astuple(line)
    return (codes[0], facts.number_of(line.standing), *codes[2:])


def _may_see(standing: Standing, by: Actor) -> bool:
    return standing != Standing.GOVERNMENT or by.is_national(Permission.BUDGET_READ)


def list_lines(
    *, by: Actor, text: str = "", institutions: Iterable[str] = (), space: str = "", dataset: str = "",
    standing: Standing | None = None, limit: int = 0,
) -> list[LineFound]:  # fmt: skip
    """The lines of the build under these conditions, the largest newest amount first; all where `limit` is 0.

    Every word of `text` stands somewhere in a line's names or codes. Raises NothingBuilt.
    """
    with reading() as turn:
        where, values = _conditions(turn, text, list(institutions), space, dataset, standing, by)
        ranks = " ".join(f"WHEN {facts.number_of(kind)} THEN {rank}" for rank, kind in enumerate(DECIDED))
        rows = turn.cursor.execute(
            f"WITH {_WHOLE}, sums AS (SELECT {', '.join(_COLUMNS)}, basis, year, amount_type, "
            "sum(amount) AS amount, min(place) AS first_place, max(place) AS last_place FROM facts "
            "JOIN whole USING (dataset, standing, institution, statement, amount_type, basis, year, length) "
            f"WHERE {' AND '.join(where['facts']) or 'true'} GROUP BY ALL), s AS (SELECT * FROM sums "
            f"QUALIFY row_number() OVER (PARTITION BY {', '.join(_COLUMNS)} ORDER BY year DESC, "
            f"CASE amount_type {ranks} ELSE 99 END, basis) = 1) "
            f"SELECT {_NAMED}, s.basis, s.year, s.amount_type, s.amount::VARCHAR, "
            "CASE WHEN a.space = z.space THEN a.space ELSE '' END, "
            "CASE WHEN a.municipal_area = z.municipal_area THEN a.municipal_area ELSE '' END "
            f"FROM s {_JOINED} JOIN places a ON a.id = s.first_place JOIN places z ON z.id = s.last_place "
            f"WHERE {' AND '.join(where['names']) or 'true'} "
            f"ORDER BY s.amount DESC, {', '.join(f's.{name}' for name in _COLUMNS)} "
            f"{f'LIMIT {limit:d}' if limit else ''}",
            values,
        ).fetchall()
    return [_found(row) for row in rows]


def _conditions(
    turn: Reading, text: str, institutions: list[str], space: str, dataset: str, standing: Standing | None, by: Actor
) -> tuple[dict[str, list[str]], dict[str, Any]]:
    """What a fact and what its names must fulfil, and the values of it."""
    of_facts: list[str] = []
    of_names: list[str] = []
    values: dict[str, Any] = {}
    allowed = [each for each in Standing if _may_see(each, by) and standing in (None, each)]
    of_facts.append(f"standing IN ({', '.join(str(facts.number_of(each)) for each in allowed) or '-1'})")
    if institutions:
        of_facts.append("institution IN (SELECT id FROM institutions WHERE list_contains($institutions, code))")
        values["institutions"] = institutions
    if space:
        of_facts.append("place IN (SELECT id FROM places WHERE space = $space)")
        values["space"] = space
    if dataset:
        of_facts.append("dataset = (SELECT id FROM datasets WHERE code = $dataset)")
        values["dataset"] = dataset
    said = (
        "lower(concat_ws(' ', i.label, p.vote_name, p.programme_name, p.subprogramme_name, j.code, j.label, f.label, "
        "n.label, p.vote, p.programme, p.subprogramme))"
    )
    for index, word in enumerate(text.casefold().split()):
        of_names.append(f"contains({said}, $word_{index})")
        values[f"word_{index}"] = word
    return {"facts": of_facts, "names": of_names}, values


def _found(row: Sequence[Any]) -> LineFound:
    """From the columns of `_NAMED` and those after it."""
    dataset, standing, institution, vote, vote_name, programme, programme_name, sub, sub_name = row[:9]
    project, project_name, chart, function, function_name, fund_chart, fund, fund_name = row[9:17]
    basis, year, kind, amount, space, area = row[17:]
    return LineFound(
        LineCodes(
            dataset, list(Standing)[standing], institution, vote, programme, sub, project, chart, function, fund_chart,
            fund,
        ),
        LineNames(vote_name, programme_name, sub_name, project_name, function_name, fund_name),
        basis, year, list(AmountType)[kind], Decimal(amount), space or "", area or "",
    )  # fmt: skip


def returned(institution: str, basis: int, year: int, *, is_sample: bool) -> dict[AmountType, str]:
    """Which kinds of amounts an institution's public budget of a year has, and the newest release that says so.

    `basis` is the month in which the year begins. Raises NothingBuilt.
    """
    standing = Standing.SAMPLE if is_sample else Standing.PUBLIC
    with reading() as turn:
        rows = turn.rows(
            "SELECT amount_type, arg_max(r.ref, r.id) FROM returns JOIN releases r ON r.id = returns.release "
            "JOIN institutions i ON i.id = returns.institution "
            f"WHERE is_in_force AND i.code = $1 AND basis = $2 AND year = $3 AND standing = $4 "
            f"AND statement IN ({_STATEMENTS}) GROUP BY amount_type",
            (institution, basis, year, facts.number_of(standing)),
        )
    return {list(AmountType)[kind]: release for kind, release in rows}


def serving() -> str:
    """The name of the build that is served. Raises NothingBuilt."""
    with reading() as turn:
        return turn.build.name
