"""Decisions about definitions: what may be defined, revised and retired. Each raises RuleBroken with a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from oneplan.frameworks import queries as frameworks
from oneplan.frameworks.queries import DEFAULT_RULE_SET
from oneplan.indicators.choices import ReleaseState, Unit
from oneplan.indicators.definitions.current import definitions
from oneplan.indicators.models import ObservationRelease
from oneplan.indicators.registry import Defined, faults, tables_of, totals_of
from oneplan.indicators.rules import check_reason
from oneplan.indicators.sdmx.codes import category_code
from oneplan.indicators.tables import BORDERS, SEPARATOR, YEAR, Source, Table
from oneplan.platform.errors import RuleBroken

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MOST_DIMENSIONS, _MOST_CATEGORIES, _MOST_DECIMALS, _MOST_MONTHS = 5, 300, 6, 240
_MOST_FORMULAS, _MOST_TIMES = 20, 1_000_000  # a build that one definition breaks is broken for everybody
_STORED = ("universe", "unit", "source", "by", "boundary", "total")  # with a table's figures, or what they count by
_YEARS = range(1900, 2101)
_OTHER_COLUMNS = ("table", "boundary", "level", "place", "province", "category", "period", "status", "method", "values")


def check_code(code: str, taken: Iterable[str]) -> None:
    """Whether a new definition may have this code: it stands in addresses, and is never used for another thing."""
    if code == "new" or not (_CODE.fullmatch(code) and 3 <= len(code) <= 60):
        raise RuleBroken(
            _("“%(code)s” is no code. Write 3 to 60 small letters, digits and single hyphens, such as piped-water.")
            % {"code": code}
        )
    if code in taken:
        raise RuleBroken(
            _("The code “%(code)s” is taken. Choose another: a code is never used for a second thing.") % {"code": code}
        )


def check_reason_given(reason: str) -> None:
    """Whether it is said why."""
    check_reason(reason, _("Say why, and where it comes from: in %(least)s letters or more."))


def check_source(source: Source) -> None:
    """Whether a source says who it is."""
    _check_filled(source, "title", "publisher", "reference", "licence")
    if source.day.year not in _YEARS:
        raise RuleBroken(_("%(day)s is no day of a count. Its year lies between %(first)s and %(last)s.")
                         % {"day": source.day, "first": _YEARS[0], "last": _YEARS[-1]})  # fmt: skip


def check_source_revised(before: Source, now: Source) -> None:
    """Whether a source may become this: the years of its figures, and how sure they are, are stored with them."""
    stored = ("basis", "is_named_by_end", "is_official")
    if any(getattr(before, name) != getattr(now, name) for name in stored):
        for table in definitions().tables.values():
            if table.source == before.code and is_received(table.code):
                raise RuleBroken(
                    _("Figures of this source were received, so which year it means, and whether its publisher vouches"
                      " for them, stay. Withdraw these releases first, or define another source.")
                )  # fmt: skip


def check_table(table: Table) -> None:
    """Whether a table can be read: its source is known, and its categories are told apart."""
    _check_filled(table, "title")
    if table.source not in definitions().sources:
        raise RuleBroken(_("There is no source “%(code)s”. Choose one of the list, or define it first.")
                         % {"code": table.source})  # fmt: skip
    if table.boundary not in (0, *BORDERS):
        raise RuleBroken(_("There are no borders of %(year)s. Known are those of %(years)s; 0 stands for any.")
                         % {"year": table.boundary, "years": ", ".join(map(str, BORDERS))})  # fmt: skip
    if len(table.categories) > _MOST_DIMENSIONS:
        raise RuleBroken(_("A table has %(most)s dimensions at most.") % {"most": _MOST_DIMENSIONS})
    for dimension, words in table.categories.items():
        _check_dimension(dimension, words)
    every = {word for words in table.categories.values() for word in words}
    for word in filter(None, (*table.set_apart, table.total)):
        if word not in every:
            raise RuleBroken(_("“%(word)s” is set apart or the total, and is none of the categories.") % {"word": word})


def _check_dimension(dimension: str, words: tuple[str, ...]) -> None:
    if not dimension or dimension != dimension.strip().lower():
        raise RuleBroken(_("“%(name)s” is no name of a dimension. Write it in small letters, such as population group.")
                         % {"name": dimension})  # fmt: skip
    if dimension in _OTHER_COLUMNS:
        raise RuleBroken(_("“%(name)s” is another column of a file. Give the dimension a name of its own.")
                         % {"name": dimension})  # fmt: skip
    if not words and dimension != YEAR:
        raise RuleBroken(_("The dimension “%(name)s” has no category. Write one for each row.") % {"name": dimension})
    if len(words) > _MOST_CATEGORIES:
        raise RuleBroken(_("A dimension has %(most)s categories at most.") % {"most": _MOST_CATEGORIES})
    for word in words:
        if not word or word != word.strip() or SEPARATOR.strip() in word:
            raise RuleBroken(
                _("“%(word)s” is no category: it must not be empty, begin or end with a space, nor hold the sign “|”.")
                % {"word": word}
            )
    if twice := [word for word in words if words.count(word) > 1]:
        raise RuleBroken(_("The category “%(word)s” stands twice.") % {"word": twice[0]})
    coded: dict[str, str] = {}
    for word in words:
        if (other := coded.setdefault(category_code(dimension, word), word)) != word:
            raise RuleBroken(_("“%(one)s” and “%(other)s” have the same letters and digits, and could not be told apart"
                               " in files. Write one of them otherwise.") % {"one": other, "other": word})  # fmt: skip


def check_table_revised(before: Table, now: Table) -> None:
    """Whether a table may become this: figures are stored by its categories, and formulas add them up."""
    if is_received(before.code):
        if any(getattr(before, name) != getattr(now, name) for name in _STORED):
            raise RuleBroken(
                _("Figures of this table were received, so what it counts, its source, its unit, its borders, its"
                  " dimensions and its total stay. Define another table for figures of another kind.")
            )  # fmt: skip
        gone = [word for name in before.by for word in before.categories[name] if word not in now.categories[name]]
        if gone:
            raise RuleBroken(_("Figures of this table were received, so the category “%(word)s” stays.")
                             % {"word": gone[0]})  # fmt: skip
        known = {word for words in before.categories.values() for word in words}
        if moved := sorted(known & {*before.set_apart} ^ known & {*now.set_apart}):
            raise RuleBroken(
                _("Figures of this table were received, so “%(word)s” stays set apart, or part of what is asked, as it"
                  " was: every share would change.") % {"word": moved[0]}
            )  # fmt: skip
    tables = {**definitions().tables, now.code: now}
    for indicator in using_table(now.code):
        for formula in indicator.formulas:
            for fault in faults(indicator.unit, indicator.universe, formula, tables):
                raise RuleBroken(_("“%(title)s” is made of this table: %(fault)s")
                                 % {"title": indicator.title, "fault": fault})  # fmt: skip


def check_indicator(indicator: Defined) -> None:
    """Whether an indicator says what it is, and its formula can be computed."""
    _check_filled(indicator, "title", "definition", "purpose", "owner", "verification", "assumptions")
    if indicator.chapter not in {each.code for each in definitions().chapters}:
        raise RuleBroken(_("The profile has no chapter “%(code)s”.") % {"code": indicator.chapter})
    if indicator.area not in {each.code for each in frameworks.ruleset(DEFAULT_RULE_SET).areas}:
        raise RuleBroken(_("There is no transformation area “%(code)s”.") % {"code": indicator.area})
    if not 0 <= indicator.decimals <= _MOST_DECIMALS:
        raise RuleBroken(_("Decimal places are 0 to %(most)s.") % {"most": _MOST_DECIMALS})
    if indicator.rhythm_months is not None and not 1 <= indicator.rhythm_months <= _MOST_MONTHS:
        raise RuleBroken(_("A new value comes every 1 to %(most)s months; leave it empty where none is announced.")
                         % {"most": _MOST_MONTHS})  # fmt: skip
    if not indicator.formulas:
        raise RuleBroken(_("An indicator needs a formula: say which rows of which table it counts."))
    if len(indicator.formulas) > _MOST_FORMULAS:
        raise RuleBroken(_("An indicator has %(most)s formulas at most.") % {"most": _MOST_FORMULAS})
    for fault in _faults(indicator):
        raise RuleBroken(fault)


def check_formula(indicator: Defined) -> None:
    """Whether a formula can be computed; of the indicator no more than unit and universe is looked at."""
    for fault in _faults(indicator):
        raise RuleBroken(fault)


def _faults(indicator: Defined) -> Iterator[str]:
    tables = definitions().tables
    for formula in indicator.formulas:
        yield from faults(indicator.unit, indicator.universe, formula, tables)
        for table in tables_of(formula):
            if table.is_retired:
                yield _("The table “%(title)s” is retired. Choose another.") % {"title": table.title}
        if getattr(formula, "per", 1) < 1 or getattr(formula, "times", 1) == 0:
            yield _("A formula multiplies by 1 or more.")
        if max(getattr(formula, "per", 1), abs(getattr(formula, "times", 1))) > _MOST_TIMES:
            yield _("A formula multiplies by %(most)s at most.") % {"most": f"{_MOST_TIMES:,}".replace(",", " ")}
        if indicator.unit == Unit.PERCENT and hasattr(formula, "per") and formula.per != 100:
            yield _("In per cent a ratio is told for each 100.")


def check_address(code: str) -> None:
    """Whether the page of an indicator can have this address: some words are pages of their own."""
    try:
        found = resolve(f"/indicators/{code}/")
    except Resolver404:
        found = None
    if found is None or found.url_name != "explorer":
        raise RuleBroken(_("The code “%(code)s” is the address of another page. Choose another.") % {"code": code})


def check_can_be_retired(title: str, is_retired: bool, users: Iterable[str]) -> None:
    """Whether a definition may go: once, and only where no other is made of it."""
    if is_retired:
        raise RuleBroken(_("“%(title)s” is retired already.") % {"title": title})
    if named := ", ".join(f"“{each}”" for each in users):
        raise RuleBroken(_("“%(title)s” is used by %(named)s. Revise or retire these first.")
                         % {"title": title, "named": named})  # fmt: skip


def check_stands(title: str, is_retired: bool) -> None:
    """Whether a definition may still be revised."""
    if is_retired:
        raise RuleBroken(_("“%(title)s” is retired: what it was stays as it is. Define another.") % {"title": title})


def using_table(code: str) -> list[Defined]:
    """The indicators that are made of a table."""
    return [
        each for each in definitions().indicators.values()
        if any(total.table == code for formula in each.formulas for total in totals_of(formula))
    ]  # fmt: skip


def using_source(code: str) -> list[Table]:
    """The tables of a source that stand."""
    return [each for each in definitions().tables.values() if each.source == code and not each.is_retired]


def is_received(table: str) -> bool:
    """Whether a file with figures of a table was taken in, and not withdrawn."""
    rows = ObservationRelease.objects.exclude(state=ReleaseState.WITHDRAWN).values_list("tables", flat=True)
    return any(table in codes for codes in rows)


def _check_filled(what: Source | Table | Defined, *names: str) -> None:
    for name in names:
        if not str(getattr(what, name)).strip():
            raise RuleBroken(_("“%(field)s” is empty. Every definition says it.") % {"field": _(name)})
