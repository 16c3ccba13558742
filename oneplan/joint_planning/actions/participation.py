"""The participation ledger: asking parties, and their answers."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.mail import send_mass_mail
from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.models import RoleAssignment
from oneplan.access.permissions import Permission
from oneplan.access.queries import current
from oneplan.access.roles import roles_with
from oneplan.frameworks.queries import ruleset
from oneplan.institutions.models import Institution
from oneplan.joint_planning import queries, rules
from oneplan.joint_planning.choices import ContributionState, Event
from oneplan.joint_planning.models import Contribution
from oneplan.periods import clock
from oneplan.plans.actions import involve_institution
from oneplan.plans.models import Edition
from oneplan.platform.audit import record
from oneplan.platform.documents import Document
from oneplan.platform.errors import RuleBroken, StaleRevision


def answer_by(edition: Edition) -> date:
    """The day by which a party is asked to answer unless told: the rule set's own number of days from today."""
    return clock.today() + timedelta(days=ruleset(edition.ruleset).parameter("answer_days").value)


@transaction.atomic
def request_contribution(
    edition: Edition, stage: str, institution: Institution, *, request: str, by: Actor, due_on: date | None = None
) -> Contribution:
    """Ask one party for its contribution to one stage. From now on it may read the drafts of this plan."""
    check(by, Permission.CONTRIBUTION_REQUEST, edition)
    edition = Edition.objects.select_for_update(of=("self",)).select_related("plan__space__province").get(pk=edition.pk)
    due = due_on or answer_by(edition)
    rules.check_stage(ruleset(edition.ruleset), stage)
    rules.check_can_request(edition, due, clock.today())
    if Contribution.objects.filter(edition=edition, stage=stage, institution=institution).exists():
        raise RuleBroken(
            _("%(party)s was asked for this stage already. Remind it, or ask it again once it has answered.")
            % {"party": institution.name}
        )
    involve_institution(edition.plan, institution, by=by)
    contribution = Contribution.objects.create(
        edition=edition, stage=stage, institution=institution, request=request.strip(), asked_at=clock.now(), due_on=due
    )
    record(Event.CONTRIBUTION_REQUESTED, contribution, by=by, after={"due_on": due, "request": request})
    _write_to(contribution, _("%(space)s asks for your contribution"))
    return contribution


@transaction.atomic
def request_contributions(
    edition: Edition,
    stage: str,
    institutions: Iterable[Institution],
    *,
    request: str,
    by: Actor,
    due_on: date | None = None,
) -> list[Contribution]:
    """Ask several parties at once; those that were asked for this stage before are passed over. All or none."""
    asked = set(Contribution.objects.filter(edition=edition, stage=stage).values_list("institution_id", flat=True))
    new = [each for each in institutions if each.pk not in asked]
    if not new:
        raise RuleBroken(_("All of these parties were asked for this stage already."))
    return [request_contribution(edition, stage, each, request=request, by=by, due_on=due_on) for each in new]


def _locked(contribution: Contribution) -> Contribution:
    rows = Contribution.objects.select_for_update(of=("self",)).select_related(
        "edition__plan__space__province", "institution"
    )
    return rows.get(pk=contribution.pk)


def _own(contribution: Contribution) -> str:
    """Only the institution's own people answer for it."""
    return f"institution:{contribution.institution_id}"


def _compare(row: Contribution, revision: int | None) -> None:
    """A page states the revision that it showed; a script that has just read the row need not."""
    if revision is not None and row.revision != revision:
        raise StaleRevision(current=row)


@transaction.atomic
def open_contribution(contribution: Contribution, *, by: Actor) -> Contribution:
    """The institution's people have seen the request. Seeing it again changes nothing."""
    check(by, Permission.CONTRIBUTION_ANSWER, _own(contribution))
    row = _locked(contribution)
    if row.state != ContributionState.ASKED:
        return row
    rules.check_can_move(row, ContributionState.OPENED)
    row.state, row.opened_at, row.revision = ContributionState.OPENED, clock.now(), row.revision + 1
    row.save()
    record(Event.CONTRIBUTION_OPENED, row, by=by, after={"state": row.state})
    return row


@transaction.atomic
def contribute(
    contribution: Contribution, *, answer: str, by: Actor, revision: int | None = None, document: Document | None = None
) -> Contribution:
    """Say what the institution contributes to this stage, with a document where there is one."""
    check(by, Permission.CONTRIBUTION_ANSWER, _own(contribution))
    row = _locked(contribution)
    _compare(row, revision)
    rules.check_can_move(row, ContributionState.CONTRIBUTED)
    rules.check_answer(answer)
    return _answer(row, ContributionState.CONTRIBUTED, Event.CONTRIBUTION_MADE, answer, document, by=by)


