"""The One Plan in the standard format: a content in, blocks out, chapter after chapter."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneplan.money import format_rand_short
from oneplan.portal.figures import MONTHS, ZERO
from oneplan.publishing import charts, maps
from oneplan.publishing.parts import Finding, Links, Outcome, Section
from oneplan.publishing.pdf import annexes
from oneplan.publishing.pdf.blocks import (
    Block,
    Pages,
    chapter,
    day,
    facts,
    heading,
    is_short,
    muted,
    notice,
    state,
    story,
    strong,
    table,
    words,
)
from oneplan.publishing.pdf.commitments import commitment_card
from oneplan.publishing.pdf.narrative import narrative
from oneplan.publishing.reading import Plan
from oneplan.publishing.words import figure
from oneplan.spaces.queries import NationalMap, SpaceMap


def plan_pages(plan: Plan, space: SpaceMap, country: NationalMap) -> Pages:
    """Every page after the cover and the contents."""
    pages = Pages()
    _at_a_glance(plan, pages)
    _introduction(plan, pages, space, country)
    _diagnostic(plan, pages)
    _vision(plan, pages)
    _strategies(plan, pages)
    _immediate(plan, pages)
    _commitments(plan, pages, space)
    _implementation(plan, pages)
    annexes.add(plan, pages)
    return pages


# --- front -----------------------------------------------------------------------------------------------------------


def _at_a_glance(plan: Plan, pages: Pages) -> None:
    pages.add(chapter(_("The plan at a glance")))
    if plan.vision:
        pages.add(words(plan.vision.text, style="lead"))
    pages.add(_standing_notice(plan))
    rules = plan.rule_set
    pages.add(
        facts(
            [
                (_("Space"), f"{plan.space_name} ({plan.space_code}), {plan.province}"),
                (_("Horizon"), _("%(first)s to %(last)s") % {"first": plan.start_year, "last": plan.end_year}),
                (_("Opened"), day(plan.opened_on)),
                (_("Adopted"), day(plan.adopted_on, missing=_("not adopted"))),
                (_("Findings"), str(len(plan.findings))),
                (_("Outcomes"), str(len(plan.outcomes))),
                (_("Strategies"), str(len(plan.strategies))),
                (_("Commitments"), str(len(plan.commitments))),
                (_("Parties asked"), str(len({each.institution for each in plan.participation}))),
                (_("Rule set"), f"{rules['label']}: {rules['reference']}"),
            ],
            columns=2,
        )
    )
    pages.figure(charts.commitments_by_area(plan.states_by_area, source=plan.source))
    pages.figure(charts.funded_share(plan.funding_counts, source=plan.source))


def _standing_notice(plan: Plan) -> Block:
    if not plan.is_adopted:
        return notice(
            _("Nothing in it is agreed unless it says so. It was read on %(day)s and may change until it is adopted.")
            % {"day": day(plan.told.as_at)},
            tone="proposed",
            title=_("This is a draft. No committee has adopted it."),
        )
    waiting = len(plan.outstanding)
    sentence = ngettext(
        "%(n)s party has not signed all that this plan says of it; it is named in the annex of outstanding parties.",
        "%(n)s parties have not signed all that this plan says of them; they are named in the annex of outstanding "
        "parties.",
        waiting,
    ) % {"n": waiting}
    return notice(
        sentence if waiting else _("Every party has signed what this plan says of it."),
        tone="part" if waiting else "done",
        title=_("Adopted on %(day)s and sealed.") % {"day": day(plan.adopted_on)},
    )


# --- the chapters of the standard format -----------------------------------------------------------------------------


def _section(section: Section, below: int) -> Iterator[Block]:
    yield story(narrative(section.body, below=below))
    if section.owner:
        yield words(_("Owner of this section: %(post)s") % {"post": section.owner}, style="muted")
    yield from _links(section.links)


def _links(links: Links) -> Iterator[Block]:
    """The priorities that an element serves and its cross-cutting markings, on one quiet line each."""
    if links.priorities:
        told = "; ".join(f"{each.label} ({each.of})" for each in links.priorities)
        yield words(_("Serves: %(priorities)s") % {"priorities": told}, style="muted")
    if links.markings:
        yield words(_("Marked: %(markings)s") % {"markings": "; ".join(links.markings)}, style="muted")


def _chapter(plan: Plan, code: str, otherwise: str, *, number: int) -> Block:
    known = plan.chapters.get(code)
    return chapter(known.label if known else otherwise, number=number)


def _sections(plan: Plan, code: str, area: str = "") -> tuple[Section, ...]:
    """The narrative of a chapter: of an area, or what stands before the areas."""
    known = plan.chapters.get(code)
    return known.of(area) if known else ()


def _narrated(plan: Plan, pages: Pages, code: str, area: str = "", *, below: int) -> None:
    for section in _sections(plan, code, area):
        pages.add(*_section(section, below))


def _introduction(plan: Plan, pages: Pages, space: SpaceMap, country: NationalMap) -> None:
    pages.add(_chapter(plan, "introduction", _("Introduction"), number=1))
    _narrated(plan, pages, "introduction", below=1)
    if not _sections(plan, "introduction"):
        pages.add(_not_written())
    pages.add(heading(_("Where it is")))
    drawn = [maps.municipal_areas(space, name=plan.space_name, letters=1.2)] if space.shapes else []
    drawn += [maps.in_the_country(country, plan.space_code, name=plan.space_name)] if country.shapes else []
    if drawn:
        pages.figures(*drawn, height_mm=72)
    pages.add(words(maps.read_against(plan.boundaries, space), style="muted"))


def _not_written() -> Block:
    return words(_("This part is not written yet."), style="muted")


def _diagnostic(plan: Plan, pages: Pages) -> None:
    pages.add(_chapter(plan, "diagnostic", _("Diagnostic summary"), number=2))
    _narrated(plan, pages, "diagnostic", below=1)
    for area, label in plan.areas.items():
        found = [each for each in plan.findings if each.area == area]
        if not found and not _sections(plan, "diagnostic", area):
            continue
        pages.add(heading(label))
        _narrated(plan, pages, "diagnostic", area, below=2)
        if found:
            pages.add(
                {"k": "findings", "title": _("Findings and their evidence"), "rows": [_finding(each) for each in found]}
            )
        else:
            pages.add(_not_written())


def _finding(row: Finding) -> dict[str, Any]:
    lines = [
        (_("Evidence"), row.evidence or _("not stated")),
        (_("Source"), f"{row.source or _('unknown')}, {day(row.source_date)}"),
        (_("Place"), row.place or _("place unknown")),
        (_("Owner"), row.owner or _("no owner named")),
    ]
    lines += [(_("Reported by"), row.reported_by)] if row.reported_by else []
    lines += [(_("Serves"), _labels(row.links))] if row.links.priorities else []
    lines += [(_("Marked"), "; ".join(row.links.markings))] if row.links.markings else []
    told = figure(row.value, row.unit) if row.value is not None else ""
    return {"ref": row.ref, "text": row.statement, "figure": told, "lines": lines, "whole": is_short(lines)}


def _labels(links: Links) -> str:
    return "; ".join(each.label for each in links.priorities)


def _vision(plan: Plan, pages: Pages) -> None:
    pages.add(_chapter(plan, "vision", _("Vision, outcomes and targets"), number=3))
    if plan.vision:
        pages.add(words(plan.vision.text, style="lead"), *_links(plan.vision.links))
    else:
        pages.add(notice(_("The vision is not written yet."), tone="missing"))
    _narrated(plan, pages, "vision", below=1)
    for area, label in plan.areas.items():
        impact, outcomes = plan.impacts.get(area), [each for each in plan.outcomes if each.area == area]
        if not impact and not outcomes and not _sections(plan, "vision", area):
            continue
        pages.add(heading(label))
        if impact:
            pages.add(words(impact.text, style="quote"), *_links(impact.links))
        _narrated(plan, pages, "vision", area, below=2)
        if outcomes:
            pages.add(_outcome_table(outcomes, label))


def _outcome_table(rows: Sequence[Outcome], label: str) -> Block:
    return table(
        [
            (_("Ref"), "14mm"),
            (_("Outcome and indicator"), "1fr"),
            (_("Unit"), "20mm"),
            (_("Baseline"), ">21mm"),
            (_("Target"), ">21mm"),
            (_("Source of the baseline"), "34mm"),
        ],
        [
            [
                each.ref,
                [strong(each.statement), each.indicator or _("no indicator"), *_outcome_notes(each)],
                each.unit or "–",
                [figure(each.baseline), muted(str(each.baseline_year or _("year unknown")))],
                [figure(each.target), muted(str(each.target_year or _("year unknown")))],
                each.baseline_source or _("source unknown"),
            ]
            for each in rows
        ],
        title=_("Outcomes: %(area)s") % {"area": label},
    )


def _outcome_notes(row: Outcome) -> list[Any]:
    notes = [muted(_("Owner: %(post)s") % {"post": row.owner})] if row.owner else []
    notes += [muted(_("Serves: %(priorities)s") % {"priorities": _labels(row.links)})] if row.links.priorities else []
    return notes


def _strategies(plan: Plan, pages: Pages) -> None:
    pages.add(_chapter(plan, "strategies", _("Strategies"), number=4))
    _narrated(plan, pages, "strategies", below=1)
    for area, label in plan.areas.items():
        rows = [each for each in plan.strategies if each.area == area]
        if not rows and not _sections(plan, "strategies", area):
            continue
        pages.add(heading(label))
        _narrated(plan, pages, "strategies", area, below=2)
        for row in rows:
            pages.add(heading(row.title, level=3, code=row.ref))
            if row.description:
                pages.add(words(row.description))
            pages.add(
                facts(
                    [
                        (_("Answers"), ", ".join(row.findings) or _("no finding yet")),
                        (_("Serves"), ", ".join(row.outcomes) or _("no outcome yet")),
                        (_("Place"), row.place or _("place unknown")),
                        (_("Owner"), row.owner or _("no owner named")),
                    ]
                ),
                *_links(row.links),
            )


def _immediate(plan: Plan, pages: Pages) -> None:
    pages.add(chapter(_("Immediate issues")))
    rows = plan.immediate_issues
    if not rows:
        pages.add(words(_("No immediate issue was open.")))
        return
    pages.add(words(_("What cannot wait for the plan: issues that were open, with who answers for them and by when.")))
    pages.add(
        table(
            [
                (_("Ref"), "16mm"),
                (_("Issue"), "1fr"),
                (_("Households"), ">26mm"),
                (_("Who answers"), "46mm"),
                (_("Due"), "24mm"),
            ],
            [
                [
                    each.ref,
                    [strong(each.service or each.kind), muted(each.kind)],
                    [figure(each.households), *([muted(each.households_source)] if each.households_source else [])],
                    each.owner or _("no owner named"),
                    [day(each.due_on), muted(_("raised %(day)s") % {"day": day(each.raised_on)})],
                ]
                for each in rows
            ],
            title=_("Immediate issues that were open"),
        )
    )


def _commitments(plan: Plan, pages: Pages, space: SpaceMap) -> None:
    pages.add(_chapter(plan, "commitments", _("Implementation commitments"), number=5))
    _narrated(plan, pages, "commitments", below=1)
    _money(plan, pages)
    if space.shapes and plan.commitments:
        pages.add(heading(_("Where commitments land")))
        pages.figure(maps.landing(space, plan.landing, source=plan.source), height_mm=96)
    for area, label in plan.areas.items():
        rows = [each for each in plan.commitments if each.area == area]
        if rows:
            pages.add(heading(_("Commitments: %(area)s") % {"area": label}))
            _narrated(plan, pages, "commitments", area, below=2)
            pages.add(*(commitment_card(each) for each in rows))
    if not plan.commitments:
        pages.add(words(_("No commitment is made yet.")))
    if plan.delivered_before:
        pages.add(
            heading(_("Delivered before this edition")),
            table(
                [(_("Ref"), "30mm"), (_("Commitment"), "1fr"), (_("Delivered"), "28mm")],
                [[ref, title, day(delivered_on)] for ref, title, delivered_on in plan.delivered_before],
                title=_("Promises kept before this edition; no longer promised here"),
            ),
        )


def _money(plan: Plan, pages: Pages) -> None:
    if not plan.money:
        return
    pages.add(
        heading(_("Money by sphere and financial year")),
        words(
            _(
                "Rand pledged and not declined, by this space's share. Committed and tabled pledges have a "
                "budget line or contract behind them; indicative ones do not yet. The two financial years are two "
                "calendars and are never added."
            )
        ),
    )
    names = {"national": _("National"), "provincial": _("Provincial"), "local": _("Local"), "": _("Partners")}
    for basis, years in plan.money.items():
        paying = {code: label for code, label in names.items() if any(year.spheres.get(code) for year in years)}
        months = MONTHS.get(basis, basis)
        pages.figure(charts.rand_by_sphere_and_year(years, months=months, source=plan.source))
        rows = [
            [
                year.label,
                *(format_rand_short(year.spheres.get(code, ZERO)) for code in paying),
                format_rand_short(year.indicative),
                format_rand_short(year.unfunded),
            ]
            for year in years
        ]
        pages.add(
            table(
                [
                    (_("Financial year"), "1fr"),
                    *((label, ">23mm") for label in paying.values()),
                    (_("Indicative"), ">23mm"),
                    (_("Unfunded"), ">23mm"),
                ],
                rows,
                title=_("Rand by sphere and financial year (%(months)s)") % {"months": months},
                note=plan.source,
            )
        )


def _implementation(plan: Plan, pages: Pages) -> None:
    pages.add(_chapter(plan, "implementation", _("Implementation, monitoring and review"), number=6))
    _narrated(plan, pages, "implementation", below=1)
    codes = {"passed_with_exceptions": "exception"}
    pages.add(
        table(
            [("", "8mm"), (_("Stage"), "1fr"), (_("Gate"), "48mm"), (_("Due"), "26mm"), (_("Passed"), "26mm")],
            [
                [
                    str(each.number),
                    each.label,
                    state(codes.get(each.state, each.state), each.state_label),
                    day(each.due_on),
                    day(each.passed_on, missing="–"),
                ]
                for each in plan.stages
            ],
            title=_("The seven stages of this edition"),
        )
    )
