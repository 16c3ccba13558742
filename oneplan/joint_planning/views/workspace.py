"""The plan workspace: chapter tree, what the chapter says, and the gate panel beside it."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.frameworks.definitions import Chapter
from oneplan.joint_planning.gates import Evidence, GateReport, gather, judge
from oneplan.joint_planning.gates.draft import is_written, sections_of
from oneplan.joint_planning.gates.promises import standing_in
from oneplan.joint_planning.views.ground import frame, may, workshop_edition
from oneplan.plans.citations import cited
from oneplan.plans.exports import place
from oneplan.plans.models import Edition
from oneplan.plans.queries import IN_PROGRESS

PER_PAGE = 50


@dataclass(frozen=True)
class Branch:
    """A chapter in the tree: how many of its parts are written, and whether its stage's gate is met."""

    chapter: Chapter
    written: int
    parts: int
    gate_met: bool

    @property
    def state(self) -> str:
        if self.written == self.parts and self.gate_met:
            return "complete"
        return "part" if self.written or self.gate_met else "missing"


def branches(evidence: Evidence, report: GateReport) -> list[Branch]:
    """The chapter tree with how complete each chapter is."""
    found = []
    for chapter in evidence.rules.chapters:
        parts = [area.code for area in evidence.rules.areas] if chapter.is_per_area else [""]
        written = sum(is_written(chapter, sections_of(evidence, chapter, area)) for area in parts)
        others = [each for each in report.stage(chapter.stage).rules if each.gate.code != "narrative_chapters_written"]
        found.append(Branch(chapter, written, len(parts), all(each.lets_pass for each in others)))
    return found


@login_required
@require_safe
def workspace(request: ActorHttpRequest, code: str, number: int) -> HttpResponse:
    """The edition at a glance: stages, chapters, what is missing now and who owes it."""
    edition = workshop_edition(request.actor, code, number)
    evidence = gather(edition)
    report = judge(evidence)
    plan = evidence.plan
    context = frame(
        request, edition, report=report, current=report.current, tree=branches(evidence, report), evidence=evidence,
        figures=[
            ("findings", len(plan.findings)), ("outcomes", len(plan.outcomes)), ("strategies", len(plan.strategies)),
            ("commitments", len(evidence.commitments)),
        ],
        outdated=[each for each in cited(edition) if each.is_outdated], **_permissions(request, edition),
    )  # fmt: skip
    return render(request, "joint_planning/workspace.html", context)


@login_required
@require_safe
def chapter(request: ActorHttpRequest, code: str, number: int, chapter: str) -> HttpResponse:
    """One chapter: its narrative area by area, its elements, and the gate of its stage."""
    edition = workshop_edition(request.actor, code, number)
    evidence = gather(edition)
    report = judge(evidence)
    shown = get_object_or_none(evidence, chapter)
    if shown is None:
        return redirect("joint_planning:workspace", code, number)
    context = frame(
        request,
        edition,
        report=report,
        current=report.stage(shown.stage),
        tree=branches(evidence, report),
        chapter=shown,
        evidence=evidence,
        parts=_parts(evidence, shown),
        wants_elements=shown.code in ("diagnostic", "vision", "strategies"),
        page=_promised(request, edition) if shown.code == "commitments" else None,
        **_permissions(request, edition),
    )
    return render(request, "joint_planning/chapter.html", context)


def _promised(request: ActorHttpRequest, edition: Edition) -> Page[Any]:
    """One page of what the plan promises."""
    rows = standing_in(edition.space_id).select_related("lead")
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def get_object_or_none(evidence: Evidence, code: str) -> Chapter | None:
    """The chapter of that code in the edition's rule set, if it has one."""
    return next((each for each in evidence.rules.chapters if each.code == code), None)


def _permissions(request: ActorHttpRequest, edition: Edition) -> dict[str, Any]:
    return {
        "may_write": edition.is_open and may(request, Permission.PLAN_WRITE, edition),
        "may_pass": edition.state in IN_PROGRESS and may(request, Permission.GATE_PASS, edition),
        "may_except": edition.state in IN_PROGRESS and may(request, Permission.GATE_EXCEPT, edition),
        "may_request": edition.is_open and may(request, Permission.CONTRIBUTION_REQUEST, edition),
        "may_change_ruleset": edition.is_open and may(request, Permission.EDITION_OPEN, edition),
        "may_freeze": may(request, Permission.EDITION_FREEZE, edition),
    }


def _parts(evidence: Evidence, chapter: Chapter) -> list[dict[str, Any]]:
    """The parts of a chapter: one for each area, or one for the whole, with narrative and elements."""
    plan = evidence.plan
    areas: list[Any] = list(evidence.rules.areas) if chapter.is_per_area else [None]
    parts = []
    for area in areas:
        code = area.code if area else ""
        sections = sections_of(evidence, chapter, code)
        parts.append(
            {
                "area": area,
                "sections": sections,
                "is_written": is_written(chapter, sections),
                "impact": next((each for each in plan.impacts if each.area == code), None),
                "findings": [(each, place(each)) for each in plan.findings if each.area == code],
                "outcomes": [
                    (each, plan.priorities_by_ref.get(each.ref, [])) for each in plan.outcomes if each.area == code
                ],
                "strategies": [
                    (each, place(each), evidence.services.get(each.ref, []))
                    for each in plan.strategies
                    if each.area == code
                ],
            }
        )
    return parts
