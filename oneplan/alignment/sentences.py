"""A clash in one sentence: what, where, when, and how far apart."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from oneplan.alignment.choices import ClashKind, WorksKind
from oneplan.alignment.models import Clash
from oneplan.platform.web.numerals import grouped


def sentence(clash: Clash) -> str:
    """What gets in the way of what, told with the names of both."""
    when, apart = _when(clash.starts_on, clash.ends_on), _apart(clash.metres)
    return ", ".join(part for part in (_said(clash), apart, when) if part) + "."


def _said(clash: Clash) -> str:
    facts = clash.evidence
    names = {"left": clash.left.title, "right": clash.right.title if clash.right else ""}
    if clash.kind == ClashKind.DUPLICATE:
        return _("“%(left)s” and “%(right)s” look like the same works") % names
    if clash.kind == ClashKind.MISSING_PREREQUISITE:
        return _lacking(names, facts)
    if kinds := [str(WorksKind(code).label) for code in facts.get("kinds", ()) if code in WorksKind.values]:
        names |= {"one": kinds[0], "other": kinds[-1]}
        return (
            _("“%(left)s” (%(one)s) and “%(right)s” (%(other)s) are at work in the same place at the same time") % names
        )
    return _("“%(left)s” and “%(right)s” are at work in the same place at the same time") % names


def _lacking(names: dict[str, str], facts: dict[str, Any]) -> str:
    needs = facts.get("needs", "")
    known = {
        **names,
        "needs": str(WorksKind(needs).label) if needs in WorksKind.values else _("what must be there first"),
    }
    if not names["right"]:
        known["km"] = grouped(facts.get("within_km", 0))
        return _("“%(left)s” needs %(needs)s, and none is known within %(km)s km") % known
    if "days_late" in facts:
        known["days"] = grouped(facts["days_late"])
        return (
            _("“%(left)s” needs %(needs)s; “%(right)s”, the soonest near it, is ready %(days)s days after it") % known
        )
    return _("“%(left)s” needs “%(right)s” first, and that is not there in time") % known


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
