"""The timeline of a space: commitments from start to finish, with the plan's stages and what cannot wait."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Case, Count, F, IntegerField, Max, Min, Q, QuerySet, Value, When
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.commitments import queries as commitments
from oneplan.commitments.choices import CommitmentState
from oneplan.commitments.forms import LedgerFilter
from oneplan.commitments.models import Commitment
from oneplan.commitments.views.ledger import readable_space
from oneplan.frameworks.definitions import RuleSet
from oneplan.frameworks.queries import ruleset, ruleset_in_force
from oneplan.joint_planning.gantt import bands_on
from oneplan.joint_planning.queries import stage_views
from oneplan.periods import clock
from oneplan.plans.models import Edition, ImmediateIssue
from oneplan.plans.queries import current_editions
from oneplan.platform.web.axis import Axis, Stretch, axis_of
from oneplan.platform.web.figures import texture_of
from oneplan.platform.web.lists import chips, paginate
from oneplan.platform.web.responses import csv_response
from oneplan.platform.web.states import state_of
from oneplan.spaces.views.frame import place_of

PER_PAGE = 60
CLOSED = (CommitmentState.DELIVERED, CommitmentState.WITHDRAWN)
GROUPS = ("area", "lead")


@dataclass(frozen=True)
class Line:
    """One thing on the timeline: with its bar where a date is known and lies on the axis."""

    ref: str
    title: str
    href: str
    by: str
    state: str
    start: date | None
    finish: date | None
    is_late: bool
    bar: Stretch | None
    group: str = ""
    is_sample: bool = False
    is_point: bool = False

    @property
    def tone(self) -> str:
        return state_of(self.state).tone

    @property
    def texture(self) -> str:
        return texture_of(f"tone-{self.tone}")

    @property
    def state_words(self) -> str:
        return str(state_of(self.state).label)

    @property
    def end(self) -> float:
        return round(self.bar.x + self.bar.width, 3) if self.bar else 0.0


@login_required
@require_safe
def timeline(request: ActorHttpRequest, code: str) -> HttpResponseBase:
    """Every commitment of a space by area or lead, filtered as the ledger is; late is said by shape and word."""
    space, today = readable_space(request, code), clock.today()
    base = commitments.ledger(request.actor, commitments.LedgerFilters(), space=space)
    rows = commitments.ledger(request.actor, commitments.LedgerFilters.read(request.GET), space=space)
    group = request.GET["by"] if request.GET.get("by") in GROUPS else "area"
    edition = current_editions(request.actor).filter(plan_id=code).first()
    if edition is not None:
        edition.plan.space = space
    marks = [*_stages(edition, today), *_issues(edition, today)]
    rules = ruleset(edition.ruleset) if edition else ruleset_in_force(today)
    band = _band_asked(request, edition, rules)
    ordered = _ordered(_within(rows, band), group)
    if request.GET.get("format") == "csv":
        return csv_response(_csv(ordered, marks, edition, rules), f"timeline-{code}-{today:%Y-%m-%d}.csv")
    facts = _facts(ordered.order_by(), today)
    axis = band or _axis(facts, marks, today)
    page = paginate(request, ordered, PER_PAGE)
    form = LedgerFilter(request.GET, parties=commitments.parties_in(base).values_list("pk", "name"), space=space)
    context = {
        "space": space, "place": place_of(space), "edition": edition,
        "form": form, "chips": chips(request, form), "page": page, "facts": facts, "by": group, "rules": rules,
        "groups": _grouped([_line(row, axis, today, group) for row in page]),
        "marks": [mark for mark in (_on(axis, each) for each in marks) if mark.bar] if page.number == 1 else [],
        "axis": axis, "bands": bands_on(axis, rules.bands, edition.start_year) if edition else [],
        "zooms": [(band.code, band.label) for band in rules.bands] if edition else [],
        "zoom": request.GET.get("years", ""), "now_x": axis.place(today) if axis.holds(today) else None,
        "today": today, "is_filtered": bool(chips(request, form)), "alarms": _alarms(facts),
        "is_sample": bool(edition and edition.is_sample) or any(row.is_sample for row in page),
    }  # fmt: skip
    return render(request, "joint_planning/timeline.html", context)


def _ordered(rows: "QuerySet[Commitment]", group: str) -> "QuerySet[Commitment]":
    """By group, then by start; what has no date stands last in its group."""
    start, tie = F("start_on").asc(nulls_last=True), F("finish_on").asc(nulls_last=True)
    rows = rows.select_related("lead")
    if group == "lead":
        return rows.order_by("lead__name", start, tie, "ref")
    places = [When(area=area.code, then=Value(area.number)) for area in commitments.areas()]
    number = Case(*places, default=Value(99), output_field=IntegerField())
    return rows.annotate(area_number=number).order_by("area_number", start, tie, "ref")


def _facts(rows: "QuerySet[Commitment]", today: date) -> dict[str, Any]:
    """How many, how many late and undated, and from when to when. One query."""
    late = Q(finish_on__lt=today) & ~Q(state__in=CLOSED)
    return rows.aggregate(
        count=Count("pk"), late=Count("pk", filter=late), undated=Count("pk", filter=Q(start_on=None, finish_on=None)),
        half_dated=Count("pk", filter=Q(start_on=None) ^ Q(finish_on=None)), first=Min("start_on"),
        first_finish=Min("finish_on"), last=Max("finish_on"), last_start=Max("start_on"),
    )  # fmt: skip


def _band_asked(request: ActorHttpRequest, edition: Edition | None, rules: RuleSet) -> Axis | None:
    """The years of the band that the address asks for; None where it asks for all."""
    band = next((each for each in rules.bands if each.code == request.GET.get("years")), None)
    if band is None or edition is None:
        return None
    return Axis(edition.start_year + band.first_year - 1, edition.start_year + band.last_year - 1)


def _within(rows: "QuerySet[Commitment]", band: Axis | None) -> "QuerySet[Commitment]":
    """What is under way in the years of a band; what has no date stays, since nobody can say that it is not."""
    if band is None:
        return rows
    over = Q(finish_on__lt=band.begin) | Q(finish_on=None, start_on__lt=band.begin)
    to_come = Q(start_on__gte=band.end) | Q(start_on=None, finish_on__gte=band.end)
    return rows.exclude(over).exclude(to_come)


def _axis(facts: dict[str, Any], marks: list[Line], today: date) -> Axis:
    """All the years of what is shown."""
    days = [facts[name] for name in ("first", "first_finish", "last", "last_start")]
    return axis_of([*days, *(day for mark in marks for day in (mark.start, mark.finish))], today)


def _is_late(row: Commitment, today: date) -> bool:
    return bool(row.finish_on and row.finish_on < today) and row.state not in CLOSED


def _line(row: Commitment, axis: Axis, today: date, group: str) -> Line:
    area = commitments.area_label(row.area)
    return Line(
        row.ref, row.title, f"/commitments/{row.ref}/", row.lead.name if group == "area" else area, row.state,
        row.start_on, row.finish_on, _is_late(row, today), axis.stretch(row.start_on, row.finish_on),
        area if group == "area" else row.lead.name, row.is_sample,
    )  # fmt: skip


def _grouped(lines: list[Line]) -> list[tuple[str, list[Line]]]:
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.group, []).append(line)
    return list(groups.items())


def _stages(edition: Edition | None, today: date) -> Iterator[Line]:
    """The stages of the edition, from start to due date. One query."""
    if edition is None:
        return
    base = f"/spaces/{edition.space_id}/plan/{edition.number}/stages/"
    for stage in stage_views(edition, today, base=base):
        if stage.started_on or stage.due_on:
            yield Line(
                _("Stage %(n)s") % {"n": stage.number}, stage.name, stage.href, "",
                stage.state, _earlier(stage.started_on, stage.ended_on), stage.ended_on or stage.due_on,
                stage.state == "late", None,
            )  # fmt: skip


def _earlier(start: date | None, end: date | None) -> date | None:
    """The start as planned; a stage that was passed before it began on the day it was passed."""
    return min(start, end) if start and end else start


def _issues(edition: Edition | None, today: date) -> Iterator[Line]:
    """What cannot wait and is not resolved: a point on the day it is due. One query."""
    if edition is None:
        return
    rows = ImmediateIssue.objects.filter(edition=edition, resolved_on=None).select_related("owner_post__institution")
    for row in rows.order_by("due_on", "ref"):
        yield Line(
            row.ref, row.service, f"/spaces/{edition.space_id}/immediate/", row.owner_post.institution.name, "due",
            None, row.due_on, row.due_on < today, None, is_point=True,
        )  # fmt: skip


def _on(axis: Axis, mark: Line) -> Line:
    return replace(mark, bar=axis.stretch(mark.start, mark.finish))


def _alarms(facts: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(state, sentence, what the address asks for)."""
    told = []
    if late := facts["late"]:
        words = ngettext("%(n)s commitment past its date", "%(n)s commitments past their date", late)
        told.append(("late", words % {"n": late}, "late"))
    return told


