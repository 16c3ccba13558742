"""Decisions about imports. Never writes."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneplan.exchange.choices import ALLOWED_MOVES, RunState
from oneplan.exchange.kinds import ImportOrder, Kind
from oneplan.exchange.models import ImportRun
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
    levels = [name for name, _said in kind.levels]
    if order.level and levels and order.level not in levels:
        raise RuleBroken(
            _("There is no level “%(level)s”. The levels are: %(levels)s.")
            % {"level": order.level, "levels": ", ".join(levels)}
        )


def check_can_move(run: ImportRun, to: RunState) -> None:
    """A run may go to that state from where it stands. Raises RuleBroken."""
    if to not in ALLOWED_MOVES[RunState(run.state)]:
        raise RuleBroken(
            _("This import is “%(now)s”; it cannot become “%(to)s”. Open it again to see where it stands.")
            % {"now": RunState(run.state).label, "to": to.label}
        )
