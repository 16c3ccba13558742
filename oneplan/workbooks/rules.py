"""Decisions about workbooks: who may have one, whether a return is still of its edition. Never writes."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.commitments.models import Commitment
from oneplan.commitments.queries import in_space
from oneplan.exchange.choices import IssueKind
from oneplan.exchange.issues import FileRefused
from oneplan.institutions.models import Institution
from oneplan.plans.models import Edition, Involvement
from oneplan.plans.queries import edition_in_force, edition_in_progress, readable_spaces
from oneplan.platform.documents import Document
from oneplan.platform.errors import NotAllowed, RuleBroken
from oneplan.spaces.models import Space
from oneplan.workbooks import queries
from oneplan.workbooks.choices import ALLOWED_MOVES, ReturnState, Standing, WorkbookState
from oneplan.workbooks.comparing import Compared, Comparison
from oneplan.workbooks.languages import LANGUAGES
from oneplan.workbooks.models import Workbook, WorkbookReturn

LEAST_REASON = 10
PATIENCE = timedelta(minutes=15)  # the largest return that is accepted is compared, or taken in, in a third of it
MOST_ATTEMPTS = 3  # of the schedule by itself; a file that kills its worker must not do so for ever


def check_may_issue(actor: Actor, space: Space, institution: Institution | None) -> None:
    """Who may have one: of the space whoever reads its drafts by a role there; of a party also its own people."""
    if not readable_spaces(actor).filter(pk=space.pk).exists():
        raise NotAllowed(_("A workbook holds the draft of the plan; it is for those who may read it."))
    if institution is None and not queries.reads_by_role(actor, space):
        raise NotAllowed(
            _("The workbook of the whole space is for those who plan for it. Make one of your institution.")
        )
    if institution and not queries.speaks_for(actor, space, institution):
        raise NotAllowed(
            _("The workbook of %(institution)s is for its own people and for those who plan for this space.")
            % {"institution": institution}
        )


def check_may_return(actor: Actor, workbook: Workbook) -> None:
    """Who may return a workbook and decide its rows: whoever may have it and writes something there."""
    check_may_issue(actor, workbook.space, workbook.institution)
    if not queries.writes(actor, workbook.scopes()):
        raise NotAllowed(_("You may read this workbook but change nothing in the plan. Ask the hub of the space to return it."))  # fmt: skip # noqa: E501


def check_may_hand_in(actor: Actor, space: Space) -> None:
    """Who may hand a filled workbook in on the page of a space: who writes there, or in an institution of their own."""
    own = [f"institution:{code}" for code in actor.codes_with(Permission.PLAN_READ, "institution")]
    if not queries.writes(actor, [*own, *space.scopes()]):
        raise NotAllowed(_("You may read this plan but change nothing in it. Ask the hub of the space to return it."))


def check_takes_part(space: Space, institution: Institution) -> None:
    """Raise RuleBroken where an institution has no part in the plan of the space."""
    if Involvement.objects.filter(plan_id=space.pk, institution=institution).exists():
        return
    held = Commitment.objects.filter(in_space(space.pk)).values("pk")
    if institution.parties.filter(commitment__in=held).exists():
        return
    raise RuleBroken(
        _("%(institution)s takes no part in the plan of %(space)s yet. Ask it for its contribution first.")
        % {"institution": institution, "space": space.name}
    )


def current_edition(space: Space) -> Edition:
    """The edition that a workbook is made of: in progress, else in force. Raises RuleBroken where there is none."""
    edition = edition_in_progress(space) or edition_in_force(space)
    if edition is None:
        raise RuleBroken(_("%(space)s has no edition of its plan yet. Open one, then make workbooks.") % {"space": space.name})  # fmt: skip # noqa: E501
    return edition


def check_language(language: str) -> None:
    if language not in LANGUAGES:
        known = ", ".join(f"{code} ({name})" for code, name in LANGUAGES.items())
        raise RuleBroken(_("Workbooks do not speak %(language)s yet. Choose one of: %(known)s.") % {"language": language or "–", "known": known})  # fmt: skip # noqa: E501


def check_is_current(workbook: Workbook, space: Space | None) -> None:
    """Raise FileRefused where a workbook is of another space, or of an edition that no longer stands."""
    if space is not None and workbook.space_id != space.pk:
        raise FileRefused(
            IssueKind.WRONG_SPACE,
            _("%(name)s is a workbook of %(theirs)s, not of %(here)s. Return it on the page of %(theirs)s.")
            % {"name": workbook.name, "theirs": workbook.space.name, "here": space.name},
        )
    try:
        edition = current_edition(workbook.space)
    except RuleBroken as refusal:
        raise FileRefused(IssueKind.RULE_BROKEN, refusal.sentence) from None
    if edition.pk != workbook.edition_id:
        raise FileRefused(
            IssueKind.RULE_BROKEN,
            _(
                "%(name)s was made of edition %(old)s, which is %(state)s; edition %(new)s is in its place. Make a new"
                " workbook of edition %(new)s and copy your values into it."
            )
            % {
                "name": workbook.name, "old": workbook.edition.number, "new": edition.number,
                "state": workbook.edition.get_state_display().lower(),
            },
        )  # fmt: skip


def check_can_move(row: WorkbookReturn, state: ReturnState) -> None:
    if state not in ALLOWED_MOVES[row.state]:
        raise RuleBroken(
            _("This return is “%(now)s”; nothing more can be done with it. Return the workbook again.")
            % {"now": row.get_state_display()}
        )


def stalled_at(row: WorkbookReturn) -> datetime:
    """From when on the work on a return counts as interrupted."""
    return (row.at_work_since or row.returned_at) + PATIENCE


def is_stalled(row: WorkbookReturn, now: datetime) -> bool:
    """Whether work on a return takes longer than it can."""
    return row.is_at_work and now >= stalled_at(row)


def check_may_restart(actor: Actor, row: WorkbookReturn) -> None:
    """Who begins interrupted work again: whoever may decide the return; of a file not read yet, its sender."""
    if row.workbook is not None:
        check_may_return(actor, row.workbook)
    elif not actor.is_system and (actor.user_id is None or actor.user_id != row.returned_by_id):
        raise NotAllowed(_("Only whoever returned this file may have it compared again."))


def check_can_restart(row: WorkbookReturn, now: datetime) -> None:
    """Raise RuleBroken where nothing is at work, or where it may be at work still."""
    if not row.is_at_work:
        raise RuleBroken(_("Nothing is at work on this return: it is “%(now)s”.") % {"now": row.get_state_display()})
    if not is_stalled(row, now):
        raise RuleBroken(
            _("This return is being worked on. It can be begun again from %(when)s, if it is not done by then.")
            % {"when": localtime(stalled_at(row)).strftime("%H:%M")}
        )


def check_may_handle(actor: Actor, row: WorkbookReturn) -> None:
    """Who compares, takes in or refuses a return: whoever may return that workbook."""
    if row.workbook is None:
        raise RuleBroken(_("The file was not recognised as a workbook; there is nothing to take in."))
    check_may_return(actor, row.workbook)


def check_reason(reason: str) -> None:
    if len(reason.strip()) < LEAST_REASON:
        raise RuleBroken(_("Say why, in a sentence: whoever returned it will read it."))


def file_of(workbook: Workbook) -> Document:
    """The Excel file. Raises RuleBroken where it is not made, or could not be."""
    if workbook.document is not None:
        return workbook.document
    if workbook.state == WorkbookState.FAILED:
        raise RuleBroken(
            _("%(name)s could not be made: %(why)s Have another one made.")
            % {"name": workbook.name, "why": workbook.message}
        )
    raise RuleBroken(_("%(name)s is still being made. Ask again in a few seconds.") % {"name": workbook.name})


def choosable(found: Comparison, key: str, *, take: bool, sides: Mapping[str, str]) -> Compared:
    """The row of that key. Raises RuleBroken where there is none, or the choice is none that it leaves."""
    row = found.find(key)
    if row is None:
        raise RuleBroken(_("There is no row “%(key)s” in this comparison. Read its rows again.") % {"key": key})
    if row.standing == Standing.REFUSED:
        raise RuleBroken(
            _("Row “%(key)s” is refused. Correct it in the workbook and return the workbook again.") % {"key": key}
        )
    if not row.may_be_taken:
        raise RuleBroken(_("Row “%(key)s” stays as it is: %(why)s") % {"key": key, "why": row.note})
    is_stale = row.standing == Standing.STALE
    columns = [each.key for each in row.fields if each.by_them] if is_stale else []
    if unknown := sorted(set(sides) - set(columns)):
        raise RuleBroken(
            _("Of row “%(key)s” there is nothing to choose in %(columns)s. Columns to choose in: %(known)s.")
            % {"key": key, "columns": ", ".join(unknown), "known": ", ".join(columns) or _("none")}
        )
    if is_stale and take != ("theirs" in sides.values()):
        raise RuleBroken(
            _(
                "Row “%(key)s” was changed in the file and in OnePlan. Say in which of its columns the file's value is"
                " taken, or do not take it."
            )
            % {"key": key}
        )
    return row
