"""What a committee may do now, and whether a meeting could resolve. Never writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneplan.committees.choices import ABOUT_A_COPY, Capacity, CommitteeKind, Decision, Method
from oneplan.committees.models import Committee, Seat, VoidedCopy
from oneplan.committees.queries import SeatToday, standing_resolution
from oneplan.frameworks.definitions import RuleSet
from oneplan.frameworks.queries import ruleset
from oneplan.institutions.models import Post
from oneplan.platform.errors import RuleBroken


@dataclass(frozen=True)
class Count:
    """How many seats there are, how many sat, how many it takes, and whether a presiding seat was among them."""

    total: int
    filled: int
    present: int
    needed: int
    is_presided: bool

    @property
    def is_quorate(self) -> bool:
        return self.present >= self.needed and self.is_presided


def count(seats: list[SeatToday], present: Mapping[int, str], rules: RuleSet, kind: str) -> Count:
    """Count a meeting. `present` maps the primary key of each seat present to who stood in for its holder ("" for
    nobody).

    A seat is filled when its post was held that day, or when somebody stood in for it.
    """
    quorum = rules.committee(kind).quorum
    filled = [each for each in seats if each.holder or present.get(each.seat.pk)]
    sat = [each for each in seats if each.seat.pk in present]
    return Count(
        total=len(seats),
        filled=len(filled),
        present=len(sat),
        needed=quorum.needed(len(filled)),
        is_presided=not quorum.needs_chair or any(each.is_presiding for each in sat),
    )


def check_is_standing(committee: Committee) -> None:
    """Only the committee that is constituted now seats members and resolves."""
    if committee.valid_to is not None:
        raise RuleBroken(
            _("This committee gave way to its successor on %(on)s. Go to the committee that stands now.")
            % {"on": committee.valid_to}
        )


def check_can_constitute(committee: Committee | None, ruleset_code: str) -> None:
    """A committee is constituted anew only under another rule set."""
    if committee is not None and committee.ruleset == ruleset_code:
        raise RuleBroken(
            _("%(name)s is already constituted under this rule set. Seat members on it instead.")
            % {"name": committee.name}
        )


def check_can_seat(committee: Committee, post: Post, capacity: str, open_seats: list[Seat]) -> None:
    """A post sits once; a committee has one chair; the capacity is one of the rule set's for this kind."""
    check_is_standing(committee)
    if any(seat.post_id == post.pk for seat in open_seats):
        raise RuleBroken(_("%(post)s already sits on this committee.") % {"post": post})
    allowed = {seat.capacity.value for seat in ruleset(committee.ruleset).committee(committee.kind).seats}
    if capacity not in allowed | {Capacity.MEMBER.value}:
        raise RuleBroken(
            _("The rule set gives %(name)s no seat as %(capacity)s. Choose another capacity.")
            % {"name": committee.name, "capacity": Capacity(capacity).label.lower()}
        )
    if capacity == Capacity.CHAIR and any(seat.capacity == Capacity.CHAIR for seat in open_seats):
        raise RuleBroken(_("This committee has a chair. Unseat the chair first, or choose another capacity."))


def check_can_unseat(seat: Seat) -> None:
    """An ended seat stays as it was."""
    check_is_standing(seat.committee)
    if seat.valid_to is not None:
        raise RuleBroken(_("This seat ended on %(on)s already.") % {"on": seat.valid_to})


def check_can_resolve(
    committee: Committee, *, held_on: date, today: date, decision: str, text: str, copy_hash: str
) -> None:
    """The meeting lies in the past, the decision is this committee's to take, and the copy it cites still stands."""
    check_is_standing(committee)
    if held_on > today:
        raise RuleBroken(_("The meeting lies in the future. Record the resolution when it was held."))
    if held_on < committee.valid_from:
        raise RuleBroken(
            _("The committee was constituted on %(on)s, after this meeting. Check the date.")
            % {"on": committee.valid_from}
        )
    if not text.strip():
        raise RuleBroken(_("The resolution has no words. Write down what was resolved."))
    _check_decision_suits(committee, decision, copy_hash)
    if copy_hash and VoidedCopy.objects.filter(copy_hash=copy_hash).exists():
        raise RuleBroken(_("That signing copy was withdrawn. Resolve about the copy that stands now."))
    if decision == Decision.APPROVE:
        _check_was_submitted(committee, copy_hash, held_on)


