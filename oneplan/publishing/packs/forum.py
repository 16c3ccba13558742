"""The Budget Forum pack: funding problems that cross spaces and spheres, by grant and by function.

The Forum (Intergovernmental Fiscal Relations Act 97 of 1997, Part 2) consults on fiscal matters of local government; it
is no project desk. So no single commitment is named: problems are, with how many stand behind each and where.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneplan.access.actors import Actor
from oneplan.commitments.queries import area_label
from oneplan.institutions.choices import Sphere
from oneplan.ledger.choices import Execution, Funding
from oneplan.ledger.models import Entry
from oneplan.money import format_rand_short
from oneplan.publishing.packs.content import Head, Pack, Section, Table, table
from oneplan.publishing.packs.reading import Book, asks_of, book_of, by_year, replies_to
from oneplan.reprioritisation.choices import ReplyCode
from oneplan.reprioritisation.models import Ask

LEAST_SPACES = LEAST_SPHERES = 2
_IN_TROUBLE = (Funding.UNFUNDED, Funding.PART_FUNDED)
_NOT_SPENT = (Execution.UNDERSPENT, Execution.LAPSED)


@dataclass
class Problem:
    """Entries that share a grant or function and lack money, or did not spend it; where, and in which spheres."""

    name: str
    entries: list[Entry] = field(default_factory=list)
    spaces: set[str] = field(default_factory=set)
    spheres: set[str] = field(default_factory=set)
    commitments: set[int] = field(default_factory=set)

    def add(self, entry: Entry, spaces: Iterable[str]) -> None:
        self.entries.append(entry)
        self.spaces.update(spaces)
        self.commitments.add(entry.commitment_id)
        if entry.institution.sphere:
            self.spheres.add(entry.institution.sphere)

    @property
    def crosses(self) -> bool:
        """Whether it is the Forum's: more than one space, and more than one sphere."""
        return len(self.spaces) >= LEAST_SPACES and len(self.spheres) >= LEAST_SPHERES

    @property
    def lacking(self) -> int:
        return len({each.commitment_id for each in self.entries if each.funding in _IN_TROUBLE})

    @property
    def unspent(self) -> int:
        return len({each.commitment_id for each in self.entries if each.execution in _NOT_SPENT})

    @property
    def sphere_words(self) -> str:
        return ", ".join(str(each.label) for each in Sphere if each.value in self.spheres)


def forum_pack(*, by: Actor, on: date, is_sample: bool) -> Pack:
    """Problems of funding that cross spaces and spheres, from what the actor may read of ledger and asks."""
    book = book_of(by, is_sample=is_sample)
    grants = list(problems(book, lambda entry: book.names_of[entry.pk].funds))
    functions = list(problems(book, lambda entry: book.names_of[entry.pk].functions))
    unlinked = list(problems(book, lambda entry: () if entry.line_count else (area_label(entry.commitment.area),)))
    asks = asks_of(by, is_sample=is_sample)
    open_asks = [ask for ask in asks if ask.public_from is not None]
    every = [*grants, *functions, *unlinked]
    return Pack(
        title=_("Budget Forum pack"),
        subtitle=_("Funding problems that cross spaces and spheres, by grant and by function"),
        answer=_answer(every),
        facts=(
            (_("For"), _("The Budget Forum (Intergovernmental Fiscal Relations Act 97 of 1997, Part 2)")),
            (_("What counts"), _("A grant or function whose commitments lack money, or did not spend it, in at least %(spaces)s "
                                 "spaces and %(spheres)s spheres. No single project is named: the Forum is no project desk.")
             % {"spaces": LEAST_SPACES, "spheres": LEAST_SPHERES}),
            (_("Ledger"), book.source),
            (_("Asks"), _("Only asks whose budget was tabled are counted: %(open)s.") % {"open": len(open_asks)}),
        ),
        sections=(
            _section(_("By grant"), grants, book, _("No problem of a grant crosses spaces and spheres, as far as lines are linked.")),
            _section(_("By function"), functions, book, _("No problem of a function crosses spaces and spheres, as far as lines are linked.")),
            _section(_("Without any budget line, by transformation area"), unlinked, book,
                     _("No commitment without a budget line crosses spaces and spheres.")),
            _answers(open_asks),
            _left(every),
        ),
        on=on, page="/ledger/", is_sample=is_sample,
    )  # fmt: skip


