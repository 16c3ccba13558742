"""Where a commitment lands, and how well that is known."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from oneplan.commitments.choices import PlaceQuality
from oneplan.commitments.models import Commitment
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.models import MunicipalArea, Ward


def point_flaw(longitude: float, latitude: float) -> str:
    """What is wrong with a point: "" nothing, "zero", "swapped" (or the sign lost), "outside".

    The box holds South Africa with the Prince Edward Islands.

    >>> [point_flaw(*point) for point in ((27.8, -23.7), (0.0, 0.0), (-23.7, 27.8), (27.8, 23.7), (2.0, 1.0))]
    ['', 'zero', 'swapped', 'swapped', 'outside']
    """
    if longitude == 0 or latitude == 0:
        return "zero"
    if 16 <= longitude <= 38.5 and -47.5 <= latitude <= -22:
        return ""
    if (16 <= abs(latitude) <= 38.5 and 22 <= abs(longitude) <= 47.5) or (
        16 <= longitude <= 38.5 and 22 <= latitude <= 47.5
    ):
        return "swapped"
    return "outside"


def check_areas_lie_in(space_codes: Iterable[str], areas: Iterable[MunicipalArea], ward: Ward | None = None) -> None:
    """Named municipal areas, and the ward, belong to a space that has a share; to any of them where there are more."""
    codes = set(space_codes)
    named = [(str(area), area.space_id) for area in areas]
    if ward is not None:
        named.append((_("Ward %(code)s") % {"code": ward.pk}, ward.municipal_area.space_id))
    for name, code in named:
        if code not in codes:
            raise RuleBroken(
                _("%(area)s does not lie in %(spaces)s. Name areas of these spaces, or give that space a share first.")
                % {"area": name, "spaces": ", ".join(sorted(codes))}
            )


def place_quality(commitment: Commitment, *, has_areas: bool, point_quality: str) -> PlaceQuality:
    """How well the place is known.

    `point_quality` is what the boundaries said of the point: legal, approximate, none.
    """
    if commitment.ward_id or point_quality == "legal":
        return PlaceQuality.LOCATED
    if has_areas:
        return PlaceQuality.NAMED
    if point_quality == "approximate":
        return PlaceQuality.APPROXIMATE
    return PlaceQuality.WHOLE_SPACE if commitment.whole_space else PlaceQuality.NOT_PLACED
