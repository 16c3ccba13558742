"""The works among which clashes are looked for: on the ground, going on or planned, with their construction period."""

from datetime import date

from oneplan.alignment.clashes import Works
from oneplan.projects.choices import DONE, STOPPED, ProjectKind, ProjectStanding, Purpose
from oneplan.projects.models import Placement, Project
from oneplan.spaces.choices import Doubt, PlaceMethod

FIRST_DAY, LAST_DAY = date(1994, 4, 27), date(2100, 1, 1)  # days outside are slips of the pen
_UNSURE = {Doubt.SPACE_DIFFERS, Doubt.MUNICIPALITY_DIFFERS, Doubt.CROWDED}
_COLUMNS = (
    "pk", "title", "implementing_id", "implementing_text", "feed", "sector", "nature", "longitude", "latitude",
    "start_on", "finish_on", "construction_start_on", "construction_finish_on", "contract_finish_on",
    "actual_start_on", "actual_finish_on", "total_cost", "municipal_area_id", "space_id",
)  # fmt: skip


def works_as_at(day: date) -> list[Works]:
    """Live works that are not done, stopped or past on a day. A point that is doubted does not say where they dig."""
    rows = Project.objects.filter(kind=ProjectKind.WORKS, standing=ProjectStanding.LIVE).exclude(
        stage__in=(*DONE, *STOPPED)
    )
    shapes, unsure = _shapes()
    found = []
    for row in rows.order_by("pk").values_list(*_COLUMNS).iterator(chunk_size=5_000):
        pk, title, code, text, feed, sector, nature, x, y, start, end, *days, cost, area, space = row
        build_start, build_end, contract_end, actual_start, actual_end = days
        starts = _day(actual_start) or _day(build_start) or _day(start)
        ends = _day(actual_end) or max(filter(None, map(_day, (build_end, contract_end))), default=None) or _day(end)
        if ends and starts and ends < starts:
            starts = ends = None  # reversed: the period is not known
        if ends and ends < day:
            continue
        is_sure = pk not in unsure
        found.append(
            Works(
                pk, title, code or text, feed, sector, nature, x if is_sure else None, y if is_sure else None,
                shapes.get(pk, b"") if is_sure else b"", starts, ends, cost, area or "", space or "",
            )
        )  # fmt: skip
    return found


def _day(day: date | None) -> date | None:
    return day if day and FIRST_DAY <= day <= LAST_DAY else None


def _shapes() -> tuple[dict[int, bytes], set[int]]:
    """The drawn shapes of works, and the works whose geometry is doubted."""
    rows = Placement.objects.filter(purpose=Purpose.WORKS, superseded_at=None, method=PlaceMethod.GEOMETRY).order_by()
    shapes = {
        pk: bytes(wkb) for pk, wkb in rows.filter(wkb__isnull=False).values_list("project_id", "wkb") if wkb is not None
    }
    doubts = rows.values_list("project_id", "doubts", "reason")
    return shapes, {pk for pk, named, reason in doubts.iterator(chunk_size=5_000) if not reason and _UNSURE & {*named}}
