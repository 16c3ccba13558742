"""Pages of the champions of a space."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.institutions import actions
from oneplan.institutions.forms import ChampionForm
from oneplan.institutions.models import Champion
from oneplan.institutions.views.acting import done, form_page
from oneplan.periods import clock
from oneplan.platform.errors import Refused
from oneplan.spaces.models import Space


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def champions(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Who champions a space, now and before; naming another."""
    space = get_object_or_404(Space.objects.select_related("province"), code=code)
    if request.method == "POST":
        check(request.actor, Permission.POST_FILL, space)

    def act(given: dict[str, Any]) -> HttpResponse:
        actions.name_champion(space, by=request.actor, **given)
        return done(request, _("The champion is named."), "institutions:champions", code)

    rows = list(Champion.objects.filter(space=space).select_related("institution", "post").order_by("id"))
    context = {
        "space": space, "champions": list(enumerate(rows, 1)), "today": clock.today(),
        "may_name": passes(check, request.actor, Permission.POST_FILL, space),
    }  # fmt: skip
    form = ChampionForm(request.POST or None, initial={"valid_from": clock.today()})
    return form_page(request, form, act, template="institutions/champions.html", context=context)


@login_required
@require_POST
def retire_champion(request: ActorHttpRequest, code: str, number: int) -> HttpResponse:
    """End a champion's term today; `number` counts the champions of the space from the first."""
    rows = list(Champion.objects.filter(space_id=code).select_related("space").order_by("id"))
    if not 0 < number <= len(rows):
        raise Http404
    check(request.actor, Permission.POST_FILL, rows[number - 1])
    try:
        actions.retire_champion(rows[number - 1], on=clock.today(), by=request.actor)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("institutions:champions", code=code)
