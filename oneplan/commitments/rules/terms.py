"""What is written in a commitment: words, dates, codes, what it serves."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from oneplan.commitments import queries
from oneplan.commitments.choices import CommitmentKind, Novelty, ProjectStage
from oneplan.commitments.models import Commitment
from oneplan.commitments.rules.places import point_flaw
from oneplan.frameworks.queries import markers
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.models import Space

LEAST_REASON = 10  # characters: enough for a sentence, too long for "ok"
GREATEST = 10**11  # with four decimals fifteen digits, which every database and spreadsheet gives back as written


def check_terms_make_sense(commitment: Commitment) -> None:
    """Title, dates in order, money not negative, numbers of a size, coordinates in South Africa's part of the world."""
    if not commitment.title.strip():
        raise RuleBroken(_("A commitment needs a title: what will be done, in a few words."))
    start, finish = commitment.start_on, commitment.finish_on
    if start and finish and finish < start:
        raise RuleBroken(
            _("It would finish on %(finish)s, before it starts on %(start)s. Swap or correct the dates.")
            % {"start": start.isoformat(), "finish": finish.isoformat()}
        )
    for amount in (commitment.total_cost, commitment.spent_before):
        if amount is not None and amount < 0:
            raise RuleBroken(
                _("A cost of %(amount)s is negative. Leave it empty if it is unknown.") % {"amount": amount}
            )
    for number in (commitment.baseline, commitment.target):
        if number is not None and not abs(number) < GREATEST:
            raise RuleBroken(_("A baseline or target is a number below 100 thousand million. Use a larger unit."))
    if (commitment.longitude is None) != (commitment.latitude is None):
        raise RuleBroken(_("A point has a longitude and a latitude. Give both, or neither."))
    if commitment.longitude is not None and point_flaw(commitment.longitude, commitment.latitude or 0.0):
        raise RuleBroken(_("The point %(longitude)s, %(latitude)s does not lie in South Africa. Longitude is 16 to 38 east, latitude 22 to 47 south, written −22 to −47.") % {"longitude": commitment.longitude, "latitude": commitment.latitude})  # fmt: skip # noqa: E501


def check_codes(commitment: Commitment) -> None:
    """Kind, area, novelty and stage are codes that the Framework's lists know."""
    known = {
        _("kind"): (commitment.kind, CommitmentKind.values),
        _("novelty"): (commitment.novelty, Novelty.values),
        _("transformation area"): (commitment.area, ["", *(area.code for area in queries.areas())]),
        _("project stage"): (commitment.project_stage, ["", *ProjectStage.values]),
    }
    for what, (value, codes) in known.items():
        if value not in codes:
            raise RuleBroken(
                _("%(value)s is no %(what)s. Choose one of: %(codes)s.")
                % {"value": value or "–", "what": what, "codes": ", ".join(code for code in codes if code)}
            )


def check_elements_exist(commitment: Commitment, space: Space, refs: Iterable[str]) -> None:
    """What is served stands in the plan of a space that has a share."""
    refs = set(refs)
    if not refs:
        return
    if space.pk not in queries.share_codes(commitment):
        raise RuleBroken(_("%(space)s has no share in this commitment. Give it one first.") % {"space": space})
    known = {element.ref for element in queries.servable(space)}
    if unknown := sorted(refs - known):
        raise RuleBroken(
            _("The plan of %(space)s has no outcome or strategy %(refs)s.")
            % {"space": space, "refs": ", ".join(unknown)}
        )


def check_marker(marker: str) -> None:
    codes = [each.code for each in markers()]
    if marker not in codes:
        raise RuleBroken(
            _("%(marker)s is no marker. Choose one of: %(codes)s.") % {"marker": marker, "codes": ", ".join(codes)}
        )


def check_reason(reason: str) -> None:
    if len(reason.strip()) < LEAST_REASON:
        raise RuleBroken(_("Say why, in a sentence: it is kept and shown with the change."))


def check_justification(justification: str) -> None:
    if len(justification.strip()) < LEAST_REASON:
        raise RuleBroken(_("Say in a sentence how the commitment serves this marker."))
