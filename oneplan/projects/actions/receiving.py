"""A submission taken in: what one file of one source says as at a day, set by set. Nothing said before is overwritten.

Each row becomes a snapshot of the project that it names. What the project is now follows the newest day of its sources:
a submission of an older day adds to the past and changes nothing else.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.exchange.models import ImportRun
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.bulk import insert_rows, reserve_ids, update_rows
from oneplan.platform.errors import RuleBroken
from oneplan.projects import signals
from oneplan.projects.actions.numbering import PROJECT, next_number, reference
from oneplan.projects.actions.placed import KEPT, Codes, Places, kept_places
from oneplan.projects.actions.received import MoneyOfYear, ReceivedProject
from oneplan.projects.choices import Event, Feed, ProjectStanding, Purpose
from oneplan.projects.models import Identifier, Placement, Project, Snapshot, SnapshotMoney, Submission
from oneplan.projects.queries import folded
from oneplan.spaces.models import Province, Space

# What a row states of the project as it is now. `states` of a submission names those of them that its feed knows of.
STATED = (
    "title", "description", "kind", "stage", "nature", "funding", "fund", "sector", "sphere", "province_id",
    "budget_programme", "implementing_id", "implementing_text", "funder_id", "start_on", "finish_on",
    "construction_start_on", "construction_finish_on", "contract_finish_on", "actual_start_on", "actual_finish_on",
    "total_cost", "spent_to_date", "jobs",
)  # fmt: skip
_SNAPSHOT = (
    "row", "title", "kind", "stage", "nature", "funding", "start_on", "finish_on", "construction_start_on",
    "construction_finish_on", "contract_finish_on", "total_cost", "professional_fees", "construction_costs",
    "variation_orders", "spent_before", "spent_to_date", "jobs", "contractors", "cells",
)  # fmt: skip
_IDENTIFIER = ("project_id", "scheme", "issuer", "value", "since_id")
_PER_MUNICIPALITY = frozenset({Feed.SA36, Feed.SC36})  # a file of one says nothing of another
# Of them those that an index of the table holds.
_INDEXED = frozenset(
    {"kind", "stage", "funding", "sphere", "province_id", "implementing_id", "funder_id", "total_cost"}
)
_stated = attrgetter(*STATED)
_snapshot = attrgetter(*_SNAPSHOT)


def _values(names: Sequence[str]) -> Callable[[ReceivedProject], tuple[Any, ...]]:
    return lambda item: tuple(getattr(item, name) for name in names)


class _Known(NamedTuple):
    """A project that is there already. `latest` is the day of what is current of it."""

    pk: int
    ref: str
    revision: int
    standing: str
    merged_into: int | None
    latest: date | None
    latest_submission: int | None
    province: str | None


@dataclass
class Received:
    """What a submission did. `submission` is None where it said nothing new."""

    submission: Submission | None = None
    rows: int = 0
    new: int = 0
    renewed: int = 0  # known before, and now as this submission says
    older: int = 0  # known before from a later day: only their past grew
    reappeared: int = 0
    vanished: int = 0
    contradicted: int = 0  # placed by a person, and its source now says otherwise
    first: str = ""
    last: str = ""


@transaction.atomic(savepoint=False)  # SQLite walks all that a savepoint keeps, at every statement inside it
def receive_submission(
    batches: Iterable[Sequence[ReceivedProject]],
    *,
    feed: str,
    source: str,
    as_at: date,
    headers: Sequence[str] = (),
    states: Iterable[str] = STATED,
    space: Space | None = None,
    province: Province | None = None,
    named: Iterable[tuple[str, str, str]] = (),
    run: ImportRun | None = None,
    by: Actor,
) -> Received:
    """Store what a source says as at a day; sets `ref` on every item before the next batch is asked for.

    `states` are the columns of STATED that this feed has anything to say of: others stay as they are. `space` or
    `province` is that to which the file was cut. `named` are names (see Name) that the file holds in rows that were
    refused: their projects have not vanished. One log entry for all. Raises NotAllowed, RuleBroken.
    """
    check(by, Permission.PROJECT_IMPORT, space or province or "national")
    if not source.strip():
        raise RuleBroken(_("Say from which source the submission comes."))
    reception = _Reception(
        feed, source, as_at, tuple(headers), frozenset(states), run, is_whole=space is None,
        inside=province.pk if province else "",
    )  # fmt: skip
    for batch in batches:
        reception.take(batch)
    reception.finish(set(named))
    received, submission = reception.received, reception.submission
    if submission is None:
        return received
    record(
        Event.PROJECTS_IMPORTED, f"run:{run.pk}" if run else f"submission:{submission.pk}", by=by,
        feed=feed, source=source, as_at=as_at, space=space.pk if space else "", province=reception.inside,
        rows=received.rows, new=received.new, renewed=received.renewed, older=received.older,
        vanished=received.vanished, reappeared=received.reappeared, first=received.first, last=received.last,
    )  # fmt: skip
    transaction.on_commit(lambda: signals.submission_received.send(Submission, submission=submission))
    return received


@dataclass
class _Reception:
    """One submission on its way into the tables, batch by batch, so that its cost grows with its rows alone."""

    feed: str
    source: str
    as_at: date
    headers: tuple[str, ...]
    states: frozenset[str]
    run: ImportRun | None
    is_whole: bool
    inside: str = ""  # the province of which alone the file may speak
    submission: Submission | None = None
    received: Received = field(default_factory=Received)

    def __post_init__(self) -> None:
        self.now, self.today = clock.now(), clock.today()
        self.codes = Codes()
        self.indexed_columns = tuple(name for name in STATED if name in self.states and name in _INDEXED)
        self.free_columns = tuple(name for name in STATED if name in self.states and name not in _INDEXED)
        self.indexed, self.free = _values(self.indexed_columns), _values(self.free_columns)
        self.provinces: set[str | None] = set()
        self.implementers: set[str | None] = set()
        self.number = 0

    def take(self, batch: Sequence[ReceivedProject]) -> None:
        if not batch:
            return
        self._open(batch[0])
        known = self._known(batch)
        if self.inside:
            self._check_inside(known, batch)
        projects: list[int] = []
        new: list[ReceivedProject] = []
        new_ids = iter(reserve_ids(Project, sum(item.names[0] not in known for item in batch)))
        for item in batch:
            held = known.get(item.names[0])
            if held is None:
                new.append(item)
                item.ref = reference(PROJECT, self.number)
                self.number += 1
                projects.append(next(new_ids))
            else:
                item.ref = held.ref
                projects.append(held.pk)
            self.provinces.add(item.province_id)
            self.implementers.add(item.implementing_id)
        snapshots = list(reserve_ids(Snapshot, len(batch)))
        self._insert_new(
            [
                (key, snapshot, item)
                for key, snapshot, item in zip(projects, snapshots, batch, strict=True)
                if item.names[0] not in known
            ]
        )
        self._insert_snapshots(projects, snapshots, batch)
        if known:
            self._renew(known, snapshots, batch)
            self._add_names(known, batch)
        self.received.rows += len(batch)
        self.received.new += len(new)
        if new:
            self.received.first = self.received.first or new[0].ref
            self.received.last = new[-1].ref

    def _open(self, first: ReceivedProject) -> None:
        if self.submission is not None:
            return
        self.submission = self.received.submission = Submission.objects.create(
            feed=self.feed, source=self.source, as_at=self.as_at, run=self.run, headers=list(self.headers),
            received_at=self.now, is_sample=first.is_sample,
        )  # fmt: skip
        self.number = next_number(PROJECT)
        self.places = Places(self.submission, self.today, self.now, self.codes)

    def _known(self, batch: Sequence[ReceivedProject]) -> dict[Any, _Known]:
        """By name, the projects that a register names already. Raises RuleBroken where two rows name one."""
        wanted = {item.names[0]: item for item in batch}
        if len(wanted) != len(batch):
            twice = next(item.names[0] for item in batch if wanted[item.names[0]] is not item)
            raise RuleBroken(_("%(name)s stands in two rows. Give each its own id.") % {"name": twice[2]})
        owners: dict[Any, int] = {}
        for scheme, issuer in {name[:2] for name in wanted}:
            values = [name[2] for name in wanted if name[:2] == (scheme, issuer)]
            found = Identifier.objects.filter(scheme=scheme, issuer=issuer, value__in=values)
            owners |= {(scheme, issuer, value): owner for value, owner in found.values_list("value", "project_id")}
        held = self._held(set(owners.values()))
        return {name: held[owner] for name, owner in owners.items()}

    def _check_inside(self, known: dict[Any, _Known], batch: Sequence[ReceivedProject]) -> None:
        """A file of one province says nothing of another's projects. Raises RuleBroken."""
        for item in batch:
            held = known.get(item.names[0])
            if item.province_id != self.inside or (held and held.province not in (None, self.inside)):
                raise RuleBroken(
                    _("“%(name)s” (row %(row)s) is a project of another province. Take it out of the file, or have the"
                      " file imported for the whole country.") % {"name": item.names[0].value, "row": item.row}
                )  # fmt: skip

    def _held(self, keys: set[int]) -> dict[int, _Known]:
        if not keys:
            return {}
        rows = Project.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk")
        return {
            row[0]: _Known(*row)
            for row in rows.values_list(
                "pk", "ref", "revision", "standing", "merged_into_id", "latest__submission__as_at",
                "latest__submission_id", "province_id",
            )
        }  # fmt: skip

    def _insert_new(self, new: Sequence[tuple[int, int, ReceivedProject]]) -> None:
        if not new:
            return
        kept = kept_places([item for _key, _snapshot, item in new], self.codes)
        rows = (
            (
                key, 1, item.ref, *_stated(item), self.feed, ProjectStanding.LIVE.value, item.audience, snapshot,
                item.is_sample, self.now, self.now, search_text(item), *place,
            )
            for (key, snapshot, item), place in zip(new, kept, strict=True)
        )  # fmt: skip
        insert_rows(
            Project,
            ("id", "revision", "ref", *STATED, "feed", "standing", "audience", "latest_id", "is_sample",
             "registered_at", "changed_at", "search_text", *KEPT),
            rows,
        )  # fmt: skip
        since = self._submission_id
        insert_rows(
            Identifier, _IDENTIFIER, [(key, *name, since) for key, _snapshot, item in new for name in item.names]
        )
        for key, _snapshot, item in new:
            self.places.put(key, item)
        self.places.write()

    def _insert_snapshots(
        self, projects: Sequence[int], snapshots: Sequence[int], batch: Sequence[ReceivedProject]
    ) -> None:
        since = self._submission_id
        insert_rows(
            Snapshot,
            ("id", "submission_id", "project_id", *_SNAPSHOT),
            (
                (snapshot, since, project, *_snapshot(item))
                for snapshot, project, item in zip(snapshots, projects, batch, strict=True)
            ),
        )
        insert_rows(
            SnapshotMoney,
            ("snapshot_id", *MoneyOfYear._fields),
            ((snapshot, *year) for snapshot, item in zip(snapshots, batch, strict=True) for year in item.money),
        )

    @property
    def _submission_id(self) -> int:
        if self.submission is None:  # pragma: no cover - opened before anything is written
            raise RuleBroken(_("The submission is not open."))
        return self.submission.pk

    def _renew(self, known: dict[Any, _Known], snapshots: Sequence[int], batch: Sequence[ReceivedProject]) -> None:
        """Bring what is current to what was said, unless a later day has spoken; and with a merged project its other.

        Where both rows of a merge are in the file, the row of the project into which was merged is the one that counts.
        """
        named = [
            (known[item.names[0]], snapshot, item)
            for snapshot, item in zip(snapshots, batch, strict=True)
            if item.names[0] in known
        ]
        targets = self._roots({held.merged_into for held, _snapshot, _item in named if held.merged_into})
        named_keys = {held.pk for held, _snapshot, _item in named}
        renewals: list[tuple[_Known, int, ReceivedProject]] = []
        for held, snapshot, item in named:
            if held.latest is not None and self.as_at < held.latest:
                self.received.older += 1
                continue
            renewals.append((held, snapshot, item))
            root = targets.get(held.merged_into) if held.merged_into else None
            if root is None or root.pk in named_keys or root.latest_submission == self._submission_id:
                continue
            if root.latest is None or self.as_at >= root.latest:
                renewals.append((root, snapshot, item))
                named_keys.add(root.pk)
        self.received.renewed += len({held.pk for held, _snapshot, _item in renewals})
        self._update(renewals)

    def _roots(self, keys: set[int]) -> dict[int | None, _Known]:
        """For each project into which was merged, the one in which the merges end."""
        found: dict[int | None, _Known] = {}
        held = self._held(keys)
        while further := {each.merged_into for each in held.values() if each.merged_into} - held.keys():
            held |= self._held({key for key in further if key})
        for key in keys:
            root = held[key]
            while root.merged_into:
                root = held[root.merged_into]
            found[key] = root
        return found

    def _update(self, renewals: Sequence[tuple[_Known, int, ReceivedProject]]) -> None:
        if not renewals:
            return
        kept = kept_places([item for _held, _snapshot, item in renewals], self.codes)
        moved = self._move([(held.pk, item) for held, _snapshot, item in renewals])
        held_in = self._indexed_values([held.pk for held, _snapshot, _item in renewals])
        same, changed, placed = [], [], []
        for (held, snapshot, item), place in zip(renewals, kept, strict=True):
            standing = held.standing
            if standing == ProjectStanding.VANISHED:
                standing = ProjectStanding.LIVE.value
                self.received.reappeared += 1
            told = (snapshot, held.revision + 1, self.now, search_text(item, held.ref))
            free, indexed = self.free(item), (*self.indexed(item), standing)
            if held.pk in moved:
                placed.append((*told, *free, *indexed, *place, held.pk))
            elif held_in[held.pk] == indexed:
                same.append((*told, *free, held.pk))
            else:
                changed.append((*told, *free, *indexed, held.pk))
        columns = ("latest_id", "revision", "changed_at", "search_text", *self.free_columns)
        every = (*columns, *self.indexed_columns, "standing")
        update_rows(Project, columns, same)
        update_rows(Project, every, changed)
        update_rows(Project, (*every, *KEPT), placed)

    def _indexed_values(self, keys: Sequence[int]) -> dict[int, tuple[Any, ...]]:
        """What stands in indexed columns: to set one costs its index even where nothing changes."""
        rows = Project.objects.filter(pk__in=keys).values_list("pk", *self.indexed_columns, "standing")
        return {row[0]: tuple(row[1:]) for row in rows}

    def _move(self, renewals: Sequence[tuple[int, ReceivedProject]]) -> set[int]:
        """Write the places that are said to be others than before; the keys of the projects that moved by it.

        Where a person has placed a project, what its source says stands beside it, superseded at once, and the project
        waits for review if that is another place.
        """
        current: dict[int, tuple[int, int | None, Any]] = {
            row[0]: (row[1], row[2], row[3])
            for row in Placement.objects.filter(
                project__in=[key for key, _item in renewals], purpose=Purpose.WORKS, superseded_at=None
            ).values_list("project_id", "pk", "submission_id", "evidence")
        }
        by_hand = [key for key, (_pk, submission, _evidence) in current.items() if submission is None]
        said_before = self._said_before(by_hand)
        moved: set[int] = set()
        gone: list[int] = []
        doubted: list[int] = []
        for key, item in renewals:
            held = current.get(key)
            if held is not None and held[1] is None:
                if said_before.get(key) != item.evidence:
                    self.places.put(key, item, is_current=False)
                    doubted.append(key)
            elif held is None or held[2] != item.evidence:
                self.places.put(key, item)
                moved.add(key)
                if held is not None:
                    gone.append(held[0])
        self.places.write(gone)
        contradicted = self._contradicted(doubted, dict(renewals))
        Project.objects.filter(pk__in=contradicted).update(is_doubtful=True)
        self.received.contradicted += len(contradicted)
        return moved

    def _said_before(self, keys: Sequence[int]) -> dict[int, Any]:
        """What the sources of projects that a person placed last said of their place."""
        rows = Placement.objects.filter(project__in=keys, purpose=Purpose.WORKS, submission__isnull=False)
        return dict(rows.order_by("pk").values_list("project_id", "evidence"))

    def _contradicted(self, keys: Sequence[int], items: dict[int, ReceivedProject]) -> list[int]:
        """Of these projects, those that their source puts into another space or municipality than they are kept in."""
        found = []
        rows = Project.objects.filter(pk__in=keys).values_list("pk", "space_id", "municipal_area_id")
        for key, space, municipal_area in rows:
            shares = items[key].place.shares
            spaces = {share.space for share in shares}
            areas = {share.municipal_area for share in shares} - {""}
            if shares and (space not in spaces or (municipal_area and areas and municipal_area not in areas)):
                found.append(key)
        return found

    def _add_names(self, known: dict[Any, _Known], batch: Sequence[ReceivedProject]) -> None:
        """Further names of projects that are known by their first."""
        wanted = {(known[item.names[0]].pk, *name) for item in batch if item.names[0] in known for name in item.names}
        rows = Identifier.objects.filter(project__in={key for key, *_name in wanted})
        missing = wanted - set(rows.values_list("project_id", "scheme", "issuer", "value"))
        insert_rows(Identifier, _IDENTIFIER, [(*name, self._submission_id) for name in sorted(missing)])

    def finish(self, named: set[tuple[str, str, str]]) -> None:
        """Count, and tell which projects of this source are no longer in it."""
        if self.submission is None:
            return
        self.submission.snapshot_count = self.received.rows
        self.submission.save(update_fields=["snapshot_count"])
        if self.is_whole and not self._is_late():
            self.received.vanished = self._let_vanish(named)

    def _is_late(self) -> bool:
        later = Submission.objects.filter(feed=self.feed, source=self.source, as_at__gt=self.as_at)
        if self.inside:  # what another province handed in later says nothing of this one
            later = later.filter(Q(run=None) | Q(run__province_code__in=("", self.inside)))
        return later.exists()

    def _let_vanish(self, named: set[tuple[str, str, str]]) -> int:
        """Projects of this source whose newest word is of an earlier day, in the provinces that the file speaks of."""
        place = Q(province__in=[code for code in self.provinces if code])
        if None in self.provinces:
            place |= Q(province=None)
        absent = Project.objects.filter(
            place, standing=ProjectStanding.LIVE, latest__submission__feed=self.feed,
            latest__submission__source=self.source, latest__submission__as_at__lt=self.as_at,
        )  # fmt: skip
        if self.feed in _PER_MUNICIPALITY:
            absent = absent.filter(implementing__in=[code for code in self.implementers if code])
        keys = set(absent.values_list("pk", flat=True))
        names = Identifier.objects.filter(project__in=keys).values_list("project_id", "scheme", "issuer", "value")
        keys -= {key for key, *name in names if tuple(name) in named}
        return Project.objects.filter(pk__in=keys).update(standing=ProjectStanding.VANISHED, changed_at=self.now)


def search_text(item: ReceivedProject, ref: str = "") -> str:
    """What a project is found by: title, reference, what registers call it, who implements it; folded."""
    return folded(" ".join((item.title, ref or item.ref, *(name[2] for name in item.names), item.implementing_text)))


__all__ = ["STATED", "Received", "receive_submission", "search_text"]
