"""Defining sources, tables and indicators: what users defined, each with its versions, and the forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.indicators import actions
from oneplan.indicators.definitions import rules
from oneplan.indicators.definitions.forms import (
    KINDS,
    DefinitionForm,
    FormulaStart,
    IndicatorForm,
    SourceForm,
    TableForm,
    read_formula,
)
from oneplan.indicators.definitions.gathering import indicator_of
from oneplan.indicators.definitions.previewing import Preview, preview
from oneplan.indicators.definitions.uses import uses_of
from oneplan.indicators.definitions.versions import is_computed_anew, told_versions, versions_in_force
from oneplan.indicators.models import IndicatorVersion, SourceVersion, TableVersion, Version
from oneplan.indicators.registry import Formula
from oneplan.indicators.tables import tables
from oneplan.platform.errors import RuleBroken
from oneplan.platform.web.acts import ReasonForm, act_page

_POSTING = ["GET", "HEAD", "POST"]
_LIST = "/indicators/definitions/"


@dataclass(frozen=True)
class Kind:
    """One kind of definition: its rows, its form, and what can be done."""

    model: type[Version]
    plural: Any
    new: Any
    define: Callable[..., Any]
    revise: Callable[..., Any]
    retire: Callable[..., Any]
    lead: Any


ABOUT: Mapping[str, Kind] = {
    "indicator": Kind(
        IndicatorVersion, gettext_lazy("Indicators"), gettext_lazy("Define an indicator"), actions.define_indicator,
        actions.revise_indicator, actions.retire_indicator,
        gettext_lazy("Its values are there after the next build, a few minutes from now."),
    ),
    "table": Kind(
        TableVersion, gettext_lazy("Statistical tables"), gettext_lazy("Define a table"), actions.define_table,
        actions.revise_table, actions.retire_table,
        gettext_lazy("A file of it can be imported as soon as it is defined: its code is its name in a file."),
    ),
    "source": Kind(
        SourceVersion, gettext_lazy("Sources"), gettext_lazy("Define a source"), actions.define_source,
        actions.revise_source, actions.retire_source,
        gettext_lazy("Who observed, when, and how far it can be trusted. Tables are of a source."),
    ),
}  # fmt: skip


@require_safe
def definitions(request: ActorHttpRequest) -> HttpResponse:
    """What users defined, and the way to define more."""
    groups = [(kind, about, versions_in_force(about.model)) for kind, about in ABOUT.items()]
    return render(request, "indicators/definitions.html", {
        "groups": groups, "count": sum(len(rows) for _kind, _about, rows in groups), "may_define": _may(request),
    })  # fmt: skip


@require_safe
def definition(request: ActorHttpRequest, kind: str, code: str) -> HttpResponse:
    """One definition with every version of it, and what is named where."""
    about, row = _found(kind, code)
    versions = told_versions(about.model, code)
    return render(request, "indicators/definition.html", {
        "kind": kind, "about": about, "row": row, "versions": versions, "may_define": _may(request),
        "used_by": _used_by(kind, code), "uses": uses_of(code) if kind == "indicator" else [],
        "is_computed_anew": kind == "indicator" and not row.is_retired and is_computed_anew(),
    })  # fmt: skip


@require_http_methods(_POSTING)
def define(request: ActorHttpRequest, kind: str) -> HttpResponse:
    """Define something new. An indicator begins with the choice of its formula's tables."""
    about = _about(kind)
    check(request.actor, Permission.INDICATOR_DEFINE, "national")
    if kind == "indicator":
        start = FormulaStart(request.GET or None)
        if not start.is_valid():
            return render(request, "indicators/definition_start.html", {"form": start, "heading": about.new},
                          status=422 if request.GET else 200)  # fmt: skip
        chosen = start.cleaned_data
        return _indicator_page(request, chosen["kind"], chosen["table"], chosen["below"])
    form = _form(kind, request.POST or None)
    return _page(request, kind, form, heading=about.new, submit=_("Define it"), back=_LIST)


@require_http_methods(_POSTING)
def revise_definition(request: ActorHttpRequest, kind: str, code: str) -> HttpResponse:
    """Define something otherwise. The version before stays beside it."""
    _about_kind, row = _found(kind, code)
    check(request.actor, Permission.INDICATOR_DEFINE, "national")
    if isinstance(row, IndicatorVersion):
        return _revise_indicator(request, row)
    form = _form(kind, request.POST or None, row)
    return _page(request, kind, form, heading=_("Revise this definition"), submit=_("Revise it"),
                 back=f"{_LIST}{kind}/{code}/", row=row)  # fmt: skip


@require_http_methods(_POSTING)
def retire_definition(request: ActorHttpRequest, kind: str, code: str) -> HttpResponse:
    """Retire a definition. Whoever does it is told what names it."""
    about, row = _found(kind, code)
    check(request.actor, Permission.INDICATOR_DEFINE, "national")
    uses = uses_of(code) if kind == "indicator" else []
    named = ", ".join(f"{each.count} {each.label}" for each in uses)
    lead = _("It stands no more from now on; what it was stays readable.")
    if named:
        lead += " " + _("It is named by %(named)s, which keep its name and have no newer value.") % {"named": named}
    return act_page(
        request, ReasonForm(request.POST or None, initial={"revision": row.version}),
        lambda given: about.retire(code, by=request.actor, **given), template="indicators/definition_act.html",
        heading=_("Retire this definition"), submit=_("Retire it"), lead=lead, back=f"{_LIST}{kind}/{code}/",
        done=_("It is retired."), shown={"row": row, "kind": kind},
    )  # fmt: skip


