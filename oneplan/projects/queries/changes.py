"""What a submission changed against the one before it of the same source.

Compared are the snapshots of two days: a corrected file of the same day counts with the file that it corrects. What
vanished and what is new are compared with each other: a project known by another id, several that became one, one that
became several.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

from django.db.models import Q, QuerySet

from oneplan.projects.choices import BUILDING, DONE, PLANNING, Change, Purpose
from oneplan.projects.likeness import Likely, likely_pairs
from oneplan.projects.models import Placement, Project, Snapshot, SnapshotMoney, Submission

_ORDER = {stage.value: number for number, stage in enumerate((*PLANNING, *BUILDING, *DONE))}
_FEWEST_PARTS, _MOST_PARTS = 2, 4  # so many rows that became one are looked for, or that one became
_MOST_NEAR = 14  # of the most alike rows of one area and institution: among more every sum is somebody's
_AKIN = 70  # of 100: so much of a part's title stands in the whole's


@dataclass(frozen=True)
class Changed:
    """One thing that changed of a project. `was` and `now` are plain values; `others` are the other projects in it.

    Of IDENTIFIER the project is the one that vanished and the other the new one; of MERGED the project is the new one
    and the others are its parts; of SPLIT the project is the one that vanished.
    """

    change: Change
    project: int
    ref: str
    title: str
    was: Any = None
    now: Any = None
    others: tuple[int, ...] = ()

    @property
    def days(self) -> int:
        """By how many days the finish moved; 0 where it is something else that changed."""
        return (self.now - self.was).days if isinstance(self.was, date) and isinstance(self.now, date) else 0


@dataclass(frozen=True)
class _Said:
    """What one day's file says of a project."""

    project: int
    ref: str
    title: str
    stage: str
    finish_on: date | None
    total_cost: Decimal | None
    spent_to_date: Decimal | None
    area: str
    who: str
    longitude: float | None
    latitude: float | None

    def likely(self) -> Likely:
        return Likely(
            self.project, self.title, self.area, self.total_cost, self.finish_on, self.longitude, self.latitude
        )


def previous_day(submission: Submission) -> date | None:
    """The day of the submission before, of the same source."""
    earlier = Submission.objects.filter(feed=submission.feed, source=submission.source, as_at__lt=submission.as_at)
    earlier = earlier.filter(_of_one_cut(submission))
    return earlier.order_by("-as_at").values_list("as_at", flat=True).first()


def _of_one_cut(submission: Submission) -> Q:
    """Files that speak of as much as this one: the whole, or for a province's file the whole and its own."""
    return Q(run=None) | Q(run__province_code__in={"", submission.province_code})


def changes_of(submission: Submission) -> list[Changed]:
    """Everything that changed since the day before, by reference. Empty for the first submission of a source."""
    before = previous_day(submission)
    if before is None:
        return []
    then, now = _said_on(submission, before), _said_on(submission, submission.as_at)
    gone = [then[key] for key in then.keys() - now.keys()]
    new = [now[key] for key in now.keys() - then.keys()]
    gone.sort(key=lambda said: said.ref)
    new.sort(key=lambda said: said.ref)
    found = _joined(gone, new)
    taken = {key for each in found for key in (each.project, *each.others)}
    found += _renumbered([each for each in gone if each.project not in taken], [
        each for each in new if each.project not in taken
    ])  # fmt: skip
    taken = {key for each in found for key in (each.project, *each.others)}
    found += [_made(Change.VANISHED, each) for each in gone if each.project not in taken]
    found += [_made(Change.NEW, each) for each in new if each.project not in taken]
    spent = _spent(submission, before), _spent(submission, submission.as_at)
    moved = _moved(submission, then.keys() & now.keys())
    for key in sorted(then.keys() & now.keys()):
        found += _compared(then[key], now[key], spent[0].get(key, {}), spent[1].get(key, {}))
        if key in moved:
            found.append(_made(Change.MOVED, now[key], *moved[key]))
    return sorted(found, key=lambda each: (each.ref, each.change))


def _files(submission: Submission, day: date) -> "QuerySet[Submission]":
    """The files of a day of the same source; of the submission's own day those up to it."""
    files = Submission.objects.filter(feed=submission.feed, source=submission.source, as_at=day)
    files = files.filter(_of_one_cut(submission))
    return files.filter(pk__lte=submission.pk) if day == submission.as_at else files


def _said_on(submission: Submission, day: date) -> dict[int, _Said]:
    """What the files of a day say of each project; of several the last."""
    rows = Snapshot.objects.filter(submission__in=_files(submission, day)).order_by("submission_id")
    if submission.province_code:
        rows = rows.filter(project__province=submission.province_code)
    found = rows.values_list(
        "project_id", "project__ref", "title", "stage", "finish_on", "total_cost", "spent_to_date",
        "project__municipal_area_id", "project__space_id", "project__province_id", "project__implementing_text",
        "project__longitude", "project__latitude",
    )  # fmt: skip
    return {
        row[0]: _Said(*row[:7], row[7] or row[8] or row[9] or "", *row[10:]) for row in found.iterator(chunk_size=5000)
    }


def _spent(submission: Submission, day: date) -> dict[int, dict[tuple[int, str], Decimal]]:
    """By project, what was spent in each financial year, as far as a day's files state it."""
    rows = SnapshotMoney.objects.filter(snapshot__submission__in=_files(submission, day), spent__isnull=False)
    found: dict[int, dict[tuple[int, str], Decimal]] = defaultdict(dict)
    columns = rows.order_by("snapshot__submission_id").values_list("snapshot__project_id", "year", "basis", "spent")
    for project, year, basis, spent in columns.iterator(chunk_size=5000):
        found[project][year, basis] = spent or Decimal(0)
    return found


