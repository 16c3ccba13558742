"""What changed, who, when and why; and the log with its seals, for auditors."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.periods import clock
from oneplan.platform.audit import head, verify_chain
from oneplan.platform.models import LogEntry, Seal
from oneplan.platform.web.lists import paginate
from oneplan.platform.web.responses import csv_response
from oneplan.portal.forms import LogFilter
from oneplan.portal.queries import memory
from oneplan.spaces.views.frame import place_of


@login_required
@require_safe
def history(request: ActorHttpRequest, subject: str) -> HttpResponse:
    """The history of one thing; what the reader may not see is missing, like what does not exist."""
    found = memory.find_subject(subject, request.actor)
    if found is None:
        raise Http404
    page = paginate(request, found.entries.order_by("-id"))
    entries = memory.lines(page, about=found.key)
    context = {
        "subject": found, "page": page, "entries": entries, "place": place_of(found.space),
        "is_sample": memory.is_sample(page),
    }  # fmt: skip
    return render(request, "portal/history.html", context)


def _chosen(request: ActorHttpRequest) -> tuple[LogFilter, Any]:
    """The filter and the entries that fit it; none where it cannot be understood."""
    form = LogFilter(request.GET)
    if not form.is_valid():
        return form, LogEntry.objects.none()
    chosen = dict(form.cleaned_data)
    return form, memory.log_entries(about=chosen.pop("subject"), **chosen)


@login_required
@require_safe
def log(request: ActorHttpRequest) -> HttpResponseBase:
    """The whole log, filtered by the address; CSV of the current filter."""
    if not memory.may_audit(request.actor):
        raise Http404
    form, entries = _chosen(request)
    if request.GET.get("format") == "csv":
        return csv_response(_csv_rows(entries), f"log-{clock.today():%Y-%m-%d}.csv")
    page = paginate(request, entries)
    context = {"form": form, "page": page, "lines": memory.lines(page), "is_sample": memory.is_sample(page)}
    return render(request, "portal/log.html", context | _seals())


def _seals() -> dict[str, Any]:
    return {"seals": list(Seal.objects.order_by("-id")[:20]), "unsealed": LogEntry.objects.filter(seal=None).count()}


def _csv_rows(entries: Any) -> Iterator[list[Any]]:
    yield [
        "number",
        "at",
        "event",
        "what",
        "subject",
        "scope",
        "who",
        "reason",
        "before",
        "after",
        "facts",
        "seal",
        "request",
        "sample",
    ]
    for entry in entries.iterator(chunk_size=2000):
        yield [
            entry.pk, entry.at.isoformat(), entry.event, memory.what(entry), entry.subject, entry.scope,
            memory.who(entry), entry.reason, entry.before or "", entry.after or "", entry.facts or "",
            entry.seal_id, entry.request_id, memory.is_sample([entry]),
        ]  # fmt: skip


@login_required
@require_POST
def verify_log(request: ActorHttpRequest) -> HttpResponse:
    """Recompute every seal of the log and say what was found."""
    if not memory.may_audit(request.actor):
        raise Http404
    flaws = verify_chain()
    context = {"flaws": flaws, "checked_at": clock.now(), "head": head(), "count": Seal.objects.count(), **_seals()}
    return render(request, "portal/log_verified.html", context, status=200 if not flaws else 409)
