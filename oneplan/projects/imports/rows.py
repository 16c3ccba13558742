"""What a row of a table of projects means. exchange runs the pipeline; see its README.

Every row is kept that says which project it is: what cannot be read is left empty with a warning, a place that is
doubtful is kept with its doubt, and what is not on the ground keeps its kind.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.exchange.choices import IssueKind
from oneplan.exchange.issues import IssueLog
from oneplan.exchange.kinds import ImportOrder, TableHead
from oneplan.exchange.models import ImportRun
from oneplan.exchange.rows import Row, in_batches
from oneplan.institutions.choices import Sphere
from oneplan.institutions.queries import Directory
from oneplan.money import format_rand
from oneplan.periods import clock
from oneplan.periods.years import Basis
from oneplan.platform.errors import RuleBroken
from oneplan.projects import actions
from oneplan.projects.actions import MoneyOfYear, Name, ReceivedProject
from oneplan.projects.choices import Audience, Nature, ProjectKind, Scheme, Stage
from oneplan.projects.imports.money import Money
from oneplan.projects.imports.places import NAMES, Names, Said, said_of, tell_doubts
from oneplan.projects.models import BELIEVABLE_COST, Identifier, SnapshotMoney
from oneplan.spaces.choices import Confidence, Doubt, PlaceMethod
from oneplan.spaces.models import Province, Space
from oneplan.spaces.placing import PlaceAnswer, place
from oneplan.spaces.queries.known import Territory

AT_ONCE = 2_000  # rows stored together; exchange remembers rows some thousand behind
CROWD = 20  # so many projects on one very point stand on an office, not on their works
_ISSUER = 40  # letters of an identifier's issuer
_MOST = {"title": 300, "fund": 120, "sector": 80, "budget_programme": 160, "implementing": 200}
_AS_READ = (
    "stage", "nature", "funding", "sphere", "description", "start_on", "finish_on", "construction_start_on",
    "construction_finish_on", "contract_finish_on", "actual_start_on", "actual_finish_on", "total_cost",
    "professional_fees", "construction_costs", "variation_orders", "spent_before", "spent_to_date", "jobs",
)  # fmt: skip
_TRANSFERS = frozenset({Nature.TRANSFER_CAPITAL.value, Nature.TRANSFER_CURRENT.value})
STATES: dict[str, tuple[str, ...]] = {"implementing_id": ("implementing",), "implementing_text": ("implementing",),
    "funder_id": ("funder",), "province_id": ("province", "space", "municipality")}  # fmt: skip


def kind_of(stage: str, nature: str, stated: str = "") -> str:
    """What a row is. Salaries before packages before transfers before what is not infrastructure before works.

    >>> kind_of("packaged", "transfer_capital"), kind_of("design", "new"), kind_of("", "", "transfer")
    ('packaged', 'works', 'transfer')
    """
    if stage == Stage.COMPENSATION.value:
        return ProjectKind.COMPENSATION.value
    if stage == Stage.PACKAGED.value:
        return ProjectKind.PACKAGED.value
    if nature in _TRANSFERS:
        return ProjectKind.TRANSFER.value
    if nature == Nature.NON_INFRASTRUCTURE.value:
        return ProjectKind.NON_INFRASTRUCTURE.value
    return stated or ProjectKind.WORKS.value


class ProjectRows:
    """The reader of one run: a table of projects by any mapping. Its rows are known by their id in their source."""

    basis = Basis.PFMA

    def __init__(self, order: ImportOrder) -> None:
        self._order = order
        self._as_at = order.as_at or clock.today()
        self._today = clock.today()
        self._space = Space.objects.filter(pk=order.space).first() if order.space else None
        if order.space and self._space is None:
            raise RuleBroken(_("There is no space %(code)s. Write a code such as DC36 or ETH.") % {"code": order.space})
        self._province = Province.objects.filter(pk=order.province).first() if order.province else None
        if order.province and self._province is None:
            raise RuleBroken(
                _("There is no province %(code)s. The provinces are: %(codes)s.")
                % {"code": order.province, "codes": ", ".join(Province.objects.values_list("pk", flat=True))}
            )
        self._names = Names(self._today)
        self._territory = Territory.on(self._today)
        self._directory = Directory(self._today)
        self._institution = lru_cache(maxsize=NAMES)(self._find_institution)
        self._money = Money(self._as_at, self.basis)
        self._headers: Sequence[str] = ()
        self._fed: frozenset[str] = frozenset()
        self._crowds: Counter[tuple[float, float]] = Counter()
        self._first: dict[tuple[float, float], int] = {}
        self._keys: list[str] = []
        self._called_in: dict[Name, int] = {}
        self._encode = json.JSONEncoder(ensure_ascii=False, default=_plain).encode

    # --- the table as a whole ----------------------------------------------------------------------------------------

    def meet(self, head: TableHead, log: IssueLog) -> Mapping[str, Any]:
        """Keep the headers, under which every row is kept as read, and what the file can say of a project."""
        self._headers, self._fed = head.headers, head.fed
        return {}

    def leave(self, keys: Collection[str], log: IssueLog) -> None:
        """Tell of points on which a crowd of projects stands."""
        self._keys = list(keys)
        self._crowds = Counter({point: count for point, count in self._crowds.items() if count >= CROWD})
        for (longitude, latitude), count in self._crowds.most_common():
            message = _(
                "%(count)s projects stand on the very point %(longitude)s, %(latitude)s. It may be an office: they are"
                " kept there with low confidence and wait for review."
            ) % {"count": count, "longitude": longitude, "latitude": latitude}
            log.warn(IssueKind.PLACE_DIFFERS, message, row=self._first[longitude, latitude])

    # --- check -------------------------------------------------------------------------------------------------------

    def check(self, rows: Sequence[Row]) -> None:
        """Look up places and institutions of a batch, place it, and say what is odd."""
        items = [self._item(row) for row in rows]
        places = [
            said_of(row, self._names, is_on_ground=item.kind == ProjectKind.WORKS)
            for row, item in zip(rows, items, strict=True)
        ]
        held_elsewhere = self._held_elsewhere(items) if self._province else frozenset()
        answers = place([said.evidence for said in places], self._today, territory=self._territory)
        for row, item, said, answer in zip(rows, items, places, answers, strict=True):
            if row.is_refused or row.left_out or self._is_elsewhere(row, answer):
                continue
            self._check_once(row, item)
            item.place, item.evidence, item.province_id = answer, said.words, said.province
            if self._province is not None and not self._is_of_province(row, item, held_elsewhere):
                continue
            item.wkb = said.evidence.wkb
            if item.kind == ProjectKind.WORKS:
                tell_doubts(row, said, answer)
                self._count_point(row, said, answer)
            else:
                for fault in said.faults:
                    row.warn(fault.target, fault.kind, fault.message)
            self._check_sense(row, item)
            row.found["item"] = item

    def _item(self, row: Row) -> ReceivedProject:
        values = row.values
        read = values.get
        item = ReceivedProject(row.number, self._called(row), self._short(row, "title"))
        for name in _AS_READ:
            value = read(name)
            if value is not None:
                setattr(item, name, value)
        item.kind = kind_of(item.stage, item.nature, read("kind") or "")
        item.fund, item.sector = self._short(row, "fund"), self._short(row, "sector")
        item.budget_programme = self._short(row, "budget_programme")
        item.audience = read("audience") or Audience.GOVERNMENT.value
        item.is_sample = bool(read("is_sample"))
        self._set_institutions(row, item)
        if contractors := read("contractors"):
            item.contractors = _contractors(contractors)
        item.money = self._money.of(row)
        item.cells = self._encode(row.cells)
        return item

    def _called(self, row: Row) -> tuple[Name, ...]:
        """What the row's project is called, the name first by which it is known again."""
        return (Name(Scheme.SOURCE.value, self._issuer_of_source, row.key),)

    @cached_property
    def _issuer_of_source(self) -> str:
        """The source, as short as it must be: row ids are its own."""
        source = self._order.source
        if len(source) <= _ISSUER:
            return source
        return f"{source[: _ISSUER - 9]} {hashlib.blake2b(source.encode(), digest_size=4).hexdigest()}"

    def _check_once(self, row: Row, item: ReceivedProject) -> None:
        """Refuse a second row of one name: ids that differ as written may be one."""
        first = self._called_in.setdefault(item.names[0], row.number)
        if first != row.number:
            row.refuse(
                "key", IssueKind.DUPLICATE_ROW,
                _("“%(name)s” stands in row %(first)s already. Keep one of the two, or give each its own id.")
                % {"name": item.names[0].value, "first": first},
            )  # fmt: skip

    def _short(self, row: Row, target: str) -> str:
        """A text that fits its column; the whole of it stays in the row as read."""
        text: str = row.values.get(target) or ""
        most = _MOST[target]
        if len(text) <= most:
            return text
        row.warn(
            target, IssueKind.TOO_LONG,
            _("The text has %(length)s letters. The first %(most)s are shown; the row is kept as read.")
            % {"length": len(text), "most": most},
        )  # fmt: skip
        return text[: most - 1] + "…"

    def _set_institutions(self, row: Row, item: ReceivedProject) -> None:
        province, sphere = row.values.get("province") or "", row.values.get("sphere") or ""
        if name := row.values.get("implementing"):
            item.implementing_text = self._short(row, "implementing")
            code, problem = self._institution(name, province, sphere)
            item.implementing_id = code or None
            if problem:
                row.warn("implementing", *problem)
        if name := row.values.get("funder"):
            code, problem = self._institution(name, "", "")
            item.funder_id = code or None
            if problem:
                row.warn("funder", *problem)

    def _find_institution(self, name: str, province: str, sphere: str) -> tuple[str, tuple[IssueKind, str] | None]:
        """(code, what is wrong) of an institution's name; the code is "" where none or several are meant."""
        inside = province if sphere == Sphere.PROVINCIAL else None
        found = self._directory.resolve(name, province=inside or None, sphere=sphere or None)
        codes = sorted({match.institution.pk for match in found.matches})
        if len(codes) == 1:
            return codes[0], None
        if codes:
            sentence = _("%(name)s may mean %(codes)s. The name is kept; write the code.")
            return "", (IssueKind.AMBIGUOUS, sentence % {"name": name, "codes": ", ".join(codes[:12])})
        near = "; ".join(f"{each.institution.name} ({each.institution.pk})" for each in found.suggestions[:3])
        sentence = _("The register knows no institution %(name)s. The name is kept.") % {"name": name}
        if near:
            sentence += " " + _("Did you mean: %(near)s? Write the code.") % {"near": near}
        return "", (IssueKind.UNKNOWN_INSTITUTION, sentence)

    def _is_elsewhere(self, row: Row, answer: PlaceAnswer) -> bool:
        """Whether the order is for one space and this row is not of it; counted by reason."""
        if self._space is None or any(share.space == self._space.pk for share in answer.shares):
            return False
        row.issues.clear()  # what is wrong with it concerns another import
        row.leave_out(_("another space") if answer.shares else _("no place is known, so no space"))
        return True

    def _held_elsewhere(self, items: Sequence[ReceivedProject]) -> frozenset[Name]:
        """Which names of a batch are those of projects in another province than the one to which the file is cut."""
        rows = Identifier.objects.filter(value__in=[item.names[0].value for item in items])
        rows = rows.exclude(project__province=None).exclude(project__province=self._province)
        return frozenset(Name(*name) for name in rows.values_list("scheme", "issuer", "value"))

    def _is_of_province(self, row: Row, item: ReceivedProject, held_elsewhere: Collection[Name]) -> bool:
        """Refuse a row that is not of the province to which the file is cut; one that names none is where it lies."""
        wanted = str(self._province)
        if item.names[0] in held_elsewhere:
            row.refuse(
                "key", IssueKind.WRONG_SPACE,
                _("“%(name)s” is a project of another province, and the file is imported for %(wanted)s. Correct the"
                  " id, or have the row imported for the whole country.")
                % {"name": item.names[0].value, "wanted": wanted},
            )  # fmt: skip
            return False
        lies_in = {self._names.province_of(share.space) for share in item.place.shares}
        found = {item.province_id} if item.province_id else lies_in
        if found == {self._order.province}:
            item.province_id = self._order.province
            return True
        names = ", ".join(sorted(self._names.province_names[code] for code in found if code))
        sentence = (
            _("The row is of %(found)s, and the file is imported for %(wanted)s. Take it out, or have it imported for"
              " its own province or for the whole country.")
            if names
            else _("Neither a province nor a place is known of the row, and the file is imported for %(wanted)s. Write"
                   " the name of its province.")
        )  # fmt: skip
        row.refuse("province", IssueKind.WRONG_SPACE, sentence % {"found": names, "wanted": wanted})
        return False

    def _count_point(self, row: Row, said: Said, answer: PlaceAnswer) -> None:
        if answer.method == PlaceMethod.GEOMETRY and said.evidence.longitude is not None:
            point = (said.evidence.longitude, said.evidence.latitude or 0.0)
            self._crowds[point] += 1
            self._first.setdefault(point, row.number)

    def _check_sense(self, row: Row, item: ReceivedProject) -> None:
        """Costs and dates that are hard to believe: flagged, never changed."""
        if (cost := item.total_cost) is not None and (not 0 <= cost <= BELIEVABLE_COST):
            row.warn(
                "total_cost", IssueKind.ODD_AMOUNT,
                _("%(cost)s is hard to believe for one project. It is kept as stated; check the amount and its unit.")
                % {"cost": format_rand(cost)},
            )  # fmt: skip
        if item.start_on and item.finish_on and item.finish_on < item.start_on:
            row.warn(
                "finish_on", IssueKind.DATES_REVERSED,
                _("The finish (%(finish)s) lies before the start (%(start)s). Both are kept; correct one of them.")
                % {"finish": item.finish_on, "start": item.start_on},
            )  # fmt: skip

    # --- accept ------------------------------------------------------------------------------------------------------

    def accept(self, rows: Iterator[Row], *, run: ImportRun, by: Actor) -> None:
        """Store the rows as one submission of their source, and propose what is perhaps one with another project."""
        received = actions.receive_submission(
            self._batches(rows), feed=self._order.kind, source=run.source, as_at=self._as_at, headers=self._headers,
            states=self._states(), space=self._space, province=self._province, named=self._named(), run=run, by=by,
        )  # fmt: skip
        if received.submission is not None:
            actions.propose_matches(received.submission, by=by)

    def _batches(self, rows: Iterator[Row]) -> Iterator[Sequence[ReceivedProject]]:
        for batch in in_batches(rows, AT_ONCE):
            items = [self._settled(row.found["item"]) for row in batch]
            yield items
            for row, item in zip(batch, items, strict=True):
                row.subject = item.ref

    def _settled(self, item: ReceivedProject) -> ReceivedProject:
        """The item, with the doubt of a crowd where it stands in one: that is known only when all rows are read."""
        answer = item.place
        point = (item.evidence.get("longitude"), item.evidence.get("latitude"))
        if answer.method == PlaceMethod.GEOMETRY and item.kind == ProjectKind.WORKS and point in self._crowds:
            doubts = tuple(dict.fromkeys((*answer.doubts, Doubt.CROWDED)))
            item.place = answer._replace(confidence=Confidence.LOW, doubts=doubts)
        return item

    def _named(self) -> Iterator[Name]:
        """The names of every row of the file, those of refused rows too."""
        return (Name(Scheme.SOURCE.value, self._issuer_of_source, key) for key in self._keys)

    def _states(self) -> frozenset[str]:
        """What the file can state of a project: a column that it does not have leaves what is known alone."""
        fed = self._fed | {"title", "kind"}
        return frozenset(name for name in actions.STATED if fed.intersection(STATES.get(name, (name,))))


