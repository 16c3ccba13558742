"""What a person owes: asked of their institutions, waiting for their name, owned by their posts."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.db.models import Count, Exists, IntegerField, Model, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.accounts.models import User
from oneplan.commitments.choices import Acceptance, CommitmentState
from oneplan.commitments.models import Party, Pledge, Signature
from oneplan.commitments.queries import shares_on
from oneplan.exchange.choices import RunState
from oneplan.exchange.models import ImportRun
from oneplan.indicators.choices import OwnerState
from oneplan.indicators.models import Ownership
from oneplan.indicators.owners import Owed, owed_by
from oneplan.institutions.models import Holding
from oneplan.joint_planning.choices import ContributionState
from oneplan.joint_planning.models import Contribution
from oneplan.periods import clock
from oneplan.plans.choices import EditionState
from oneplan.plans.models import Edition, ImmediateIssue
from oneplan.platform.prepared import prepared
from oneplan.reprioritisation.choices import AskState
from oneplan.reprioritisation.models import Ask

IN_PROGRESS = (EditionState.OPEN, EditionState.FROZEN)
UNANSWERED = (ContributionState.ASKED, ContributionState.OPENED)
SHOWN = 25
_Row = TypeVar("_Row", bound=Model)


def contributions_asked(actor: Actor) -> QuerySet[Contribution]:
    """Contributions asked of the actor's institutions and not yet answered, the earliest date first."""
    return Contribution.objects.filter(
        institution__in=actor.codes_with(Permission.CONTRIBUTION_ANSWER, "institution"),
        state__in=UNANSWERED,
        edition__state__in=IN_PROGRESS,
    ).order_by("due_on", "pk")


def parties_to_answer(actor: Actor) -> QuerySet[Party]:
    """Commitments that wait for the actor's institution to agree, or whose pledges it has not answered."""
    unanswered = Pledge.objects.filter(party=OuterRef("pk"), acceptance=Acceptance.ASKED)
    return (
        Party.objects.filter(
            institution__in=actor.codes_with(Permission.PLEDGE_ACCEPT, "institution"),
            commitment__state=CommitmentState.PROPOSED,
        )
        .filter(Q(acceptance=Acceptance.ASKED) | Exists(unanswered))
        .order_by("commitment__ref")
    )


def parties_to_sign(actor: Actor) -> QuerySet[Party]:
    """Agreed commitments on a signing copy that wait for the actor's institution to sign."""
    out_for_signing = shares_on().filter(
        commitment=OuterRef("commitment"), space__one_plan__editions__state=EditionState.FROZEN
    )
    standing = Signature.objects.filter(party=OuterRef("pk"), voided_at=None)
    return Party.objects.filter(
        Exists(out_for_signing),
        ~Exists(standing),
        institution__in=actor.codes_with(Permission.COMMITMENT_SIGN, "institution"),
        commitment__state=CommitmentState.AGREED,
    ).order_by("commitment__ref")


def asks_to_answer(actor: Actor) -> QuerySet[Ask]:
    """Asks for money that wait for the answer of the actor's institution, those that close first before others."""
    mine = actor.codes_with(Permission.ASK_ANSWER, "institution")
    rows = Ask.objects.filter(institution__in=mine, state=AskState.ROUTED, closes_on__gte=clock.today())
    return rows.order_by("closes_on", "ref")


def immediate_issues_owned(actor: Actor) -> QuerySet[ImmediateIssue]:
    """Immediate issues whose owner post the actor holds today."""
    return _issues_of(actor.user_id, clock.today())


def _issues_of(user_id: int | None, today: date) -> QuerySet[ImmediateIssue]:
    held = Holding.objects.valid_on(today).filter(user=user_id)
    return ImmediateIssue.objects.filter(
        owner_post__in=held.values("post_id"), resolved_on=None, edition__state__in=[*IN_PROGRESS, EditionState.ADOPTED]
    ).order_by("due_on", "ref")


def silent_parties(actor: Actor) -> QuerySet[Contribution]:
    """Parties past their date in the spaces for which the actor asks: they wait for a reminder."""
    return Contribution.objects.filter(
        edition__plan__in=actor.codes_with(Permission.CONTRIBUTION_REQUEST, "space"),
        state__in=UNANSWERED,
        due_on__lt=clock.today(),
        edition__state__in=IN_PROGRESS,
    ).order_by("due_on", "institution__name")


def imports_waiting(actor: Actor) -> QuerySet[ImportRun]:
    """Import runs the actor started, tried and did not yet accept or abandon."""
    return _imports_of(actor.user_id)


def _imports_of(user_id: int | None) -> QuerySet[ImportRun]:
    waiting = (RunState.RECEIVED, RunState.CHECKED)
    return ImportRun.objects.filter(started_by_id=user_id, state__in=waiting).order_by("-pk")


def ownerships_asked(actor: Actor) -> QuerySet[Ownership]:
    """Figures for which a post that the actor holds today was named, and has not answered."""
    return _ownerships_of(actor.user_id, clock.today())


