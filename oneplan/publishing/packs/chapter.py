"""The DDM chapter for an IDP: what the One Plan of the space means for one municipality, to be put into its IDP.

The IDP stays the municipality's own: the chapter tells what others promised in its area, what it promised itself, what
budgets carry of it and what was asked (Municipal Systems Act 32 of 2000, sections 24 and 26(d): alignment with
national and provincial plans that bind the municipality).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneplan.access.actors import Actor
from oneplan.alignment.choices import LinkKind, LinkState
from oneplan.alignment.models import Link
from oneplan.commitments.choices import CommitmentState
from oneplan.commitments.models import Commitment
from oneplan.commitments.queries import area_label, in_space
from oneplan.commitments.queries import visible_to as commitments_visible_to
from oneplan.institutions.choices import Sphere
from oneplan.ledger.models import Entry
from oneplan.money import format_rand_short
from oneplan.plans.queries import edition_in_force, edition_in_progress, readable_spaces
from oneplan.publishing.packs.content import Head, Pack, Section, Table, table
from oneplan.publishing.packs.reading import Book, asks_of, book_of, by_year, led_by, replies_to
from oneplan.publishing.packs.submission import ask_table
from oneplan.publishing.words import amount
from oneplan.publishing.words import on as written
from oneplan.spaces.models import MunicipalArea, Space


def idp_chapter(space: Space, area: MunicipalArea | None, *, by: Actor, on: date, is_sample: bool) -> Pack:
    """The chapter for the municipality of `area`, or for the whole space (a district's or a metro's own IDP)."""
    rows = commitments_visible_to(by).filter(in_space(space.pk), is_sample=is_sample)
    rows = rows.exclude(state=CommitmentState.WITHDRAWN).select_related("lead").order_by("area", "ref")
    if area is not None:
        rows = rows.filter(municipal_areas=area)
    commitments = list(rows.distinct())
    book = book_of(by, is_sample=is_sample)
    mine = {each.pk for each in commitments}
    entries = [entry for entry in book.entries if entry.commitment_id in mine]
    asks = [ask for ask in asks_of(by, is_sample=is_sample) if ask.commitment_id in mine]
    replies = replies_to(asks)
    where = area.name if area else space.name
    return Pack(
        title=_("District Development Model: chapter for the IDP of %(where)s") % {"where": where},
        subtitle=f"{space.name} ({space.pk}) · {space.province.name}",
        answer=_answer(commitments, entries, where),
        facts=(
            (_("One Plan"), _edition_words(space, by)), (_("For"), _("The IDP of %(where)s") % {"where": where}),
            (_("Ledger"), book.source),
            (_("What counts as here"), _("Commitments that name the municipal area. What covers the whole space is in the "
                                         "district's own chapter.") if area
             else _("Every commitment with a share in the space.")),
        ),
        sections=(
            _plans(commitments), *_promised(commitments, entries),
            Section(_("Money by sphere and year"), tables=_money(entries, book),
                    paragraphs=() if entries else (_("No entry of the money ledger of these commitments may be read by you."),)),
            Section(_("Asks for money"), tables=ask_table(_("Asks and answers"), [(ask, replies.get(ask.pk)) for ask in asks],
                                                          with_institution=True),
                    paragraphs=() if asks else (_("No ask of these commitments that you may read."),)),
            _missing(commitments, entries),
        ),
        on=on, page=f"/spaces/{space.pk}/", is_sample=is_sample,
        restricted=_("Holds asks before tabling: for the space, the institutions asked and their treasuries alone. Take them "
                     "out before the IDP is published.") if any(ask.public_from is None for ask in asks) else "",
    )  # fmt: skip


def _edition_words(space: Space, by: Actor) -> str:
    may_read = readable_spaces(by).filter(pk=space.pk).exists()
    edition = (edition_in_progress(space) if may_read else None) or edition_in_force(space)
    if edition is None:
        return _("No One Plan of this space is adopted yet.")
    if edition.adopted_on:
        return _("Edition %(n)s, adopted on %(day)s") % {"n": edition.number, "day": written(edition.adopted_on)}
    return _("Edition %(n)s, in progress: nothing in it is adopted") % {"n": edition.number}


def _answer(commitments: Sequence[Commitment], entries: Iterable[Entry], where: str) -> str:
    linked = {entry.commitment_id for entry in entries if entry.line_count}
    told = ngettext(
        "%(n)s commitment lands in %(where)s; %(linked)s of it has a confirmed budget line.",
        "%(n)s commitments land in %(where)s; of %(linked)s a budget line is confirmed.", len(commitments),
    )  # fmt: skip
    return told % {"n": len(commitments), "where": where, "linked": len(linked)}


def _plans(commitments: Sequence[Commitment]) -> Section:
    """Which items of national, provincial and municipal plans the commitments serve, as far as confirmed."""
    rows = Link.objects.filter(
        kind=LinkKind.COMMITMENT_ITEM, state=LinkState.CONFIRMED, commitment__in=[each.pk for each in commitments],
        item__withdrawn_at=None,
    ).select_related("item__plan", "commitment")  # fmt: skip
    refs: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for link in rows:
        assert link.item is not None and link.commitment is not None
        refs[(link.item.plan.title, link.item.ref, link.item.title)].append(link.commitment.ref)
    served = {ref for found in refs.values() for ref in found}
    heads = [Head(_("Plan"), 1.6), Head(_("Item"), 3.2), Head(_("Served by"), 1.8)]
    lines = [[plan, f"{ref} {title}", ", ".join(sorted(set(found)))] for (plan, ref, title), found in sorted(refs.items())]
    without = [each.ref for each in commitments if each.ref not in served]
    said = (
        _("Not linked to any plan yet: %(refs)s.") % {"refs": ", ".join(without)} if without
        else _("Every commitment is linked to a plan.")
    )  # fmt: skip
    return Section(
        _("Alignment with the plans of the three spheres"), paragraphs=(said,) if commitments else (),
        tables=table(_("Items of plans that are served"), heads, lines, note=_("Confirmed links alone.")),
    )


def _promised(commitments: Sequence[Commitment], entries: Iterable[Entry]) -> list[Section]:
    by_commitment: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_commitment[entry.commitment_id].append(entry)
    by_area: dict[str, list[Commitment]] = defaultdict(list)
    for each in commitments:
        by_area[each.area].append(each)
    heads = [
        Head(_("Commitment"), 3.4), Head(_("Leads"), 1.7), Head(_("State"), 1.1), Head(_("From – to"), 1.5),
        Head(_("Total cost"), 1.3, is_number=True), Head(_("In budgets"), 2.2),
    ]  # fmt: skip
    told = [
        Section(
            area_label(code), level=2,
            tables=table(_("Commitments"), heads, [_line(each, by_commitment[each.pk]) for each in rows]),
        )
        for code, rows in by_area.items()
    ]  # fmt: skip
    none = () if commitments else (_("No commitment lands here that you may read."),)
    return [Section(_("What is promised here, by transformation area"), paragraphs=none), *told]


def _line(each: Commitment, entries: Sequence[Entry]) -> list[str]:
    years = [
        f"{entry.financial_year.label} {entry.institution.short_name or entry.institution.name}: "
        f"{amount(entry.budget) if entry.budget is None else format_rand_short(entry.budget)} "
        f"({str(entry.get_funding_display()).lower()})"
        for entry in entries
    ]  # fmt: skip
    period = f"{each.start_on.year if each.start_on else '?'} – {each.finish_on.year if each.finish_on else '?'}"
    cost = _("unknown") if each.total_cost is None else format_rand_short(each.total_cost)
    found = "\n".join(years) or _("not known: no line linked")
    return [f"{each.ref} {each.title}", led_by(each), str(each.get_state_display()), period, cost, found]


def _money(entries: Sequence[Entry], book: Book) -> tuple[Table, ...]:
    heads = [
        Head(_("Sphere"), 1.6), Head(_("Financial year"), 1.8), Head(_("Pledged"), 1.5, is_number=True),
        Head(_("In budgets"), 1.5, is_number=True), Head(_("Short"), 1.5, is_number=True), Head(_("Not known"), is_number=True),
    ]  # fmt: skip
    labels = {**{each.value: str(each.label) for each in Sphere}, "": _("Partners")}
    rows = [
        [
            label, year.year.long, format_rand_short(year.pledged), format_rand_short(year.budget),
            format_rand_short(year.short), str(year.unknown),
        ]
        for sphere, label in labels.items()
        for year in by_year(entry for entry in entries if entry.institution.sphere == sphere)
    ]  # fmt: skip
    note = _("The whole of each commitment, also where it lands in other places too. Years that begin in different months are "
             "never added. %(source)s")  # fmt: skip
    return table(_("Pledged and in budgets"), heads, rows, note=note % {"source": book.source})


def _missing(commitments: Sequence[Commitment], entries: Iterable[Entry]) -> Section:
    linked = {entry.commitment_id for entry in entries if entry.line_count}
    points = [
        _("%(ref)s %(title)s: no budget line is linked and confirmed; %(lead)s leads.")
        % {"ref": each.ref, "title": each.title, "lead": led_by(each)}
        for each in commitments
        if each.pk not in linked
    ]
    none = () if points else (_("Nothing: each commitment here has a confirmed budget line."),)
    return Section(_("What is missing"), paragraphs=none if commitments else (), points=tuple(points))