@transaction.atomic
def decline_contribution(
    contribution: Contribution, *, reason: str, by: Actor, revision: int | None = None
) -> Contribution:
    """Say why the institution does not contribute to this stage."""
    check(by, Permission.CONTRIBUTION_ANSWER, _own(contribution))
    row = _locked(contribution)
    _compare(row, revision)
    rules.check_can_move(row, ContributionState.DECLINED)
    rules.check_answer(reason)
    return _answer(row, ContributionState.DECLINED, Event.CONTRIBUTION_DECLINED, reason, None, by=by)


def _answer(
    row: Contribution, state: ContributionState, event: Event, answer: str, document: Document | None, *, by: Actor
) -> Contribution:
    before = {"state": row.state, "answer": row.answer}
    row.state, row.answer, row.document = state, answer.strip(), document
    row.answered_at, row.answered_by, row.revision = clock.now(), by.name, row.revision + 1
    row.answered_post = queries.post_for_institution(by, row.institution)
    row.opened_at = row.opened_at or row.answered_at
    row.save()
    record(
        event,
        row,
        by=by,
        reason=answer if state == ContributionState.DECLINED else "",
        before=before,
        after={"state": row.state, "answer": row.answer, "document": document.sha256 if document else ""},
    )
    return row


@transaction.atomic
def ask_again(contribution: Contribution, *, request: str, due_on: date, by: Actor) -> Contribution:
    """More is needed of a party that has answered: the request opens again with a new day. The log keeps the answer."""
    check(by, Permission.CONTRIBUTION_REQUEST, contribution.edition)
    row = _locked(contribution)
    rules.check_can_move(row, ContributionState.OPENED)
    rules.check_can_request(row.edition, due_on, clock.today())
    before = {"state": row.state, "answer": row.answer, "due_on": row.due_on}
    row.state, row.request, row.due_on = ContributionState.OPENED, request.strip() or row.request, due_on
    row.answer, row.answered_at, row.answered_by, row.answered_post, row.document = "", None, "", None, None
    row.revision += 1
    row.save()
    record(
        Event.CONTRIBUTION_ASKED_AGAIN,
        row,
        by=by,
        before=before,
        after={"state": row.state, "due_on": due_on, "answer": ""},
    )
    _write_to(row, _("%(space)s asks for more"))
    return row


@transaction.atomic
def remind_party(contribution: Contribution, *, by: Actor) -> Contribution:
    """Remind a party that has not answered, once a day at most. Its contributors and signing authority get a letter."""
    check(by, Permission.CONTRIBUTION_REQUEST, contribution.edition)
    row = _locked(contribution)
    rules.check_can_remind(row, clock.today())
    row.reminded_at = clock.now()
    row.save(update_fields=["reminded_at"])
    record(Event.CONTRIBUTION_REMINDED, row, by=by, institution=row.institution_id)
    _write_to(row, _("Reminder: %(space)s waits for your contribution"))
    return row


def addresses_of(contribution: Contribution) -> list[str]:
    """The addresses of all who may answer for the institution today: also who acts, or was delegated to, for a time."""
    people = RoleAssignment.objects.filter(
        current(),
        scope_key=_own(contribution),
        role__in=[role.value for role in roles_with(Permission.CONTRIBUTION_ANSWER)],
        user__is_active=True,
    )
    return sorted(set(people.values_list("user__email", flat=True)))


def _write_to(contribution: Contribution, subject: str) -> None:
    """A letter to whoever may answer for the institution, sent after the commit; a mail server that fails stops
    nothing.
    """
    space, stage = contribution.edition.plan.space, ruleset(contribution.edition.ruleset).stage(contribution.stage)
    edition = contribution.edition
    words = {
        "space": space.name,
        "number": stage.number,
        "stage": stage.label,
        "due": contribution.due_on.isoformat(),
        "request": contribution.request,
        "path": f"/spaces/{space.pk}/plan/{edition.number}/participation/{stage.code}/{contribution.institution_id}/",
    }
    body = _(
        "%(space)s, stage %(number)s (%(stage)s) of its One Plan.\n\n%(request)s\n\n"
        "Please answer by %(due)s in OnePlan: %(path)s\n"
        "Contribute, or decline with a reason. Silence is shown as silence."
    )
    letters = [(subject % words, body % words, None, [address]) for address in addresses_of(contribution)]
    if letters:
        transaction.on_commit(lambda: send_mass_mail(letters), robust=True)
