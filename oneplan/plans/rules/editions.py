"""When an edition may be opened, written and moved, and who may answer for it."""

import re
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.frameworks import queries as frameworks
from oneplan.frameworks.definitions import RuleSet
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.plans.choices import ALLOWED_MOVES, EditionState
from oneplan.plans.models import Edition, ImmediateIssue, OnePlan
from oneplan.plans.rules.text import is_substantive
from oneplan.platform.errors import RuleBroken, StaleRevision
from oneplan.platform.models import Revised

_HASH = re.compile(r"[0-9a-f]{64}")


def known_ruleset(code: str) -> RuleSet:
    """The rule set of that code. Raises RuleBroken where there is none."""
    try:
        return frameworks.ruleset(code)
    except KeyError:
        known = ", ".join(each.label for each in frameworks.rulesets())
        raise RuleBroken(
            _("There is no rule set “%(code)s”. Choose one of: %(known)s.") % {"code": code, "known": known}
        ) from None


def check_can_open(
    plan: OnePlan, *, in_progress: Edition | None, ruleset: str, start_year: int, horizon_years: int
) -> None:
    """One edition at a time; a known rule set; a horizon that its time bands cover."""
    if in_progress:
        raise RuleBroken(
            _("Edition %(number)s of this plan is still in progress. Adopt or abandon it before you open the next.")
            % {"number": in_progress.number}
        )
    longest = known_ruleset(ruleset).horizon_years
    if not 1 <= horizon_years <= longest:
        raise RuleBroken(
            _("A One Plan looks ahead at least 1 and at most %(longest)s years; %(asked)s were asked for.")
            % {"longest": longest, "asked": horizon_years}
        )
    if not 2000 <= start_year <= 2100:
        raise RuleBroken(
            _("The first year of the horizon is a calendar year such as 2026, not %(year)s.") % {"year": start_year}
        )


def check_can_move(edition: Edition, to: EditionState) -> None:
    """An edition moves only as ALLOWED_MOVES says."""
    if to not in ALLOWED_MOVES[edition.state]:
        raise RuleBroken(
            _("Edition %(number)s is “%(state)s”, so it cannot become “%(to)s”.")
            % {"number": edition.number, "state": edition.get_state_display(), "to": EditionState(to).label}
        )


_CLOSED_SENTENCES = {
    EditionState.FROZEN: gettext_lazy(
        "It is frozen as a signing copy. Withdraw the signing copy first; acceptances are then asked again."
    ),
    EditionState.ADOPTED: gettext_lazy("It is adopted and sealed and never changes. Open the next edition to write."),
    EditionState.SUPERSEDED: gettext_lazy(
        "It is sealed, and a later edition is in force. Write in the edition in progress."
    ),
    EditionState.ABANDONED: gettext_lazy("It was abandoned. Write in the edition in progress."),
}


def check_can_write(edition: Edition) -> None:
    """Content is written while an edition is open, and never else."""
    if edition.state != EditionState.OPEN:
        raise RuleBroken(
            _("Edition %(number)s cannot be written.") % {"number": edition.number}
            + " "
            + str(_CLOSED_SENTENCES[EditionState(edition.state)])
        )


def check_revision(row: Revised, revision: int | None) -> None:
    """The editor saw the row as it is stored. Raises StaleRevision with the stored row."""
    if row.revision != revision:
        raise StaleRevision(current=row)


def check_reason(reason: str) -> None:
    """An act that others must be able to understand later states why."""
    if not is_substantive(reason, least=2):
        raise RuleBroken(_("Say why, in a few words: the reason is recorded and shown."))


def check_copy_hash(copy_hash: str) -> None:
    """A signing copy is named by the SHA-256 of its bytes."""
    if not _HASH.fullmatch(copy_hash):
        raise RuleBroken(_("A signing copy is named by the 64 hexadecimal digits of its SHA-256."))


def check_may_involve(by: Actor, plan: OnePlan, institution: Institution) -> None:
    """Who asks for contributions here, or proposes commitments here or for the institution, may involve it."""
    if not by.may(Permission.CONTRIBUTION_REQUEST, plan.scopes()):
        check(by, Permission.COMMITMENT_PROPOSE, [f"institution:{institution.pk}", *plan.scopes()])


def check_may_resolve(by: Actor, issue: ImmediateIssue) -> None:
    """Who writes the plan, or reports delivery for the space or for the institution of the post that owns the issue."""
    if not by.may(Permission.PLAN_WRITE, issue.scopes()):
        check(by, Permission.DELIVERY_REPORT, [f"institution:{issue.owner_post.institution_id}", *issue.scopes()])


def check_can_resolve(issue: ImmediateIssue, how: str, day: date) -> None:
    """A current, unresolved issue, an account of how it was resolved, and a day that has come."""
    if issue.resolved_on:
        raise RuleBroken(_("%(ref)s was resolved already.") % {"ref": issue.ref})
    if issue.edition.state in (EditionState.SUPERSEDED, EditionState.ABANDONED):
        raise RuleBroken(_("This edition is closed. Resolve the issue in the edition that carries it now."))
    if not is_substantive(how, least=3):
        raise RuleBroken(_("Say in a sentence how it was resolved, so that those affected can check it."))
    if day > clock.today():
        raise RuleBroken(_("The day on which it was resolved lies in the future. Check the year."))
