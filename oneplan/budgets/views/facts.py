"""The figures behind a number: each with its release, the row and column of its source, and how it was placed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.dates import MONTHS_3
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.budgets import cube
from oneplan.budgets.asking import facts_address, main_datasets, read_first_month, write_cut
from oneplan.budgets.choices import SPENDING, AmountType, Flow, HouseRule, How, Length
from oneplan.budgets.coverage import coverage
from oneplan.budgets.lines import HOW_STATES, cut_words
from oneplan.budgets.months import Window, month_and_year, span, year_label
from oneplan.budgets.spending import LENGTH, TYPE, YEAR, accounts, progress_of
from oneplan.budgets.views.course import unspent_of
from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken
from oneplan.platform.web.sheets import FORMS, Sheet, file_of

PER_PAGE, MOST_PARTS, MOST_IN_A_FILE = 50, 30, 100_000


@require_safe
def facts_page(request: ActorHttpRequest) -> HttpResponseBase:
    """The figures under `?cut=`, in the order of their sources; `?replaced=yes` those that a newer release replaced.

    Invented ones where they are asked for, or where nothing else is in, as on every page of money.
    """
    is_earlier = request.GET.get("replaced") == "yes"
    context: dict[str, Any] = {"is_earlier": is_earlier, "as_at": clock.now()}
    try:
        is_sample = coverage(request.actor, sample=request.GET.get("sample") == "yes").is_sample
        context["is_sample"] = is_sample
        question = _question(request, is_sample)
        form = request.GET.get("format", "")
        if form in dict(FORMS):
            found = cube.list_facts(
                replace(question, page=1, page_size=MOST_IN_A_FILE), by=request.actor, earlier=is_earlier
            )
            return file_of(_sheet(found, request, is_sample), form)
        found = cube.list_facts(question, by=request.actor, earlier=is_earlier)
    except cube.Misread as mistake:
        return render(request, "budgets/facts.html", {**context, "mistake": mistake.sentence}, status=422)
    except RuleBroken as nothing:
        return render(request, "budgets/facts.html", {**context, "nothing": nothing.sentence})
    if not is_earlier:
        context |= _total(question, request)
    window = found.apportioned.window if found.apportioned else None
    query = request.GET.copy()
    query.pop("page", None)
    return render(request, "budgets/facts.html", {
        **context, "lines": [_shown(line, window) for line in found.lines], "found": found, "window": window,
        "number": question.page, "before": _page(request, question.page - 1) if question.page > 1 else "",
        "after": _page(request, question.page + 1) if found.has_more else "", "cuts": _cuts(question, request),
        "downloads": [(label, f"?{query.urlencode()}&format={form}") for form, label in FORMS],
        "most": MOST_IN_A_FILE,
    })  # fmt: skip


def _question(request: ActorHttpRequest, is_sample: bool) -> cube.Question:
    """Without a dataset named the main ones are meant, as in every total."""
    cuts = cube.read_cuts(request.GET.get("cut", ""))
    if not any(cut.attribute.name == "dataset.code" for cut in cuts):
        cuts += cube.read_cuts(write_cut({"dataset.code": main_datasets()}))
    page = max(1, min(cube.whole_number(request.GET.get("page", "")) or 1, 100_000))
    first_month = read_first_month(request.GET.get("years", ""))
    return cube.Question(
        cuts=cuts, page=page, page_size=PER_PAGE, is_sample=is_sample, years_as_labelled=not first_month,
        first_month=first_month,
    )  # fmt: skip


def _total(question: cube.Question, request: ActorHttpRequest) -> dict[str, Any]:
    """What the figures add up to, from which releases and by which rules; the sentence that refuses to add them."""
    asked = replace(question, page=1)
    try:
        whole = cube.answer(asked, by=request.actor)
        by = tuple(map(cube.attribute, ("release", "rule")))
        parts = cube.answer(replace(asked, by=by, order=(("amount", True),), page_size=MOST_PARTS), by=request.actor)
        behind = cube.count_behind(asked, by=request.actor)
    except RuleBroken as refused:
        return {"refused": refused.sentence}
    told = behind.by if behind else {}
    releases, rules = (parts.labels[each.name] for each in by)
    return {
        "total": whole.total, "count": behind.figures if behind else whole.total.figures if whole.total else 0,
        "shared_lines": behind.lines if behind and behind.lines != behind.figures else 0,
        "parts": [
            {
                "release": releases[cell.key[0]], "rule": _rule(rules.get(cell.key[1], {})), "cell": cell,
                "figures": told.get((cell.key[0], cell.key[1]), cell.figures),
            }
            for cell in parts.cells
        ],
        "parts_left": max(0, parts.cell_count - len(parts.cells)), "apportioned": whole.apportioned,
        **_spending(question, whole, request),
    }  # fmt: skip


def _spending(question: cube.Question, whole: cube.Answer, request: ActorHttpRequest) -> dict[str, Any]:
    """The same money from budget to spending, where the figures are spending of one year in main datasets."""
    cuts = {cut.attribute.name: cut.values for cut in question.cuts}
    is_spending = set(cuts.get("statement.code", ())) <= {str(each) for each in SPENDING}
    is_main = set(cuts.get("dataset.code", ())) <= set(main_datasets())
    if len(cuts.get(YEAR, ())) != 1 or not (is_spending and is_main):
        return {}
    reporters = accounts(question, by=request.actor, passed_flows=whole.passed_flows)
    chosen = cuts.get(TYPE, ())
    is_year = cuts.get(LENGTH) == (Length.YEAR,)
    progress = progress_of(reporters, AmountType(chosen[0])) if len(chosen) == 1 and not is_year else None
    return {"reporters": reporters, "unspent": unspent_of(reporters),
            "so_far": progress.words if progress and not progress.is_year else ""}  # fmt: skip


def _rule(known: Mapping[str, Any]) -> dict[str, str]:
    """By which rule something was placed, in words: the house's own in the reader's language."""
    code = str(known.get("code", ""))
    if code in HouseRule.values:
        return {"code": "", "words": str(HouseRule(code).label), "version": ""}
    return {"code": code, "words": str(known.get("label", "")), "version": str(known.get("version", ""))}


def _shown(line: cube.FactLine, window: Window | None) -> dict[str, Any]:
    """One figure in words; with a window how much of it lies in that year."""
    year = line.numbers["year"]
    flow = line.word("flow")
    return {
        "line": line, "within": line.part_of(window) if window else None,
        "rule": _rule(line.known["rule"]), "state": HOW_STATES[line.word("how")],
        "how": line.word("how").label,
        "part": line.numbers["part"] + 1 if line.numbers["part"] or line.word("how") == How.APPORTIONED else 0,
        "year": _("%(year)s, from %(month)s")
        % {"year": year_label(year, line.numbers["basis"]), "month": MONTHS_3[line.numbers["basis"]].title()},
        "period": _period(line),
        "amount_type": line.word("amount_type").label, "statement": line.word("statement").label,
        "flow": "" if flow == Flow.SPENT else flow.label,
    }  # fmt: skip


def _period(line: cube.FactLine) -> str:
    """The month by its name, the quarter by its number; nothing for a whole year."""
    length, period = line.word("length"), line.numbers["period"]
    if length == Length.YEAR:
        return ""
    if length == Length.QUARTER:
        return _("quarter %(n)d") % {"n": period}
    start, _months = span(line.numbers["basis"], line.numbers["year"], length, period)
    return month_and_year(start)


def _page(request: ActorHttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


def _cuts(question: cube.Question, request: ActorHttpRequest) -> list[dict[str, str]]:
    """Each cut in words, with the address without it."""
    cuts = {cut.attribute.name: cut.values for cut in question.cuts}
    named = {cut.attribute.name for cut in cube.read_cuts(request.GET.get("cut", ""))}
    shown = []
    for cut in question.cuts:
        name = cut.attribute.name
        if name not in named:
            continue
        query = request.GET.copy()
        query.pop("page", None)
        query["cut"] = write_cut({each: values for each, values in cuts.items() if each in named - {name}})
        shown.append({
            "label": str(cut.attribute.label), "shown": cut_words(cut), "href": f"?{query.urlencode()}",
        })  # fmt: skip
    return shown


def _within(line: cube.FactLine, found: cube.FactPage) -> tuple[Any, ...]:
    """What lies in the year asked for, and how many of the figure's months; nothing where years are as labelled."""
    if found.apportioned is None:
        return ()
    months, of, amount = line.part_of(found.apportioned.window)
    return amount, months, of


