"""The One Plan in the standard format: a content in, blocks out, chapter after chapter."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneplan.joint_planning.choices import StageState
from oneplan.money import format_rand_short
from oneplan.publishing import charts, maps
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
from oneplan.publishing.pdf.reading import MONTHS, Json, Reading, marking, post, quantity, where
from oneplan.spaces.queries import NationalMap, SpaceMap


def plan_pages(plan: Reading, space: SpaceMap, country: NationalMap) -> Pages:
    """Every page after the cover and the contents."""
    pages = Pages()
    _at_a_glance(plan, pages, space, country)
    _introduction(plan, pages)
    _diagnostic(plan, pages)
    _vision(plan, pages)
    _strategies(plan, pages)
    _immediate(plan, pages)
    _commitments(plan, pages, space)
    _implementation(plan, pages)
    annexes.add(plan, pages)
    return pages


def source_of(plan: Reading) -> str:
    """The source and date that stand under every chart of the document."""
    if plan.is_adopted:
        return _("Source: this One Plan, edition %(number)s, adopted %(day)s.") % {
            "number": plan.number,
            "day": day(plan.content["edition"]["adopted_on"]),
        }
    return _("Source: this draft, edition %(number)s, as at %(day)s.") % {
        "number": plan.number,
        "day": day(plan.document.get("as_at")),
    }


# --- front -----------------------------------------------------------------------------------------------------------


def _at_a_glance(plan: Reading, pages: Pages, space: SpaceMap, country: NationalMap) -> None:
    pages.add(chapter(_("The plan at a glance")))
    if plan.plan["vision"]:
        pages.add(words(plan.plan["vision"]["text"], style="lead"))
    pages.add(_standing_notice(plan))
    own, rules = plan.plan, plan.copy["rule_set"]
    pages.add(
        facts(
            [
                (_("Space"), f"{plan.space['name']} ({plan.space['code']}), {plan.space['province']['name']}"),
                (_("Horizon"), _("%(first)s to %(last)s") % {"first": plan.first_year, "last": plan.last_year}),
                (_("Opened"), day(plan.content["edition"]["opened_on"])),
                (_("Adopted"), day(plan.content["edition"]["adopted_on"], missing=_("not adopted"))),
                (_("Findings"), str(len(own["findings"]))),
                (_("Outcomes"), str(len(own["outcomes"]))),
                (_("Strategies"), str(len(own["strategies"]))),
                (_("Commitments"), str(len(plan.commitments))),
                (_("Parties asked"), str(len({each["institution"] for each in plan.content["participation"]}))),
                (_("Rule set"), f"{rules['label']}: {rules['reference']}"),
            ],
            columns=2,
        )
    )
    pages.figure(charts.commitments_by_area(plan.states_by_area(), source=source_of(plan)))
    pages.figure(charts.funded_share(plan.funding_counts, source=source_of(plan)))
    pages.add(heading(_("Where it is")))
    if space.shapes:
        pages.figure(maps.municipal_areas(space, name=plan.space["name"]), width=78)
    if country.shapes:
        pages.figure(maps.in_the_country(country, plan.space["code"], name=plan.space["name"]), width=52)
    pages.add(_boundary_words(plan, space))


def _standing_notice(plan: Reading) -> Block:
    if not plan.is_adopted:
        return notice(
            _("Nothing in it is agreed unless it says so. It was read on %(day)s and may change until it is adopted.")
            % {"day": day(plan.document.get("as_at"))},
            tone="proposed",
            title=_("This is a draft. No committee has adopted it."),
        )
    waiting = len(plan.content["outstanding"])
    sentence = ngettext(
        "%(n)s party has not signed all that this plan says of it; it is named in the annex of outstanding parties.",
        "%(n)s parties have not signed all that this plan says of them; they are named in the annex of outstanding "
        "parties.",
        waiting,
    ) % {"n": waiting}
    return notice(
        sentence if waiting else _("Every party has signed what this plan says of it."),
        tone="part" if waiting else "done",
        title=_("Adopted on %(day)s and sealed.") % {"day": day(plan.content["edition"]["adopted_on"])},
    )


def _boundary_words(plan: Reading, space: SpaceMap) -> Block:
    sealed = plan.copy["boundaries"]
    if not sealed:
        return words(_("The plan was made without boundaries: its places are names only."), style="muted")
    said = _("Places are read against: %(name)s (%(quality)s, as at %(day)s).") % {
        "name": sealed["name"],
        "quality": sealed["quality"],
        "day": day(sealed["as_at"]),
    }
    if space.release and space.release != sealed["name"]:
        said += " " + _("The maps here are drawn from another release: %(name)s.") % {"name": space.release}
    return words(said, style="muted")


# --- the chapters of the standard format -----------------------------------------------------------------------------


def _section(section: Json, below: int) -> Iterator[Block]:
    yield story(narrative(section["body"], below=below))
    if section["owner"]:
        yield words(_("Owner of this section: %(post)s") % {"post": post(section["owner"])}, style="muted")
    yield from links(section)


def links(element: Json) -> Iterator[Block]:
    """The priorities that an element serves and its cross-cutting markings, on one quiet line each."""
    if element.get("priorities"):
        told = "; ".join(f"{each['label']} ({each['list_label'] or each['list']})" for each in element["priorities"])
        yield words(_("Serves: %(priorities)s") % {"priorities": told}, style="muted")
    if element.get("markings"):
        told = "; ".join(marking(each) for each in element["markings"])
        yield words(_("Marked: %(markings)s") % {"markings": told}, style="muted")


def _narrated(plan: Reading, pages: Pages, own: str, area: str | None, *, below: int) -> None:
    for section in plan.sections(own, area):
        pages.add(*_section(section, below))


def _introduction(plan: Reading, pages: Pages) -> None:
    pages.add(chapter(plan.chapter("introduction", _("Introduction")), number=1))
    _narrated(plan, pages, "introduction", None, below=1)
    if not plan.sections("introduction"):
        pages.add(_not_written())


def _not_written() -> Block:
    return words(_("This part is not written yet."), style="muted")


def _diagnostic(plan: Reading, pages: Pages) -> None:
    pages.add(chapter(plan.chapter("diagnostic", _("Diagnostic summary")), number=2))
    _narrated(plan, pages, "diagnostic", None, below=1)
    for area, label in plan.areas:
        found = plan.of_area("findings", area)
        if not found and not plan.sections("diagnostic", area):
            continue
        pages.add(heading(label))
        _narrated(plan, pages, "diagnostic", area, below=2)
        if found:
            pages.add(
                {"k": "findings", "title": _("Findings and their evidence"), "rows": [_finding(each) for each in found]}
            )
        else:
            pages.add(_not_written())


def _finding(row: Json) -> dict[str, Any]:
    figure = quantity(row["value"], row["unit"]) if row["value"] else ""
    by = row["reported_by"]["name"] if row["reported_by"] else ""
    lines = [
        (_("Evidence"), row["evidence"] or _("not stated")),
        (_("Source"), f"{row['source'] or _('unknown')}, {day(row['source_date'])}"),
        (_("Place"), where(row["place"])),
        (_("Owner"), post(row["owner"])),
    ]
    lines += [(_("Reported by"), by)] if by else []
    lines += [(_("Serves"), "; ".join(each["label"] for each in row["priorities"]))] if row["priorities"] else []
    lines += [(_("Marked"), "; ".join(marking(each) for each in row["markings"]))] if row["markings"] else []
    return {"ref": row["ref"], "text": row["statement"], "figure": figure, "lines": lines, "whole": is_short(lines)}


def _vision(plan: Reading, pages: Pages) -> None:
    pages.add(chapter(plan.chapter("vision", _("Vision, outcomes and targets")), number=3))
    if plan.plan["vision"]:
        pages.add(words(plan.plan["vision"]["text"], style="lead"), *links(plan.plan["vision"]))
    else:
        pages.add(notice(_("The vision is not written yet."), tone="missing"))
    _narrated(plan, pages, "vision", None, below=1)
    for area, label in plan.areas:
        impacts, outcomes = plan.of_area("impacts", area), plan.of_area("outcomes", area)
        if not impacts and not outcomes and not plan.sections("vision", area):
            continue
        pages.add(heading(label))
        for impact in impacts:
            pages.add(words(impact["text"], style="quote"), *links(impact))
        _narrated(plan, pages, "vision", area, below=2)
        if outcomes:
            pages.add(_outcome_table(outcomes, label))


def _outcome_table(rows: list[Json], label: str) -> Block:
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
                each["ref"],
                [strong(each["statement"]), each["indicator"] or _("no indicator"), *_outcome_notes(each)],
                each["unit"] or "–",
                [quantity(each["baseline"]["value"]), muted(str(each["baseline"]["year"] or _("year unknown")))],
                [quantity(each["target"]["value"]), muted(str(each["target"]["year"] or _("year unknown")))],
                each["baseline"]["source"] or _("source unknown"),
            ]
            for each in rows
        ],
        title=_("Outcomes: %(area)s") % {"area": label},
    )


def _outcome_notes(row: Json) -> list[Any]:
    notes = [muted(_("Owner: %(post)s") % {"post": post(row["owner"])})] if row["owner"] else []
    notes += (
        [muted(_("Serves: %(priorities)s") % {"priorities": "; ".join(each["label"] for each in row["priorities"])})]
        if row["priorities"]
        else []
    )
    return notes


def _strategies(plan: Reading, pages: Pages) -> None:
    pages.add(chapter(plan.chapter("strategies", _("Strategies")), number=4))
    _narrated(plan, pages, "strategies", None, below=1)
    for area, label in plan.areas:
        rows = plan.of_area("strategies", area)
        if not rows and not plan.sections("strategies", area):
            continue
        pages.add(heading(label))
        _narrated(plan, pages, "strategies", area, below=2)
        for row in rows:
            pages.add(heading(row["title"], level=3, code=row["ref"]))
            if row["description"]:
                pages.add(words(row["description"]))
            pages.add(
                facts(
                    [
                        (_("Answers"), ", ".join(row["findings"]) or _("no finding yet")),
                        (_("Serves"), ", ".join(row["outcomes"]) or _("no outcome yet")),
                        (_("Place"), where(row["place"])),
                        (_("Owner"), post(row["owner"])),
                    ]
                ),
                *links(row),
            )


def _immediate(plan: Reading, pages: Pages) -> None:
    pages.add(chapter(_("Immediate issues")))
    rows = plan.plan["immediate_issues"]
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
                    each["ref"],
                    [strong(each["service"] or each["kind"]["label"]), muted(each["kind"]["label"])],
                    [
                        quantity(each["households"]),
                        *([muted(each["households_source"])] if each["households_source"] else []),
                    ],
                    post(each["owner"]),
                    [day(each["due_on"]), muted(_("raised %(day)s") % {"day": day(each["raised_on"])})],
                ]
                for each in rows
            ],
            title=_("Immediate issues that were open"),
        )
    )


def _commitments(plan: Reading, pages: Pages, space: SpaceMap) -> None:
    pages.add(chapter(plan.chapter("commitments", _("Implementation commitments")), number=5))
    _narrated(plan, pages, "commitments", None, below=1)
    _money(plan, pages)
    if space.shapes and plan.commitments:
        pages.add(heading(_("Where commitments land")))
        pages.figure(_landing_map(plan, space), width=78)
    for area, label in plan.areas:
        rows = [each for each in plan.commitments if each["area"] == area]
        if rows:
            pages.add(heading(_("Commitments: %(area)s") % {"area": label or _("no transformation area")}))
            _narrated(plan, pages, "commitments", area, below=2)
            pages.add(*(commitment_card(plan, each) for each in rows))
    if not plan.commitments:
        pages.add(words(_("No commitment is made yet.")))
    if delivered := plan.copy["delivered_before"]:
        pages.add(
            heading(_("Delivered before this edition")),
            table(
                [(_("Ref"), "30mm"), (_("Commitment"), "1fr"), (_("Delivered"), "28mm")],
                [[each["ref"], each["title"], day(each["delivered_on"])] for each in delivered],
                title=_("Promises kept before this edition; no longer promised here"),
            ),
        )


def _landing_map(plan: Reading, space: SpaceMap) -> charts.Drawing:
    counts, names = plan.placed_counts, {shape.code: shape.name for shape in space.shapes}
    largest, most = max(((code, counts.get(code, 0)) for code in names), key=lambda pair: pair[1])
    title = _("%(area)s has the most commitments: %(n)s") % {"area": names[largest], "n": most}
    elsewhere = _("%(n)s name no municipal area; %(lost)s of them have no place.") % {
        "n": plan.unplaced,
        "lost": plan.without_place,
    }
    return maps.counts_by_area(
        space,
        counts,
        title=title if most else _("No commitment names a municipal area"),
        what=_("Number of commitments by municipal area; one in two areas counts in both"),
        elsewhere=f"{elsewhere} {source_of(plan)}" if plan.unplaced else source_of(plan),
    )


def _money(plan: Reading, pages: Pages) -> None:
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
        pages.figure(charts.rand_by_sphere_and_year(years, months=months, source=source_of(plan)))
        rows = [
            [
                year.label,
                *(format_rand_short(year.spheres.get(code, charts.ZERO)) for code in paying),
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
                note=source_of(plan),
            )
        )


def _implementation(plan: Reading, pages: Pages) -> None:
    pages.add(chapter(plan.chapter("implementation", _("Implementation, monitoring and review")), number=6))
    _narrated(plan, pages, "implementation", None, below=1)
    labels = {str(code): str(label) for code, label in StageState.choices}
    codes = {
        "not_started": "not_started",
        "current": "current",
        "passed": "passed",
        "passed_with_exceptions": "exception",
    }
    pages.add(
        table(
            [("", "8mm"), (_("Stage"), "1fr"), (_("Gate"), "48mm"), (_("Due"), "26mm"), (_("Passed"), "26mm")],
            [
                [
                    str(each["number"]),
                    each["label"],
                    state(codes.get(each["state"], ""), labels.get(each["state"], each["state"])),
                    day(each["due_on"]),
                    day(each["passed_at"], missing="–"),
                ]
                for each in plan.content["stages"]
            ],
            title=_("The seven stages of this edition"),
        )
    )
