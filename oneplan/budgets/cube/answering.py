"""Answers to questions of money: the smallest table that has what is asked, sums that may be summed, labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.budgets import facts, rules
from oneplan.budgets.choices import Flow, Standing
from oneplan.budgets.cube.attributes import Attribute, is_list
from oneplan.budgets.cube.members import NOTHING, Range, members, numbers_of, some_members
from oneplan.budgets.cube.questions import AMOUNT, Question
from oneplan.budgets.datasets import datasets
from oneplan.budgets.measures import CutShape, Grouped, Totals
from oneplan.warehouse.connection import Reading, reading
from oneplan.warehouse.engines import ask

_TO = {"national": Flow.TO_NATIONAL, "provincial": Flow.TO_PROVINCIAL, "local": Flow.TO_LOCAL}
_CENT = Decimal("0.01")
_MANY = 1_000  # cells of a page that is likely to hold them all
_APART = frozenset(facts.GUARDS) - {"standing", "flow"}
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)  # of listed numbers: few shapes of SQL


Row = tuple[Any, ...]  # keys …, gross and passed on as text to the cent, figures


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
    """Cells in order as `rows`, the total of all of them (also those on other pages), and what to say beside them."""

    question: Question
    rows: list[Row]
    total: Cell | None
    cell_count: int
    source: str
    build: str
    labels: Mapping[str, Mapping[Any, Mapping[str, Any]]]
    notes: list[str]
    memory: dict[str, Any]  # of the build that answered

    @cached_property
    def cells(self) -> list[Cell]:
        """The rows with their rand as numbers."""
        keys = len(self.question.by)
        return [_cell(row[:keys], *row[keys : keys + 3]) for row in self.rows]


def _cell(key: tuple[Any, ...], gross: str, passed_on: str, figures: int) -> Cell:
    return Cell(key, Decimal(gross), Decimal(passed_on).quantize(_CENT), figures)


@dataclass
class Plan:
    """Cuts as ranges of fact columns, and what follows from them."""

    cuts: dict[str, Range] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    def narrow(self, column: str, allowed: Range) -> None:
        known = self.cuts.get(column)
        self.cuts[column] = allowed if known is None else _both(known, allowed)

    @property
    def is_empty(self) -> bool:
        return any(each.first > each.last for each in self.cuts.values())


def answer(question: Question, *, by: Actor) -> Answer:
    """Ask the build that is served. Raises NothingBuilt; RuleBroken where figures would be added that may not be."""
    with reading() as turn:
        plan = planned(turn, question, by)
        notes = _default_datasets(turn, question, plan)
        flows = _passed_on(turn, question, plan)
        grouped = tuple(_grouped(each) for each in question.by)
        watched = _watched(turn, question, plan)
        shape, values = _shaped(turn, question, plan, grouped, flows, watched)
        rows = [] if plan.is_empty else ask(turn, shape, shape.write, values)
        if not grouped and rows and rows[0][0] is None:
            rows = []  # the sum of nothing
        total, count = (None, 0) if plan.is_empty else _together(turn, question, shape, values, rows)
        if plan.unknown:
            notes.append(_("Nothing is known of: %(values)s.") % {"values": ", ".join(plan.unknown)})
        keys = len(grouped)
        labels = {
            each.name: some_members(turn, each.table, {row[at] for row in rows})
            for at, each in enumerate(question.by) if each.is_key and each.table
        }  # fmt: skip
        _check_sums(rows, keys, watched)
        shown = rows[: question.page_size]
        return Answer(question, shown, total, count, shape.source, turn.build.name, labels, notes, turn.memory)


def planned(turn: Reading, question: Question, by: Actor) -> Plan:
    """The cuts of a question as ranges of numbers, and no figure that its asker may not see."""
    plan = Plan()
    for cut in question.cuts:
        allowed, unknown = numbers_of(turn, cut.attribute, cut.values)
        plan.narrow(cut.attribute.column, allowed)
        plan.unknown += unknown
    plan.narrow("standing", _standings(question, by))
    return plan


def _standings(question: Question, by: Actor) -> Range:
    """Invented figures alone, or real ones alone: public ones, and those inside government to whom may read them."""
    if question.is_sample:
        sample = facts.number_of(Standing.SAMPLE)
        return Range(sample, sample)
    last = Standing.GOVERNMENT if by.is_national(Permission.BUDGET_READ) else Standing.PUBLIC
    return Range(facts.number_of(Standing.PUBLIC), facts.number_of(last))


def _default_datasets(turn: Reading, question: Question, plan: Plan) -> list[str]:
    """Without a dataset named or grouped by, the main ones are meant; several named ones must be main."""
    is_grouped = any(each.column == "dataset" for each in question.by)
    known = members(turn, "datasets")
    if "dataset" in plan.cuts:
        if not is_grouped:
            rules.check_datasets_add_up(
                [number for number in known if _allows(plan.cuts["dataset"], number)],
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
    listed = [row["code"] for number, row in members(turn, "datasets").items() if _allows(plan.cuts["dataset"], number)]
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
    wanted = {*plan.cuts, *(each.column for each in grouped), *watched}
    there = turn.build.facts["tables"]
    fit = (each.name for each in facts.ROLL_UPS if each.name in there and wanted <= set(each.all_columns))
    source = next(fit, "facts")
    offset = (question.page - 1) * question.page_size
    apart = tuple(each.column for each in grouped if not each.attribute and each.column in _APART)
    of_all = question.page_size < _MANY or question.page > 1
    shape = Totals(source, grouped, cuts, len(flows), watched, apart, order, question.page_size + 1, offset, of_all)
    return shape, values


def values_of(plan: Plan) -> tuple[tuple[CutShape, ...], dict[str, int | str]]:
    """The cuts of a plan without their values, and the values by name: lists are filled up to a few lengths."""
    values: dict[str, int | str] = {}
    cuts = []
    for column, allowed in sorted(plan.cuts.items()):
        numbers = allowed.numbers
        size = next((size for size in _SIZES if size >= len(numbers)), len(numbers)) if numbers else 0
        cuts.append(CutShape(column, size))
        values[f"{column}_from"], values[f"{column}_to"] = allowed.first, allowed.last
        for index in range(size):
            values[f"{column}_{index}"] = numbers[min(index, len(numbers) - 1)]
    return tuple(cuts), values


def _together(
    turn: Reading, question: Question, shape: Totals, values: dict[str, int | str], rows: list[Row]
) -> tuple[Cell | None, int]:
    """The total of all cells and how many there are: from the rows where these tell it or are all, else asked for."""
    keys, guards = len(shape.by), (*shape.watched, *shape.apart)
    if question.page == 1 and len(rows) <= question.page_size:
        if not rows:
            return None, 0
        columns = list(zip(*rows, strict=True))
        passed_on = _rand(columns[keys + 1]) if shape.passed_on else Decimal("0.00")
        total = Cell((), _rand(columns[keys]), passed_on, sum(columns[keys + 2]))
        count = len(rows)
        spans = [(min(columns[keys + 3 + 2 * at]), max(columns[keys + 4 + 2 * at])) for at in range(len(shape.watched))]
        by = [each.name for each in shape.by]
        spans += [(min(columns[by.index(guard)]), max(columns[by.index(guard)])) for guard in shape.apart]
    else:
        if not (rows and shape.of_all):  # a page behind the last, or cells beyond the first thousands
            first = replace(shape, order=(), limit=1, offset=0, of_all=True)
            rows = ask(turn, first, first.write, values)
        if not rows or rows[0][keys] is None:
            return None, 0
        found = rows[0][keys + 3 + 2 * len(shape.watched) :]
        total, count = _cell((), *found[:3]), found[3]
        spans = [(found[4 + 2 * at], found[5 + 2 * at]) for at in range(len(guards))]
    for guard, (least, greatest) in zip(guards, spans, strict=True):
        if not rules.adds_up(guard, least, greatest) and not (guard == "basis" and question.years_as_labelled):
            return None, count  # each cell is a sum, all of them together are none
    return total, count


def _rand(texts: Sequence[str]) -> Decimal:
    """The sum of amounts written to the cent, thousands of them without a step of Python for each."""
    return Decimal(sum(map(int, " ".join(texts).replace(".", "").split(" ")))).scaleb(-2)


def _check_sums(rows: Sequence[Row], keys: int, watched: Sequence[str]) -> None:
    for at, guard in enumerate(watched):
        for row in rows:
            least, greatest = row[keys + 3 + 2 * at], row[keys + 4 + 2 * at]
            if least != greatest:
                rules.check_can_add(guard, least, greatest, _names(guard, least, greatest))


def _names(guard: str, least: int, greatest: int) -> dict[int, str]:
    if is_list(guard):
        return {number: str(choice.label) for number, choice in enumerate(facts.LISTS[guard])}
    if guard == "basis":
        return {month: _("years from month %(month)d") % {"month": month} for month in (least, greatest)}
    return {number: str(number) for number in (least, greatest)}


def _allows(allowed: Range, number: int) -> bool:
    return allowed.first <= number <= allowed.last and (not allowed.numbers or number in allowed.numbers)


def _meets(allowed: Range, span: Range) -> bool:
    """Whether a cut allows any number of a span."""
    if allowed.numbers:
        return any(span.first <= number <= span.last for number in allowed.numbers)
    return allowed.first <= span.last and span.first <= allowed.last


def _both(left: Range, right: Range) -> Range:
    if left.first > left.last or right.first > right.last:
        return NOTHING
    first, last = max(left.first, right.first), min(left.last, right.last)
    if first > last:
        return NOTHING
    listed = left.numbers or right.numbers
    if not listed:
        return Range(first, last)
    numbers = tuple(n for n in listed if _allows(left, n) and _allows(right, n))
    return replace(Range(numbers[0], numbers[-1], numbers)) if numbers else NOTHING
