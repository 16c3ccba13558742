"""The list of asks that the reader may see, on the page and as files."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oneplan.access.actors import Actor
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.periods import clock
from oneplan.platform.web.lists import chips, paginate, sorting
from oneplan.platform.web.responses import render_page_or_part
from oneplan.platform.web.sheets import Sheet, file_of
from oneplan.reprioritisation import queries
from oneplan.reprioritisation.choices import AskState
from oneplan.reprioritisation.forms import AskFilter
from oneplan.reprioritisation.models import Ask

PER_PAGE = 25
_SORTS = {
    "ref": "ref", "amount": "amount", "closes": "closes_on", "space": "space__name", "institution": "institution__name",
    "drafted": "drafted_at",
}  # fmt: skip
_FORMS = ("csv", "xlsx")


def ask_for(request: ActorHttpRequest, ref: str) -> Ask:
    """The ask, where the reader may see it; else 404, as if it did not exist."""
    rows = queries.asks_visible_to(request.actor).select_related(
        "space__province", "commitment", "institution", "treasury", "line", "drafted_by"
    )
    found: Ask = get_object_or_404(rows, ref=ref)
    return found


def waiting_for_me(actor: Actor) -> QuerySet[Ask]:
    """Asks that were routed to an institution for which the actor answers."""
    mine = actor.codes_with(Permission.ASK_ANSWER, "institution")
    rows = queries.asks_visible_to(actor).filter(state=AskState.ROUTED, institution__in=mine)
    return rows.filter(closes_on__gte=clock.today())


def _tab(actor: Actor, tab: str, rows: QuerySet[Ask]) -> QuerySet[Ask]:
    if tab == "waiting":
        mine = actor.codes_with(Permission.ASK_ANSWER, "institution")
        return rows.filter(state=AskState.ROUTED, institution__in=mine, closes_on__gte=clock.today())
    if tab == "ours":
        return rows.filter(space__in=actor.codes_with(Permission.ASK_DRAFT, "space"))
    return rows


def _rows(request: ActorHttpRequest) -> QuerySet[Ask]:
    rows = queries.AskFilters.read(request.GET).apply(queries.asks_visible_to(request.actor))
    return _tab(request.actor, request.GET.get("tab", ""), rows).select_related("space", "institution", "commitment")


def _tabs(request: ActorHttpRequest, now: str) -> list[dict[str, Any]]:
    """The tabs that mean something to this reader, each with how many it holds."""
    actor, every = request.actor, queries.asks_visible_to(request.actor)
    tabs = []
    if actor.codes_with(Permission.ASK_ANSWER, "institution"):
        tabs.append(("waiting", _("Waiting for my answer")))
    if actor.codes_with(Permission.ASK_DRAFT, "space"):
        tabs.append(("ours", _("Asked by my space")))
    if not tabs:
        return []
    tabs.append(("", _("All that I may read")))
    return [
        {"label": label, "href": f"{request.path}?tab={code}" if code else request.path, "is_here": code == now,
         "count": _tab(actor, code, every).count()}
        for code, label in tabs
    ]  # fmt: skip


@require_safe
def ask_list(request: ActorHttpRequest) -> HttpResponse:
    """Asks in the order that the reader chose, those that close first unless asked otherwise."""
    tab = request.GET.get("tab", "")
    form = AskFilter(request.GET, queries.asks_visible_to(request.actor))
    order = sorting(request, _SORTS, "-drafted")
    page = paginate(request, order.apply(_rows(request)), PER_PAGE)
    today, asked = clock.today(), request.GET.urlencode()
    for row in page:
        _put_days(row, today)
    used = chips(request, form)
    context = {
        "form": form, "chips": used, "page": page, "sorting": order, "tabs": _tabs(request, tab), "today": today,
        "is_filtered": bool(used), "tab": tab, "may_answer": tab == "waiting" and bool(page.paginator.count),
        "downloads": [
            (label, f"{reverse('reprioritisation:ask_file', args=[form_])}?{asked}")
            for form_, label in (("csv", "CSV"), ("xlsx", "Excel"))
        ],
        "is_sample": any(row.is_sample for row in page), "is_public": not request.actor.is_signed_in,
    }  # fmt: skip
    return render_page_or_part(request, "reprioritisation/asks.html", "reprioritisation/_ask_rows.html", context)


def _put_days(row: Ask, today: Any) -> None:
    """Days until it lapses, put on the row for the template; None where nothing waits."""
    waits = row.state == AskState.ROUTED and row.closes_on
    row.days_left = (row.closes_on - today).days if waits and row.closes_on else None  # type: ignore[attr-defined]


@require_safe
def ask_file(request: ActorHttpRequest, form: str) -> HttpResponse | StreamingHttpResponse:
    """Every ask of the current filter, exact to the cent."""
    if form not in _FORMS:
        raise Http404
    columns = (
        "ref", "state", "space", "institution", "commitment", "title", "year", "basis", "amount_rand", "instrument",
        "closes_on", "reply", "reply_amount_rand", "reply_year", "reply_reason", "restricted", "sample",
    )  # fmt: skip
    today = clock.today()
    rows = []
    for row in sorting(request, _SORTS, "-drafted").apply(_rows(request)).prefetch_related("replies"):
        reply = next((each for each in row.replies.all() if each.is_standing), None)
        rows.append((
            row.ref, row.state, row.space_id, row.institution_id, row.commitment.ref, row.commitment.title,
            row.financial_year.label, row.basis, row.amount, row.instrument,
            row.closes_on.isoformat() if row.closes_on else "", reply.code if reply else "",
            reply.amount if reply else None, str(reply.year) if reply and reply.year else "",
            reply.reason if reply else "", is_restricted(row, today), row.is_sample,
        ))  # fmt: skip
    about = {
        "what": _("Asks for money. None is budget, and “agreed” is not money."),
        "as_at": clock.now().isoformat(timespec="seconds"),
    }
    sheet = Sheet("asks", columns, rows, frozenset({"amount_rand", "reply_amount_rand"}), about)
    return file_of(sheet, form)


def is_restricted(ask: Ask, today: Any) -> bool:
    """Whether only who asks, who is asked and its treasury read it still."""
    return ask.public_from is None or ask.public_from > today
