"""A clash in one sentence: what, where, when, and how far apart."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from oneplan.alignment.choices import ClashKind
from oneplan.alignment.models import Clash
from oneplan.platform.web.numerals import grouped


def sentence(clash: Clash) -> str:
    """What gets in the way of what, told with the names of both."""
    left, right = clash.left.title, clash.right.title if clash.right else ""
    when, apart = _when(clash.starts_on, clash.ends_on), _apart(clash.metres)
    if clash.kind == ClashKind.MISSING_PREREQUISITE:
        if right:
            said = _("“%(left)s” needs “%(right)s” first, and that is not there in time") % {
                "left": left, "right": right}  # fmt: skip
        else:
            said = _("“%(left)s” needs what must be there first, and nothing of the kind is known near it") % {
                "left": left}  # fmt: skip
    elif clash.kind == ClashKind.DUPLICATE:
        said = _("“%(left)s” and “%(right)s” look like the same works") % {"left": left, "right": right}
    else:
        said = _("“%(left)s” and “%(right)s” are at work in the same place at the same time") % {
            "left": left, "right": right}  # fmt: skip
    return ", ".join(part for part in (said, apart, when) if part) + "."


def _apart(metres: float | None) -> str:
    if metres is None:
        return ""
    if metres < 1:
        return _("on the same spot")
    if metres < 1000:
        return _("%(n)s metres apart") % {"n": grouped(round(metres))}
    return _("%(n)s km apart") % {"n": grouped(round(metres / 1000, 1))}


def _when(start: date | None, end: date | None) -> str:
    days = [date_format(day, "j M Y") for day in (start, end) if day]
    return _("%(first)s to %(last)s") % {"first": days[0], "last": days[1]} if len(days) == 2 else "".join(days)
