"""The district brief: vision, stages, who is who, six areas, commitments and money of one space on one A4."""

from typing import Any

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.money import format_rand_short
from oneplan.publishing import charts, maps
from oneplan.publishing.briefs.page import drawing, one_page
from oneplan.publishing.briefs.standing import Standing, columns, short, standing
from oneplan.publishing.charts import ZERO
from oneplan.publishing.pdf.blocks import Block, Pages, facts, heading, muted, notice, state, strong, table, words
from oneplan.publishing.pdf.plan import source_of
from oneplan.publishing.pdf.reading import MONTHS, Json, Reading, quantity
from oneplan.spaces.models import Space

_HALF = 330  # the width of a chart in half a page


def district_brief(actor: Actor, space: Space) -> bytes:
    """One A4 page about a space as a tagged PDF, as far as the actor may see it: the public sees the adopted alone.

    Names of persons stand in it only for who is signed in. Raises Space.DoesNotExist.
    """
    told = standing(actor, space)
    pages = Pages()
    title = _("District brief: %(space)s") % {"space": told.space.name}
    return one_page(told, title, _blocks(told, pages), pages.pictures)


def _blocks(told: Standing, pages: Pages) -> list[Block]:
    place = [heading(_("Where"), level=2)]
    if told.drawn.shapes:
        place.append(drawing(pages, maps.municipal_areas(told.drawn, name=told.space.name, letters=1.55), height_mm=46))
    who = [heading(_("Who is who"), level=2), facts(told.owners or [(_("Champion"), muted(_("none named")))])]
    if told.plan is None:
        return [notice(told.standing_words, title=_("Nothing to tell yet.")), columns(place, who)]
    plan = told.plan
    vision = plan.plan["vision"]
    return [
        words(short(vision["text"], 60), style="lead") if vision else notice(_("The vision is not written yet.")),
        told.stages(),
        columns(place, who),
        told.numbers(),
        heading(_("Six areas: situation and desired future"), level=2),
        _areas(plan),
        columns(
            [
                heading(_("Commitments"), level=2),
                drawing(pages, charts.commitments_by_area(plan.states_by_area(), source=source_of(plan), width=_HALF)),
            ],
            [heading(_("Money by sphere and year"), level=2), *_money(plan)],
        ),
    ]


def _areas(plan: Reading) -> Block:
    return table(
        [(_("Area"), "30mm"), (_("Situation"), "1fr"), (_("Desired"), "1fr"), (_("By what it will show"), "1fr")],
        [
            [
                strong(label),
                _situation(plan.of_area("findings", code)),
                _desired(plan.of_area("impacts", code)),
                _shown(plan.of_area("outcomes", code)),
            ]
            for code, label in plan.areas
        ],
    )


def _situation(found: list[Json]) -> Any:
    if not found:
        return state("missing", _("no finding"))
    first = short(found[0]["statement"], 18)
    return [first, muted(_("%(n)s findings in all") % {"n": len(found)})] if len(found) > 1 else first


def _desired(impacts: list[Json]) -> Any:
    return short(impacts[0]["text"], 20) if impacts else state("missing", _("not written"))


def _shown(outcomes: list[Json]) -> Any:
    if not outcomes:
        return state("missing", _("no outcome"))
    return [
        _("%(what)s: %(baseline)s → %(target)s (%(year)s)")
        % {
            "what": short(each["indicator"] or each["statement"], 9),
            "baseline": quantity(each["baseline"]["value"]),
            "target": quantity(each["target"]["value"], each["unit"]),
            "year": each["target"]["year"] or _("year unknown"),
        }
        for each in outcomes[:2]
    ]


def _money(plan: Reading) -> list[Block]:
    names = {"national": _("National"), "provincial": _("Provincial"), "local": _("Local"), "": _("Partners")}
    blocks = []
    for basis, years in plan.money.items():
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
    return [*blocks, words(note % {"source": source_of(plan)}, style="muted")]
