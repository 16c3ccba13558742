"""Working through the places that want a look, the greatest value first."""

from typing import Any
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.platform.web.lists import chips, paginate
from oneplan.platform.web.responses import render_page_or_part
from oneplan.projects import queries
from oneplan.projects.forms import ReviewFilter
from oneplan.projects.queries import review
from oneplan.projects.queries.review import ReviewFilters
from oneplan.projects.views.placing import locate
from oneplan.projects.views.shared import POSTING
from oneplan.spaces.choices import Doubt
from oneplan.spaces.models import Space

PER_PAGE = 25


@login_required
@require_safe
def review_queue(request: ActorHttpRequest) -> HttpResponse:
    """The queue, with why its places wait."""
    actor = request.actor
    if not actor.scopes_with(Permission.PROJECT_READ):
        raise Http404
    filters = ReviewFilters.read(request.GET)
    whole = review.review_queue(actor, ReviewFilters())
    rows = review.review_queue(actor, filters)
    form = ReviewFilter(request.GET, spaces=_spaces(whole), institutions=_institutions(whole))
    page = paginate(request, queries.for_list(rows), PER_PAGE)
    doubts = review.doubts_of(rows.model.objects.filter(pk__in=[row.pk for row in page]))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form, "chips": chips(request, form), "page": page, "totals": queries.sums_of(rows),
        "counts": review.queue_counts(rows), "query": query.urlencode(),
        "lines": [(row, _words(doubts.get(row.pk, []))) for row in page],
        "may_locate": bool(actor.scopes_with(Permission.PROJECT_LOCATE)), "is_filtered": filters != ReviewFilters(),
        "is_sample": any(row.is_sample for row in page), "as_at": clock.now(),
    }  # fmt: skip
    return render_page_or_part(request, "projects/review.html", "projects/_review_rows.html", context)


def _words(doubts: list[str]) -> list[str]:
    return [str(Doubt(code).label) for code in doubts if code in Doubt.values]


def _spaces(rows: Any) -> list[tuple[str, str]]:
    return list(Space.objects.filter(pk__in=rows.order_by().values("space")).values_list("pk", "name"))


def _institutions(rows: Any) -> list[tuple[str, str]]:
    named = Institution.objects.filter(pk__in=rows.order_by().values("implementing"))
    return list(named.order_by("name").values_list("pk", "name"))


@login_required
@require_http_methods(POSTING)
def review_one(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """One place of the queue, with its neighbours; once it is placed or found right, the next one is shown."""
    refs = list(review.review_queue(request.actor, ReviewFilters.read(request.GET)).values_list("ref", flat=True))
    position = refs.index(ref) if ref in refs else None
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    back = reverse("projects:review_queue") + query

    def address(index: int) -> str:
        return reverse("projects:review_one", args=(refs[index],)) + query if 0 <= index < len(refs) else ""

    following = back if position is None else address(position + 1) or back
    queue = {
        "position": position + 1 if position is not None else None, "all": len(refs), "back": back,
        "previous": address(position - 1) if position else "", "next": following if following != back else "",
        "is_right": f"{reverse('projects:review_place', args=(ref,))}?next={quote(following)}",
        "label": _("Review queue"),
    }  # fmt: skip
    return locate(request, ref, queue=queue, following=following)
