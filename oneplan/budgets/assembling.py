"""Records become what is served: numbers for codes, a place for each figure, sorted, rolled up, proven to the cent.

Everything here is SQL over Parquet on a connection that spills to disk; Python sees only distinct codes and evidence.
The order: dimensions → returns (which release of the same thing is in force) → where rand belongs → facts, sorted into
the native file dataset by dataset → the same as Parquet → roll-ups → proof.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from oneplan.budgets import facts
from oneplan.budgets.choices import Flow, How, Standing
from oneplan.budgets.rolling import roll_up
from oneplan.money import format_rand
from oneplan.platform.errors import RuleBroken
from oneplan.warehouse.connection import Cursor, all_match, beside
from oneplan.warehouse.tables import MOST_WORDS, count, insert, sql_columns
from oneplan.warehouse.texts import the_same

NOT_STATED = 0
_LEADING = facts.SORTED_BY[:4]  # what is sorted by these lies in long runs of one value
_FORMS = {"facts": "NOT", "earlier": ""}  # what is in force, and what newer releases have replaced
_SPHERES = {"national": Flow.TO_NATIONAL, "provincial": Flow.TO_PROVINCIAL, "local": Flow.TO_LOCAL}


@dataclass(frozen=True)
class Sourced:
    """One release to be built in: its record's folder, and what the facts are told of it."""

    number: int  # from 1, in the order in which newer replaces older
    ref: str
    dataset: str
    standing: Standing
    label: str
    source: str
    as_at: date
    retrieved_at: datetime
    rows: int
    total: Decimal
    folder: Path


@dataclass(frozen=True)
class Asked:
    """What is known of the place of figures that are alike: the question to whoever knows the rules."""

    number: int
    release: int
    dataset: str
    institution: str
    function: str
    item: str
    fund: str
    programme: str
    region: str
    municipality: str
    ward: str
    ward_year: int
    longitude: float | None
    latitude: float | None
    project: str


@dataclass(frozen=True)
class Part:
    """One place of rand and its part of it; `place` is a number of the table of places. Parts of one thing sum to 1.

    `rule` is a number of the table of rules, 0: not stated.
    """

    place: int
    how: How
    fraction: Decimal
    rule: int = 0


Placing = Callable[[Sequence[Asked]], Sequence[Sequence[Part]]]


@dataclass(frozen=True)
class Given:
    """What a build is made from. `dimensions` holds datasets, institutions, places and rules, by the columns
    of facts.DIMENSIONS.

    `asked_by` names those of function, item, fund, programme and project by which rules tell places apart: the fewer,
    the fewer questions.
    """

    releases: Sequence[Sourced]
    dimensions: Mapping[str, Sequence[tuple[Any, ...]]]
    placing: Placing
    asked_by: frozenset[str] = frozenset()


def assemble(cursor: Cursor, given: Given, folder: Path) -> dict[str, Any]:
    """Build into `folder` (Parquet) and into the file that `cursor` has open. Returns what the build says of itself.

    Raises RuleBroken where a sum of the build is not the sum of its sources: nothing may be published then.
    """
    cursor.execute("BEGIN")  # many small tables, written to the disk once
    _make_tables(cursor, given)
    _number_codes(cursor)
    _settle_returns(cursor)
    _place(cursor, given)
    cursor.execute("COMMIT")
    datasets = dict.fromkeys(each.dataset for each in given.releases)
    of_datasets = [[each for each in given.releases if each.dataset == dataset] for dataset in datasets]
    alike = [_alike(cursor, releases) for releases in of_datasets]
    in_runs = {*_LEADING, *frozenset(facts.FACTS).intersection(*alike)}
    for name in _FORMS:
        cursor.execute(f"CREATE TABLE {name} ({sql_columns(facts.FACTS, in_runs=in_runs)})")
        (folder / name).mkdir()
    same_in_all = dict(set(alike[0].items()).intersection(*(each.items() for each in alike)))
    with beside(cursor) as write:  # Parquet, while the next thing is made
        for releases, same in zip(of_datasets, alike, strict=True):
            _write_facts(cursor, releases, same, folder, write)
        for name in facts.DIMENSIONS:
            write(f"COPY {name} TO '{folder / name}' (FORMAT parquet, PER_THREAD_OUTPUT true)")
        kept = roll_up(cursor, same_in_all, folder, write)
    _prove(cursor, given, kept, folder)
    return _told(cursor, given, kept)