def _csv(rows: Iterable[Commitment], marks: list[Line], edition: Edition | None, rules: RuleSet) -> Iterator[list[Any]]:
    """Every line of the filter, whatever the page; then the stages and what cannot wait."""
    today = clock.today()
    yield [
        "kind", "ref", "title", "transformation_area", "lead_or_owner", "state", "start", "finish", "starts_in", "late",
        "days_late", "sample",
    ]  # fmt: skip
    for row in rows:
        late = _is_late(row, today)
        yield [
            "commitment", row.ref, row.title, commitments.area_label(row.area), row.lead.name, row.state, row.start_on,
            row.finish_on, _band(row.start_on, edition, rules), late,
            (today - row.finish_on).days if late and row.finish_on else "", row.is_sample,
        ]  # fmt: skip
    for mark in marks:
        late_days = (today - mark.finish).days if mark.is_late and mark.finish else ""
        yield [
            "immediate issue" if mark.is_point else "stage", mark.ref, mark.title, "", mark.by, mark.state, mark.start,
            mark.finish, "", mark.is_late, late_days, bool(edition and edition.is_sample),
        ]  # fmt: skip


def _band(day: date | None, edition: Edition | None, rules: RuleSet) -> str:
    """In which band of the plan a day lies; empty before its first year, or where that is not known."""
    year = day.year - edition.start_year + 1 if day and edition else 0
    return rules.band_for(year).code if 1 <= year <= rules.horizon_years else ""