def _sheet(found: cube.FactPage, request: ActorHttpRequest, is_sample: bool) -> Sheet:
    coded = ("dataset", "institution", "place", "function", "item", "fund", "project")
    columns = [
        "amount", *(("within_year", "months_within", "months") if found.apportioned else ()),
        *(f"{name}{part}" for name in coded for part in ("", "_label")), "how", "rule", "rule_label",
        "rule_version", "financial_year", "first_month", "period", "length", "amount_type", "statement", "flow",
        "release", "row", "column", "part", "source", "as_at", "retrieved_at",
    ]  # fmt: skip
    rows = [
        [
            line.amount, *_within(line, found),
            *(line.known[name].get(key, "") for name in coded for key in ("code", "label")),
            str(line.word("how")), *(line.known["rule"].get(key, "") for key in ("code", "label", "version")),
            line.numbers["year"], line.numbers["basis"], line.numbers["period"],
            *(str(line.word(name)) for name in ("length", "amount_type", "statement", "flow")),
            line.known["release"].get("ref", ""), line.numbers["row"], line.known["cell"].get("label", ""),
            line.numbers["part"], line.known["release"].get("source", ""),
            *(str(line.known["release"].get(name, "")) for name in ("as_at", "retrieved_at")),
        ]
        for line in found.lines
    ]  # fmt: skip
    notes = [_("Rand of one source cell, or the part of it that falls to one place.")]
    if found.apportioned:
        notes += found.apportioned.notes()
    if found.has_more:
        notes.append(_("Only the first %(most)s figures.") % {"most": MOST_IN_A_FILE})
    about = {
        "unit": _("rand"), "cut": request.GET.get("cut", ""), "build": found.build,
        "sample": "yes" if is_sample else "no", "notes": " ".join(notes),
        "address": request.build_absolute_uri(facts_address(
            request.GET.get("cut", ""), is_sample=is_sample, first_month=read_first_month(request.GET.get("years", ""))
        )),
    }  # fmt: skip
    return Sheet("budget-figures", columns, rows, frozenset({"amount", "within_year"}), about)
