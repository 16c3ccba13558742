"""What waits for me."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.frameworks.queries import ruleset
from oneplan.institutions.queries import posts_held_by
from oneplan.joint_planning.gates import gate_report
from oneplan.joint_planning.models import Contribution
from oneplan.periods import clock
from oneplan.platform.web.responses import render_page_or_part
from oneplan.portal.queries.inbox import SHOWN, editions_with_gates
from oneplan.portal.queries.inbox import inbox as read_inbox


@login_required
@require_safe
def inbox(request: ActorHttpRequest) -> HttpResponse:
    """Everything I owe, the most urgent first, each with the place where it is done."""
    waiting = read_inbox(request.actor)
    for row in (*waiting.contributions, *waiting.silent):
        _on_the_way(row)
    context = {
        "waiting": waiting,
        "shown": SHOWN,
        "cut": f":{SHOWN}",
        "today": clock.today(),
        "signs": bool(request.actor.scopes_with(Permission.PLEDGE_ACCEPT)),
        "boards": sorted(request.actor.codes_with(Permission.PLAN_READ, "institution")),
        "has_role": bool(request.actor.grants),
    }
    return render(request, "portal/inbox.html", context)


def _on_the_way(row: Contribution) -> Contribution:
    """The stage in words and the place where it is answered, put on the row for the template."""
    rules = ruleset(row.edition.ruleset)
    row.stage_label = rules.stage(row.stage).label  # type: ignore[attr-defined]
    address = (row.edition.plan_id, row.edition.number, row.stage, row.institution_id)
    row.href = reverse("joint_planning:contribution", args=address)  # type: ignore[attr-defined]
    return row


@login_required
@require_safe
def gate_debts(request: ActorHttpRequest, code: str) -> HttpResponse:
    """What the open gates of one edition still miss, my posts' part first. Loaded into the inbox, or a page."""
    edition = editions_with_gates(request.actor).filter(plan=code).first()
    if edition is None:
        raise Http404
    mine = {(held.post.title, held.post.institution_id) for held in posts_held_by(request.actor.user_id or 0)}
    stages = []
    for report in gate_report(edition).stages:
        if report.is_passed or not report.missing or report.stage.code == "implementation":
            continue
        marked = [(each, (each.owed.post, each.owed.institution_code) in mine) for each in report.missing]
        marked.sort(key=lambda pair: not pair[1])
        stages.append(
            {
                "number": report.stage.number, "label": report.stage.label, "count": len(marked),
                "missing": marked[:SHOWN], "has_mine": marked[0][1], "more": max(0, len(marked) - SHOWN),
            }
        )  # fmt: skip
    context = {
        "edition": edition, "space": edition.plan.space, "stages": stages,
        "href": f"/spaces/{code}/plan/{edition.number}/",
    }  # fmt: skip
    return render_page_or_part(request, "portal/gate_debts.html", "portal/_gate_debts.html", context)
