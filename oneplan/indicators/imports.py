"""What this room takes in: files of observations, in the layouts it ships or by a remembered mapping."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.exchange.kinds import ImportOrder, Kind
from oneplan.exchange.models import ImportRun
from oneplan.exchange.readers.guard import MIB, Limits
from oneplan.exchange.targets import Target, TargetType
from oneplan.indicators.actions import build_observations
from oneplan.indicators.choices import ReleaseState, Standing
from oneplan.indicators.feeds import labels, performance, sdmx
from oneplan.indicators.feeds.binding import SDMX
from oneplan.indicators.feeds.reader import ObservationFile
from oneplan.indicators.feeds.targets import TARGETS, offered_tables
from oneplan.indicators.models import ObservationRelease
from oneplan.indicators.queries import visible_to
from oneplan.indicators.tables import sources
from oneplan.warehouse.store import BuildUnderWay

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_GIB = 1024 * MIB


def _national(order: ImportOrder) -> list[str]:
    return ["national"]


def _suggest(headers: Sequence[str], said: Mapping[str, str]) -> dict[str, str]:
    """Columns whose header says a period, a category or a table are columns of values."""
    return {header: "values" for header in headers if labels.of_header(header, said.get("table", ""))}


def _explain(said: Mapping[str, str]) -> "list[tuple[StrOrPromise, str]]":
    """What the table holds that was named: what is counted, in what, by which categories, down to which places."""
    table = labels.table_called(said.get("table", ""))
    if table is None:
        return []
    told: list[tuple[StrOrPromise, str]] = [
        (_("Table"), table.title),
        (_("Counted"), str(table.universe.label)),
        (_("Unit"), str(table.unit.label)),
    ]
    told += [(dimension.capitalize(), "; ".join(known)) for dimension, known in table.categories.items() if known]
    if table.boundary:
        told.append((_("Borders"), str(table.boundary)))
    return [*told, (_("Down to"), str(table.lowest.label)), (_("Source"), sources()[table.source].title)]


def _became(run: ImportRun, by: Actor) -> list[tuple[str, str]]:
    """The release that a file has become, and how it stands."""
    return [
        (f"{each.ref}: {ReleaseState(each.state).label}", reverse("indicators:release", args=[each.ref]))
        for each in visible_to(by).filter(run=run)
    ]


def _build_at_once(by: Actor) -> Iterator[str]:
    """On the command line nobody waits for a worker."""
    newest = ObservationRelease.objects.order_by("-id").first()
    if newest and newest.state == ReleaseState.HELD:
        yield _("%(ref)s is held back: %(errors)s errors stand. Mend the file and import it again, or have it published"
                " with a reason.") % {"ref": newest.ref, "errors": newest.errors}  # fmt: skip
        return
    try:
        build = build_observations(by=by, reason=_("Observations were imported"))
    except BuildUnderWay:
        yield _("A worker of this OnePlan is building the observations already; they are served when it is done.")
        return
    yield _("The observations were built: %(observations)s observations and %(values)s values are served.") % {
        "observations": build.facts["observations"], "values": build.facts["values"],
    }  # fmt: skip


INDICATORS = Kind(
    name="indicators",
    title=gettext_lazy("Indicators: censuses, surveys, registers"),
    permission=Permission.OBSERVATION_IMPORT,
    targets=TARGETS,
    reader=ObservationFile,
    scopes=_national,
    needs=frozenset({"source", "as_at"}),
    takes=frozenset(),
    suffixes=(".csv", ".xlsx", ".gz"),
    layouts=Path(__file__).parent / "layouts",
    own_layouts=lambda: {SDMX: sdmx.layout()},
    recognise=sdmx.recognise,
    details=(
        Target("standing", gettext_lazy("Who may see it"), TargetType.CHOICE, choices=dict(Standing.choices),
               help=gettext_lazy("Public where nothing else is said.")),
        Target("table", gettext_lazy("Table"), TargetType.CODE, offers=offered_tables,
               help=gettext_lazy("Only where the file does not say which table of the registry its rows are of.")),
        Target("margin", gettext_lazy("Sampling error or undercount"), most=500,
               help=gettext_lazy("As the source states it, with its document. Left empty, as the registry knows it.")),
        Target("title", gettext_lazy("Title"), most=200),
    ),
    limits=Limits(file_bytes=5 * _GIB, unpacked_bytes=20 * _GIB),
    suggest=_suggest,
    explain=_explain,
    became=_became,
    follow=_build_at_once,
)  # fmt: skip
PERFORMANCE = Kind(
    name="performance",
    title=gettext_lazy("Performance: quarterly reports of institutions (eQPRS)"),
    permission=Permission.OBSERVATION_IMPORT,
    targets=performance.TARGETS,
    reader=performance.PerformanceRows,
    scopes=_national,
    row_key=("institution", "programme", "subprogramme", "indicator"),
    needs=frozenset({"source", "as_at"}),
    takes=frozenset(),
    layout="eqprs",
    layouts=Path(__file__).parent / "performance_layouts",
)  # fmt: skip
KINDS = (INDICATORS, PERFORMANCE)
