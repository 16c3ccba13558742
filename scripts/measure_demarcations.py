"""What changed between the demarcations, and how far conversions lie from recounts: three files, made from real data.

    python scripts/measure_demarcations.py FOLDER

FOLDER holds the files that docs/evidence/demarcations.md names, in `boundaries/` and `indicators/`. Written are the
pieces and the known errors among the parameters of `oneplan/indicators/demarcations`, and that page.
"""

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

import django

ROOT = Path(__file__).resolve().parent.parent


def main(folder: Path) -> None:
    from oneplan.indicators.demarcations import book, errors
    from oneplan.indicators.tests import recounts

    pieces = recounts.pieces_csv(folder / "boundaries")
    (book.FOLDER / "pieces_2011_2016.csv").write_text(pieces, encoding="utf-8")
    book.book.cache_clear()
    measured = recounts.measure(folder / "indicators" / "wazimap_census2011_long.csv.gz")
    (book.FOLDER / "known_errors.yaml").write_text(measured.as_yaml, encoding="utf-8")
    errors.known_errors.cache_clear()
    page = "\n".join(told(measured))
    (ROOT / "docs" / "evidence" / "demarcations.md").write_text(page + "\n", encoding="utf-8")
    print(page)


def told(measured) -> Iterable[str]:  # type: ignore[no-untyped-def]
    """The page of evidence, line by line."""
    from oneplan.indicators.demarcations.book import book
    from oneplan.indicators.demarcations.changes import Kind, changes
    from oneplan.indicators.demarcations.converting import Method
    from oneplan.indicators.demarcations.errors import Direction, quantile, spread
    from oneplan.indicators.tests import recounts

    shipped = book().correspondence("2011", "2016")
    befell = changes(shipped, book().demarcation("2016").since)
    split = [links for links in shipped.forward().links.values() if len(links) > 1]
    yield from INTRODUCTION.format(
        pieces=len(shipped.pieces), slivers=shipped.slivers.sentence, split=len(split),
        befell=", ".join(
            f"{sum(each.kind == kind for each in befell)} {words}" for kind, words in (
                (Kind.MERGED, "ended in another"), (Kind.DIVIDED, "ended and were divided"),
                (Kind.FORMED, "were formed of whole areas"), (Kind.FORMED_OF_PARTS, "were formed with parts of others"),
                (Kind.GREW, "gained ground"), (Kind.SHRANK, "gave ground"), (Kind.GREW_AND_SHRANK, "did both"),
            )
        ),
    ).splitlines()  # fmt: skip
    yield from ("", "## By method", "")
    yield from head("Direction", "Areas", "By", "Values", "Median %", "95 of 100 within %", "Worst %", "Misplaced %")
    for direction in Direction:
        for basis in ("area", "wards", "wards and the people of their municipality", "population"):
            found = measured.by[direction, basis]
            for method in Method:
                if method.is_estimate or basis == "area":
                    of = spread([each for each in found if each.method == method])
                    if of:
                        areas = {Method.SAME: "the same", Method.EXACT: "put together whole"}.get(method, "split")
                        yield row(direction, areas, basis if method.is_estimate else "–", *figures(of))
    yield from ("", TABLES, "")
    yield from head(
        "Table", "Columns", "Values", "Median %", "95 of 100 within %", "Worst %", "Misplaced %", "Worst at"
    )
    found = [each for each in measured.by[Direction.FORWARD, "population"] if each.method.is_estimate]
    for table in sorted({each.table.partition(":")[0] for each in found}):
        mine = [each for each in found if each.table.startswith(f"{table}:")]
        of = spread(mine)
        yield row(table, len({each.table for each in mine}), *figures(of), of.worst_at.replace(f" {table}:", ","))
    yield from ("", PLACES, "")
    yield from head("Area", "Values", "Median %", "95 of 100 within %", "Worst %", "Misplaced %", "Worst at")
    of_places = {each.place: spread([other for other in found if other.place == each.place]) for each in found}
    for place, of in sorted(of_places.items(), key=lambda each: -each[1].median)[:12]:
        yield row(place, *figures(of), of.worst_at.partition(" ")[2])
    yield from ("", SPACES, "")
    yield from head("Spaces", "Values", "Median %", "95 of 100 within %", "Worst %", "Misplaced %")
    for method, words in ((Method.BY_POPULATION, "split"), (Method.SAME, "the same")):
        of = spread([each for each in measured.spaces if each.method == method])
        yield row(words, *figures(of))
    yield from ("", SHARES, "")
    yield from head("Table", "Shares", "Median, points", "95 of 100 within", "Worst", "Worst at")
    shares = [each for each in measured.shares[Direction.FORWARD, "population"] if each.method.is_estimate]
    for table in sorted({recounts.table_of(each) for each in shares}):
        gaps = sorted((each.gap, f"{each.place}, {each.table.partition(': ')[2]}") for each in shares
                      if recounts.table_of(each) == table)  # fmt: skip
        sizes = [gap for gap, _place in gaps]
        points = (f"{100 * each:.2f}" for each in (median(sizes), quantile(sizes, 0.95), sizes[-1]))
        yield row(table, len(gaps), *points, gaps[-1][1])
    yield from ("", STATED, "")
    yield from head("Direction", "Method", "Counts: %", "Held out", "within", "Shares: points", "Held out", "within")
    for known in measured.known:
        counts, good, of_shares, good_shares = measured.held_out(known.direction, known.method)
        yield row(known.direction, known.method.words, known.within, counts, f"{100 * good / counts:.1f} %",
                  known.points, of_shares, f"{100 * good_shares / of_shares:.1f} %")  # fmt: skip
    yield from ("", NO_RECOUNT, "")
    yield from head("Column", "On the borders of 2011", "On those of 2016")
    for each in measured.counts:
        if not each.is_recount:
            yield row(each.name, *(f"{sum(side.values()):,}".replace(",", " ") for side in (each.older, each.newer)))
    yield from ("", LEARNT)
    assert recounts.RECOUNTS in measured.as_yaml