def problems(book: Book, names: Callable[[Entry], Iterable[str]]) -> Iterator[Problem]:
    """What entries in trouble have in common, the one in most spaces first. `names(entry)` are the groups it is in."""
    found: dict[str, Problem] = {}
    for entry in book.entries:
        if entry.funding in _IN_TROUBLE or entry.execution in _NOT_SPENT:
            for name in names(entry):
                found.setdefault(name, Problem(name)).add(entry, book.spaces_of.get(entry.commitment_id, ()))
    yield from sorted(found.values(), key=lambda each: (-len(each.spaces), -len(each.commitments), each.name))


def _answer(every: Sequence[Problem]) -> str:
    crossing = [each for each in every if each.crosses]
    if not crossing:
        return _("No funding problem crosses spaces and spheres, as far as the ledger knows.")
    told = ngettext(
        "%(n)s funding problem crosses spaces and spheres; the widest, “%(name)s”, touches %(spaces)s spaces.",
        "%(n)s funding problems cross spaces and spheres; the widest, “%(name)s”, touches %(spaces)s spaces.",
        len(crossing),
    )  # fmt: skip
    widest = max(crossing, key=lambda each: len(each.spaces))
    return told % {"n": len(crossing), "name": widest.name, "spaces": len(widest.spaces)}


def _section(title: str, every: Sequence[Problem], book: Book, none: str) -> Section:
    crossing = [each for each in every if each.crosses]
    return Section(
        title,
        paragraphs=() if crossing else (none,),
        points=tuple(_sentence(each) for each in crossing),
        tables=_table(title, crossing, book.source),
    )


def _sentence(each: Problem) -> str:
    told = {
        "name": each.name, "n": len(each.commitments), "spaces": len(each.spaces), "spheres": each.sphere_words,
        "lacking": each.lacking, "unspent": each.unspent,
    }  # fmt: skip
    return _("%(name)s: %(n)s commitments in %(spaces)s spaces (%(spheres)s); %(lacking)s are not fully funded, of "
             "%(unspent)s money was not spent in its year.") % told  # fmt: skip


def _table(title: str, crossing: Sequence[Problem], source: str) -> tuple[Table, ...]:
    heads = [
        Head(title, 2.6), Head(_("Financial year"), 1.7), Head(_("Spaces"), 1.6), Head(_("Pledged"), 1.4, is_number=True),
        Head(_("In budgets"), 1.4, is_number=True), Head(_("Short"), 1.4, is_number=True),
        Head(_("Not known"), is_number=True),
    ]  # fmt: skip
    rows = [
        [
            each.name, year.year.long, ", ".join(sorted(each.spaces)), format_rand_short(year.pledged),
            format_rand_short(year.budget), format_rand_short(year.short), str(year.unknown),
        ]
        for each in crossing
        for year in by_year(each.entries)
    ]  # fmt: skip
    note = _("Of the entries in trouble alone. Years that begin in different months are never added; a commitment paid from "
             "several lines stands under each of their names, so the lines are not added up. %(source)s")  # fmt: skip
    return table(title, heads, rows, note=note % {"source": source})


def _answers(asks: Sequence[Ask]) -> Section:
    replies = replies_to(asks)
    rows = []
    for sphere in Sphere:
        own = [ask for ask in asks if ask.institution.sphere == sphere]
        if own:
            codes = [replies[ask.pk].code if ask.pk in replies else "" for ask in own]
            counts = [str(codes.count(code)) for code in (*ReplyCode.values, "")]
            rows.append([str(sphere.label), str(len(own)), *counts])
    heads = [
        Head(_("Sphere asked"), 1.6), Head(_("Asks"), is_number=True),
        *(Head(str(code.label), 1.3, is_number=True) for code in ReplyCode), Head(_("Not answered"), 1.2, is_number=True),
    ]  # fmt: skip
    none = () if rows else (_("No ask whose budget was tabled: submissions and replies before tabling stay with those whom they bind."),)
    return Section(_("How asks were answered"), paragraphs=none, tables=table(_("Asks by sphere and answer"), heads, rows))


def _left(every: Sequence[Problem]) -> Section:
    rest = [each for each in every if not each.crosses]
    said = ngettext(
        "%(n)s further problem stays within one space or one sphere. It belongs to the forum of that space.",
        "%(n)s further problems stay within one space or one sphere. They belong to the forums of those spaces.", len(rest),
    ) % {"n": len(rest)} if rest else _("No problem was left out.")  # fmt: skip
    return Section(_("What is not in this pack"), paragraphs=(said,))
