"""What the codes and words of a file mean, found out once for each combination that occurs in it.

Each function takes the combinations of one group of targets (targets.GROUPS) and gives a row of meanings for each: the
columns of SHAPES, the last of which is the number of a fault, 0 where there is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa
from django.utils.translation import gettext as _

from oneplan.exchange.choices import IssueKind, Severity
from oneplan.exchange.issues import IssueFound, IssueLog
from oneplan.exchange.values import fold
from oneplan.indicators.choices import Length, Level, Status, Unit
from oneplan.indicators.dimensions import COUNTRY
from oneplan.indicators.facts import number_of
from oneplan.indicators.feeds.binding import Bound, ValueColumn
from oneplan.indicators.feeds.periods import Time, read_time
from oneplan.indicators.feeds.targets import ANY_MUNICIPALITY, LEVELS
from oneplan.indicators.sdmx import codes as sdmx
from oneplan.indicators.tables import SEPARATOR, YEAR, Table, sources, table_named, tables
from oneplan.spaces.models import Ward
from oneplan.spaces.queries import Gazetteer, Match, gazetteer

_I8, _I16, _I32, _TEXT = pa.int8(), pa.int16(), pa.int32(), pa.string()
SHAPES: Mapping[str, Mapping[str, pa.DataType]] = {
    "place": {"level": _I8, "code": _TEXT, "fault": _I32},
    "subject": {
        "series": _TEXT, "key": _TEXT, "borders": _I16, "year": _I16, "length": _I8, "part": _I8, "lowest": _I8,
        "is_count": pa.bool_(), "most": _I32, "is_one_of": pa.bool_(), "sure": _I8, "spelling": _TEXT,
        "is_total": pa.bool_(), "fault": _I32,
    },
    "quality": {"status": _I8, "method": _TEXT, "fault": _I32},
}  # fmt: skip
_PREFIX = re.compile(r"^(ec|fs|gp|gt|kz|kzn|lp|lim|mp|nc|nw|wc)\s+", re.IGNORECASE)  # as DHIS writes its districts
_WARD = re.compile(r"\d{8}")
_COUNTRY_NAMES = ("za", "rsa", "south africa")
WARDS_OF = "2021"  # the demarcation of the wards in the register
_DAYS = {"2011": date(2014, 1, 1), "2016": date(2018, 1, 1), "2021": date(2022, 1, 1)}  # on which borders were in force
_KINDS = ("sex", "age", "population_group", "disability")


@dataclass(frozen=True)
class Said:
    """One combination of texts of a group, how many rows have it, and the first of them."""

    texts: Mapping[str, str]
    rows: int
    first: int


@dataclass(frozen=True)
class Fault:
    """Why rows with some text are refused, in a sentence."""

    kind: IssueKind
    target: str
    message: str


@dataclass(frozen=True)
class Category:
    """One category of a table: its parts in the order of the table's dimensions, by kinds of breakdown."""

    table: str
    key: str
    kinds: Mapping[str, str]  # sex, age, population_group, disability, other
    is_apart: bool  # no part of the universe that was asked, or the whole of the others


@dataclass
class Findings:
    """What is found while meanings are looked up: faults by number, categories as they are met."""

    sheet: str
    bound: Bound
    log: IssueLog
    faults: list[Fault] = field(default_factory=list)
    categories: dict[tuple[str, str], Category] = field(default_factory=dict)

    def fault(self, kind: IssueKind, target: str, message: str) -> int:
        """The number of a fault, from 1."""
        self.faults.append(Fault(kind, target, str(message)))
        return len(self.faults)

    def all_keys(self, table: Table) -> list[str]:
        """The keys of every category of a table of one dimension (and the year), each noted as met."""
        [dimension] = [name for name in table.by if name != YEAR]
        for told in table.categories[dimension]:
            category = _category(table, {dimension: told})
            self.categories.setdefault((table.code, category.key), category)
        return list(table.categories[dimension])

    def warn(self, said: Said, target: str, kind: IssueKind, message: str) -> None:
        """Say something of every row with a text, once."""
        column = self.bound.header_of(target)
        value = said.texts.get(target, "")
        for _row in range(said.rows):
            self.log.repeat(IssueFound(self.sheet, said.first, column, value, kind, Severity.WARNING, str(message)))


