"""The space home: one page about one space, printed on one sheet."""

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.frameworks.queries import ruleset, ruleset_in_force
from oneplan.indicators.people import people_now
from oneplan.joint_planning.clocks import deadline, next_review
from oneplan.joint_planning.queries import StageView, stage_views
from oneplan.periods import clock
from oneplan.platform.web.sections import sections_of
from oneplan.portal.queries import sealed
from oneplan.portal.queries import space as read
from oneplan.portal.queries.areas import crossings
from oneplan.portal.queries.money import money_by_year
from oneplan.portal.queries.projects import projects_here
from oneplan.portal.reading import read as read_content
from oneplan.spaces.models import Space
from oneplan.spaces.queries import space_map
from oneplan.spaces.views.frame import place_of


@require_safe
def space_home(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Signed-in readers of the space see progress; everyone else the adopted content, from the sealed bundle alone."""
    found = read.find_space(code, request.actor)
    if found is None:
        raise Http404
    space, may_read = found
    context = _progress(space) if may_read else _public(space)
    drawn = space_map(space)
    codes = [shape.code for shape in drawn.shapes]
    hrefs = read.ledger_by_area(space, codes) if may_read else read.municipalities(space)
    here = projects_here(request.actor, space)
    context |= {
        "needs": [*context.get("needs", []), *here.needs], "projects": here,
        "space": space, "place": place_of(space), "may_read": may_read,
        "map": drawn, "shapes": [
            {
                "code": shape.code, "name": shape.name, "path": shape.path, "class": "seq-2",
                "title": f"{shape.name} ({shape.code})", "href": hrefs.get(shape.code, ""),
                "label": shape.name, "label_x": shape.label_x, "label_y": shape.label_y,
            }
            for shape in drawn.shapes
        ],
        "crossings": crossings(space),
        "who": read.who_is_who(space), "champions": read.champions(space.code), "today": clock.today(),
        "shows_names": request.actor.is_signed_in, "people": people_now(space.pk, by=request.actor),
        "sections": sections_of("space", request.actor, space),
    }  # fmt: skip
    return render(request, "portal/space.html", context)


def _progress(space: Space) -> dict[str, Any]:
    """What those who may read the drafts see: the edition in progress, else the one in force."""
    lines = read.edition_lines(space.code)
    line = next((each for each in lines if each.is_in_progress), None) or next(
        (each for each in lines if each.edition.state == "adopted"), None
    )
    every = read.commitments_by_state(space.code)
    states = [each for each in every if not each.is_sample] or every
    besides = [each for each in every if each not in states]
    real, invented = money_by_year(space.code, {each.is_sample for each in every})
    context: dict[str, Any] = {
        "editions": lines, "line": line, "states": states, "states_are_sample": any(each.is_sample for each in states),
        "states_besides": sum(each.count for each in besides if each.state != "withdrawn"),
        "money": real, "money_besides": invented, "state_parts": [(each.state, each.count) for each in states],
        "totals": _totals(states), "is_sample": bool(line and line.edition.is_sample),
    }  # fmt: skip
    if line is None:
        return context | {"vision": "", "areas": [], "rules": ruleset_in_force(clock.today())}
    edition, rules = line.edition, ruleset(line.edition.ruleset)
    vision, areas = read.plan_view(edition, rules)
    base = f"/spaces/{space.code}/plan/{edition.number}/"
    stages = stage_views(edition, clock.today(), base=base)
    was_sealed = any(each.content_hash for each in lines if each.edition.number < edition.number)
    if line.is_in_progress:
        limit = deadline(rules, edition.opened_on, clock.today(), is_review=was_sealed)
    else:
        limit = next_review(rules, edition.adopted_on or edition.opened_on, clock.today())
    return context | {
        "vision": vision, "areas": areas, "rules": rules, "stages": stages, "deadline": limit,
        "needs": _needs(space, line, context["totals"], stages),
    }  # fmt: skip


def _totals(states: list[read.StateLine]) -> dict[str, Any]:
    standing = [each for each in states if each.state != "withdrawn"]
    return {
        "count": sum(each.count for each in standing), "funded": sum(each.funded for each in standing),
        "placed": sum(each.placed for each in standing), "overdue": sum(each.overdue for each in standing),
        "pledged": sum((each.pledged for each in standing), Decimal(0)),
    }  # fmt: skip


def _needs(
    space: Space, line: read.EditionLine, totals: dict[str, Any], stages: list[StageView]
) -> list[tuple[str, str, str]]:
    """The attention strip: (state, sentence, where it is mended)."""
    workspace = f"/spaces/{space.code}/plan/{line.edition.number}/"
    ledger = f"/spaces/{space.code}/commitments/"
    late = [stage for stage in stages if stage.state == "late"]
    needs = [
        ("late", _("Stage %(n)s is past its date") % {"n": stage.number}, f"{workspace}stages/") for stage in late[:1]
    ]
    if line.silent:
        needs.append(
            (
                "silent",
                ngettext("%(n)s silent party", "%(n)s silent parties", line.silent) % {"n": line.silent},
                f"{workspace}participation/?state=silent",
            )
        )
    if line.immediate_late:
        sentence = ngettext(
            "%(n)s immediate issue past its date", "%(n)s immediate issues past their date", line.immediate_late
        )
        needs.append(("late", sentence % {"n": line.immediate_late}, f"/spaces/{space.code}/immediate/?state=overdue"))
    if unfunded := totals["count"] - totals["funded"]:
        needs.append(
            ("unfunded", _("%(n)s commitments not fully funded") % {"n": unfunded}, f"{ledger}?funding=unfunded")
        )
    if unplaced := totals["count"] - totals["placed"]:
        needs.append(
            ("not_placed", _("%(n)s commitments without a place") % {"n": unplaced}, f"{ledger}?placed=not_placed")
        )
    if totals["overdue"]:
        sentence = ngettext("%(n)s commitment past its date", "%(n)s commitments past their date", totals["overdue"])
        needs.append(("late", sentence % {"n": totals["overdue"]}, f"{ledger}?late=yes"))
    return needs


def _public(space: Space) -> dict[str, Any]:
    """What anybody may see: the adopted content, and that there is one."""
    editions = sealed.editions_of(space.code)
    current = next((each for each in editions if each.is_in_force), None)
    page = read_content(sealed.content_of(current)) if current else None
    return {"sealed_editions": editions, "current": current, "page": page, "is_sample": bool(page and page.is_sample)}
