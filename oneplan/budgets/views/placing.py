"""Rules of where rand belongs: everybody reads them; who may place budgets sets and ends them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.budgets import actions
from oneplan.budgets.choices import How
from oneplan.budgets.datasets import dataset
from oneplan.budgets.forms import EndRuleForm, PlacementRuleForm
from oneplan.budgets.indicators import indicators
from oneplan.budgets.models import PlacementRule
from oneplan.budgets.placement_rules import AnyRule, rules_on
from oneplan.budgets.rules import MATCHERS
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.platform.web.acts import act_page
from oneplan.spaces.models import FunctionalArea, MunicipalArea, Province, Space

POSTING = ["GET", "HEAD", "POST"]


@require_safe
def rule_list(request: ActorHttpRequest) -> HttpResponse:
    """The rules in force in the order in which they are tried, then those that have ended or are to come."""
    today = clock.today()
    in_force = rules_on(today)
    others = PlacementRule.objects.exclude(pk__in=[each.pk for each in in_force if isinstance(each, PlacementRule)])
    every: list[AnyRule] = [*in_force, *others]
    names = _names(every)
    return render(request, "budgets/rules.html", {
        "in_force": [_told(each, names) for each in in_force], "others": [_told(each, names) for each in others],
        "may_set": passes(check, request.actor, Permission.BUDGET_PLACE, "national"), "today": today,
        "now": clock.now(), "indicators": indicators().values(),
    })  # fmt: skip


def _names(every: list[AnyRule]) -> dict[str, str]:
    """What the codes in rules are called. One query a register."""
    named = {"ZA": str(_("South Africa"))}
    for model in (MunicipalArea, Space, Province, FunctionalArea):
        named |= dict(
            model.objects.filter(code__in={code for each in every for code in each.places}).values_list("code", "name")
        )
    bodies = {each.institution for each in every if each.institution}
    return named | dict(Institution.objects.filter(code__in=bodies).values_list("code", "name"))


def _told(rule: AnyRule, names: dict[str, str]) -> dict[str, Any]:
    """A rule in words."""
    matchers = [(name, getattr(rule, name)) for name in MATCHERS if getattr(rule, name)]
    words = {
        "dataset": _("Dataset"), "institution": _("Institution"), "function": _("Function begins"),
        "item": _("Item begins"), "fund": _("Fund begins"), "programme": _("Programme begins"),
        "region": _("Regional identifier has"),
    }  # fmt: skip
    return {
        "rule": rule, "about": [(words[name], _called(name, value, names)) for name, value in matchers],
        "places": [(code, names.get(code, code)) for code in rule.places], "how": How(rule.how).label,
        "indicator": indicators().get(rule.indicator), "reference": getattr(rule, "reference", ""),
        "set_by": getattr(rule, "set_by", None), "set_at": getattr(rule, "set_at", None),
        "is_ours": isinstance(rule, PlacementRule),
    }  # fmt: skip


def _called(matcher: str, value: str, names: dict[str, str]) -> str:
    if matcher == "dataset":
        return dataset(value).title
    return names.get(value, value) if matcher == "institution" else value


@login_required
@require_http_methods(POSTING)
def set_rule(request: ActorHttpRequest) -> HttpResponse:
    """Say where rand belongs that nothing else places."""
    check(request.actor, Permission.BUDGET_PLACE, "national")
    form = PlacementRuleForm(request.POST or None)
    return act_page(
        request, form, lambda given: actions.set_placement_rule(by=request.actor, **given),
        template="budgets/placing_act.html", heading=_("Set a rule of where rand belongs"), submit=_("Set the rule"),
        done=_("The rule is set. The figures are placed anew; what moved stands with the next build."),
        back=reverse("budgets:rule_list"),
        lead=_("For rand that no coordinates, ward, municipality or regional identifier of its own places. Of several "
               "rules that fit, the newest counts. What a rule gives is modelled, and never counted as placed."),
        shown={"up": ("budgets:rule_list", _("Rules of where rand belongs"))},
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def end_rule(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Let a rule count no more, with a reason."""
    check(request.actor, Permission.BUDGET_PLACE, "national")
    rule = get_object_or_404(PlacementRule, ref=ref)
    form = EndRuleForm(request.POST or None, revision=rule.revision, begins=rule.valid_from)
    return act_page(
        request, form, lambda given: actions.end_placement_rule(rule, by=request.actor, **given),
        template="budgets/placing_act.html", heading=_("End the rule %(ref)s") % {"ref": ref}, submit=_("End the rule"),
        done=_("The rule has an end. The figures are placed anew; what moved stands with the next build."),
        back=reverse("budgets:rule_list"), lead=rule.reason,
        shown={"up": ("budgets:rule_list", _("Rules of where rand belongs"))},
    )  # fmt: skip
