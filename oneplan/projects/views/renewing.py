"""Reading all places again from the boundaries of another day: first what would move, then the deed."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from oneplan.access.checks import check
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.periods import clock
from oneplan.platform.web.numerals import grouped
from oneplan.projects import actions
from oneplan.projects.actions import Renewal
from oneplan.projects.forms import RenewForm
from oneplan.projects.views.shared import POSTING
from oneplan.spaces.models import Space
from oneplan.spaces.queries import releases_in_force


@login_required
@require_http_methods(POSTING)
def renew_places(request: ActorHttpRequest) -> HttpResponse:
    """What a person gave is kept; where it would lie elsewhere now, the project goes to the review queue."""
    check(request.actor, Permission.PROJECT_LOCATE, "national")
    form: forms.Form = RenewForm(request.POST or None, initial={"as_at": clock.today()})
    renewal, status = None, 200
    if request.method == "POST":
        if not form.is_valid():
            status = 422
        else:
            day, is_kept = form.cleaned_data["as_at"], request.POST.get("act") == "renew"
            renewal = actions.renew_placements(as_at=day, by=request.actor, is_dry_run=not is_kept)
            if is_kept:
                messages.success(request, _("%(n)s places moved.") % {"n": grouped(renewal.moved)})
                return redirect("projects:renew_places")
    day = form.cleaned_data["as_at"] if form.is_bound and form.is_valid() else clock.today()
    context = {
        "form": form, "renewal": renewal, "lines": _lines(renewal) if renewal else [],
        "releases": releases_in_force(day), "day": day,
    }  # fmt: skip
    return render(request, "projects/renew.html", context, status=status)


def _lines(renewal: Renewal) -> list[tuple[str, str, actions.Moved]]:
    """The spaces that gain or lose, the most rand moved first."""
    names = dict(Space.objects.values_list("code", "name"))
    lines = [(code, names.get(code, code), moved) for code, moved in renewal.by_space.items()]
    return sorted(lines, key=lambda line: (-abs(line[2].rand_after - line[2].rand_before), line[1]))
