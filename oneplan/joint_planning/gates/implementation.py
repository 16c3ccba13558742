"""Stage 7, Implementation and review: what fell due is reported, and the review opened the next edition."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from oneplan.joint_planning.gates.commitments import owes
from oneplan.joint_planning.gates.evidence import Evidence, Missing


def progress_reported(evidence: Evidence) -> Iterator[Missing]:
    """Every commitment that fell due was reported delivered by its accountable office, or withdrawn."""
    for commitment in evidence.commitments:
        if commitment.finish_on is not None and commitment.finish_on < evidence.today:
            sentence = _("%(ref)s fell due on %(due)s and its delivery is not reported.") % {
                "ref": commitment.ref, "due": commitment.finish_on.isoformat(),
            }  # fmt: skip
            yield Missing(commitment.ref, sentence, owes(evidence, commitment))


def review_held(evidence: Evidence) -> Iterator[Missing]:
    """The annual review was held: it opened the next edition."""
    if evidence.next_edition is None:
        yield Missing("", _("The annual review has not opened the next edition."), evidence.secretariat)
