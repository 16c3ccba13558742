"""What must hold before a person says where a project is, or that its place is right as it stands."""

from django.utils.translation import gettext as _

from oneplan.geometry import checks, measures
from oneplan.platform.errors import RuleBroken
from oneplan.projects.choices import ProjectStanding, Purpose
from oneplan.projects.models import Project
from oneplan.spaces.choices import Doubt, PlaceMethod
from oneplan.spaces.placing import PlaceAnswer, PlaceEvidence

MOST_VERTICES = 100_000  # of what a person draws


def check_can_locate(project: Project, evidence: PlaceEvidence, *, purpose: str, reason: str) -> None:
    """Whether a person may say this of a project's place. Raises RuleBroken."""
    if project.standing == ProjectStanding.MERGED:
        raise RuleBroken(
            _("%(ref)s is one with another project. Place that one, or undo the merge first.") % {"ref": project.ref}
        )
    if not reason.strip():
        raise RuleBroken(_("Say how this is known: a site visit, a letter, the contract."))
    if purpose not in Purpose.values:
        raise RuleBroken(_("Say whether the place of the works or the area served is meant."))
    has_point = evidence.longitude is not None or evidence.latitude is not None
    if purpose == Purpose.WORKS and not project.is_on_ground and (has_point or evidence.wkb):
        raise RuleBroken(
            _(
                "%(ref)s does not stand on the ground (%(kind)s), so it has no point. "
                "Name its municipal areas or its space."
            )
            % {"ref": project.ref, "kind": project.get_kind_display()}
        )
    if evidence.wkb:
        _check_shape(evidence.wkb)


def _check_shape(wkb: bytes) -> None:
    try:
        [shape] = measures.from_wkb([wkb])
    except Exception:  # GEOS raises its own kinds, which only the room of geometry knows
        raise RuleBroken(_("What was drawn cannot be read. Draw it again.")) from None
    if fault := checks.fault_of(shape, most_vertices=MOST_VERTICES):
        raise RuleBroken(_("What was drawn is not valid (%(fault)s). Draw it again.") % {"fault": fault})


def check_is_placed(answer: PlaceAnswer) -> None:
    """Whether what a person said is a place. Raises RuleBroken with what is wrong with it."""
    if answer.method != PlaceMethod.NOT_PLACED:
        return
    why = "; ".join(str(Doubt(doubt).label) for doubt in answer.doubts) or _("no boundaries are known")
    raise RuleBroken(_("This is no place: %(why)s. Nothing was changed.") % {"why": why})


def check_can_review_placement(project: Project, *, reason: str) -> None:
    """Whether a place waits for a look. Raises RuleBroken."""
    if not project.is_doubtful:
        raise RuleBroken(_("The place of %(ref)s waits for nobody: there is nothing to review.") % {"ref": project.ref})
    if not reason.strip():
        raise RuleBroken(_("Say why the place is right as it is."))