def _made(change: Change, said: _Said, was: Any = None, now: Any = None, others: Iterable[int] = ()) -> Changed:
    return Changed(change, said.project, said.ref, said.title, was, now, tuple(others))


def _compared(
    was: _Said, now: _Said, spent_then: dict[tuple[int, str], Decimal], spent_now: dict[tuple[int, str], Decimal]
) -> list[Changed]:
    found = []
    if was.title != now.title:
        found.append(_made(Change.RENAMED, now, was.title, now.title))
    if was.finish_on and now.finish_on and was.finish_on != now.finish_on:
        change = Change.SLIPPED if now.finish_on > was.finish_on else Change.BROUGHT_FORWARD
        found.append(_made(change, now, was.finish_on, now.finish_on))
    if was.total_cost is not None and now.total_cost is not None and was.total_cost != now.total_cost:
        change = Change.COST_UP if now.total_cost > was.total_cost else Change.COST_DOWN
        found.append(_made(change, now, was.total_cost, now.total_cost))
    if was.stage in _ORDER and now.stage in _ORDER and was.stage != now.stage:
        change = Change.STAGE_FORWARD if _ORDER[now.stage] > _ORDER[was.stage] else Change.STAGE_BACK
        found.append(_made(change, now, was.stage, now.stage))
    if was.spent_to_date is not None and now.spent_to_date is not None and now.spent_to_date < was.spent_to_date:
        found.append(_made(Change.SPENDING_FELL, now, was.spent_to_date, now.spent_to_date))
    else:
        for year, spent in spent_then.items():
            if year in spent_now and spent_now[year] < spent:
                found.append(_made(Change.SPENDING_FELL, now, spent, spent_now[year]))
                break
    return found


def _moved(submission: Submission, both: Iterable[int]) -> dict[int, tuple[str, str]]:
    """The projects of both days that this day's files put elsewhere: what was said of the place, and what is now."""
    files = _files(submission, submission.as_at)
    new = Placement.objects.filter(submission__in=files, purpose=Purpose.WORKS)
    said = dict(new.values_list("project_id", "evidence"))
    keys = said.keys() & set(both)
    earlier = Placement.objects.filter(project__in=keys, purpose=Purpose.WORKS, submission__as_at__lt=submission.as_at)
    was = dict(earlier.order_by("pk").values_list("project_id", "evidence"))
    return {key: (_words(was[key]), _words(said[key])) for key in keys if key in was and was[key] != said[key]}


def _words(evidence: dict[str, Any]) -> str:
    said = ("municipality", "space", "ward", "coordinates", "latitude", "longitude")
    return ", ".join(str(evidence[name]) for name in said if name in evidence)


def _renumbered(gone: Sequence[_Said], new: Sequence[_Said]) -> list[Changed]:
    """Pairs of one that vanished and one that is new that are so alike as to be one project, each in one pair only."""
    olds, news = {each.project: each for each in gone}, {each.project: each for each in new}
    found: list[Changed] = []
    for old, fresh, like in likely_pairs([each.likely() for each in gone], [each.likely() for each in new]):
        if old.pk in olds and fresh.pk in news:
            found.append(_made(Change.IDENTIFIER, olds.pop(old.pk), None, like.score, [fresh.pk]))
            del news[fresh.pk]
    return found


def _joined(gone: Sequence[_Said], new: Sequence[_Said]) -> list[Changed]:
    """Several that vanished in one area, of one institution, whose costs sum to that of a new one; and the reverse."""
    found: list[Changed] = []
    taken: set[int] = set()
    for wholes, parts, change in ((new, gone, Change.MERGED), (gone, new, Change.SPLIT)):
        near: dict[tuple[str, str], list[_Said]] = defaultdict(list)
        for part in parts:
            if part.total_cost and part.project not in taken:
                near[part.area, part.who].append(part)
        for whole in wholes:
            some = [part for part in near.get((whole.area, whole.who), ()) if part.project not in taken]
            if whole.project in taken or not whole.total_cost or len(some) < _FEWEST_PARTS:
                continue
            if sum_of := _summing(_akin(whole, some), whole.total_cost):
                taken |= {whole.project, *(part.project for part in sum_of)}
                found.append(_made(change, whole, None, whole.total_cost, (part.project for part in sum_of)))
    return found


def _akin(whole: _Said, some: Sequence[_Said]) -> list[_Said]:
    """Those of which most of the title stands in the other's, the most alike first: costs alone add up by chance."""
    from rapidfuzz import fuzz  # here: slow to load

    scored = [(fuzz.token_set_ratio(whole.title.casefold(), part.title.casefold()), part) for part in some]
    alike = sorted((each for each in scored if each[0] >= _AKIN), key=lambda each: (-each[0], each[1].ref))
    return [part for _score, part in alike[:_MOST_NEAR]]


def _summing(some: Sequence[_Said], total: Decimal) -> tuple[_Said, ...]:
    """The fewest of these whose costs sum to a total exactly; none where there are none."""
    for count in range(_FEWEST_PARTS, min(_MOST_PARTS, len(some)) + 1):
        for group in combinations(some, count):
            if sum((part.total_cost or Decimal(0) for part in group), Decimal(0)) == total:
                return group
    return ()


def refs_of(changes: Iterable[Changed]) -> dict[int, str]:
    """The references of the other projects that changes name, in one query."""
    return dict(
        Project.objects.filter(pk__in={key for each in changes for key in each.others}).values_list("pk", "ref")
    )