def _make_tables(cursor: Cursor, given: Given) -> None:
    for name, columns in facts.DIMENSIONS.items():
        cursor.execute(f"CREATE TABLE {name} ({sql_columns(columns)})")
    for name, rows in given.dimensions.items():
        insert(cursor, name, rows)
    insert(
        cursor, "releases",
        [
            (r.number, r.ref, r.label, r.source, r.as_at, r.retrieved_at.astimezone(UTC).replace(tzinfo=None), r.rows)
            for r in given.releases
        ],
    )  # fmt: skip
    datasets = {code: number for number, code in cursor.execute("SELECT id, code FROM datasets").fetchall()}
    cursor.execute("CREATE TEMP TABLE sourced (release SMALLINT, dataset TINYINT, standing TINYINT, folder VARCHAR)")
    insert(
        cursor, "sourced",
        [(r.number, datasets[r.dataset], facts.number_of(r.standing), str(r.folder)) for r in given.releases],
    )  # fmt: skip
    for name in facts.RECORD_TABLES:
        paths = [str(each.folder / f"{name}.parquet") for each in given.releases]
        cursor.execute(
            f"CREATE TEMP TABLE told_{name} AS SELECT sourced.release, told.* EXCLUDE (filename) "
            f"FROM read_parquet({_list(paths)}, filename = true) told "
            f"JOIN sourced ON told.filename = sourced.folder || '/{name}.parquet'"
        )


def _number_codes(cursor: Cursor) -> None:
    """Number what records name by code: of several labels of one code the newest release's stands. 0: not stated."""
    for name in ("functions", "items", "funds", "programmes", "projects", "cells"):
        insert(cursor, name, [(NOT_STATED, *[""] * (len(facts.DIMENSIONS[name]) - 1))])
    for name in ("functions", "items", "funds"):
        said = ("label", "category", "subcategory", *(("receiver",) if name == "items" else ()))
        newest = ", ".join(f"arg_max({column}, release)" for column in said)
        cursor.execute(
            f"INSERT INTO {name} SELECT row_number() OVER (ORDER BY key), split_part(key, ':', 1), "
            f"substr(key, instr(key, ':') + 1), {newest} FROM told_labels WHERE \"table\" = '{name}' GROUP BY key"
        )
    cursor.execute(
        "INSERT INTO cells SELECT row_number() OVER (ORDER BY key), key FROM (SELECT DISTINCT key FROM told_labels "
        "WHERE \"table\" = 'cells')"
    )
    cursor.execute(
        "INSERT INTO programmes SELECT row_number() OVER (ORDER BY vote, programme, subprogramme), vote, "
        "arg_max(vote_name, release), programme, arg_max(programme_name, release), subprogramme, "
        "arg_max(subprogramme_name, release) FROM told_programmes GROUP BY vote, programme, subprogramme"
    )
    cursor.execute(
        "INSERT INTO projects SELECT row_number() OVER (ORDER BY code), code, arg_max(name, release) "
        "FROM told_projects GROUP BY code"
    )
    cursor.execute(
        "CREATE TEMP TABLE programme_numbers AS SELECT told.release, told.id AS told, programmes.id "
        "FROM told_programmes told JOIN programmes USING (vote, programme, subprogramme)"
    )
    cursor.execute(
        "CREATE TEMP TABLE project_numbers AS SELECT told.release, told.id AS told, projects.id, code "
        "FROM told_projects told JOIN projects USING (code)"
    )


