"""Reads of committees: who sits today, what was resolved, which posts the rule set would seat."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Prefetch, Q, QuerySet

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.committees.choices import PRESIDING, CommitteeKind
from oneplan.committees.models import Attendance, Committee, Resolution, Seat
from oneplan.frameworks.definitions import Each, SeatTemplate
from oneplan.frameworks.queries import ruleset
from oneplan.institutions.choices import Capacity as Sits
from oneplan.institutions.choices import InstitutionKind
from oneplan.institutions.models import Holding, Post
from oneplan.institutions.ownership import Thing
from oneplan.plans.choices import EditionState
from oneplan.plans.queries import readable_spaces
from oneplan.plans.queries import visible_to as editions_visible_to
from oneplan.spaces.models import MunicipalArea, Space

# Who sits when a post has several people at once: whoever acts, then the holder, then a deputy.
_ORDER = {Sits.ACTING: 0, Sits.HOLDER: 1, Sits.DEPUTY: 2}
_WHOLE_SPACE = (InstitutionKind.DISTRICT_MUNICIPALITY, InstitutionKind.METROPOLITAN_MUNICIPALITY)


@dataclass(frozen=True)
class SeatToday:
    """A seat and who sits in it on a day. `holder` is None where the post is vacant."""

    seat: Seat
    holder: Holding | None

    @property
    def name(self) -> str:
        """The sitting person's name, or "" where the seat is vacant."""
        return self.holder.person_name if self.holder else ""

    @property
    def is_presiding(self) -> bool:
        return self.seat.capacity in PRESIDING


def visible_to(actor: Actor) -> QuerySet[Committee]:
    """Committees this actor may see: all, for whoever may read drafts anywhere. Who sits tells nothing of a draft; what
    was resolved may, so `resolutions_visible_to` is narrower.
    """
    if actor.is_system or actor.scopes_with(Permission.PLAN_READ):
        return Committee.objects.all()
    return Committee.objects.none()


def standing_committees(space: Space | str) -> QuerySet[Committee]:
    """The committees of a space that are constituted now, political first."""
    code = space if isinstance(space, str) else space.pk
    return Committee.objects.filter(space_id=code, valid_to=None).select_related("space").order_by("kind")


def holders(posts: Iterable[int], on: date) -> dict[int, Holding]:
    """Who sits in each of these posts on a day (one query). Vacant posts are left out."""
    found: dict[int, Holding] = {}
    rows = Holding.objects.valid_on(on).filter(post_id__in=list(posts))
    for holding in sorted(rows, key=lambda each: (_ORDER[Sits(each.capacity)], each.pk)):
        found.setdefault(holding.post_id, holding)
    return found


def seats_on(committees: Iterable[Committee], on: date) -> dict[int, list[SeatToday]]:
    """The seats of each committee on a day, presiding seats first, by committee primary key (two queries)."""
    wanted = [committee.pk for committee in committees]
    seats = list(
        Seat.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), committee_id__in=wanted, valid_from__lte=on)
        .select_related("committee", "post__institution")
        .order_by("post__institution__name", "post__title")
    )
    sitting = holders([seat.post_id for seat in seats], on)
    order = {capacity: place for place, capacity in enumerate([*PRESIDING, "member"])}
    by_committee: dict[int, list[SeatToday]] = {pk: [] for pk in wanted}
    for seat in sorted(seats, key=lambda each: order[each.capacity]):
        by_committee[seat.committee_id].append(SeatToday(seat, sitting.get(seat.post_id)))
    return by_committee


def resolutions(space: Space | str) -> QuerySet[Resolution]:
    """What the committees of a space resolved, newest first, with attendance."""
    code = space if isinstance(space, str) else space.pk
    attendance = Attendance.objects.select_related("seat__post__institution")
    return (
        Resolution.objects.filter(committee__space_id=code)
        .select_related("committee__space", "minutes")
        .prefetch_related(Prefetch("attendance", queryset=attendance))
    )


def resolutions_visible_to(actor: Actor, space: Space | str) -> QuerySet[Resolution]:
    """What the committees of a space resolved, as far as the actor may read that space's drafts: it speaks of them."""
    return resolutions(space).filter(committee__space_id__in=readable_spaces(actor).values("pk"))


