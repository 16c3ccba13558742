"""Answers to questions of money: the smallest table that has what is asked, sums that may be summed, labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import repeat
from typing import Any

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.budgets import facts, rules
from oneplan.budgets.choices import Flow
from oneplan.budgets.cube.apportioning import Apportioned, apportion, cents, settled_text
from oneplan.budgets.cube.attributes import Attribute, is_list
from oneplan.budgets.cube.members import Range, members, some_members
from oneplan.budgets.cube.planning import Plan, allows, lengths_of, planned, smallest_with, values_of
from oneplan.budgets.cube.questions import AMOUNT, Question
from oneplan.budgets.datasets import datasets
from oneplan.budgets.measures import BEFORE, Grouped, Totals
from oneplan.budgets.shelf import reading
from oneplan.warehouse.connection import Columns, Reading
from oneplan.warehouse.engines import ask

_TO = {"national": Flow.TO_NATIONAL, "provincial": Flow.TO_PROVINCIAL, "local": Flow.TO_LOCAL}
_NOTHING = "0.00"
_MANY = 1_000  # cells of a page that is likely to hold them all
_APART = frozenset(facts.GUARDS) - {"standing", "flow"}


@dataclass(frozen=True)
class Cell:
    """One total. `amount` counts rand once: what was passed on to another sphere within the question is left out."""

    key: tuple[Any, ...]  # numbers or words, in the order of the question's attributes
    gross: Decimal
    passed_on: Decimal
    figures: int

    @property
    def amount(self) -> Decimal:
        return self.gross - self.passed_on


@dataclass(frozen=True)
class Answer:
    """Cells in order, the total of all of them (also those on other pages), and what to say beside them.

    `columns` are those of `measures.Totals`: the keys in the order of the question, then the sums; rand as text.
    """

    question: Question
    columns: Columns
    total: Cell | None
    cell_count: int
    source: str
    build: str
    labels: Mapping[str, Mapping[Any, Mapping[str, Any]]]
    notes: list[str]
    memory: dict[str, Any]  # of the build that answered
    apportioned: Apportioned | None = None  # how years of different calendars were brought together
    passed_flows: tuple[int, ...] = ()  # numbers of the flows that count as passed on

    @cached_property
    def cells(self) -> list[Cell]:
        """The columns as one object a cell."""
        keys = list(self.columns.values())[: len(self.question.by)]
        gross, passed_on, figures = (self.columns[name] for name in ("gross", "passed_on", "figures"))
        each_key = zip(*keys, strict=True) if keys else repeat((), len(gross))
        return list(map(_cell, each_key, gross, passed_on, figures))


def _cell(key: tuple[Any, ...], gross: str, passed_on: str, figures: int) -> Cell:
    return Cell(key, Decimal(gross), Decimal(passed_on), figures)


def answer(question: Question, *, by: Actor) -> Answer:
    """Ask the build that is served. Raises NothingBuilt; RuleBroken where figures would be added that may not be."""
    with reading() as turn:
        plan = planned(turn, question, by)
        notes = _default_datasets(turn, question, plan)
        share = apportion(turn, question, plan)
        flows = _passed_on(turn, question, plan)
        grouped = tuple(_grouped(each) for each in question.by)
        watched = _watched(turn, question, plan)
        shape, values = _shaped(turn, question, plan, grouped, flows, watched)
        cells = ask(turn, shape, shape.write, values)
        if not grouped and cells["gross"] == [None]:
            cells = {name: [] for name in cells}  # the sum of nothing
        total, count = _together(turn, question, shape, values, cells)
        if shape.lengths:
            for name, before in BEFORE.items():
                if name in cells:
                    cells[name] = list(map(settled_text, cells[name], cells[before]))
        cells.setdefault("passed_on", [_NOTHING] * len(cells["gross"]))
        if share:
            share.remainder = _left_by_rounding(total, count, cells)
            notes += share.notes()
        if plan.unknown:
            notes.append(_("Nothing is known of: %(values)s.") % {"values": ", ".join(plan.unknown)})
        _check_sums(cells, watched)
        shown = {name: column[: question.page_size] for name, column in cells.items()}
        labels = {
            each.name: some_members(turn, each.table, column)
            for each, column in zip(question.by, shown.values(), strict=False) if each.is_key and each.table
        }  # fmt: skip
        return Answer(
            question, shown, total, count, shape.source, turn.build.name, labels, notes, turn.memory, share, flows
        )


def _default_datasets(turn: Reading, question: Question, plan: Plan) -> list[str]:
    """Without a dataset named or grouped by, the main ones are meant; several named ones must be main."""
    is_grouped = any(each.column == "dataset" for each in question.by)
    known = members(turn, "datasets")
    if "dataset" in plan.cuts:
        if not is_grouped:
            rules.check_datasets_add_up(
                [number for number in known if allows(plan.cuts["dataset"], number)],
                {number: row["is_main"] for number, row in known.items()},
                {number: row["label"] for number, row in known.items()},
            )
        return []
    if is_grouped:
        return []
    main = tuple(number for number, row in known.items() if row["is_main"])
    plan.narrow("dataset", Range(min(main), max(main), main))
    return [_("Of the main datasets: %(names)s.") % {"names": ", ".join(known[number]["label"] for number in main)}]


def _passed_on(turn: Reading, question: Question, plan: Plan) -> tuple[int, ...]:
    """The flows that are counted twice in one cell: to a sphere of which the question also counts the spending."""
    if any(each.column in ("institution", "dataset") for each in question.by):
        return ()
    spheres = set(_TO)
    if "institution" in plan.cuts:
        cut = plan.cuts["institution"]
        spheres &= {sphere for sphere, span in _sphere_spans(turn).items() if _meets(cut, span)}
    told = {each.code: set(_spheres_of(each.reporters)) for each in datasets()}
    listed = [row["code"] for number, row in members(turn, "datasets").items() if allows(plan.cuts["dataset"], number)]
    spheres &= set().union(*(told.get(code, set()) for code in listed))
    if len(spheres) < 2:
        return ()
    return tuple(sorted(facts.number_of(_TO[sphere]) for sphere in spheres))


def _sphere_spans(turn: Reading) -> Mapping[str, Range]:
    """The numbers of the institutions of each sphere: they follow one another."""
    kept: dict[str, Range] | None = turn.memory.get("spheres")
    if kept is None:
        found: dict[str, list[int]] = {}
        for number, row in members(turn, "institutions").items():
            found.setdefault(row["sphere"], []).append(number)
        kept = turn.memory["spheres"] = {sphere: Range(min(each), max(each)) for sphere, each in found.items()}
    return kept


def _spheres_of(reporters: Sequence[str]) -> list[str]:
    found = {"national_department": "national", "provincial_department": "provincial"}
    return [found.get(kind, "local" if kind.endswith("municipality") else "") for kind in reporters]


def _grouped(attribute: Attribute) -> Grouped:
    if attribute.is_key:
        return Grouped(attribute.column)
    return Grouped(attribute.column, attribute.table, attribute.field)


def _watched(turn: Reading, question: Question, plan: Plan) -> tuple[str, ...]:
    """The guards that neither a cut to one value nor the grouping keeps apart, and of which this build has several."""
    kept = turn.memory.get("several")
    if kept is None:
        guards = [guard for guard in facts.GUARDS if guard not in ("standing", "flow", "dataset")]
        counts = turn.rows(f"SELECT {', '.join(f'count(DISTINCT {guard})' for guard in guards)} FROM returns")
        several = {guard for guard, count in zip(guards, counts[0], strict=True) if count > 1}
        kept = turn.memory["several"] = tuple(guard for guard in guards if guard in several)
    apart = {each.column for each in question.by} | {
        column for column, allowed in plan.cuts.items() if allowed.first == allowed.last
    }
    if question.years_as_labelled:
        apart.add("basis")
    if plan.lengths:
        apart |= {"basis", "length"}
    return tuple(guard for guard in kept if guard not in apart)


def _shaped(
    turn: Reading,
    question: Question,
    plan: Plan,
    grouped: tuple[Grouped, ...],
    flows: tuple[int, ...],
    watched: tuple[str, ...],
) -> tuple[Totals, dict[str, int | str]]:
    cuts, values = values_of(plan)
    values |= {f"flow_{index}": flow for index, flow in enumerate(flows)}
    names = {each.name: group.name for each, group in zip(question.by, grouped, strict=True)}
    order = tuple(("gross" if name == AMOUNT else names[name], down) for name, down in question.order)
    lengths, more = lengths_of(plan)
    values |= more
    wanted = {*plan.cuts, *(each.column for each in grouped), *watched, *_needed(lengths)}
    source = smallest_with(turn, wanted)
    offset = (question.page - 1) * question.page_size
    apart = tuple(each.column for each in grouped if not each.attribute and each.column in _APART)
    of_all = question.page_size < _MANY or question.page > 1
    shape = Totals(
        source, grouped, cuts, len(flows), watched, apart, order, question.page_size + 1, offset, lengths, of_all
    )
    return shape, values


def _needed(lengths: tuple[tuple[int, int], ...]) -> set[str]:
    """The columns by which years are apportioned: periods unless all are whole years, bodies where some are listed."""
    if not lengths:
        return set()
    needed = {"year", "basis", "length"}
    if any(number for number, _count in lengths):
        needed.add("period")
    if any(count for _number, count in lengths):
        needed.add("institution")
    return needed


def _together(
    turn: Reading, question: Question, shape: Totals, values: dict[str, int | str], cells: Columns
) -> tuple[Cell | None, int]:
    """The total of all cells and how many there are: from the cells where these tell it or are all, else asked for."""
    if question.page == 1 and len(cells["gross"]) <= question.page_size:
        told = _added_up(cells, shape)
    else:
        if not (cells["gross"] and shape.of_all):  # a page behind the last, or cells beyond the first thousands
            first = replace(shape, order=(), limit=1, offset=0, of_all=True)
            cells = ask(turn, first, first.write, values)
        told = {name: column[0] for name, column in cells.items() if column}
    if not told or told["all_gross"] is None:
        return None, 0
    for guard in (*shape.watched, *shape.apart):
        least, greatest = told[f"all_least_{guard}"], told[f"all_greatest_{guard}"]
        if not rules.adds_up(guard, least, greatest) and not (guard == "basis" and question.years_as_labelled):
            return None, told["all_cells"]  # each cell is a sum, all of them together are none
    gross, passed_on = told["all_gross"], told.get("all_passed_on", _NOTHING)
    if shape.lengths:
        gross = settled_text(gross, told["all_gross_before"])
        passed_on = settled_text(passed_on, told.get("all_passed_before", _NOTHING))
    return _cell((), gross, passed_on, told["all_figures"]), told["all_cells"]


def _added_up(cells: Columns, shape: Totals) -> dict[str, Any]:
    """What `of_all` would have told, from all cells; nothing of none."""
    count = len(cells["gross"])
    if not count:
        return {}
    told = {f"all_{name}": sum(cells[name]) if name == "figures" else _sum(cells[name]) for name in shape.sums}
    ends = {guard: (f"least_{guard}", f"greatest_{guard}") for guard in shape.watched}
    ends |= {guard: (guard, guard) for guard in shape.apart}
    for guard, (least, greatest) in ends.items():
        told |= {f"all_least_{guard}": min(cells[least]), f"all_greatest_{guard}": max(cells[greatest])}
    return {**told, "all_cells": count}


def _sum(texts: Sequence[str]) -> str:
    """Rand as text, added up in whole cents: thousands of them without a step of Python for each."""
    all_of_them = " ".join(texts)
    if all_of_them.count(".") == len(texts):
        whole = sum(map(int, all_of_them.replace(".", "").split(" ")))
    else:
        whole = sum(map(cents, texts))
    return str(Decimal(whole).scaleb(-2))


def _left_by_rounding(total: Cell | None, count: int, cells: Columns) -> Decimal:
    """The total less its lines, where all of them are here."""
    if total is None or count != len(cells["gross"]):
        return Decimal(0)
    return total.amount - (Decimal(_sum(cells["gross"])) - Decimal(_sum(cells["passed_on"])))


def _check_sums(cells: Columns, watched: Sequence[str]) -> None:
    for guard in watched:
        for least, greatest in zip(cells[f"least_{guard}"], cells[f"greatest_{guard}"], strict=True):
            if least != greatest:
                rules.check_can_add(guard, least, greatest, _names(guard, least, greatest))


def _names(guard: str, least: int, greatest: int) -> dict[int, str]:
    if is_list(guard):
        return {number: str(choice.label) for number, choice in enumerate(facts.LISTS[guard])}
    if guard == "basis":
        return {month: _("years from month %(month)d") % {"month": month} for month in (least, greatest)}
    return {number: str(number) for number in (least, greatest)}


def _meets(allowed: Range, span: Range) -> bool:
    """Whether a cut allows any number of a span."""
    if allowed.numbers:
        return any(span.first <= number <= span.last for number in allowed.numbers)
    return allowed.first <= span.last and span.first <= allowed.last
