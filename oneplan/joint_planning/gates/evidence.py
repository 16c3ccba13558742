"""What the gates judge, read once in a number of queries that does not grow with the plan."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from oneplan.committees.models import Resolution
from oneplan.committees.queries import UnheldSeat, unheld_required_seats
from oneplan.frameworks.definitions import RuleSet
from oneplan.frameworks.queries import ruleset
from oneplan.institutions.models import Institution, Post
from oneplan.joint_planning.gates.promises import Office, Organ, Promise, promises_of
from oneplan.joint_planning.models import Contribution, GateException, SigningCopy, StageProgress
from oneplan.periods import clock
from oneplan.plans.models import Edition
from oneplan.plans.queries import PlanContent, content
from oneplan.spaces.choices import Category
from oneplan.spaces.models import MunicipalArea


@dataclass(frozen=True)
class Owed:
    """Which post of which institution owes what is missing."""

    post: str
    institution: str
    institution_code: str = ""

    def __str__(self) -> str:
        return f"{self.post}, {self.institution}" if self.institution else self.post


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: the reference it hangs on ("" for the plan itself), a sentence, and who owes it."""

    ref: str
    sentence: str
    owed: Owed


@dataclass(frozen=True)
class Evidence:
    """Everything that a gate rule may look at."""

    edition: Edition
    rules: RuleSet
    plan: PlanContent
    today: date
    contributions: list[Contribution]
    exceptions: list[GateException]
    stages: dict[str, StageProgress]
    local_areas: list[MunicipalArea]
    municipalities: Mapping[str, Institution]
    copy: SigningCopy | None
    resolutions: list[Resolution]
    unheld_seats: list[UnheldSeat]
    next_edition: Edition | None

    @cached_property
    def commitments(self) -> list[Promise]:
        """What the plan promises: read when the first rule asks, for many stages speak of none."""
        return promises_of(self.edition.space_id)

    @cached_property
    def secretariat(self) -> Owed:
        """Who owes what no post was named for."""
        return Owed(_("Hub manager or secretariat"), self.edition.plan.space.name)

    def owner(self, post: Post | Office | None) -> Owed:
        """The post that owns an element, else the secretariat."""
        if post is None:
            return self.secretariat
        return Owed(post.title, post.institution.name, post.institution.pk)

    def institution(self, institution: Institution | Organ, post: str = "") -> Owed:
        """An institution, by the post that answers for it."""
        return Owed(post or _("Accounting officer or signing authority"), institution.name, institution.pk)

    def area_label(self, code: str) -> str:
        return next((area.label for area in self.rules.areas if area.code == code), code)

    @cached_property
    def services(self) -> dict[str, list[str]]:
        """By the reference of a plan element: the references of the commitments that serve it in this space."""
        found: dict[str, list[str]] = defaultdict(list)
        for commitment in self.commitments:
            for element in commitment.services:
                found[element].append(commitment.ref)
        return dict(found)

    @cached_property
    def parties(self) -> dict[str, Organ]:
        """The institutions that are party to a commitment of this space, by code."""
        return {party.institution.pk: party.institution for each in self.commitments for party in each.parties}


def gather(edition: Edition, plan: PlanContent | None = None) -> Evidence:
    """Read the evidence of an edition: at most 30 queries, whatever its size."""
    space_code = edition.space_id
    local_areas = list(MunicipalArea.objects.filter(space_id=space_code, category=Category.LOCAL).order_by("name"))
    municipalities = Institution.objects.filter(space_id=space_code, sphere="local").exclude(municipality_code="")
    return Evidence(
        edition=edition,
        rules=ruleset(edition.ruleset),
        plan=plan or content(edition),
        today=clock.today(),
        contributions=list(
            Contribution.objects.filter(edition=edition).select_related("institution", "document", "answered_post")
        ),
        exceptions=list(
            GateException.objects.filter(edition=edition, withdrawn_at=None)
            .select_related("granted_post__institution")
            .order_by("granted_at")
        ),
        stages={each.stage: each for each in StageProgress.objects.filter(edition=edition)},
        local_areas=local_areas,
        municipalities={each.municipality_code: each for each in municipalities},
        copy=SigningCopy.objects.defer("content").filter(edition=edition, withdrawn_at=None).first(),
        resolutions=list(
            Resolution.objects.filter(committee__space_id=space_code, voided_at=None)
            .exclude(copy_hash="")
            .select_related("committee")
        ),
        unheld_seats=unheld_required_seats(edition.plan.space, edition.ruleset, clock.today(), local_areas),
        next_edition=Edition.objects.filter(plan_id=edition.plan_id, number__gt=edition.number)
        .order_by("number")
        .first(),
    )
