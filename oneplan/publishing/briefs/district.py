"""The district brief: vision, stages, who is who, six areas, commitments and money of one space on one A4."""

from typing import Any

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.indicators.people import PeopleNow, people_now
from oneplan.money import format_rand_short
from oneplan.portal.figures import MONTHS, ZERO
from oneplan.publishing import charts, maps
from oneplan.publishing.briefs.figures import AreaLine, Figures, OutcomeLine
from oneplan.publishing.briefs.page import drawing, one_page
from oneplan.publishing.briefs.standing import Standing, columns, numbers, short, standing, strip
from oneplan.publishing.pdf.blocks import Block, Pages, facts, heading, muted, notice, state, strong, table, words
from oneplan.publishing.words import figure
from oneplan.spaces.models import Space

_HALF = 330  # the width of a chart in half a page


def district_brief(actor: Actor, space: Space) -> bytes:
    """One A4 page about a space as a tagged PDF, as far as the actor may see it: the public sees the adopted alone.

    Names of persons stand in it only for who is signed in. Raises Space.DoesNotExist.
    """
    told = standing(actor, space)
    pages = Pages()
    title = _("District brief: %(space)s") % {"space": told.space.name}
    return one_page(told, title, _blocks(told, pages, people_now(told.space.code, by=actor)), pages.pictures)


def _blocks(told: Standing, pages: Pages, people: PeopleNow | None) -> list[Block]:
    place = [heading(_("Where"))]
    if people:
        place.append(words(_("People, newest known: %(words)s") % {"words": people.words}, style="muted"))
    if told.drawn.shapes:
        place.append(drawing(pages, maps.municipal_areas(told.drawn, name=told.space.name, letters=1.55), height_mm=46))
    who = [heading(_("Who is who")), facts(told.owners)]
    if told.figures is None:
        return [notice(told.standing_words, title=_("Nothing to tell yet.")), columns(place, who)]
    figures = told.figures
    chart = charts.commitments_by_area(figures.states, source=figures.source, width=_HALF)
    return [
        words(short(figures.vision, 60), style="lead")
        if figures.vision
        else notice(_("The vision is not written yet.")),
        strip(figures, told.today),
        columns(place, who),
        numbers(figures),
        heading(_("Six areas: situation and desired future")),
        _areas(figures),
        columns(
            [heading(_("Commitments")), drawing(pages, chart)],
            [heading(_("Money by sphere and year")), *_money(figures)],
        ),
    ]


def _areas(figures: Figures) -> Block:
    return table(
        [(_("Area"), "30mm"), (_("Situation"), "1fr"), (_("Desired"), "1fr"), (_("By what it will show"), "1fr")],
        [
            [
                strong(area.label),
                _situation(area),
                short(area.impact, 20) if area.impact else state("missing", _("not written")),
                [_outcome(each) for each in area.outcomes[:2]] or state("missing", _("no outcome")),
            ]
            for area in figures.areas
        ],
    )


def _situation(area: AreaLine) -> Any:
    if not area.findings:
        return state("missing", _("no finding"))
    first = short(area.finding, 18)
    return [first, muted(_("%(n)s findings in all") % {"n": area.findings})] if area.findings > 1 else first


def _outcome(line: OutcomeLine) -> str:
    return _("%(what)s: %(baseline)s → %(target)s (%(year)s)") % {
        "what": short(line.what, 9),
        "baseline": figure(line.baseline),
        "target": figure(line.target, line.unit),
        "year": line.year or _("year unknown"),
    }


def _money(figures: Figures) -> list[Block]:
    names = {"national": _("National"), "provincial": _("Provincial"), "local": _("Local"), "": _("Partners")}
    blocks = []
    for basis, years in figures.money.items():
        paying = {code: label for code, label in names.items() if any(year.spheres.get(code) for year in years)}
        blocks.append(
            table(
                [
                    (MONTHS.get(basis, basis), "1fr"),
                    *((label, ">17mm") for label in paying.values()),
                    (_("Indicative"), ">15mm"),
                    (_("Unfunded"), ">15mm"),
                ],
                [
                    [
                        year.label,
                        *(format_rand_short(year.spheres.get(code, ZERO)) for code in paying),
                        format_rand_short(year.indicative),
                        format_rand_short(year.unfunded),
                    ]
                    for year in years
                ],
            )
        )
    if not blocks:
        return [words(_("No money was pledged yet."), style="muted")]
    note = _("Rand by this space's share; spheres show committed and tabled money. %(source)s")
    return [*blocks, words(note % {"source": figures.source}, style="muted")]
