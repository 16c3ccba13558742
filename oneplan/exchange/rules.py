"""Decisions about imports. Never writes."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneplan.exchange.choices import ALLOWED_MOVES, RunState
from oneplan.exchange.kinds import ImportOrder, Kind
from oneplan.exchange.models import ImportRun
from oneplan.exchange.targets import TargetType
from oneplan.platform.errors import RuleBroken

_NEEDS = {
    "source": gettext_lazy("the source (who made the file)"),
    "as_at": gettext_lazy("the date as at which the file holds"),
    "level": gettext_lazy("the level"),
    "space": gettext_lazy("the space"),
}


def check_order(kind: Kind, order: ImportOrder) -> None:
    """An order names everything its kind needs. Raises RuleBroken."""
    missing = [
        str(_NEEDS[need])
        for need in ("source", "as_at", "level", "space")
        if need in kind.needs and not getattr(order, need)
    ]
    if missing:
        raise RuleBroken(
            _("To import %(kind)s, say also %(missing)s.")
            % {"kind": str(kind.title).lower(), "missing": ", ".join(missing)}
        )
    if order.province and "province" not in kind.takes:
        raise RuleBroken(
            _("%(kind)s cannot be cut to a province. Leave the province out, or name a space.") % {"kind": kind.title}
        )
    if order.province and order.space:
        raise RuleBroken(_("Name a space or a province, not both: a file is cut to one of them."))
    levels = [name for name, _said in kind.levels]
    if order.level and levels and order.level not in levels:
        raise RuleBroken(
            _("There is no level “%(level)s”. The levels are: %(levels)s.")
            % {"level": order.level, "levels": ", ".join(levels)}
        )
    check_details(kind, order.details)


def check_details(kind: Kind, details: Mapping[str, str]) -> None:
    """What a kind asks for besides the file is there, known and readable. Raises RuleBroken."""
    known = {detail.name: detail for detail in kind.details}
    if strange := sorted(details.keys() - known.keys()):
        raise RuleBroken(
            _("%(kind)s asks for nothing called %(names)s. It asks for: %(known)s.")
            % {"kind": kind.title, "names": ", ".join(strange), "known": ", ".join(known) or _("nothing")}
        )
    if missing := [name for name, detail in known.items() if detail.required and not details.get(name)]:
        raise RuleBroken(
            _("To import %(kind)s, say also: %(missing)s.")
            % {
                "kind": str(kind.title).lower(),
                "missing": ", ".join(f"{known[name].label} ({name})" for name in missing),
            }
        )
    for name, value in details.items():
        detail = known[name]
        if detail.choices and value not in detail.choices:
            raise RuleBroken(
                _("“%(value)s” is no %(label)s. Choose: %(choices)s.")
                % {"value": value, "label": str(detail.label).lower(), "choices": ", ".join(detail.choices)}
            )
        if detail.type == TargetType.DATE and not _is_day(value):
            raise RuleBroken(
                _("“%(value)s” is no date. Write it as 2026-11-30 (%(label)s).")
                % {"value": value, "label": detail.label}
            )
        if detail.most and len(value) > detail.most:
            raise RuleBroken(
                _("%(label)s has at most %(most)s letters.") % {"label": detail.label, "most": detail.most}
            )


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def check_can_move(run: ImportRun, to: RunState) -> None:
    """A run may go to that state from where it stands. Raises RuleBroken."""
    if to not in ALLOWED_MOVES[RunState(run.state)]:
        raise RuleBroken(
            _("This import is “%(now)s”; it cannot become “%(to)s”. Open it again to see where it stands.")
            % {"now": RunState(run.state).label, "to": to.label}
        )
