"""How parties answer what plans in progress ask of them: by party and space, as far as the reader may see."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.institutions.models import Institution
from oneplan.joint_planning.choices import ContributionState
from oneplan.joint_planning.queries import contributions_visible_to
from oneplan.periods import clock
from oneplan.portal.queries.board import IN_PROGRESS, UNANSWERED

_SPHERES = {"national": 0, "provincial": 1, "local": 2, "": 3}


@dataclass
class Answers:
    """What became of the requests to a party: how many were made, answered, and let pass."""

    edition: int = 0
    asked: int = 0
    opened: int = 0
    contributed: int = 0
    declined: int = 0
    silent: int = 0

    def take(self, other: "Answers") -> None:
        """Count another space's with these."""
        for name in ("asked", "opened", "contributed", "declined", "silent"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def waiting(self) -> int:
        """Not answered, and still in time."""
        return self.asked - self.contributed - self.declined - self.silent

    @property
    def state(self) -> str:
        """The state that needs somebody most: silent, then waiting, then declined, then contributed."""
        if not self.asked:
            return "not_asked"
        if self.silent:
            return "silent"
        if self.waiting:
            return "opened" if self.opened else "asked"
        return "declined" if self.declined else "contributed"

    @property
    def parts(self) -> list[tuple[str, int]]:
        """For a bar."""
        return [
            ("contributed", self.contributed), ("declined", self.declined), ("silent", self.silent),
            ("asked", self.waiting),
        ]  # fmt: skip

    @property
    def words(self) -> str:
        """The counts in words; nothing is said of what is none."""
        told = [_("%(n)s asked") % {"n": self.asked}]
        for number, words in (
            (self.contributed, _("%(n)s contributed")), (self.declined, _("%(n)s declined")),
            (self.silent, _("%(n)s silent")), (self.waiting, _("%(n)s not yet answered")),
        ):  # fmt: skip
            if number:
                told.append(words % {"n": number})
        return ", ".join(told)


@dataclass
class PartyAnswers:
    """One party, its answers by space, and all of them together."""

    code: str
    name: str
    sphere: str
    by_space: dict[str, Answers] = field(default_factory=dict)
    total: Answers = field(default_factory=Answers)

    def states(self) -> set[str]:
        return {each.state for each in self.by_space.values()}


def party_answers(actor: Actor, **only: Any) -> list[PartyAnswers]:
    """The parties asked in editions in progress, by sphere and name; `only` narrows the contributions. One query."""
    late = Q(state__in=UNANSWERED, due_on__lt=clock.today())
    counted = (
        contributions_visible_to(actor)
        .select_related(None)
        .filter(edition__state__in=IN_PROGRESS, **only)
        .order_by()
        .values_list(
            "institution_id", "institution__name", "institution__sphere", "edition__plan_id", "edition__number"
        )
        .annotate(
            asked=Count("pk"),
            opened=Count("pk", filter=Q(state=ContributionState.OPENED, due_on__gte=clock.today())),
            contributed=Count("pk", filter=Q(state=ContributionState.CONTRIBUTED)),
            declined=Count("pk", filter=Q(state=ContributionState.DECLINED)),
            silent=Count("pk", filter=late),
        )
    )
    parties: dict[str, PartyAnswers] = {}
    for code, name, sphere, space, *numbers in counted:
        party = parties.setdefault(code, PartyAnswers(code, name, sphere))
        party.by_space[space] = Answers(*numbers)
        party.total.take(party.by_space[space])
    return sorted(parties.values(), key=lambda party: (_SPHERES.get(party.sphere, 3), party.name))


def departments(actor: Actor, province: str) -> list[PartyAnswers]:
    """The departments and entities of a province and their answers in its spaces; who was never asked stands too.

    Two queries.
    """
    asked = {each.code: each for each in party_answers(
        actor, institution__sphere="provincial", institution__province=province, edition__plan__space__province=province
    )}  # fmt: skip
    register = Institution.objects.valid_on(clock.today()).filter(
        sphere="provincial", province=province, merged_into=None
    )
    for code, name in register.order_by("name").values_list("code", "name"):
        asked.setdefault(code, PartyAnswers(code, name, "provincial"))
    return sorted(asked.values(), key=lambda party: (not party.total.asked, party.name))