def _check_decision_suits(committee: Committee, decision: str, copy_hash: str) -> None:
    adoption = ruleset(committee.ruleset).adoption
    whose = {Decision.SUBMIT.value: adoption.submits, Decision.APPROVE.value: adoption.approves}
    if whose.get(decision, committee.kind) != committee.kind:
        raise RuleBroken(
            _("Only the %(kind)s may resolve this.") % {"kind": CommitteeKind(whose[decision]).label.lower()}
        )
    if decision in ABOUT_A_COPY and not copy_hash:
        raise RuleBroken(
            _("A resolution about a signing copy cites its hash. Freeze the edition and copy the hash from there.")
        )
    if copy_hash and (len(copy_hash) != 64 or set(copy_hash) - set("0123456789abcdef")):
        raise RuleBroken(
            _("The hash of a signing copy has 64 characters, 0 to 9 and a to f. Copy it from the adoption page.")
        )


def _check_was_submitted(committee: Committee, copy_hash: str, held_on: date) -> None:
    submits = ruleset(committee.ruleset).adoption.submits
    submitted = standing_resolution(committee.space_id, submits, Decision.SUBMIT, copy_hash)
    if submitted is None:
        raise RuleBroken(
            _("The %(kind)s has not submitted this signing copy. It submits first, then this committee approves.")
            % {"kind": CommitteeKind(submits).label.lower()}
        )
    if submitted.held_on > held_on:
        raise RuleBroken(
            _("The signing copy was submitted on %(on)s, after this meeting. Check the dates.")
            % {"on": submitted.held_on}
        )


def check_meeting(committee: Committee, seats: list[SeatToday], present: Mapping[int, str]) -> Count:
    """Who was present sat that day, and they made a quorum with a presiding seat among them. Returns the count."""
    known = {each.seat.pk: each for each in seats}
    for pk, stand_in in present.items():
        if pk not in known:
            raise RuleBroken(_("Somebody marked as present had no seat on that day. Check the date and the seats."))
        if known[pk].holder is None and not stand_in.strip():
            raise RuleBroken(
                _("The post %(post)s was vacant on that day. Fill the post, or name who represented it.")
                % {"post": known[pk].seat.post}
            )
    counted = count(seats, present, ruleset(committee.ruleset), committee.kind)
    if counted.present < counted.needed:
        raise RuleBroken(
            ngettext(
                "Only %(present)s of %(filled)s filled seat was present; the quorum is %(needed)s.",
                "Only %(present)s of %(filled)s filled seats were present; the quorum is %(needed)s.",
                counted.filled,
            )
            % {"present": counted.present, "filled": counted.filled, "needed": counted.needed}
        )
    if not counted.is_presided:
        raise RuleBroken(_("Nobody who may preside was present: the chair, a deputy chair or a co-chair."))
    return counted


def check_votes(method: str, present: int, votes: tuple[int | None, int | None, int | None]) -> None:
    """Votes for, against and abstained add up to the seats present, and more were for than against."""
    given = [vote for vote in votes if vote is not None]
    if method == Method.CONSENSUS:
        if given:
            raise RuleBroken(
                _("A decision by consensus has no count of votes. Leave the votes empty or choose by vote.")
            )
        return
    if len(given) != 3:
        raise RuleBroken(_("A decision by vote needs three counts: for, against, abstained."))
    if sum(given) != present:
        raise RuleBroken(
            _("%(votes)s votes were counted but %(present)s seats were present. Count again.")
            % {"votes": sum(given), "present": present}
        )
    if given[0] <= given[1]:
        raise RuleBroken(_("The vote was not carried: not more seats were for it than against. It is no resolution."))