def head(*titles: str) -> tuple[str, str]:
    return row(*titles), "|" + "---|" * len(titles)


def row(*cells: object) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def figures(of) -> Sequence[str]:  # type: ignore[no-untyped-def]
    percents = (f"{100 * each:.2f}" for each in (of.median, of.p95, of.worst, of.misplaced))
    return f"{of.count:,}".replace(",", " "), *percents


INTRODUCTION = """\
# Values between demarcations, measured against recounts

Made by `python scripts/measure_demarcations.py FOLDER` from public files that are not part of the repository:
`boundaries/mdb2011_municipalities.topojson` (234 outlines), `boundaries/mdb2020_municipalities_from_wards.geojson`
(213, with the borders of 2016), `boundaries/mdb2020_wards.geojson.gz` (4 468), and
`indicators/wazimap_census2011_long.csv.gz`, in which Census 2011 stands on the borders of 2011 and again on those of
2016. The second is no conversion but a recount of the same returns: what a conversion should have given.
`test_demarcations.py` measures all of it again where the files are at hand.

## What changed on 3 August 2016

234 municipal areas became 213. Laid over one another the outlines have {pieces} pieces that count.
{slivers}
{split} areas of 2011 were split. Of the areas of either demarcation {befell}.
"""

TABLES = """\
*Values* are counts of at least 100 in one municipality (below that one person is 1 %); errors are in per cent of the
recount. *Misplaced* is the part of all that was counted in these areas which the conversion put into a wrong one. No
total is lost or gained in any of them: each column sums to the unit, before and after.

## By table: split areas, from 2011 to 2016, by population"""

PLACES = """\
## By municipality: the twelve that convert worst, from 2011 to 2016, by population

All tables together. Each of them gained or gave a part that is unlike the rest; LIM345 was formed of two such parts."""

SPACES = """\
Rare things are not spread as people are: springs, institutions and the white and Indian population of what became
Collins Chabane (LIM345) stayed with the towns of Thohoyandou and Louis Trichardt, and any conversion moves some of
them. A count that most people share is right within a few per cent, a rare one is an order of magnitude at best; that
is why each value states its own error.

## Between the 52 spaces, from 2011 to 2016, by population"""

SHARES = """\
## Shares, converted as two counts: split areas, from 2011 to 2016, by population

Each category of a table as a share of all its categories that have a recount, in percentage points, where the table
counts at least 1 000 in the area. What misplaces both counts alike leaves their share where it was."""

STATED = """\
## The error that a value states where it has no recount

*At stake* is, of each split area, the smaller of the part given and the part kept. The error stated is the figure
below times the square root of the part of the value that is at stake (1 where areas are whole): 95 of 100 known
recounts lay within it. To see whether it holds for tables it was not taken from, each table was told by what the
others taught. For wards the plain variant is stated, in which all wards weigh the same; with their municipality's
people they do better."""

NO_RECOUNT = """\
## Not compared

Columns that stand on both borders and are not one count: their totals differ by more than 0.1 % (and by more than
50). A change of universe, of categories or of weights, which no conversion of borders can or should undo."""

LEARNT = """\
## What this says

- **Area is a bad guide to people**, and wards are a good one without any census: they are drawn so that each holds
  about as many voters, and they are known for every demarcation.
- **A population that is known on both borders** is better than either: fitted to it, half of the values in split areas
  are within half a per cent.
- **Shares convert well**: of most tables 95 of 100 are within about one percentage point, of tenure within 2.6.
- **Back is harder than forward**: taking a merged municipality apart spreads everything as its people were in 2011.
- **The same is not always the same**: some 3 100 people passed from Mogalakwena (LIM367) to Lephalale (LIM362) on
  13 km², 0.2 % of either and below the limit of slivers. Where a recount exists it is used.
- **From 2016 to 2021** no recount is at hand: all 213 codes carry over, and the areas of the MDB's table of June 2019
  agree with the outlines of 2020 within 0.4 %. Wards were drawn anew and do not convert by these pieces. The file of
  outlines of 2016 itself is refused: more than 1 % of the country would lie in slivers."""


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oneplan.config.settings")
    sys.path.insert(0, str(ROOT))
    django.setup()
    main(Path(sys.argv[1]))