def _settle_returns(cursor: Cursor) -> None:
    """Of several releases of one dataset that report the same, the last is in force for all of it."""
    cursor.execute(
        "INSERT INTO returns SELECT dataset, standing, institutions.id, statement, amount_type, basis, year, length, "
        "period, told.release, figures, amount, told.release = max(told.release) OVER (PARTITION BY dataset, standing, "
        "institutions.id, statement, amount_type, basis, year, length, period) "
        "FROM told_returns told JOIN sourced USING (release) JOIN institutions ON institutions.code = told.institution"
    )
    # A transfer is followed where its receiver's own figures of that year and type are in, in a main dataset.
    cursor.execute(
        "CREATE TEMP TABLE own AS SELECT DISTINCT institutions.code, institutions.sphere, year, amount_type, standing "
        "FROM returns JOIN institutions ON institutions.id = returns.institution "
        "JOIN datasets ON datasets.id = returns.dataset WHERE is_in_force AND is_main"
    )
    spheres = " ".join(f"WHEN '{sphere}' THEN {facts.number_of(flow)}" for sphere, flow in _SPHERES.items())
    cursor.execute(
        f"CREATE TEMP TABLE followed AS SELECT code AS receiver, year, amount_type, standing, "
        f"CASE sphere {spheres} END AS flow FROM own UNION SELECT sphere, year, amount_type, standing, "
        f"CASE sphere {spheres} END FROM own"
    )
    cursor.execute("DELETE FROM followed WHERE flow IS NULL")


def _place(cursor: Cursor, given: Given) -> None:
    """Ask once for each distinct thing that is said of a place, and keep the parts under its number."""
    asked = [
        f"coalesce(record.{name}, '')" if name in given.asked_by else "''" for name in ("function", "item", "fund")
    ]
    programme = (
        "coalesce(p.vote || '/' || p.programme || '/' || p.subprogramme, '')" if "programme" in given.asked_by else "''"
    )
    project = "coalesce(j.code, '')" if "project" in given.asked_by else "''"
    cursor.execute(
        "CREATE TEMP TABLE asked AS SELECT (row_number() OVER ())::INTEGER AS number, told.*, institutions.id AS whose "
        "FROM (SELECT DISTINCT sourced.release, record.institution, "
        f"{asked[0]} AS function, {asked[1]} AS item, {asked[2]} AS fund, {programme} AS programme, "
        f"{project} AS project, record.evidence "
        f"FROM read_parquet({_records(given.releases)}, filename = true) record "
        "JOIN sourced ON record.filename = sourced.folder || '/record.parquet' "
        "LEFT JOIN told_programmes p ON p.release = sourced.release AND p.id = record.programme "
        "LEFT JOIN told_projects j ON j.release = sourced.release AND j.id = record.project) told "
        "JOIN institutions ON institutions.code = told.institution"
    )
    found = cursor.execute(
        "SELECT number, asked.release, datasets.code, institution, function, item, fund, programme, "
        "coalesce(region, ''), coalesce(municipality, ''), coalesce(ward, ''), coalesce(ward_year, 0), longitude, "
        "latitude, project FROM asked JOIN sourced USING (release) JOIN datasets ON datasets.id = sourced.dataset "
        "LEFT JOIN told_evidence e ON e.release = asked.release AND e.id = asked.evidence ORDER BY number"
    ).fetchall()
    questions = [Asked(*row) for row in found]
    rows = []
    for question, parts in zip(questions, given.placing(questions), strict=True):
        upto = Decimal(0)
        for index, part in enumerate(parts):
            before, upto = upto, upto + part.fraction
            is_last = index == len(parts) - 1
            rows.append(
                (question.number, index, len(parts), part.place, facts.number_of(part.how), part.rule,
                 before, Decimal(1) if is_last else upto)
            )  # fmt: skip
    cursor.execute(
        "CREATE TEMP TABLE parts (number INTEGER, part SMALLINT, parts SMALLINT, place INTEGER, how TINYINT, "
        "rule SMALLINT, before DECIMAL(13, 12), upto DECIMAL(13, 12))"
    )
    insert(cursor, "parts", rows)


