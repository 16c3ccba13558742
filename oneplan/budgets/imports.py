"""What this room takes in: files of budget figures, in the layouts it ships or by a mapping."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.budgets.actions import build_warehouse
from oneplan.budgets.choices import Standing
from oneplan.budgets.datasets import datasets
from oneplan.budgets.feeds.layouts import recognise, specs
from oneplan.budgets.feeds.reader import BudgetFile
from oneplan.budgets.feeds.targets import TARGETS
from oneplan.exchange.kinds import ImportOrder, Kind
from oneplan.exchange.readers.guard import MIB, Limits
from oneplan.exchange.targets import Target, TargetType
from oneplan.warehouse.store import BuildUnderWay

_GIB = 1024 * MIB


def _national(order: ImportOrder) -> list[str]:
    return ["national"]


def _build_at_once(by: Actor) -> Iterator[str]:
    """On the command line nobody waits for a worker."""
    try:
        build = build_warehouse(by=by, reason=_("A budget was imported"))
    except BuildUnderWay:
        yield _("A worker of this OnePlan is building the warehouse already; the figures are served when it is done.")
        return
    yield _("The warehouse was built: %(facts)s figures of %(releases)s releases are served.") % {
        "facts": build.facts["facts"], "releases": len(build.facts["releases"]),
    }  # fmt: skip


BUDGET = Kind(
    name="budget",
    title=gettext_lazy("Budgets and spending"),
    permission=Permission.BUDGET_IMPORT,
    targets=TARGETS,
    reader=BudgetFile,
    scopes=_national,
    needs=frozenset({"as_at"}),
    takes=frozenset(),
    suffixes=(".csv", ".xlsx", ".gz"),
    details=(
        Target("standing", gettext_lazy("Who may see it"), TargetType.CHOICE, choices=dict(Standing.choices),
               help=gettext_lazy("Public where nothing else is said.")),
        Target("unit", gettext_lazy("Rand in one of the file"), TargetType.CHOICE,
               choices={"1": gettext_lazy("Rand"), "1000": gettext_lazy("Thousands of rand"),
                        "1000000": gettext_lazy("Millions of rand")},
               help=gettext_lazy("As the layout says where nothing else is said.")),
        Target("dataset", gettext_lazy("Dataset"), TargetType.CHOICE,
               choices={each.code: each.title for each in datasets()},
               help=gettext_lazy("Only for files without a layout of their own.")),
        Target("year_end", gettext_lazy("Month in which the financial year ends"), most=20,
               help=gettext_lazy("Only for entities whose file does not say it.")),
        Target("title", gettext_lazy("Title"), most=200),
    ),
    limits=Limits(file_bytes=20 * _GIB, unpacked_bytes=60 * _GIB),
    own_layouts=specs,
    recognise=recognise,
    follow=_build_at_once,
)  # fmt: skip
KINDS = (BUDGET,)
