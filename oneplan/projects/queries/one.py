"""One project, whole: what every submission said of it, what changed between them, and where it is and was."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oneplan.projects.models import Placement, PlacementShare, Project, Snapshot, SnapshotMoney

# What is compared between two submissions, in the order in which it is told.
COMPARED: tuple[tuple[str, str | Promise], ...] = (
    ("title", _("Title")),
    ("kind", _("Kind")),
    ("stage", _("Stage")),
    ("nature", _("Nature of investment")),
    ("funding", _("Funding status")),
    ("total_cost", _("Planned cost")),
    ("spent_to_date", _("Spent to date")),
    ("start_on", _("Start")),
    ("finish_on", _("Finish")),
    ("construction_start_on", _("Construction starts")),
    ("construction_finish_on", _("Construction ends")),
    ("contract_finish_on", _("Contract ends")),
    ("jobs", _("Jobs")),
)
_CODES = ("kind", "stage", "nature", "funding")


@dataclass(frozen=True)
class Difference:
    """A field that two submissions state differently. A value is None where it is not stated."""

    name: str
    label: str | Promise
    before: Any
    after: Any


@dataclass(frozen=True)
class Told:
    """What one submission said of the project, and what that changed."""

    snapshot: Snapshot
    differences: list[Difference]
    is_first: bool


def submissions_of(project: Project) -> list[Told]:
    """Every snapshot in the order of the days for which it holds, each beside the one before. Three queries."""
    rows = list(
        project.snapshots.select_related("submission__run")
        .prefetch_related(Prefetch("money", SnapshotMoney.objects.order_by("year", "basis")))
        .order_by("submission__as_at", "submission_id")
    )
    before: Sequence[Snapshot | None] = [None, *rows]
    return [
        Told(row, differences(earlier, row) if earlier else [], earlier is None)
        for earlier, row in zip(before, rows, strict=False)
    ]


def differences(before: Snapshot, after: Snapshot) -> list[Difference]:
    """What the later snapshot states otherwise."""
    found = []
    for name, label in COMPARED:
        was, is_now = getattr(before, name), getattr(after, name)
        if was != is_now:
            shown = [_shown(snapshot, name) for snapshot in (before, after)]
            found.append(Difference(name, label, *shown))
    return found


def _shown(snapshot: Snapshot, name: str) -> Any:
    """The value, a code in its words; None where it is not stated."""
    value = getattr(snapshot, name)
    if name in _CODES and value:
        return str(getattr(snapshot, f"get_{name}_display")())
    return None if value == "" else value


def cells_of(snapshot: Snapshot) -> list[tuple[str, str]]:
    """The row as read: (heading, cell). Headings that stand several times stand several times here."""
    headers = [str(header) for header in snapshot.submission.headers]
    cells = ["" if cell is None else str(cell) for cell in snapshot.cells]
    width = max(len(headers), len(cells))
    headers += [""] * (width - len(headers))
    cells += [""] * (width - len(cells))
    return list(zip(headers, cells, strict=True))


def placements_of(project: Project) -> list[Placement]:
    """Every answer to where it is, newest first, with its shares. Two queries."""
    shares = PlacementShare.objects.select_related("space", "municipal_area", "ward")
    return list(
        project.placements.select_related("submission").prefetch_related(Prefetch("shares", shares))
        .order_by("-made_at", "-pk")
    )  # fmt: skip
