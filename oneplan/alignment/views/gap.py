"""The spending gap of a space: what is needed, what is promised, and what budgets give and spend, by service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.alignment.backlog import backlog_of
from oneplan.alignment.forms import GapFilter
from oneplan.alignment.queries.gap import Counted, Gap, GapLine, gap_of
from oneplan.alignment.services import ServiceList, services_on
from oneplan.budgets.asking import Asked, read
from oneplan.budgets.coverage import Coverage, coverage
from oneplan.institutions.choices import Sphere
from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken
from oneplan.platform.web.lists import chips
from oneplan.platform.web.sheets import FORMS, Sheet, file_of
from oneplan.spaces.models import Space
from oneplan.spaces.queries import space_named
from oneplan.spaces.views.frame import place_of

NO_SERVICE = "none"
_FIRST_MONTH = "financial_year.first_month"


@dataclass(frozen=True)
class Shown:
    """The state of the page: what was asked of the warehouse, and which service is opened."""

    asked: Asked
    basis: str
    dataset: str
    service: str
    sphere: str

    @property
    def state(self) -> dict[str, str]:
        return {
            "year": str(self.asked.year), "type": self.asked.amount_type, "basis": self.basis, "dataset": self.dataset,
            "service": self.service, "sphere": self.sphere, "years": str(self.asked.first_month or ""),
            "sample": "yes" if self.asked.is_sample else "",
        }  # fmt: skip

    def address(self, **changes: str) -> str:
        return f"?{urlencode({name: value for name, value in {**self.state, **changes}.items() if value})}"


@require_safe
def gap(request: ActorHttpRequest, code: str) -> HttpResponseBase:
    """Need is shown as its reader may read the plan; money as its reader may see it. `?format=` hands it out."""
    space = space_named(code)
    if space is None:
        raise Http404
    services, shown, known, others = services_on(clock.today()), None, None, dict[str, str]()
    context: dict[str, Any] = {"space": space, "as_at": clock.now(), "place": place_of(space), "services": services}
    try:
        every = coverage(request.actor, sample=request.GET.get("sample") == "yes")
        others, dataset = every.others, request.GET.get("dataset", "")
        known = every.alone(dataset) if dataset in others else every
        shown = _shown(request, space, known, services, dataset if dataset in others else "")
        needed = backlog_of(services.services, space.pk, by=request.actor, sample=shown.asked.is_sample)
        found = gap_of(
            space, shown.asked, known, services, request.actor, backlog=needed, dataset=shown.dataset
        )  # fmt: skip
    except RuleBroken as without_money:
        context["without_money"] = without_money.sentence
        shown = known = None
        needed = backlog_of(
            services.services, space.pk, by=request.actor, sample=request.GET.get("sample") == "yes"
        )  # fmt: skip
        found = gap_of(space, None, None, services, request.actor, backlog=needed)
    form = request.GET.get("format", "")
    if form in dict(FORMS):
        make = _counted_sheet if request.GET.get("part") == "counted" else _services_sheet
        return file_of(make(request, space, found, shown, known), form)
    if shown and known:
        context |= _money(request, shown, known, found, others)
    is_sample = any(
        [finding.edition.is_sample for line in found.lines for finding in line.findings]
        + [each.is_sample for line in found.lines for each in line.backlog]
    )
    return render(request, "alignment/gap.html", {
        **context, "gap": found, "lines": [_line(line, found, shown) for line in found.lines],
        "is_sample": is_sample or bool(shown and shown.asked.is_sample),
        "needed": sum(1 for line in found.lines if line.has_need),
    })  # fmt: skip


def _shown(request: HttpRequest, space: Space, known: Coverage, services: ServiceList, dataset: str) -> Shown:
    """Years brought together by months are those of everybody; without that, one kind of years can be chosen."""
    query = request.GET
    asked = read(query, known, ("function",), space__code=space.pk)
    kinds = {str(each.basis) for each in known.loaded if each.is_main}
    basis = query.get("basis", "") if query.get("basis") in kinds and not asked.first_month else ""
    cuts = [(_FIRST_MONTH, (basis,))] if basis else []
    asked = replace(asked, sphere="", cuts=(*cuts, *([("dataset.code", (dataset,))] if dataset else [])))
    service, sphere = query.get("service", ""), query.get("sphere", "")
    return Shown(
        asked, basis, dataset, service if service in {NO_SERVICE, *(each.code for each in services.services)} else "",
        sphere if sphere in Sphere.values else "",
    )  # fmt: skip


def _money(
    request: HttpRequest, shown: Shown, known: Coverage, found: Gap, others: Mapping[str, str]
) -> dict[str, Any]:
    """What the page says of its money: its filter, whose figures they are, what counts, and its files."""
    asked, spent = shown.asked, found.spent_asked
    form = GapFilter(shown.state, known, asked, others)
    opened = next((line for line in found.lines if _code(line) == (shown.service or NO_SERVICE)), None)
    counted = [
        (each, asked.facts(each.cuts), spent.facts(each.cuts) if spent else "")
        for each in (opened.counted if opened else []) if shown.sphere in ("", each.sphere)
    ]  # fmt: skip
    return {
        "asked": asked, "known": known, "form": form, "chips": chips(request, form), "shown": shown,
        "budgeted_by": _told_by(known, asked, shown), "spent_by": _told_by(known, spent, shown),
        "opened": opened, "counted": counted, "spheres": dict(Sphere.choices),
        "opened_whole": shown.address(sphere="") if shown.sphere else "",
        "downloads": [
            (f"{label}: {what}", f"{shown.address(part=part)}&format={form_name}")
            for what, part in ((_("services"), ""), (_("what counts"), "counted")) for form_name, label in FORMS
        ],
    }  # fmt: skip


def _told_by(known: Coverage, asked: Asked | None, shown: Shown) -> list[str]:
    """Titles of the datasets that a kind of amount of a year is of."""
    if asked is None:
        return []
    return [
        line.title for line in known.of(asked.year, asked.amount_type) if shown.basis in ("", str(line.basis))
    ]  # fmt: skip


def _code(line: GapLine) -> str:
    return line.service.code if line.service else NO_SERVICE


def _line(line: GapLine, found: Gap, shown: Shown | None) -> dict[str, Any]:
    """One service with the addresses of what stands behind its rand: the figures, or the list of what counts."""
    told: dict[str, Any] = {"line": line}
    if shown is None:
        return told | {"spheres": [(sphere.label, None, "") for sphere in Sphere]}
    spheres = []
    for sphere in Sphere:
        counted = line.of_sphere(sphere)
        href = _figures(shown.asked, counted) or shown.address(service=_code(line), sphere=str(sphere)) + "#counted"
        spheres.append((sphere.label, line.budgeted_by(sphere), href))
    opened = shown.address(service=_code(line), sphere="") + "#counted"
    budgeted = [each for each in line.counted if each.budgeted is not None]
    spent = [each for each in line.counted if each.spent is not None]
    return told | {
        "spheres": spheres, "opened": opened, "allocated_href": _figures(shown.asked, budgeted, once=True) or opened,
        "spent_href": (_figures(found.spent_asked, spent, once=True) if found.spent_asked else "") or opened,
    }  # fmt: skip


def _figures(asked: Asked, counted: list[Counted], *, once: bool = False) -> str:
    """The address of exactly the figures of these; "" where one address would show others, or more than is counted."""
    if not counted or (once and any(each.passed_on or each.spent_passed_on for each in counted)):
        return ""
    if all(each.sphere == Sphere.LOCAL for each in counted):
        codes = sorted(each.code for each in counted)
        return asked.facts({"function.code": codes, "institution.sphere": [str(Sphere.LOCAL)]})
    return asked.facts(counted[0].cuts) if len(counted) == 1 else ""


def _about(request: HttpRequest, found: Gap, shown: Shown | None, known: Coverage | None) -> dict[str, str]:
    """What the numbers of a file are."""
    asked, spent = (shown.asked, found.spent_asked) if shown else (None, None)
    return {
        "unit": _("rand"), "year": asked.year_label if asked else "",
        "amount_type": asked.kind_label if asked else "", "years_begin_in_month": shown.basis if shown else "",
        "years": asked.window.words if asked and asked.window else "as labelled",
        "spent_years": spent.window.words if spent and spent.window else "as labelled",
        "notes": " ".join(note for each in (found.years, found.spent_years) if each for note in each.notes()),
        "spent_year": spent.year_label if spent else "", "spent_type": spent.kind_label if spent else "",
        "source": "; ".join(_told_by(known, asked, shown)) if shown and known else "",
        "build": known.build if known else "", "sample": "yes" if asked and asked.is_sample else "no",
        "address": request.build_absolute_uri(),
    }  # fmt: skip


def _services_sheet(
    request: HttpRequest, space: Space, found: Gap, shown: Shown | None, known: Coverage | None
) -> Sheet:
    columns = [
        "code", "service", "state", "findings", "commitments", "commitments_without_money", "cost_without_money",
        "national", "provincial", "local", "budgeted", "spent", "figures", "need_counted", "need_source",
    ]  # fmt: skip
    rows = [
        [
            _code(line), line.service.label if line.service else _("No service"), line.state,
            " ".join(finding.ref for finding in line.findings), " ".join(row.ref for row in line.commitments),
            len(line.unfunded) if line.reads_promises else None, line.cost_without_money if line.commitments else None,
            *(line.budgeted_by(sphere) for sphere in (Sphere.NATIONAL, Sphere.PROVINCIAL, Sphere.LOCAL)),
            line.allocated, line.spent, line.figures, "; ".join(each.words for each in line.backlog),
            "; ".join(dict.fromkeys(each.source for each in line.backlog)),
        ]
        for line in found.lines
    ]  # fmt: skip
    rand = frozenset({"cost_without_money", "national", "provincial", "local", "budgeted", "spent"})
    return Sheet(f"gap-{space.pk}", columns, rows, rand, _about(request, found, shown, known))


def _counted_sheet(
    request: HttpRequest, space: Space, found: Gap, shown: Shown | None, known: Coverage | None
) -> Sheet:
    columns = ["service", "sphere", "code", "label", "programme", "budgeted", "passed_on", "spent", "figures", "facts"]
    rows = [
        [
            _code(line), each.sphere, each.code, each.label, each.programme, each.budgeted, each.passed_on, each.spent,
            each.figures, request.build_absolute_uri(shown.asked.facts(each.cuts)) if shown else "",
        ]
        for line in found.lines for each in line.counted
    ]  # fmt: skip
    rand = frozenset({"budgeted", "passed_on", "spent"})
    return Sheet(f"gap-counted-{space.pk}", columns, rows, rand, _about(request, found, shown, known))
