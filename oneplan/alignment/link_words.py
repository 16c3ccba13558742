"""Links in words: what each end is called, where it leads, and why a computed link was proposed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from oneplan.alignment.link_rules import End
from oneplan.alignment.models import BudgetLine, Link
from oneplan.budgets.datasets import dataset
from oneplan.commitments.models import Commitment
from oneplan.projects.models import Project


@dataclass(frozen=True)
class EndNamed:
    """An end of a link, as it is read. `facts` are its label and words, in order."""

    what: str
    ref: str
    title: str
    href: str
    facts: tuple[tuple[str, Any], ...]


def end_named(end: End) -> EndNamed:
    """The words of one end."""
    facts: tuple[tuple[str, Any], ...]
    if isinstance(end, Commitment):
        facts = (
            (_("Leads"), end.lead.name), (_("Space"), end.home_space.name),
            (_("State"), str(end.get_state_display())), (_("From – to"), _years(end.start_on, end.finish_on)),
        )  # fmt: skip
        return EndNamed(_("Commitment"), end.ref, end.title, f"/commitments/{end.ref}/", facts)
    if isinstance(end, Project):
        facts = (
            (_("Implements"), end.implementing.name if end.implementing else end.implementing_text or _("not known")),
            (_("Space"), end.space.name if end.space else _("not known")),
            (_("From – to"), _years(end.start_on, end.finish_on)),
        )  # fmt: skip
        return EndNamed(_("Project"), end.ref, end.title, f"/projects/{end.ref}/", facts)
    if isinstance(end, BudgetLine):
        facts = tuple(
            (label, said)
            for label, said in (
                (_("Whose budget"), end.institution.name), (_("Source"), dataset(end.dataset).title),
                (_("Vote"), end.vote_name or end.vote), (_("Programme"), end.programme_name or end.programme),
                (_("Subprogramme"), end.subprogramme_name or end.subprogramme),
                (_("Project"), end.project_name or end.project), (_("Function"), end.function_name or end.function),
                (_("Fund"), end.fund_name or end.fund),
            )
            if said
        )  # fmt: skip
        return EndNamed(_("Budget line"), "", end.label, f"/budgets/facts/?institution={end.institution_id}", facts)
    facts = ((_("Plan"), end.plan.title), (_("Kind"), str(end.get_kind_display())), (_("Target"), end.target or "–"))
    return EndNamed(_("Plan item"), end.ref, end.title, f"/source-plans/{end.plan.code}/#item-{end.pk}", facts)


def _years(first: Any, last: Any) -> str:
    return f"{first.year if first else '?'} – {last.year if last else '?'}"


def evidence_sentences(link: Link) -> list[str]:
    """Why a computed link was proposed, the weightiest signal first; what a person wrote has the person's reason."""
    signals = sorted(link.evidence.get("signals", []), key=lambda each: -each.get("weight", 0))
    labels = {
        "place": _("Place"), "time": _("Time"), "institution": _("Institution"), "function": _("Function"),
        "identifier": _("Identifier"), "amount": _("Amount"), "text": _("Words"),
    }  # fmt: skip
    told = []
    for each in signals:
        said = "; ".join(f"{value}" for value in each.get("says", {}).values())
        told.append(f"{labels.get(each.get('signal'), each.get('signal', ''))}: {said}.")
    return told or ([link.reason] if link.reason else [])
