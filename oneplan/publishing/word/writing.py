"""The plan as a Word document, chapter by chapter in the order of the standard format."""

import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import IO

import docx
from django.utils.translation import gettext as _

from oneplan.money import format_rand_short
from oneplan.portal.figures import MONTHS, ZERO
from oneplan.publishing import charts, maps
from oneplan.publishing.content import Told
from oneplan.publishing.parts import Commitment
from oneplan.publishing.reading import Plan, read
from oneplan.publishing.word import annexes, styles
from oneplan.publishing.word.pages import Pages
from oneplan.publishing.words import amount, figure, joined, on, said
from oneplan.spaces.queries import NationalMap, SpaceMap, national_map, space_map

Progress = Callable[[int, str], None]
_MAP_CM, _COUNTRY_CM = 8.5, 5.5  # high
_ELEMENTS = ("diagnostic", "vision", "strategies", "commitments")


def plan_word(
    told: Told, *, progress: Progress | None = None, space: SpaceMap | None = None, country: NationalMap | None = None
) -> bytes:
    """The whole plan as a .docx. `progress` hears per cent and a sentence.

    The maps are read from the boundaries in force unless they are given; the same content gives the same bytes while
    those are the same.
    What of the elements belongs to a chapter that the standard format does not name is told all the same.
    """
    plan, document = read(told), docx.Document()
    drawn = space or space_map(plan.space_code)
    styles.dress(document, told, _identity(plan))
    pages = Pages(document, told.title)
    _cover(pages, plan)
    pages.contents()
    codes = [*plan.chapters, *(code for code in _ELEMENTS if code not in plan.chapters)]
    for done, code in enumerate(codes, start=1):
        chapter = plan.chapters.get(code)
        label = chapter.label if chapter else code.capitalize()
        if progress:
            progress(90 * done // len(codes), label)
        pages.heading(1, f"{done}. {label}")
        for section in chapter.of("") if chapter else ():
            pages.narrative(section.body)
        if done == 1:
            _where(pages, plan, drawn, country or national_map())
        _before(pages, plan, code, drawn)
        for area, name in plan.areas.items():
            sections = chapter.of(area) if chapter else ()
            if sections or _has(plan, code, area):
                pages.heading(2, name)
                for section in sections:
                    pages.narrative(section.body)
                _elements(pages, plan, code, area)
    annexes.write(pages, plan)
    pages.fill_contents()
    file = io.BytesIO()
    document.save(file)
    return undated(file)


def undated(file: IO[bytes]) -> bytes:
    """The same package without the time at which it was packed, so that equal contents give equal bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(file) as before, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as after:
        for each in before.infolist():
            entry = zipfile.ZipInfo(each.filename)  # 1 January 1980
            entry.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(entry, before.read(each))
    return packed.getvalue()


def _identity(plan: Plan) -> str:
    return _("edition %(n)s, %(standing)s") % {"n": plan.number, "standing": plan.told.standing_words}


def _cover(pages: Pages, plan: Plan) -> None:
    told = plan.told
    if told.banner:
        pages.paragraph(told.banner, style="Standing")
    pages.paragraph(told.title, style="Title")
    pages.paragraph(
        _("%(province)s · edition %(n)s · for the years %(start)s to %(end)s")
        % {"province": plan.province, "n": plan.number, "start": plan.start_year, "end": plan.end_year},
        style="Subtitle",
    )
    facts = [
        (_("Standing"), told.standing_words),
        (_("Adopted on") if plan.adopted_on else _("As at"), on(told.as_at)),
        (_("Rules"), f"{plan.rule_set['title']}\n{plan.rule_set['reference']}"),
        (_("Boundaries"), _boundaries(plan)),
        (_("Hash of the content"), told.content_hash),
    ]
    pages.facts(facts, _("What this document is"))


def _boundaries(plan: Plan) -> str:
    found = plan.boundaries
    return f"{found['name']}\n{found['quality']}: {found['source']}" if found else _("unknown")


def _where(pages: Pages, plan: Plan, space: SpaceMap, country: NationalMap) -> None:
    """Where the space is: its municipal areas, and its place in the country."""
    pages.heading(2, _("Where it is"))
    if space.shapes:
        pages.drawing(maps.municipal_areas(space, name=plan.space_name), height_cm=_MAP_CM)
    if country.shapes:
        drawing = maps.in_the_country(country, plan.space_code, name=plan.space_name)
        pages.drawing(drawing, height_cm=_COUNTRY_CM)
    pages.paragraph(maps.read_against(plan.boundaries, space), style="Source")


def _before(pages: Pages, plan: Plan, code: str, space: SpaceMap) -> None:
    """What a chapter says of the whole space before it goes area by area."""
    if code == "diagnostic" and plan.immediate_issues:
        pages.heading(2, _("What cannot wait"))
        pages.table(
            _("Immediate issues"),
            [(_("Finding"), 2), (_("Service"), 6), (_("Households"), 2.2), (_("Owner"), 4.6), (_("Due on"), 2.2)],
            [
                (each.ref, f"{each.service}\n{each.kind}", _counted(each.households, each.households_source),
                 each.owner or _("unknown"), on(each.due_on))
                for each in plan.immediate_issues
            ],
        )  # fmt: skip
    elif code == "vision":
        pages.heading(2, _("Vision"))
        pages.paragraph(plan.vision.text if plan.vision else _("No vision is written yet."))
    elif code == "commitments":
        _money(pages, plan)
        if space.shapes and plan.commitments:
            pages.heading(2, _("Where commitments land"))
            pages.drawing(maps.landing(space, plan.landing, source=plan.source), height_cm=_MAP_CM)


def _counted(households: int | None, source: str) -> str:
    return f"{figure(households)}\n{source}" if source else figure(households)


def _money(pages: Pages, plan: Plan) -> None:
    """The charts and the money of all commitments; the sums are those of the PDF."""
    if plan.commitments:
        pages.heading(2, _("The commitments at a glance"))
        pages.drawing(charts.commitments_by_area(plan.states_by_area, source=plan.source))
        pages.drawing(charts.funded_share(plan.funding_counts, source=plan.source))
    if not plan.money:
        return
    pages.heading(2, _("Money by year"))
    pages.paragraph(
        _(
            "Rand pledged and not declined. National and provincial years run April to March (PFMA), municipal years "
            "July to June (MFMA): they are never added together. A commitment shared with other spaces counts here by "
            "this space's share."
        )
    )
    spheres = {"national": _("National"), "provincial": _("Provincial"), "local": _("Local"), "": _("Partners")}
    for basis, years in plan.money.items():
        months = MONTHS.get(basis, basis)
        pages.drawing(charts.rand_by_sphere_and_year(years, months=months, source=plan.source))
        pages.table(
            _("Rand by sphere and financial year, %(basis)s (%(months)s)") % {"basis": basis, "months": months},
            [(_("Year"), 1.8), *((label, 2.5) for label in (*spheres.values(), _("Indicative"), _("Unfunded")))],
            [
                (
                    year.label,
                    *(format_rand_short(year.spheres.get(code, ZERO)) for code in spheres),
                    format_rand_short(year.indicative),
                    format_rand_short(year.unfunded),
                )
                for year in years
            ],
            numeric=frozenset(range(1, 7)),
        )  # fmt: skip


def _has(plan: Plan, code: str, area: str) -> bool:
    """Whether a chapter has elements in an area."""
    if code == "diagnostic":
        return any(each.area == area for each in plan.findings)
    if code == "vision":
        return area in plan.impacts or any(each.area == area for each in plan.outcomes)
    if code == "strategies":
        return any(each.area == area for each in plan.strategies)
    return code == "commitments" and any(each.area == area for each in plan.commitments)


def _elements(pages: Pages, plan: Plan, code: str, area: str) -> None:
    """The elements of a chapter in one area."""
    if code == "diagnostic":
        _findings(pages, plan, area)
    elif code == "vision":
        _outcomes(pages, plan, area)
    elif code == "strategies":
        _strategies(pages, plan, area)
    elif code == "commitments":
        _commitments(pages, plan, area)


def _findings(pages: Pages, plan: Plan, area: str) -> None:
    rows = [each for each in plan.findings if each.area == area]
    pages.table(
        _("Findings: %(area)s") % {"area": plan.areas.get(area, area)},
        [(_("Ref"), 1.5), (_("Finding"), 6.8), (_("Value"), 2.2), (_("Source"), 3.0), (_("Place"), 3.5)],
        [
            (each.ref, f"{each.statement}\n{each.evidence}".strip(), figure(each.value, each.unit, none="–"),
             f"{said(each.source)}\n{on(each.source_date)}", said(each.place))
            for each in rows
        ],
    )  # fmt: skip


def _outcomes(pages: Pages, plan: Plan, area: str) -> None:
    if area in plan.impacts:
        pages.paragraph(plan.impacts[area].text, style="Quote")
    rows = [each for each in plan.outcomes if each.area == area]
    pages.table(
        _("Outcomes: %(area)s") % {"area": plan.areas.get(area, area)},
        [(_("Ref"), 1.5), (_("Outcome"), 6.5), (_("Baseline"), 3.2), (_("Target"), 2.6), (_("Owner"), 3.2)],
        [
            (each.ref, f"{each.statement}\n{each.indicator}",
             f"{_dated(each.baseline, each.unit, each.baseline_year)}\n{said(each.baseline_source)}",
             _dated(each.target, each.unit, each.target_year), each.owner or "–")
            for each in rows
        ],
    )  # fmt: skip


def _dated(value: Decimal | None, unit: str, year: int | None) -> str:
    return f"{figure(value, unit)} ({year or _('year unknown')})"


def _strategies(pages: Pages, plan: Plan, area: str) -> None:
    rows = [each for each in plan.strategies if each.area == area]
    pages.table(
        _("Strategies: %(area)s") % {"area": plan.areas.get(area, area)},
        [(_("Ref"), 1.5), (_("Strategy"), 7.5), (_("Answers"), 2), (_("Serves"), 2), (_("Place"), 4)],
        [
            (each.ref, f"{each.title}\n{each.description}".strip(), joined(each.findings), joined(each.outcomes),
             said(each.place))
            for each in rows
        ],
    )  # fmt: skip


def _commitments(pages: Pages, plan: Plan, area: str) -> None:
    rows = [each for each in plan.commitments if each.area == area]
    pages.table(
        _("Commitments: %(area)s") % {"area": plan.areas.get(area, area)},
        [
            (_("Ref"), 2.3),
            (_("Commitment"), 4.9),
            (_("Lead"), 3.5),
            (_("Finishes"), 2),
            (_("State"), 1.7),
            (_("Funding"), 2.6),
        ],
        [(each.ref, each.title, each.lead, on(each.finish_on), each.state_label, each.funding_label) for each in rows],
    )  # fmt: skip
    for each in rows:
        _commitment(pages, each)


def _commitment(pages: Pages, each: Commitment) -> None:
    pages.heading(3, f"{each.ref} {each.title}")
    if each.description:
        pages.paragraph(each.description)
    yes = {True: _("agreed"), False: _("not agreed")}
    pages.facts(
        [
            (_("What it is for"), said(each.objective)),
            (_("Outputs"), said(each.outputs)),
            (
                _("Indicator"),
                _("%(what)s: from %(baseline)s to %(target)s by %(day)s")
                % {
                    "what": said(each.indicator), "baseline": figure(each.baseline, each.unit),
                    "target": figure(each.target, each.unit), "day": on(each.target_on),
                },
            ),
            (_("When"), f"{on(each.start_on)} – {on(each.finish_on)}"),
            (_("Where"), f"{said(each.place)}\n{each.place_quality_label}"),
            (_("Total cost"), amount(each.total_cost)),
            (_("Funding"), each.funding_label),
            (
                _("Parties"),
                "\n".join(
                    f"{party.name} ({party.role_label.lower()}): {said(party.responsibility)} "
                    f"[{_('signed') if party.signature else yes[party.has_agreed]}]"
                    for party in each.parties
                ),
            ),
            (_("Answers for it"), said(each.office)),
            (_("State"), each.state_label),
        ],
        _("Terms of %(ref)s") % {"ref": each.ref},
    )  # fmt: skip
    if pledges := tuple(each.pledges):
        pages.table(
            _("Pledges for %(ref)s, in rand") % {"ref": each.ref},
            [
                (_("Party"), 4.8),
                (_("Financial year"), 2.8),
                (_("Amount"), 3.2),
                (_("Source of funds"), 3.4),
                (_("Standing"), 2.8),
            ],
            [
                (
                    each.party,
                    f"{each.year} {each.basis}",
                    amount(each.amount),
                    said(each.source),
                    f"{each.status_label}, {each.acceptance_label.lower()}",
                )
                for each in pledges
            ],
            numeric=frozenset({2}),
        )
