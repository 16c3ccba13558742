"""The results tree of an edition: as a tree that opens, as a table, as a file."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.joint_planning.forms import ResultsFilter
from oneplan.joint_planning.results import LOOSE, Tree, drawn, rand_of, tree_of
from oneplan.joint_planning.views.ground import frame, workshop_edition
from oneplan.platform.web.lists import chips, paginate
from oneplan.platform.web.responses import csv_response

MOST_AT_ONCE = 60  # commitments; a larger tree opens with its first area, the others are one press away


@login_required
@require_safe
def results(request: ActorHttpRequest, code: str, number: int) -> HttpResponseBase:
    """From the vision to the rand: impact, outcome, strategy, commitment, pledge; and what hangs loose."""
    edition = workshop_edition(request.actor, code, number)
    whole = tree_of(edition)
    form = ResultsFilter(request.GET, areas=[(area.code, area.label) for area in whole.areas], parties=whole.parties)
    form.is_valid()
    chosen = form.cleaned_data  # a value that no choice has is left out, and its field says so
    tree = whole.narrowed(area=chosen.get("area", ""), party=chosen.get("party", ""))
    if request.GET.get("format") == "csv":
        return csv_response(_lines(tree, is_sample=edition.is_sample), f"results-{code}-edition-{number}.csv")
    loose = chosen.get("loose", "")
    is_table = request.GET.get("view") == "table"
    first = tree.areas[0].code if len(tree.areas) > 1 and len(tree.leaves) > MOST_AT_ONCE else ""
    context = frame(
        request, edition, tree=tree, form=form, chips=chips(request, form), only=loose, is_table=is_table,
        is_filtered=bool(chips(request, form)), rand=rand_of(tree.leaves),
        ends=[
            (kind, LOOSE[kind], ends)
            for kind, ends in tree.loose.items()
            if kind == loose or (ends and not loose)
        ],
        alarms=[(kind, LOOSE[kind], len(whole.loose[kind])) for kind in LOOSE if whole.loose[kind]],
        shown=drawn(area for area in tree.areas if not first or area.code == first), is_cut=bool(first),
        areas=[(area.code, area.label) for area in whole.areas],
        figures=[sum(len(area.outcomes) for area in tree.areas), len(tree.leaves)],
        page=paginate(request, list(tree.rows), 100) if is_table else None,
    )  # fmt: skip
    return render(request, "joint_planning/results.html", context)


def _lines(tree: Tree, *, is_sample: bool) -> Iterator[list[Any]]:
    """A line for each branch: a commitment that serves two strategies has two, so rand here must not be summed."""
    yield [
        "area", "impact", "outcome_ref", "outcome", "indicator", "unit", "baseline", "baseline_year", "target",
        "target_year", "strategy_ref", "strategy", "answers_findings", "commitment_ref", "commitment", "state",
        "funding", "lead", "parties", "pfma_pledged", "pfma_unfunded", "mfma_pledged", "mfma_unfunded", "sample",
    ]  # fmt: skip
    for area, outcome, strategy, leaf in tree.rows:
        row = outcome.row if outcome else None
        rand = {basis: (pledged, unfunded) for basis, pledged, unfunded in rand_of([leaf])} if leaf else {}
        parties = leaf.in_order if leaf else []
        yield [
            area.label, area.impact,
            *((row.ref, row.statement, row.indicator, row.unit, row.baseline, row.baseline_year, row.target,
               row.target_year) if row else [""] * 8),
            *((strategy.ref, strategy.title, "; ".join(ref for ref, _words in strategy.answers)) if strategy
              else [""] * 3),
            *((leaf.ref, leaf.title, leaf.state, leaf.funding or "unknown") if leaf else [""] * 4),
            next((party.name for party in parties if party.is_lead), ""), "; ".join(party.name for party in parties),
            *rand.get("PFMA", ("", "")), *rand.get("MFMA", ("", "")), is_sample or bool(leaf and leaf.is_sample),
        ]  # fmt: skip