def _write_facts(
    cursor: Cursor, releases: Sequence[Sourced], alike: Mapping[str, str], folder: Path, write: Callable[[str], None]
) -> None:
    """The facts of one dataset in the order in which they are asked for, natively and as Parquet; replaced ones apart.

    They are sorted once, into the native file; Parquet is written from there, row by row the same. What is alike in all
    of them is not carried through the sort.
    """
    listed = ", ".join(f"{alike[name]} AS {name}" if name in alike else f'"{name}"' for name in facts.FACTS)
    differ = ", ".join(f'"{name}"' for name in facts.FACTS if name not in alike)
    order = ", ".join(name for name in facts.SORTED_BY if name not in alike) or "ALL"
    replaced = _replaced(cursor, [each.number for each in releases])
    for name, condition in _FORMS.items():
        if name == "earlier" and not replaced:
            continue
        before = count(cursor, name)
        where = f"WHERE {condition} {replaced}" if replaced else ""
        told = f"{_facts_sql(cursor, releases)} {where}"
        with all_match(cursor):
            cursor.execute(f"INSERT INTO {name} SELECT {listed} FROM (SELECT {differ} FROM ({told}) ORDER BY {order})")
        upto = count(cursor, name)
        write(
            f"COPY (SELECT * FROM {name} WHERE rowid >= {before} AND rowid < {upto}) "
            f"TO '{folder / name / releases[0].dataset}.parquet' "
            f"(FORMAT parquet, ROW_GROUP_SIZE 122880, DICTIONARY_SIZE_LIMIT {MOST_WORDS})"
        )


def _alike(cursor: Cursor, releases: Sequence[Sourced]) -> dict[str, str]:
    """The columns that hold the same in every fact of these releases, and what they hold, as SQL."""
    listed = f"({', '.join(str(each.number) for each in releases)})"
    held = {
        f"sourced WHERE release IN {listed}": ("dataset", "standing", "release"),
        # Parquet says the least and the most of a column without being read.
        f"read_parquet({_records(releases)})": ("statement", "amount_type", "basis", "year", "length", "period"),
        f"parts JOIN asked USING (number) WHERE release IN {listed}": ("how", "rule", "part"),
    }  # fmt: skip
    unnamed = {"programme": "told_programmes", "project": "told_projects"}
    labels = f'told_labels WHERE release IN {listed} AND "table"'
    spent, other = facts.number_of(Flow.SPENT), facts.number_of(Flow.NOT_FOLLOWED)
    return the_same(
        cursor,
        {
            **{name: f"SELECT {name} FROM {source}" for source, names in held.items() for name in names},
            **{name: f"SELECT id FROM {t} WHERE release IN {listed} UNION SELECT 0" for name, t in unnamed.items()},
            # A record says what each of its codes means, and so which there are.
            "fund": f"SELECT {NOT_STATED}::SMALLINT UNION SELECT 1::SMALLINT FROM {labels} = 'funds'",
            "cell": f"SELECT id FROM cells WHERE label IN (SELECT key FROM {labels} = 'cells')",
            "flow": f"SELECT {spent}::TINYINT UNION SELECT {other}::TINYINT FROM {labels} = 'items' AND receiver <> '' "
            f"UNION SELECT {other}::TINYINT FROM read_parquet({_records(releases)}) WHERE receiver <> ''",
        },
    )


def _replaced(cursor: Cursor, numbers: Sequence[int]) -> str:
    """The condition under which a figure of the record has been replaced; "" where none has."""
    listed = ", ".join(map(str, numbers))
    if not count(cursor, f"returns WHERE NOT is_in_force AND release IN ({listed})"):
        return ""
    return (
        "EXISTS (SELECT 1 FROM returns r WHERE NOT r.is_in_force AND r.release = sourced.release "
        "AND r.institution = asked.whose AND r.statement = record.statement "
        "AND r.amount_type = record.amount_type AND r.basis = record.basis AND r.year = record.year "
        "AND r.length = record.length AND r.period = record.period)"
    )