def _ownerships_of(user_id: int | None, today: date) -> QuerySet[Ownership]:
    held = Holding.objects.valid_on(today).filter(user=user_id)
    return Ownership.objects.filter(is_in_force=True, state=OwnerState.ASSIGNED, post__in=held.values("post_id"))


def editions_with_gates(actor: Actor) -> QuerySet[Edition]:
    """Editions in progress whose gates the actor looks after: by role in the space, or by a post that serves it."""
    held = Holding.objects.valid_on(clock.today()).filter(user=actor.user_id, post__space=OuterRef("plan_id"))
    return (
        Edition.objects.filter(state__in=IN_PROGRESS)
        .filter(
            Q(
                plan__in=actor.codes_with(Permission.GATE_PASS, "space")
                | actor.codes_with(Permission.PLAN_WRITE, "space")
            )
            | Exists(held)
        )
        .select_related("plan__space")
        .order_by("plan_id")
    )


def _number(rows: QuerySet[Any]) -> Any:
    """How many rows, as one value inside another query."""
    one: QuerySet[Model] = rows.order_by().annotate(every=Value(1)).values("every").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(one, output_field=IntegerField()), 0)


def waiting_for(actor: Actor) -> int:
    """How many things wait for a person: the number in the top bar. One query."""
    if not actor.is_signed_in:
        return 0
    institutional = (
        Permission.CONTRIBUTION_ANSWER,
        Permission.PLEDGE_ACCEPT,
        Permission.COMMITMENT_SIGN,
        Permission.ASK_ANSWER,
    )
    if not any(actor.codes_with(permission, "institution") for permission in institutional):
        return sum(next(iter(_waiting_for_person(user=actor.user_id or 0, today=clock.today())), ()))
    # Building a query costs more than running it: only what this person could be asked for is counted.
    parts: dict[str, QuerySet[Any]] = {"issues": immediate_issues_owned(actor), "figures": ownerships_asked(actor)}
    for name, permission, rows in (
        ("contributions", Permission.CONTRIBUTION_ANSWER, contributions_asked),
        ("answers", Permission.PLEDGE_ACCEPT, parties_to_answer),
        ("signatures", Permission.COMMITMENT_SIGN, parties_to_sign),
        ("asks", Permission.ASK_ANSWER, asks_to_answer),
    ):
        if actor.codes_with(permission, "institution"):
            parts[name] = rows(actor)
    if actor.roles:
        parts["imports"] = imports_waiting(actor)
    numbers = {name: _number(rows) for name, rows in parts.items()}
    counts = User.objects.filter(pk=actor.user_id or 0).annotate(**numbers).values_list(*numbers).first()
    return sum(counts or ())


@prepared
def _waiting_for_person(*, user: int, today: date) -> QuerySet[User, tuple[int, ...]]:
    """What waits for somebody who acts for no institution: issues that their posts own, figures for which these were
    named, and their imports."""
    rows = User.objects.filter(pk=user)
    return rows.annotate(
        issues=_number(_issues_of(user, today)), imports=_number(_imports_of(user)),
        figures=_number(_ownerships_of(user, today)),
    ).values_list("issues", "imports", "figures")  # fmt: skip


@dataclass(frozen=True)
class Inbox:
    """Everything that waits for a person. A list with more than SHOWN rows has one row more than is shown."""

    contributions: list[Contribution] = field(default_factory=list)
    answers: list[Party] = field(default_factory=list)
    signatures: list[Party] = field(default_factory=list)
    issues: list[ImmediateIssue] = field(default_factory=list)
    silent: list[Contribution] = field(default_factory=list)
    imports: list[ImportRun] = field(default_factory=list)
    gates: list[Edition] = field(default_factory=list)
    figures: list[Owed] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (
            self.contributions or self.answers or self.signatures or self.issues or self.silent or self.imports
            or self.figures or self.asks
        )  # fmt: skip


def _first(rows: QuerySet[_Row]) -> list[_Row]:
    """What is shown, and one row more where there are more."""
    return list(rows[: SHOWN + 1])


def inbox(actor: Actor) -> Inbox:
    """What waits for the actor, in thirteen queries at most."""
    asked = contributions_asked(actor).select_related("edition__plan__space", "institution")
    answers = parties_to_answer(actor).select_related("commitment__home_space", "institution")
    answers = answers.prefetch_related(Prefetch("pledges", Pledge.objects.filter(acceptance=Acceptance.ASKED)))
    signatures = parties_to_sign(actor).select_related("commitment__home_space", "institution")
    issues = immediate_issues_owned(actor).select_related("edition__plan__space", "owner_post")
    silent = silent_parties(actor).select_related("edition__plan__space", "institution")
    return Inbox(
        _first(asked), _first(answers), _first(signatures), _first(issues), _first(silent),
        _first(imports_waiting(actor)), list(editions_with_gates(actor)[:SHOWN]),
        owed_by(actor)[: SHOWN + 1], _first(asks_to_answer(actor).select_related("commitment", "space", "institution")),
    )  # fmt: skip
