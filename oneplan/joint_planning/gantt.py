"""The bands of a plan on the axis of its timeline. Pure."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from oneplan.frameworks.definitions import Band
from oneplan.platform.web.axis import Axis, Stretch


def bands_on(axis: Axis, bands: Iterable[Band], start_year: int) -> list[Stretch]:
    """The bands of a plan whose year 1 is `start_year`, as far as they lie on the axis."""
    found = []
    for band in bands:
        first, last = start_year + band.first_year - 1, start_year + band.last_year - 1
        if stretch := axis.stretch(date(first, 1, 1), date(last, 12, 31)):
            found.append(Stretch(stretch.x, stretch.width, band_words(band), band.code))
    return found


def band_words(band: Band) -> str:
    """A band in few words."""
    if band.first_year == band.last_year:
        return _("year %(n)s") % {"n": band.first_year}
    return _("years %(first)s–%(last)s") % {"first": band.first_year, "last": band.last_year}
