"""What every page of money shows of what was asked: the sums, the table, the flows, who reported; and its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneplan.access.actors import Actor
from oneplan.budgets import cube
from oneplan.budgets.asking import BY, Asked, write_cut
from oneplan.budgets.choices import SPENDING, AmountType, How, Statement
from oneplan.budgets.coverage import Coverage
from oneplan.budgets.cube.apportioning import Apportioned
from oneplan.budgets.lines import HOW_STATES, ZERO, Line, cut_words, lines_of, names_for, said, share
from oneplan.budgets.people import People, series
from oneplan.budgets.views.course import Course
from oneplan.institutions.choices import Sphere
from oneplan.platform.web.flows import Flows, flows
from oneplan.platform.web.sheets import Sheet

_WHOLE_LISTS = frozenset({"item", "project"})  # so many lines that how each is placed is not asked
_TO_SPHERES = ("to_national", "to_provincial", "to_local")
SHADES = {"national": "seq-5", "provincial": "seq-4", "local": "seq-2"}
MOST_GROUPS = 9  # functions or spaces in a picture; the rest stand together


@dataclass(frozen=True)
class Overview:
    """The sums of a page and its table. `whole` counts rand once."""

    whole: Line
    lines: list[Line]
    notes: list[str]
    is_cut_off: bool
    apportioned: Apportioned | None = None

    @property
    def most(self) -> Any:
        return max((line.amount for line in self.lines), default=ZERO)


def overview(asked: Asked, by: Actor, people: People | None) -> Overview:
    """Three questions, however many lines. Raises RuleBroken where what was asked has no total."""
    together = cube.answer(asked.question(), by=by)
    placed = cube.answer(asked.question("how.code"), by=by)
    name = BY[asked.by][0]
    is_split = asked.by not in _WHOLE_LISTS and asked.by != "how"
    table = cube.answer(
        asked.question(name, *(("how.code",) if is_split else ()), size=cube.questions.MOST_CELLS), by=by
    )
    lines = lines_of(table, asked, names_for(asked.by), is_split=is_split)
    whole = Line("", _("Total"), facts=asked.facts(), persons=people.persons if people else None)
    if together.total:
        whole.gross, whole.passed_on, whole.figures = (
            together.total.gross, together.total.passed_on, together.total.figures,
        )  # fmt: skip
    for cell in placed.cells:
        whole.by_how[list(How)[cell.key[0]]] = cell.amount
    if people:
        for line in lines:
            line.persons = people.persons
    is_cut_off = table.cell_count > len(table.columns["gross"])
    method = together.apportioned.notes() if together.apportioned else []
    notes = [note for note in dict.fromkeys(together.notes) if note not in method]  # the page tells the method apart
    return Overview(whole, lines, notes, is_cut_off, table.apportioned)


def headline(whole: Line, asked: Asked, people: People | None) -> list[dict[str, Any]]:
    """The sums above the table, each with the address of the figures behind it."""
    shown = [{"label": _("Counted once"), "rand": whole.amount, "href": whole.facts}]
    if whole.passed_on:
        shown.append({"label": _("Gross, as each sphere reports it"), "rand": whole.gross, "href": whole.facts})
        shown.append({
            "label": _("Passed on to another sphere that reports it again"), "rand": whole.passed_on,
            "href": asked.facts({"flow.code": _TO_SPHERES}),
        })  # fmt: skip
    if people:
        shown.append({"label": _("A person"), "rand": whole.per_person, "href": whole.facts})
        shown.append({
            "label": _("A household"), "href": whole.facts,
            "rand": (whole.amount / people.households).quantize(ZERO.scaleb(-2)) if people.households else None,
        })  # fmt: skip
    return shown


def how_lines(whole: Line, asked: Asked) -> list[tuple[str, str, Any, Any, str]]:
    """How the place of the rand is known: (state, words, rand, share, figures behind it)."""
    return [
        (HOW_STATES[how], str(how.label), amount, share(amount, whole.amount), asked.facts({"how.code": [str(how)]}))
        for how in How
        if (amount := whole.by_how.get(how))
    ]


def drawn_flows(
    asked: Asked, by: Actor, last: str, names: Mapping[str, str]
) -> tuple[Flows, list[tuple[str, str, str, Decimal, str]]]:
    """From sphere through function group to `last` (how.code or space.code): the picture, and its table with links."""
    answer = cube.answer(asked.question("institution.sphere", "function.category", last), by=by)
    third = answer.question.by[2]
    spheres = {str(each): str(each.label) for each in Sphere}
    rows: list[tuple[tuple[str, str, str], Any]] = []
    labels: dict[str, str] = {"": _("not stated")}
    table: list[tuple[str, str, str, Decimal, str]] = []
    for cell in answer.cells:
        sphere, group = cell.key[0], cell.key[1]
        code, label = said(third, cell.key[2], answer.labels.get(third.name, {}), names)
        labels |= {f"s {sphere}": spheres.get(sphere, _("not stated")), f"f {group}": group or _("function not stated"),
                   f"e {code}": label if code else _("no space")}  # fmt: skip
        rows.append(((sphere, group, code), cell.gross))
        href = asked.facts({"institution.sphere": [sphere], "function.category": [group], third.name: [code]})
        table.append((spheres.get(sphere, ""), labels[f"f {group}"], labels[f"e {code}"], cell.gross, href))
    groups, ends = (_greatest(rows, at) for at in (1, 2))
    labels |= {"f …": _("Other function groups"), "e …": _("Other spaces")}
    ways = [
        ((f"s {s}", f"f {g if g in groups else '…'}", f"e {e if e in ends else '…'}"), amount)
        for (s, g, e), amount in rows
    ]
    picture = flows(ways, labels, {f"s {sphere}": shade for sphere, shade in SHADES.items()})
    return picture, sorted(table, key=lambda line: -line[3])


def _greatest(rows: Sequence[tuple[tuple[str, str, str], Any]], at: int) -> set[str]:
    sums: dict[str, Any] = {}
    for way, amount in rows:
        sums[way[at]] = sums.get(way[at], ZERO) + amount
    return set(sorted(sums, key=lambda name: -sums[name])[:MOST_GROUPS])


def path_of(asked: Asked) -> list[tuple[str, str]]:
    """The cuts that its reader made, in their order: (words, address with this cut and those before it)."""
    shown: list[tuple[str, str]] = []
    after = {cube.attribute(full).name: then for full, _label, then in BY.values()}
    for at, (name, values) in enumerate(asked.cuts, start=1):
        attribute = cube.attribute(name)
        kept = replace(asked, cuts=asked.cuts[:at])
        words = f"{attribute.label}: {cut_words(cube.Cut(attribute, values))}"
        shown.append((words, kept.address(by=after.get(name) or asked.by)))
    return shown


def returns_in(known: Coverage, asked: Asked, within: frozenset[int] | None = None) -> list[dict[str, Any]]:
    """For each main dataset: returns in of those expected, as at when, and who has not reported."""
    shown = []
    for line in known.of(asked.year, asked.amount_type):
        expected = line.expected & within if within is not None else line.expected
        reported = line.reported & within if within is not None else line.reported
        missing = sorted(known.bodies[number]["label"] for number in expected - reported)
        if expected or reported:
            shown.append({
                "line": line, "reported": len(reported & expected) if expected else len(reported),
                "expected": len(expected), "missing": missing,
            })  # fmt: skip
    return shown


def covers(known: Coverage, asked: Asked, within: frozenset[int] | None = None) -> str:
    """A sentence of what is in where that is not all spending: a capital budget must not read as the whole budget.

    Nothing where a year is made of others by months.
    """
    if asked.window:
        return ""
    found = {
        each.statement for each in known.loaded
        if each.is_main and (each.year, each.amount_type, each.length) == (asked.year, asked.amount_type, asked.length)
        and (within is None or each.institutions & within)
    } & set(SPENDING)  # fmt: skip
    words = {
        Statement.CAPITAL: _("Of capital expenditure alone: no operating expenditure is in."),
        Statement.OPERATING: _("Of operating expenditure alone: no capital expenditure is in."),
    }
    return words.get(found.pop(), "") if len(found) == 1 else ""


def notes_of(known: Coverage, asked: Asked, seen: Overview, people: bool) -> list[str]:
    """What to say beside the figures."""
    notes = list(seen.notes)
    bases = {line.basis for line in known.of(asked.year, asked.amount_type)}
    if len(bases) > 1 and not asked.first_month:
        notes.append(_("Years that begin in April and in July are added as labelled, not by months."))
    if asked.length != "year" and not asked.first_month:
        notes.append(_("Told by months or quarters: the sum of those that are in."))
    if asked.by in ("institution", "sphere") and seen.whole.passed_on:
        notes.append(_("Each line is what that body reports; rand passed on stands in two lines, once in the total."))
    if people:
        notes.append(_("People and households: %(series)s.") % {"series": series()})
    if seen.is_cut_off:
        notes.append(_("Only the greatest lines are listed; the total counts all."))
    return notes


def beside(course: Course, asked: Asked) -> list[str]:
    """That some tell months where the page is of whole years."""
    count = course.beside(asked)
    return [] if not count else [
        ngettext("%(n)d return that tells months or quarters is in none of these lines; see from budget to spending.",
                 "%(n)d returns that tell months or quarters are in none of these lines; see from budget to spending.",
                 count) % {"n": count}
    ]  # fmt: skip


def sheet_of(request: HttpRequest, known: Coverage, asked: Asked, seen: Overview, notes: list[str], name: str) -> Sheet:
    """The table of a page to hand out."""
    columns = [
        "code", "label", "amount", "gross", "passed_on", "placed", "modelled", "not_placed", "per_person", "figures",
        "facts",
    ]  # fmt: skip
    rows = [
        [
            line.code, line.label, line.amount, line.gross, line.passed_on,
            *((line.placed, line.modelled, line.unplaced) if line.by_how else (None, None, None)), line.per_person,
            line.figures, request.build_absolute_uri(line.facts),
        ]
        for line in (*seen.lines, seen.whole)
    ]  # fmt: skip
    if seen.apportioned:
        notes = [*notes, *seen.apportioned.notes()]
    if any(line.by_how.get(How.APPORTIONED) for line in (*seen.lines, seen.whole)):
        notes = [*notes, _("A figure that is shared out among places is counted once, where its first part lies; its"
                           " rand stands where it falls.")]  # fmt: skip
    lines = known.of(asked.year, asked.amount_type)
    days = [line.as_at for line in lines if line.as_at]
    about = {
        "unit": _("rand"), "by": str(BY[asked.by][1]), "cut": write_cut(asked.base()),
        "year": asked.year_label, "years": asked.window.words if asked.window else "as labelled",
        "amount_type": str(AmountType(asked.amount_type).label),
        "source": "; ".join(line.title for line in lines), "as_at": str(max(days, default="")),
        "build": known.build, "sample": "yes" if asked.is_sample else "no", "notes": " ".join(notes),
        "address": request.build_absolute_uri(),
    }  # fmt: skip
    rand = frozenset({"amount", "gross", "passed_on", "placed", "modelled", "not_placed", "per_person"})
    return Sheet(name, columns, rows, rand, about)