def _facts_sql(cursor: Cursor, releases: Sequence[Sourced]) -> str:
    not_followed, spent = facts.number_of(Flow.NOT_FOLLOWED), facts.number_of(Flow.SPENT)
    by = {
        "function": "coalesce(record.function, '')", "item": "coalesce(record.item, '')",
        "fund": "coalesce(record.fund, '')",
        "programme": "coalesce(p.vote || '/' || p.programme || '/' || p.subprogramme, '')",
        "project": "coalesce(projects.code, '')",
    }  # fmt: skip
    told_apart = [
        f"AND asked.{name} = {said}" for name, said in by.items()
        if count(cursor, f"asked WHERE {name} <> ''")
    ]  # fmt: skip
    return f"""
        SELECT sourced.dataset, sourced.standing, record.statement, record.amount_type, record.basis, record.length,
            CASE WHEN coalesce(nullif(record.receiver, ''), nullif(items.receiver, '')) IS NULL THEN {spent}
                ELSE coalesce(followed.flow, {not_followed}) END::TINYINT AS flow,
            asked.whose AS institution, record.year, record.period, parts.place, parts.how, parts.rule,
            coalesce(functions.id, 0)::SMALLINT AS function, coalesce(items.id, 0)::SMALLINT AS item,
            coalesce(funds.id, 0)::SMALLINT AS fund, coalesce(n.id, 0)::INTEGER AS programme,
            coalesce(projects.id, 0)::INTEGER AS project, sourced.release, record."row",
            coalesce(cells.id, 0)::SMALLINT AS cell, parts.part,
            CASE WHEN parts.parts = 1 THEN record.amount ELSE (
                round(record.amount::DECIMAL(24, 2) * parts.upto, 2)
                - round(record.amount::DECIMAL(24, 2) * parts.before, 2))::DECIMAL(18, 2) END AS amount
        FROM read_parquet({_records(releases)}, filename = true) record
        JOIN sourced ON record.filename = sourced.folder || '/record.parquet'
        LEFT JOIN functions ON functions.chart || ':' || functions.code = record.function
        LEFT JOIN items ON items.chart || ':' || items.code = record.item
        LEFT JOIN funds ON funds.chart || ':' || funds.code = record.fund
        LEFT JOIN cells ON cells.label = record.cell
        LEFT JOIN told_programmes p ON p.release = sourced.release AND p.id = record.programme
        LEFT JOIN programme_numbers n ON n.release = sourced.release AND n.told = record.programme
        LEFT JOIN project_numbers projects ON projects.release = sourced.release AND projects.told = record.project
        LEFT JOIN followed ON followed.receiver = coalesce(nullif(record.receiver, ''), items.receiver)
            AND followed.year = record.year AND followed.amount_type = record.amount_type
            AND followed.standing = sourced.standing
        JOIN asked ON asked.release = sourced.release AND asked.institution = record.institution
            AND asked.evidence = record.evidence {" ".join(told_apart)}
        JOIN parts ON parts.number = asked.number"""


def _prove(cursor: Cursor, given: Given, roll_ups: Sequence[str], folder: Path) -> None:
    """Each release's rand, every roll-up's and the Parquet's, is that of its source to the cent."""
    found = dict(
        cursor.execute(
            "SELECT release, sum(amount) FROM (SELECT release, amount FROM facts "
            "UNION ALL SELECT release, amount FROM earlier) GROUP BY release"
        ).fetchall()
    )
    for release in given.releases:
        total = found.get(release.number, Decimal(0))
        if total != release.total:
            raise RuleBroken(
                _("%(release)s: %(built)s in the build, %(source)s in its source. The build was given up.")
                % {"release": release.label, "built": format_rand(total), "source": format_rand(release.total)}
            )
    whole = cursor.execute("SELECT coalesce(sum(amount), 0) FROM facts").fetchone()
    for name in (*roll_ups, f"read_parquet('{folder}/facts/*.parquet')"):
        rolled = cursor.execute(f"SELECT coalesce(sum(amount), 0) FROM {name}").fetchone()
        if rolled != whole:
            raise RuleBroken(
                _("The sums of %(name)s are not those of the facts. The build was given up.") % {"name": name}
            )


def _told(cursor: Cursor, given: Given, roll_ups: Sequence[str]) -> dict[str, Any]:
    return {
        "tables": ["facts", *roll_ups, *facts.DIMENSIONS],
        "releases": [each.ref for each in given.releases],
        "facts": count(cursor, "facts"),
        "replaced": count(cursor, "earlier"),
    }


def _list(paths: Sequence[str]) -> str:
    return "[" + ", ".join("'" + path.replace("'", "''") + "'" for path in paths) + "]"


def _records(releases: Sequence[Sourced]) -> str:
    return _list([str(each.folder / "record.parquet") for each in releases])