def places(found: Findings, all_said: Sequence[Said]) -> list[tuple[object, ...]]:
    """Rows of SHAPES["place"]. A place is looked up as at the borders that its row is told on."""
    known = gazetteer()
    wards = frozenset(Ward.objects.values_list("code", flat=True)) if _has_wards(all_said) else frozenset()
    return [_place(found, said, known, wards) for said in all_said]


def _has_wards(all_said: Sequence[Said]) -> bool:
    return any(_WARD.fullmatch(said.texts["place"]) for said in all_said)


def _place(found: Findings, said: Said, known: Gazetteer, wards: frozenset[str]) -> tuple[object, ...]:
    text, said_level = said.texts["place"], said.texts["level"]
    level = LEVELS.get(fold(said_level)) if said_level else None
    is_municipal = fold(said_level) == ANY_MUNICIPALITY
    if said_level and level is None and not is_municipal:
        message = _("“%(level)s” is no level of places. Write country, province, district, municipality or ward.")
        return (0, "", found.fault(IssueKind.BAD_CHOICE, "level", message % {"level": said_level}))
    if not text:
        return (0, "", found.fault(IssueKind.REQUIRED, "place", _("The place is empty; every row needs one.")))
    if level == Level.COUNTRY or (level is None and not is_municipal and fold(text) in _COUNTRY_NAMES):
        return (number_of(Level.COUNTRY), COUNTRY, 0)
    borders = said.texts["boundary"]
    if _WARD.fullmatch(text) and level in (None, Level.WARD):
        return _ward(found, text, borders, wards)
    wanted = [Level.MUNICIPAL_AREA, Level.SPACE] if is_municipal else [level]
    matches = [match for each in wanted for match in _matches(known, text, each, _DAYS.get(borders))]
    if (
        not matches
        and borders not in _DAYS
        and (ended := [match for each in wanted for match in _matches(known, text, each, _DAYS["2011"])])
    ):
        matches = ended
        found.warn(said, "place", IssueKind.ENDED, _("Municipalities that have ended are told of as they were."))
    if is_municipal:
        matches = sorted(matches, key=lambda match: match.level != Level.MUNICIPAL_AREA)
        matches = matches[:1] if len({match.code for match in matches}) == 1 else matches
    if len(matches) == 1:
        return (number_of(Level(matches[0].level)), matches[0].code, 0)
    if matches:
        message = _("“%(name)s” may be %(which)s. Write the code of the one that is meant.") % {
            "name": text, "which": ", ".join(f"{m.name} ({m.code})" for m in matches[:5]),
        }  # fmt: skip
        return (0, "", found.fault(IssueKind.AMBIGUOUS, "place", message))
    message = _("The register knows no place “%(name)s”. Write its code, such as EC136 or DC15, or have the name"
                " recorded as another name of the right one, and import again.") % {"name": text}  # fmt: skip
    return (0, "", found.fault(IssueKind.UNKNOWN_PLACE, "place", message))


def _ward(found: Findings, code: str, borders: str, wards: frozenset[str]) -> tuple[object, ...]:
    """A ward of the delimitation that the register has. Others may have the same code on other ground."""
    if borders != WARDS_OF:
        message = _("The register knows the wards of %(year)s alone, and “%(code)s” is told on the borders of %(said)s."
                    " A ward of one delimitation is another place than one of the same code of the next.") % {
            "year": WARDS_OF, "code": code, "said": borders or _("no stated year"),
        }  # fmt: skip
        return (0, "", found.fault(IssueKind.UNKNOWN_PLACE, "place", message))
    if code in wards:
        return (number_of(Level.WARD), code, 0)
    message = _("There is no ward %(code)s among those of %(year)s.") % {"code": code, "year": WARDS_OF}
    return (0, "", found.fault(IssueKind.UNKNOWN_PLACE, "place", message))


def _matches(known: Gazetteer, text: str, level: Level | None, on: date | None) -> list[Match]:
    """What a text means on a day (today). A metropolitan space and its municipal area have one code: of the space."""
    found = known.resolve(_PREFIX.sub("", text), str(level) if level else "", on)
    found = [match for match in found if match.by != "successor"]
    if level is None and len({match.code for match in found}) == 1:
        return sorted(found, key=lambda match: match.level != Level.SPACE)[:1]
    return found


def subjects(found: Findings, all_said: Sequence[Said]) -> list[tuple[object, ...]]:
    """Rows of SHAPES["subject"]: for each combination one row for each column of values, in their order."""
    return [_subject(found, said, column) for said in all_said for column in found.bound.values]


