"""The money ledger: of the country, a space, an institution, a commitment; what changed; whether it adds up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet, TextChoices
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from oneplan.access.actors import Actor
from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.budgets.choices import AmountType
from oneplan.budgets.datasets import datasets
from oneplan.commitments import queries as commitments
from oneplan.commitments.models import Commitment
from oneplan.institutions.models import Institution
from oneplan.ledger import queries, rules
from oneplan.ledger.choices import Execution, Funding, Movement
from oneplan.ledger.forms import EntryFilter
from oneplan.ledger.models import Cycle, Entry, EntryLine
from oneplan.ledger.queries import EntryFilters
from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken
from oneplan.platform.web.lists import chips, paginate, sorting
from oneplan.platform.web.responses import render_page_or_part
from oneplan.platform.web.sections import Section
from oneplan.platform.web.sheets import FORMS, Sheet, file_of
from oneplan.spaces.models import Space
from oneplan.spaces.queries import space_named
from oneplan.spaces.views.frame import place_of

PER_PAGE, MOST = 25, 100_000
SORTS = {
    "ref": ("commitment__ref", "year"), "year": ("year", "basis"), "pledged": "pledged", "budget": "budget",
    "spent": "spent", "party": "institution__name",
}  # fmt: skip
_AXES: tuple[tuple[str, Any, type[TextChoices]], ...] = (
    ("funding", _("Funding"), Funding), ("movement", _("Movement"), Movement), ("execution", _("Spending"), Execution),
)  # fmt: skip
_COLUMNS = (
    "cycle", "commitment", "title", "party_code", "party", "financial_year", "basis", "pledged", "budget",
    "budget_is", "original", "adjusted", "spent", "spent_is", "budget_before", "funding", "movement", "spending",
    "lines", "sample",
)  # fmt: skip
_IN_ORDER = ("commitment__ref", "year", "basis", "institution")
_RAND = frozenset({"pledged", "budget", "original", "adjusted", "spent", "budget_before"})


def cycle_asked(request: ActorHttpRequest) -> Cycle | None:
    """The cycle of the address, else the newest; 404 for one that is not there."""
    asked = request.GET.get("cycle", "")
    cycle = queries.cycle_of(asked)
    if asked and cycle is None:
        raise Http404
    return cycle


def _show(
    request: ActorHttpRequest,
    *,
    title: str,
    path: str,
    space: Space | None = None,
    institution: Institution | None = None,
) -> HttpResponseBase:
    """A list of entries with totals and axes; a file of it where the address asks for one."""
    cycle, actor, filters = cycle_asked(request), request.actor, EntryFilters.read(request.GET)
    where = {"space": space, "institution": institution.pk if institution else ""}
    rows = queries.ledger_of(actor, cycle, filters, **where) if cycle else Entry.objects.none()  # type: ignore[arg-type]
    if (form := request.GET.get("form", "")) in dict(FORMS) and cycle:
        return file_of(_sheet(rows, cycle), form)
    base = queries.ledger_of(actor, cycle, EntryFilters(), **where) if cycle else rows  # type: ignore[arg-type]
    without = [*(["space"] if space else []), *(["institution"] if institution else [])]
    asking = EntryFilter(
        request.GET, years=queries.years_in(base), cycles=queries.cycles()[:20], without=without,
        parties=base.order_by().values_list("institution_id", flat=True).distinct(),
    )  # fmt: skip
    order = sorting(request, SORTS, "ref")
    page = paginate(request, order.apply(queries.for_list(rows)), PER_PAGE)
    found, totals = queries.axes(rows), queries.totals(rows, space=space)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "title": title, "cycle": cycle, "form": asking, "chips": chips(request, asking), "page": page,
        "sorting": order, "totals": totals, "space": space, "institution": institution,
        "place": place_of(space) if space else None,
        "axes": _parts(found),
        "is_filtered": filters != EntryFilters(), "as_at": clock.now(), "path": path,
        "is_sample": any(each.is_sample for each in totals),
        "downloads": [(name, f"{path}?{_with(query, form=code)}") for code, name in FORMS],
        "may_keep": passes(check, actor, Permission.LEDGER_KEEP, "national"),
        "held_back": not actor.is_national(Permission.BUDGET_READ),
        "may_reconcile": actor.is_national(Permission.PLAN_READ),
    }  # fmt: skip
    return render_page_or_part(request, "ledger/ledger.html", "ledger/_rows.html", context)


def _parts(found: dict[str, dict[str, int]]) -> list[tuple[Any, list[tuple[str, int, str]]]]:
    """Of each axis its words that occur: sign, how many, words."""
    return [
        (label, [(each.value, found[axis][each], str(each.label)) for each in words if found[axis].get(each)])
        for axis, label, words in _AXES
    ]


def _with(query: Any, **changes: str) -> str:
    changed = query.copy()
    for name, value in changes.items():
        changed[name] = value
    return str(changed.urlencode())


def _sheet(rows: QuerySet[Entry], cycle: Cycle) -> Sheet:
    return Sheet(
        name=f"money-ledger-{cycle.ref}", columns=_COLUMNS, rand=_RAND,
        rows=list(_lines(queries.for_list(rows).order_by(*_IN_ORDER)[:MOST], cycle)),
        about={
            "source": f"OnePlan, cycle {cycle.label}, budgets {cycle.build or '–'}", "as_at": cycle.as_at.isoformat(),
            "unit": "ZAR", "empty_cells": "not known",
        },
    )  # fmt: skip


def _lines(rows: QuerySet[Entry], cycle: Cycle) -> Iterator[Sequence[Any]]:
    for row in rows.iterator(chunk_size=1000):
        yield (
            cycle.ref, row.commitment.ref, row.commitment.title, row.institution_id, row.institution.name,
            row.financial_year.label, row.basis, row.pledged, row.budget, row.budget_type, row.original, row.adjusted,
            row.spent, row.spent_type, row.budget_before, row.funding, row.movement, row.execution, row.line_count,
            "yes" if row.is_sample else "no",
        )  # fmt: skip


@login_required
@require_safe
def national(request: ActorHttpRequest) -> HttpResponseBase:
    """Every entry that the reader may see."""
    return _show(request, title=_g("Money ledger"), path="/ledger/")


@login_required
@require_safe
def of_space(request: ActorHttpRequest, code: str) -> HttpResponseBase:
    """The entries of the commitments in which a space has a share; totals by that share."""
    space = space_named(code)
    if space is None:
        raise Http404
    if (
        not commitments.reads_all(request.actor, space)
        and not commitments.ledger(request.actor, commitments.LedgerFilters(), space=space).exists()
    ):
        raise Http404
    return _show(request, title=_g("Money ledger of %(name)s") % {"name": space.name}, path=request.path, space=space)


@login_required
@require_safe
def of_institution(request: ActorHttpRequest, code: str) -> HttpResponseBase:
    """What an institution pledged and what stands in its budget lines."""
    found: Institution = get_object_or_404(Institution, pk=code)
    title = _g("Money ledger of %(name)s") % {"name": found.name}
    return _show(request, title=title, path=request.path, institution=found)


@login_required
@require_safe
def of_commitment(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """One commitment: each year and party from pledge to lines to spending, with share, release and why."""
    row: Commitment = get_object_or_404(commitments.visible_to(request.actor), ref=ref)
    cycle = cycle_asked(request)
    entries = _entries(request.actor, row, cycle)
    lines = queries.lines_of(entries, request.actor)
    context = {
        "commitment": row, "cycle": cycle, "opened": [(entry, _by_link(lines.get(entry.pk, []))) for entry in entries],
        "cycles": queries.cycles()[:20], "at": rules.thresholds(), "is_sample": row.is_sample, "as_at": clock.now(),
        "held_back": not request.actor.is_national(Permission.BUDGET_READ),
    }  # fmt: skip
    return render(request, "ledger/commitment.html", context)


def _entries(actor: Actor, row: Commitment, cycle: Cycle | None) -> list[Entry]:
    if cycle is None:
        return []
    rows = queries.entries_visible_to(actor).filter(cycle=cycle, commitment=row).select_related("institution")
    return list(rows.order_by("year", "basis", "institution__name"))


def _by_link(lines: list[EntryLine]) -> list[dict[str, Any]]:
    """Each line once, with what it is of each kind."""
    found: dict[int, dict[str, Any]] = {}
    for each in lines:
        held = found.setdefault(each.link_id, {"link": each.link, "line": each.link.line, "amounts": []})
        held["amounts"].append((AmountType(each.amount_type).label, each))
    for held in found.values():
        share = held["link"].share
        held["share"] = None if share is None else share * 100
    return list(found.values())


def section_of_commitment(actor: Actor, commitment: Commitment) -> Section | None:
    """What the ledger says of a commitment, on its page."""
    if not actor.is_signed_in:
        return None
    cycle = queries.cycle_of()
    entries = _entries(actor, commitment, cycle)
    return Section("ledger/_commitment_section.html", {"cycle": cycle, "entries": entries, "commitment": commitment})


@login_required
@require_safe
def changes(request: ActorHttpRequest) -> HttpResponseBase:
    """What changed since the cycle before: a page for the committee, made to be printed."""
    cycle, filters = cycle_asked(request), EntryFilters.read(request.GET)
    rows = queries.changes_since(request.actor, cycle, filters) if cycle else Entry.objects.none()
    base = queries.entries_visible_to(request.actor).filter(cycle=cycle)
    form = EntryFilter(
        request.GET, years=queries.years_in(base), cycles=queries.cycles()[:20],
        parties=base.order_by().values_list("institution_id", flat=True).distinct(),
    )  # fmt: skip
    page = paginate(request, queries.for_list(rows).order_by("commitment__ref", "year", "institution"), 100)
    counted = queries.axes(rows)["movement"]
    context = {
        "cycle": cycle, "form": form, "chips": chips(request, form), "page": page, "as_at": clock.now(),
        "parts": [(code.value, counted[code], str(code.label)) for code in Movement if counted.get(code)],
        "labels": dict(Funding.choices) | {f"x_{code}": label for code, label in Execution.choices},
        "is_sample": any(each.is_sample for each in page), "is_filtered": filters != EntryFilters(),
    }  # fmt: skip
    return render(request, "ledger/changes.html", context)


@login_required
@require_safe
def reconciliation(request: ActorHttpRequest) -> HttpResponse:
    """Of every dataset, year and kind: the source's total, traced and untraced, to the cent; opens to institutions."""
    if not request.actor.is_national(Permission.PLAN_READ):
        raise Http404  # sums over all commitments, whoever may read these
    rows: list[queries.Reconciled] = []
    cycle, sentence = cycle_asked(request), ""
    asked = {name: request.GET.get(name, "") for name in ("dataset", "year", "type", "institution", "standing")}
    year = commitments.read_year(asked["year"])
    if cycle is not None:
        try:
            rows = queries.reconciliation(
                request.actor, cycle, dataset=asked["dataset"], institution=asked["institution"], year=year
            )
        except RuleBroken as refusal:
            sentence = refusal.sentence
    rows = [row for row in rows if asked["type"] in ("", row.amount_type) and asked["standing"] in ("", row.standing)]
    opened = bool(asked["dataset"] and year and asked["type"])
    lines = queries.lines_behind(request.actor, cycle, rows[0]) if opened and cycle and len(rows) == 1 else None
    shown: Sequence[Any] = rows if opened else queries.by_dataset(rows)
    titles = {each.code: each.title for each in datasets()}
    bodies = {row.institution for row in rows} if opened else set()
    names = dict(Institution.objects.filter(pk__in=bodies).values_list("pk", "name"))
    context = {
        "cycle": cycle, "sentence": sentence, "opened": opened, "asked": asked, "as_at": clock.now(),
        "lines": paginate(request, lines, 100) if lines else None, "is_right": all(not row.difference for row in rows),
        "shown": [
            {"row": row, "dataset": titles.get(row.dataset, row.dataset),
             "name": names.get(row.institution, row.institution) if opened else "",
             "year_key": f"{row.year.start}-{row.year.basis}"}
            for row in shown
        ],
        "is_sample": any(row.standing == "sample" for row in rows),
    }  # fmt: skip
    return render(request, "ledger/reconciliation.html", context)