class ProvincialRows(ProjectRows):
    """Rows of the Infrastructure Reporting Model. Its ids are national: no two provinces use one."""

    def _called(self, row: Row) -> tuple[Name, ...]:
        number = row.values.get("number")
        first = Name(Scheme.IRM.value, "", row.key)
        return (first, Name(Scheme.IRM_NO.value, self._issuer(row), number[:200])) if number else (first,)

    def _issuer(self, row: Row) -> str:
        """Project numbers are a province's own."""
        return self._names.province(row.values.get("province") or "") or ""

    def _named(self) -> Iterator[Name]:
        return (Name(Scheme.IRM.value, "", key) for key in self._keys)


class NationalRows(ProjectRows):
    """Rows of the national list, one for each project, year and phase: a project's rows become one."""

    def _called(self, row: Row) -> tuple[Name, ...]:
        return (Name(Scheme.NATIONAL.value, "", (row.values.get("key") or "")[:200]),)

    def _check_once(self, row: Row, item: ReceivedProject) -> None:
        """A project has a row for each of its years."""

    def _named(self) -> Iterator[Name]:
        return (Name(Scheme.NATIONAL.value, "", key.rpartition("|")[0]) for key in self._keys)

    def accept(self, rows: Iterator[Row], *, run: ImportRun, by: Actor) -> None:
        """Store the rows; a corrected file brings only those that changed, so the other years are taken over."""
        self._source = run.source
        super().accept(rows, run=run, by=by)

    def _years_before(self, items: Mapping[Name, ReceivedProject]) -> None:
        """Add to each item the years that an earlier file of the same day stated and this one does not change."""
        held = SnapshotMoney.objects.filter(
            snapshot__submission__feed=self._order.kind, snapshot__submission__source=self._source,
            snapshot__submission__as_at=self._as_at, snapshot__project__identifiers__scheme=Scheme.NATIONAL,
            snapshot__project__identifiers__value__in=[name.value for name in items],
        ).order_by("-snapshot_id")  # fmt: skip
        for value, *said in held.values_list("snapshot__project__identifiers__value", *MoneyOfYear._fields):
            item, year = items[Name(Scheme.NATIONAL.value, "", value)], MoneyOfYear(*said)
            if all((each.year, each.basis) != (year.year, year.basis) for each in item.money):
                item.money = (*item.money, year)

    def _batches(self, rows: Iterator[Row]) -> Iterator[Sequence[ReceivedProject]]:
        items: dict[Name, ReceivedProject] = {}
        members: dict[Name, list[Row]] = {}
        for row in rows:  # some hundred rows: the list of a whole government
            item = row.found["item"]
            held = items.setdefault(item.names[0], item)
            if held is not item:
                held.money = (*held.money, *item.money)
            members.setdefault(item.names[0], []).append(row)
        self._years_before(items)
        batch = [self._settled(item) for item in items.values()]
        yield batch
        for item in batch:
            for row in members[item.names[0]]:
                row.subject = item.ref


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


@lru_cache(maxsize=20_000)
def _contractor(text: str) -> tuple[str, str] | None:
    role, colon, name = text.partition(":")
    if not colon:
        role, name = "", text
    return (role.strip(), name.strip()) if name.strip() else None


def _contractors(said: Mapping[str, str]) -> list[tuple[str, str]]:
    """[role, name] of every contractor that is named; a role without a name says nothing."""
    return [found for text in said.values() if (found := _contractor(text))]