_NOTHING = ("", "", 0, 0, 0, 0, 0, False, None, False, 0, "", False)
_ONLY_A_TOTAL = (*_NOTHING[:-1], True, 0)


def _subject(found: Findings, said: Said, column: ValueColumn) -> tuple[object, ...]:
    texts, label = said.texts, column.label
    said_table = column.table or texts["table"]
    name = found.bound.meant.get("table", {}).get(fold(said_table), said_table)
    borders = int(texts["boundary"]) if texts["boundary"].isdigit() else 0
    table = _table(name, borders)
    if table is None:
        message = _("The registry knows no table “%(name)s”. Write the code of one that it has, or have the table"
                    " described in the registry first.") % {"name": name}  # fmt: skip
        return (*_NOTHING, found.fault(IssueKind.UNKNOWN_CODE, "table", message))
    if texts["boundary"] and texts["boundary"] not in _DAYS:
        message = _("There are no borders of %(year)s. Known are those of %(years)s.")
        told = {"year": texts["boundary"], "years": ", ".join(_DAYS)}
        return (*_NOTHING, found.fault(IssueKind.BAD_PERIOD, "boundary", message % told))
    if found.bound.is_sdmx:
        texts = _decoded(table, texts)
        if any(texts.get(name.replace(" ", "_")) == sdmx.TOTAL for name in table.by):
            return _ONLY_A_TOTAL
    if stray := next((name for name in _KINDS if texts[name] and name.replace("_", " ") not in table.by), ""):
        return (*_NOTHING, _not_told_by(found, table, stray, texts[stray]))
    try:
        parts = _parts(table, texts, label)
    except KeyError:
        apart = SEPARATOR.join(text for name in table.by if (text := texts.get(name.replace(" ", "_"))))
        wrong = texts["category"] or apart or label or (texts["period"] if YEAR in table.by else "")
        return (*_NOTHING, _wrong_category(found, table, wrong))
    time = _time(table, texts["period"], label, dict(zip(table.by, parts, strict=True)), is_sdmx=found.bound.is_sdmx)
    if time is None:
        message = _("“%(period)s” is no period. Write a year (2022), a quarter (2022 Q1), a month (2022-03) or a day.")
        period = texts["period"] or label
        return (*_NOTHING, found.fault(IssueKind.BAD_PERIOD, "period", message % {"period": period}))
    kept = {name: part for name, part in zip(table.by, parts, strict=True) if name != YEAR}
    category = _category(table, kept)
    found.categories.setdefault((table.code, category.key), category)
    return (
        table.code, category.key, borders or table.boundary, time.year, number_of(time.length), time.part,
        number_of(table.lowest), table.unit == Unit.NUMBER, table.most, table.is_one_of,
        number_of(Status.OFFICIAL if sources()[table.source].is_official else Status.UNOFFICIAL),
        texts["category"] or ("" if read_time(label) else label), False, 0,
    )  # fmt: skip


def _table(name: str, borders: int) -> Table | None:
    """The table that a source calls so on the borders of a year, or that has this code; none that is retired."""
    table = table_named(name, borders) or tables().get(name)
    return table if table and not table.is_retired and (not borders or table.boundary in (0, borders)) else None


def _decoded(table: Table, texts: Mapping[str, str]) -> dict[str, str]:
    """Texts with categories in the place of their codes; the total of what a table is not told by is nothing said."""
    decoded = dict(texts)
    for dimension, known in table.categories.items():
        name = dimension.replace(" ", "_")
        told = "category" if name not in _KINDS else name
        if decoded.get(told) == sdmx.TOTAL and table.total in known:
            decoded[told] = table.total
        elif decoded.get(told):
            decoded[told] = sdmx.category_of(dimension, decoded[told], (*known, *table.spelled))
    if when := read_time(decoded["period"]):
        years = [year for year in table.categories.get(YEAR, ()) if read_time(year) == when]
        decoded["period"] = years[0] if years else decoded["period"]
    for name in _KINDS:
        if decoded[name] == sdmx.TOTAL and name.replace("_", " ") not in table.by:
            decoded[name] = ""
    return decoded


def _not_told_by(found: Findings, table: Table, name: str, told: str) -> int:
    message = _("“%(told)s”: the table “%(table)s” is not told by %(dimension)s, so that this would be taken for the"
                " whole. Leave such rows out, or say which table tells it.") % {
        "told": told, "table": table.title, "dimension": name.replace("_", " "),
    }  # fmt: skip
    return found.fault(IssueKind.UNKNOWN_CODE, name, message)