def _revise_indicator(request: ActorHttpRequest, row: IndicatorVersion) -> HttpResponse:
    stands = indicator_of(row)
    kind, table, below, chosen = read_formula(stands.formulas[0])
    if request.GET:
        start = FormulaStart(request.GET)
        if start.is_valid():
            kind, table = start.cleaned_data["kind"], tables()[start.cleaned_data["table"]]
            below = tables().get(start.cleaned_data["below"])
            chosen = {}
    told = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    initial = {**told, **chosen, "revision": row.version, "reason": ""}
    return _indicator_page(
        request, kind, table.code, below.code if below else "", row=row, initial=initial, more=stands.formulas[1:]
    )


def _indicator_page(
    request: ActorHttpRequest, kind: str, table: str, below: str, *, row: IndicatorVersion | None = None,
    initial: Mapping[str, Any] | None = None, more: tuple[Formula, ...] = (),
) -> HttpResponse:  # fmt: skip
    other = tables()[below] if kind == "ratio" and below else None
    base = {"unit": "percent", "decimals": 1} if kind == "share" else {"unit": tables()[table].unit}
    form = IndicatorForm(
        request.POST or None,
        kind=kind,
        table=tables()[table],
        below=other,
        code=row.code if row else "",
        initial=initial or {**base, "universe": tables()[table].universe},
    )
    shown: dict[str, Any] = {
        "kind_label": KINDS[kind],
        "table": tables()[table],
        "below": other,
        "more": len(more),
        "start": FormulaStart(initial={"kind": kind, "table": table, "below": below}),
    }
    if "preview" in request.POST:
        with form.loosened():
            if form.is_valid():
                shown |= _tried(request, form, more)
        return render(request, "indicators/definition_form.html", {
            "form": form, "heading": _("Revise this definition") if row else ABOUT["indicator"].new, "row": row,
            "submit": _("Revise it") if row else _("Define it"), "cancel": _back("indicator", row), **shown,
        })  # fmt: skip
    return _page(
        request, "indicator", form, heading=_("Revise this definition") if row else ABOUT["indicator"].new,
        submit=_("Revise it") if row else _("Define it"), back=_back("indicator", row), row=row, shown=shown, more=more,
    )  # fmt: skip


def _tried(request: ActorHttpRequest, form: IndicatorForm, more: tuple[Formula, ...]) -> dict[str, Any]:
    indicator = form.defined(more)
    try:
        rules.check_formula(indicator)
    except RuleBroken as broken:
        return {"sentence": broken.sentence}
    found: Preview = preview(indicator, by=request.actor)
    return {"preview": found, "previewed": indicator}


def _page(
    request: ActorHttpRequest, kind: str, form: DefinitionForm, *, heading: str, submit: str, back: str,
    row: Version | None = None, shown: Mapping[str, Any] | None = None, more: tuple[Formula, ...] = (),
) -> HttpResponse:  # fmt: skip
    about = ABOUT[kind]

    def do(given: dict[str, Any]) -> Any:
        told = form.defined(more) if isinstance(form, IndicatorForm) else _told(form)
        if row is None:
            return about.define(told, reason=given["reason"], by=request.actor)
        return about.revise(told, reason=given["reason"], revision=given["revision"] or 0, by=request.actor)

    return act_page(
        request, form, do, template="indicators/definition_form.html", heading=heading, submit=submit, lead=about.lead,
        done=_("It is defined.") if row is None else _("It is revised, and what stood before stays beside it."),
        back=back, after=lambda made: f"{_LIST}{kind}/{made.code}/", shown={"row": row, "kind": kind, **(shown or {})},
    )  # fmt: skip


def _told(form: DefinitionForm) -> Any:
    assert isinstance(form, SourceForm | TableForm)  # noqa: S101  # an indicator is told with its further formulas
    return form.defined()


def _form(kind: str, data: Any, row: Version | None = None) -> SourceForm | TableForm:
    initial: dict[str, Any] = {}
    if row is not None:
        initial = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        initial |= {"revision": row.version, "reason": ""}
    if isinstance(row, TableVersion):
        initial["dimensions"] = "\n\n".join("\n".join([name, *words]) for name, words in row.dimensions)
        initial["set_apart"] = "\n".join(row.set_apart)
    shape = SourceForm if kind == "source" else TableForm
    return shape(data, code=row.code if row else "", initial=initial)


def _about(kind: str) -> Kind:
    if kind not in ABOUT:
        raise Http404
    return ABOUT[kind]


def _found(kind: str, code: str) -> tuple[Kind, Any]:
    about = _about(kind)
    row = about.model._default_manager.select_related("set_by").filter(code=code, is_in_force=True).first()
    if row is None:
        raise Http404
    return about, row


def _back(kind: str, row: Version | None) -> str:
    return f"{_LIST}{kind}/{row.code}/" if row else _LIST


def _used_by(kind: str, code: str) -> list[tuple[str, str]]:
    if kind == "source":
        return [(each.title, f"{_LIST}table/{each.code}/") for each in rules.using_source(code)]
    if kind == "table":
        return [(each.title, f"/indicators/{each.code}/") for each in rules.using_table(code)]
    return []


def _may(request: ActorHttpRequest) -> bool:
    return passes(check, request.actor, Permission.INDICATOR_DEFINE, "national")