def standing_copy_hash(actor: Actor, space: Space) -> str:
    """The hash of the signing copy that is out in a space and that the actor may read; "" where there is none."""
    frozen = editions_visible_to(actor).filter(plan_id=space.pk, state=EditionState.FROZEN)
    return frozen.values_list("copy_hash", flat=True).first() or ""


def standing_resolution(space: Space | str, kind: str, decision: str, copy_hash: str) -> Resolution | None:
    """The resolution by which a committee of this kind decided about a signing copy and that still stands, if any."""
    found = resolutions(space).filter(committee__kind=kind, decision=decision, copy_hash=copy_hash, voided_at=None)
    return found.first() if copy_hash else None


def candidates(space: Space, template: SeatTemplate) -> QuerySet[Post]:
    """The posts that a seat template means, as far as codes can tell: those of its kinds, of this space where it says
    so.
    """
    posts = Post.objects.filter(kind__in=template.post_kinds).select_related("institution")
    here = Q(space=space) | Q(institution__space=space)
    if template.each is Each.PER_LOCAL_MUNICIPALITY:
        return posts.filter(institution__space=space, institution__kind=InstitutionKind.LOCAL_MUNICIPALITY)
    if set(template.post_kinds) <= {"executive_mayor", "mayor", "municipal_manager"}:
        return posts.filter(institution__space=space, institution__kind__in=_WHOLE_SPACE)
    province = Q(institution__province=space.province_id)
    return posts.filter(here | province | Q(institution__sphere="national") | Q(institution__sphere=""))


@dataclass(frozen=True)
class UnheldSeat:
    """A seat that the rule set requires and that nobody holds: its label, and the post that is vacant, if it was
    seated.
    """

    kind: str
    label: str
    post: Post | None
    institution_code: str


def unheld_required_seats(space: Space, ruleset_code: str, on: date, locals_: list[MunicipalArea]) -> list[UnheldSeat]:
    """Which required seats of either committee are missing or vacant on a day. `locals_` are the space's local
    municipalities. Three queries, whatever the committees' size.

    A committee that was constituted under another rule set serves as far as its posts sit in the capacities asked for.
    """
    standing = list(standing_committees(space))
    seats = seats_on(standing, on)
    missing = []
    for kind in CommitteeKind.values:
        sitting = [each for committee in standing if committee.kind == kind for each in seats[committee.pk]]
        for template in ruleset(ruleset_code).committee(kind).seats:
            if template.is_required:
                missing += _unheld(kind, template, [each for each in sitting if _fills(each.seat, template)], locals_)
    return missing


def _fills(seat: Seat, template: SeatTemplate) -> bool:
    """Whether a seat is the one that a template means: given as such, or of its kind and capacity under another rule
    set.
    """
    return seat.template == template.code or (
        seat.post.kind in template.post_kinds and seat.capacity == template.capacity.value
    )


def _unheld(
    kind: str, template: SeatTemplate, seated: list[SeatToday], locals_: list[MunicipalArea]
) -> list[UnheldSeat]:
    if template.each is not Each.PER_LOCAL_MUNICIPALITY:
        if any(each.holder for each in seated):
            return []
        post = seated[0].seat.post if seated else None
        return [UnheldSeat(kind, template.label, post, post.institution_id if post else "")]
    by_area = {each.seat.post.institution.municipality_code: each for each in seated}
    missing = []
    for area in locals_:
        found = by_area.get(area.code)
        if found is None or found.holder is None:
            label = f"{template.label}: {area.name}"
            missing.append(UnheldSeat(kind, label, found.seat.post if found else None, area.code.lower()))
    return missing


def next_number(space_code: str, kind: str) -> int:
    """The number of the next resolution; it runs on when a committee is constituted anew."""
    last = (
        Resolution.objects.filter(committee__space_id=space_code, committee__kind=kind)
        .order_by(F("number").desc())
        .values_list("number", flat=True)
        .first()
    )
    return (last or 0) + 1


def seats_of_post(actor: Actor, post: Post) -> list[Thing]:
    """The seats that a post holds on committees that the actor may see."""
    seats = Seat.objects.filter(post=post, valid_to=None, committee__in=visible_to(actor)).select_related("committee")
    return [
        Thing(seat.committee.name, f"/spaces/{seat.committee.space_id}/committees/", seat.get_capacity_display())
        for seat in seats.order_by("committee__space_id", "committee__kind")
    ]