def _parts(table: Table, texts: Mapping[str, str], label: str) -> tuple[str, ...]:
    """What stands for each dimension of a table. Raises KeyError where something is missing or unknown."""
    if not table.by:
        return ()
    told = texts["category"] or ("" if read_time(label) else label)
    if told.count(SEPARATOR) + 1 != len(table.by) or not told:
        free = iter(told.split(SEPARATOR) if told else ())
        parts = [texts.get(name.replace(" ", "_"), "") or next(free, "") for name in table.by]
        if table.by[-1] == YEAR and not parts[-1]:
            parts[-1] = texts["period"] or label
        told = SEPARATOR.join(_completed(table, parts))
    return table.told(told)


def _completed(table: Table, parts: Sequence[str]) -> list[str]:
    """Parts where a dimension of one category needs no telling, and where one text tells several ("Female 0-4")."""
    known = [[*table.categories[name], *table.spelled] for name in table.by]
    parts = [part or (each[0] if len(table.categories[name]) == 1 else "")
             for part, name, each in zip(parts, table.by, known, strict=True)]  # fmt: skip
    for index in range(len(parts) - 1):
        begins = [word for word in table.categories[table.by[index]] if parts[index].startswith(f"{word} ")]
        if begins and not parts[index + 1] and parts[index] not in known[index]:
            word = max(begins, key=len)
            parts[index], parts[index + 1] = word, parts[index].removeprefix(word).strip()
    return parts


def _wrong_category(found: Findings, table: Table, told: str) -> int:
    known = "; ".join(", ".join(each) for each in table.categories.values())
    sentence = (
        _("“%(told)s” is no category of “%(table)s”, which is told by %(by)s. Known are: %(known)s.")
        if told else
        _("Nothing says which category of “%(table)s” it is, which is told by %(by)s. Known are: %(known)s. Match the"
          " column that says it, or say of the column of values what it holds.")
    )  # fmt: skip
    words = {"told": told, "table": table.title, "by": ", ".join(table.by), "known": known[:400]}
    return found.fault(IssueKind.UNKNOWN_CODE, "category", sentence % words)


def _time(table: Table, period: str, label: str, parts: Mapping[str, str], *, is_sdmx: bool) -> Time | None:
    """When a value was measured: as the row, the column or the category says; else as its source does.

    SDMX names the year of a quarter or month by the calendar year in which it begins, whatever its source does.
    """
    source = sources()[table.source]
    told = period or parts.get(YEAR, "") or (label if read_time(label) else "")
    if told:
        return read_time(told, named_by_end=source.is_named_by_end and not (is_sdmx and "-" in told))
    return Time(source.day.year - source.is_named_by_end, Length.YEAR)


def _category(table: Table, kept: Mapping[str, str]) -> Category:
    kinds = {name.replace(" ", "_"): part for name, part in kept.items()}
    other = SEPARATOR.join(part for name, part in kinds.items() if name not in _KINDS)
    told = {name: kinds.get(name, "") for name in _KINDS} | {"other": other}
    is_apart = any(part in table.set_apart or part == table.total for part in kept.values())
    return Category(table.code, SEPARATOR.join(kept.values()), told, is_apart)


def qualities(found: Findings, all_said: Sequence[Said]) -> list[tuple[object, ...]]:
    """Rows of SHAPES["quality"]: -1 where a row does not say how sure it is, so that its table does."""
    rows: list[tuple[object, ...]] = []
    for said in all_said:
        told, method = said.texts["status"], said.texts["method"]
        folded = (
            found.bound.meant.get("status", {}).get(fold(told), told).casefold().replace(" ", "_").replace("-", "_")
        )
        status = next((each for each in Status if folded in (each.value, fold(each.label).replace(" ", "_"))), None)
        if folded and status is None:
            message = _("“%(status)s” does not say how sure a value is. Write one of: %(known)s.") % {
                "status": told, "known": ", ".join(each.value for each in Status),
            }  # fmt: skip
            rows.append((0, "", found.fault(IssueKind.BAD_CHOICE, "status", message)))
        elif status == Status.MODELLED and not method:
            message = _("A value is marked as modelled and does not say by which method. Add a column “Method”.")
            rows.append((0, "", found.fault(IssueKind.REQUIRED, "method", message)))
        else:
            rows.append((number_of(status) if status else -1, method, 0))
    return rows
