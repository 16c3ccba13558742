"""One project: its proofs, its course over time, its money by year, its places, and every word its sources said."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from oneplan.access.actors import Actor
from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.geometry.writing import point_wkb
from oneplan.periods import clock
from oneplan.platform.audit import history, subject_key, told
from oneplan.platform.web.sections import sections_of
from oneplan.projects.choices import ALLOWED_MOVES, MatchState, ProjectStanding, Purpose
from oneplan.projects.models import Match, Placement, Project, SnapshotMoney
from oneplan.projects.proofs import proofs
from oneplan.projects.queries import one
from oneplan.projects.views import course as drawing
from oneplan.projects.views.places import place_maps, shown
from oneplan.projects.views.shared import phase_of, project_for
from oneplan.spaces.queries.layers import Asked, Hit, layers_at
from oneplan.spaces.views.frame import place_of


@dataclass(frozen=True)
class May:
    """What the reader may do now; templates ask, never decide."""

    correct: bool
    locate: bool
    close: bool
    reopen: bool
    publish: bool


def may_do(actor: Actor, row: Project) -> May:
    """Computed from the same checks that the actions make."""
    register = passes(check, actor, Permission.PROJECT_REGISTER, row)
    stands = row.standing != ProjectStanding.MERGED
    return May(
        correct=register and stands,
        locate=stands and passes(check, actor, Permission.PROJECT_LOCATE, row),
        close=register and ProjectStanding.CLOSED in ALLOWED_MOVES[row.standing],
        reopen=register and row.standing == ProjectStanding.CLOSED,
        publish=stands and passes(check, actor, Permission.PROJECT_PUBLISH, row),
    )


@require_safe
def project(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """The page of one project."""
    row = project_for(request, ref)
    actor = request.actor
    submissions = one.submissions_of(row)
    placements = one.placements_of(row)
    current = {each.purpose: each for each in placements if each.superseded_at is None}
    latest = submissions[-1].snapshot if submissions else None
    today = clock.today()
    context = {
        "project": row, "is_sample": row.is_sample, "phase": phase_of(row.stage), "may": may_do(actor, row),
        "proofs": proofs(row, current.get(Purpose.WORKS)),
        "course": drawing.course_of([_told(each) for each in submissions], _events(row, submissions), today),
        "submissions": list(reversed(submissions)), "latest": latest,
        "years": list(latest.money.all()) if latest else [],
        "money": _money(list(latest.money.all())) if latest else [],
        "places": _places(row, placements), "maps": place_maps(placements),
        "layers": _layers(actor, current.get(Purpose.WORKS)),
        "earlier": [shown(each) for each in placements if each.superseded_at],
        "identifiers": row.identifiers.select_related("since"), "milestones": row.milestones.all(),
        "contractors": latest.contractors if latest else [],
        "cells": one.cells_of(latest) if latest and actor.is_signed_in else [],
        "merged": row.merged.order_by("ref"), "matches": _matches(actor, row),
        "sections": sections_of("project", actor, row),
        "entries": told(history(row)[:5], subject_key(row)) if actor.is_signed_in else [],
        "place": place_of(row.space),
        "today": today, "as_at": row.changed_at,
    }  # fmt: skip
    return render(request, "projects/project.html", context)


def _told(each: one.Told) -> drawing.Told:
    said = each.snapshot
    years = list(said.money.all())
    return drawing.Told(
        on=said.submission.as_at, stage=said.stage, total_cost=said.total_cost, spent_to_date=said.spent_to_date,
        spent_before=said.spent_before, spent_before_on=years[0].financial_year.starts_on if years else None,
    )  # fmt: skip


def _events(row: Project, submissions: list[one.Told]) -> list[drawing.Dated]:
    """What is dated: as it is planned now, as it was planned before, what happened, and the milestones."""
    planned: list[tuple[str, date | None, bool]] = [
        (_("Start"), row.start_on, False),
        (_("Construction starts"), row.construction_start_on, False),
        (_("Construction ends"), row.construction_finish_on, False),
        (_("Contract ends"), row.contract_finish_on, False),
        (_("Planned finish"), row.finish_on, False),
        (_("Started"), row.actual_start_on, True),
        (_("Finished"), row.actual_finish_on, True),
    ]
    events = [drawing.Dated(label, day, is_actual) for label, day, is_actual in planned if day]
    slipped = {each.snapshot.finish_on for each in submissions} - {row.finish_on, None}
    events += [drawing.Dated(_("Finish as planned before"), day) for day in slipped if day]
    for milestone in row.milestones.all():
        if milestone.reached_on:
            events.append(drawing.Dated(milestone.title, milestone.reached_on, True))
        elif milestone.due_on:
            events.append(drawing.Dated(milestone.title, milestone.due_on))
    return events


_AMOUNTS: tuple[tuple[str, Any], ...] = (
    ("budget", gettext_lazy("Main budget")),
    ("adjustment", gettext_lazy("Adjustment (a change)")),
    ("adjusted", gettext_lazy("Adjusted budget")),
    ("q1", gettext_lazy("Spent in quarter 1")),
    ("q2", gettext_lazy("Spent in quarter 2")),
    ("q3", gettext_lazy("Spent in quarter 3")),
    ("q4", gettext_lazy("Spent in quarter 4")),
    ("spent", gettext_lazy("Spent in the year")),
)


def _money(years: list[SnapshotMoney]) -> list[tuple[str, list[tuple[str, Any]]]]:
    """What is stated down, (year, amount) across. What no year states is left out but for the main budget."""
    return [
        (str(label), [(year.financial_year.label, getattr(year, name)) for year in years])
        for name, label in _AMOUNTS
        if name == "budget" or any(getattr(year, name) is not None for year in years)
    ]


def _places(row: Project, placements: list[Placement]) -> list[tuple[str, str, Any]]:
    """(purpose, in words, what is shown of it) for the works and for the area served."""
    current = {each.purpose: shown(each) for each in placements if each.superseded_at is None}
    return [(purpose.value, str(purpose.label), current.get(purpose)) for purpose in Purpose]


def _layers(actor: Actor, held: Placement | None) -> list[tuple[str, list[Hit] | None]] | None:
    """(kind in words, the features that it lies in or None where no such layer is loaded); None without a geometry."""
    if held is None or held.longitude is None or held.latitude is None:
        return None
    wkb = bytes(held.wkb) if held.wkb else point_wkb(held.longitude, held.latitude)
    [found] = layers_at([Asked(wkb, {share.space_id for share in held.shares.all()})], actor)
    return [(str(kind.label), hits) for kind, hits in found.by_kind]


def _matches(actor: Actor, row: Project) -> list[Match]:
    """Proposals that it is one with another project, for who may decide on them."""
    if not passes(check, actor, Permission.PROJECT_MERGE, row):
        return []
    proposed = Match.objects.filter(state=MatchState.PROPOSED).select_related("left", "right")
    return [*proposed.filter(left=row), *proposed.filter(right=row)]
