"""What must hold before two things are linked, and before a link counts: each refusal is a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal

from django.utils.translation import gettext as _

from oneplan.alignment.choices import ALLOWED_LINK_MOVES, LinkKind, LinkState
from oneplan.alignment.models import BudgetLine, Link
from oneplan.commitments.choices import CommitmentState
from oneplan.commitments.models import Commitment
from oneplan.money import format_rand
from oneplan.platform.errors import RuleBroken
from oneplan.projects.choices import ProjectStanding
from oneplan.projects.models import Project
from oneplan.source_plans.models import PlanItem

End = PlanItem | Commitment | Project | BudgetLine
WHOLE = Decimal(1)
PAYING = (LinkKind.COMMITMENT_LINE, LinkKind.PROJECT_LINE)  # of these a line's shares never exceed it
_DIGITS = Decimal("0.000000000001")  # of a share


def check_ends(kind: LinkKind, left: End, right: End) -> None:
    """Whether two things may be linked at all. Raises RuleBroken."""
    if left == right:
        raise RuleBroken(_("A thing is not linked with itself. Choose another one."))
    for end in (left, right):
        check_stands(end)
    if isinstance(left, PlanItem) and isinstance(right, PlanItem) and left.plan_id == right.plan_id:
        raise RuleBroken(
            _("Both items are of “%(plan)s”: within a plan its own tree says what serves what.") % {"plan": left.plan}
        )
    invented = [_is_sample(end) for end in (left, right)]
    # What is invented may serve a real plan's outcome, so that a sample can be shown; it never touches real money.
    if invented[0] != invented[1] and not (isinstance(right, PlanItem) and not invented[1]):
        raise RuleBroken(_("One of the two is a sample, the other is real. Sample and real things are never linked."))


def check_stands(end: End) -> None:
    """Whether an end of a link is still there. Raises RuleBroken."""
    if isinstance(end, Commitment) and end.state == CommitmentState.WITHDRAWN:
        raise RuleBroken(
            _("Commitment %(ref)s was withdrawn. Restore it first, or link the one that took its place.")
            % {"ref": end.ref}
        )
    if isinstance(end, Project) and end.standing != ProjectStanding.LIVE:
        raise RuleBroken(
            _("Project %(ref)s is %(standing)s. Link the one that stands.")
            % {"ref": end.ref, "standing": str(end.get_standing_display()).lower()}
        )
    if isinstance(end, PlanItem) and end.plan.withdrawn_at:
        raise RuleBroken(_("The plan “%(plan)s” was withdrawn. Link an item of one that stands.") % {"plan": end.plan})
    if isinstance(end, PlanItem) and end.withdrawn_at:
        raise RuleBroken(
            _("Item %(ref)s was withdrawn from “%(plan)s”. Link one that stands.") % {"ref": end.ref, "plan": end.plan}
        )


def _is_sample(end: End) -> bool:
    return end.plan.is_sample if isinstance(end, PlanItem) else end.is_sample


def check_can_move(link: Link, to: LinkState) -> None:
    """Whether a link may come into a state from its own. Raises RuleBroken."""
    if to not in ALLOWED_LINK_MOVES[link.state]:
        raise RuleBroken(
            _("This link is %(now)s, so it cannot become %(then)s.")
            % {"now": str(link.get_state_display()).lower(), "then": str(to.label).lower()}
        )


def check_share(link: Link, share: Decimal | None, taken: Iterable[tuple[str, Decimal]]) -> Decimal | None:
    """The share with which a link counts. `taken`: reference and share of what else the line pays for.

    Raises RuleBroken where a payment has none, or all shares of the line would be more than the line.
    """
    if link.line_id is None:
        if share is not None:
            raise RuleBroken(_("Only a budget line has shares. Leave the share away."))
        return None
    if link.kind not in PAYING:
        return share
    known = list(taken)
    left = WHOLE - sum((part for _ref, part in known), Decimal(0))
    wanted = left if share is None else share
    if wanted <= 0 or wanted > WHOLE:
        if share is None:
            raise RuleBroken(
                _("The whole line is taken already: %(others)s. Lower one of these shares first.")
                % {"others": _others(known)}
            )
        raise RuleBroken(_("A share is more than 0 and at most 100 %."))
    if wanted > left:
        raise RuleBroken(
            _("%(share)s of the line cannot be given: %(others)s take %(taken)s, so at most %(left)s is left.")
            % {
                "share": percent(wanted),
                "others": _others(known),
                "taken": percent(WHOLE - left),
                "left": percent(left),
            }
        )
    return wanted


def _others(known: Iterable[tuple[str, Decimal]]) -> str:
    return ", ".join(f"{ref} ({percent(part)})" for ref, part in known)


def percent(share: Decimal) -> str:
    """A share as it is read: 33,333 %."""
    shown = f"{(share * 100).quantize(Decimal('0.001')).normalize():f}".replace(".", ",")
    return f"{shown}\N{NO-BREAK SPACE}%"


def share_of(rand: Decimal, whole: Decimal, source: str) -> Decimal:
    """The share of a line that an amount is. Raises RuleBroken for more than the line, or nothing.

    Rounded down, so that shares that are entered as rand never come to more than the line.
    """
    if rand <= 0:
        raise RuleBroken(_("Enter an amount above 0."))
    if rand > whole:
        raise RuleBroken(
            _("%(rand)s is more than the line itself, which is %(whole)s in %(source)s. Enter at most that.")
            % {"rand": format_rand(rand), "whole": format_rand(whole), "source": source}
        )
    return (rand / whole).quantize(_DIGITS, ROUND_DOWN)
