"""What the house says now, as rows of cells: for issuing all of it, and for the third side of a comparison."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from oneplan.commitments.choices import CommitmentState
from oneplan.commitments.models import Commitment, Party, Pledge, Service
from oneplan.commitments.queries import in_space
from oneplan.institutions.models import Institution
from oneplan.plans.models import Edition, Finding, Outcome, Strategy
from oneplan.spaces.models import MunicipalArea
from oneplan.workbooks.cells import to_cell
from oneplan.workbooks.lists import Lists
from oneplan.workbooks.sheets import BY_KEY

Only = Iterable[str] | None
_AMENDABLE = (CommitmentState.PROPOSED, CommitmentState.AGREED, CommitmentState.SIGNED)
_AREAS = Prefetch("municipal_areas", MunicipalArea.objects.order_by("code"))


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its identity, the revision of the row in the house, whether this workbook may change it, its cells.

    `scopes` are those at one of which a permission to change it counts.
    """

    id: str
    revision: int
    can_change: bool
    cells: list[Any]
    scopes: tuple[str, ...] = ()


class House:
    """Reads the rows of one workbook: a space's edition, or what a party has a part in."""

    def __init__(self, edition: Edition, institution: Institution | None, lists: Lists) -> None:
        self.edition, self.institution, self.lists = edition, institution, lists
        self._readers: dict[str, Callable[[Only], Iterable[tuple[Any, bool, dict[str, Any]]]]] = {
            "commitments": self._commitments, "pledges": self._pledges, "parties": self._parties,
            "findings": self._findings, "outcomes": self._outcomes, "strategies": self._strategies,
        }  # fmt: skip

    def takes_new(self, key: str) -> bool:
        """Whether rows may be added to a sheet: elements of the plan only in an open edition, by the space."""
        if key in ("commitments", "pledges"):
            return True
        return BY_KEY[key].takes_new and self.institution is None and self.edition.is_open

    def lines(self, key: str, only: Only = None) -> list[Line]:
        """The rows of a sheet, all or those named, in a number of queries that does not grow with them."""
        columns = [(column.key, column.kind, column.options) for column in BY_KEY[key].columns]
        lines = []
        for row, can_change, values in self._readers[key](only):
            cells = [
                to_cell(kind, values[name], self.lists.known(options) if options else {})
                for name, kind, options in columns
            ]
            lines.append(Line(_identity(row), getattr(row, "revision", 0), can_change, cells, self._scopes(row)))
        return lines

    def _scopes(self, row: Any) -> tuple[str, ...]:
        if isinstance(row, Commitment):
            return tuple(row.scopes())
        if isinstance(row, Pledge):
            return (*row.scopes(), *row.party.commitment.home_space.scopes())
        return tuple(self.edition.plan.space.scopes())

    # --- commitments -------------------------------------------------------------------------------------------------

    def _of_workbook(self) -> Q:
        mine = in_space(self.edition.space_id)
        if self.institution:
            mine &= Q(pk__in=Party.objects.filter(institution=self.institution).values("commitment_id"))
        return mine

    def _commitments(self, only: Only) -> Iterable[tuple[Any, bool, dict[str, Any]]]:
        rows = Commitment.objects.filter(self._of_workbook()).exclude(state=CommitmentState.WITHDRAWN)
        if only is not None:
            rows = rows.filter(ref__in=list(only))
        services = Service.objects.filter(space_id=self.edition.space_id).order_by("element_ref")
        rows = rows.select_related("accountable_post", "home_space").prefetch_related(
            _AREAS, Prefetch("services", services, to_attr="served")
        )
        for row in rows.order_by("ref"):
            values = {name: getattr(row, name) for name in _TERMS}
            values |= {
                "state": self.lists.known("commitment_states")[row.state], "lead": row.lead_id,
                "is_catalytic": _yes_no(row.is_catalytic), "whole_space": _yes_no(row.whole_space),
                "accountable_post": row.accountable_post.code if row.accountable_post else "", "ward": row.ward_id,
                "municipal_areas": tuple(area.pk for area in row.municipal_areas.all()),
                "serves": tuple(service.element_ref for service in row.served),
            }  # fmt: skip
            mine = self.institution is None or row.lead_id == self.institution.pk
            yield row, mine and row.state in _AMENDABLE, values

    def _pledges(self, only: Only) -> Iterable[tuple[Any, bool, dict[str, Any]]]:
        held = Commitment.objects.filter(self._of_workbook()).exclude(state=CommitmentState.WITHDRAWN)
        rows = Pledge.objects.filter(party__commitment__in=held.values("pk"))
        if only is not None:
            rows = rows.filter(pk__in=[int(each.removeprefix("P-")) for each in only])
        for row in rows.select_related("party__commitment__home_space").order_by(
            "party__commitment__ref", "party_id", "pk"
        ):
            commitment, institution = row.party.commitment, row.party.institution_id
            values = {
                "commitment": commitment.ref, "title": commitment.title, "institution": institution,
                "year": row.financial_year, "amount": row.amount, "funding_source": row.funding_source,
                "status": row.status, "evidence_reference": row.evidence_reference,
                "answer": self.lists.known("answers")[row.acceptance],
            }  # fmt: skip
            mine = self.institution is None or institution == self.institution.pk
            yield row, mine and commitment.state in _AMENDABLE, values

    def _parties(self, only: Only) -> Iterable[tuple[Any, bool, dict[str, Any]]]:
        held = Commitment.objects.filter(self._of_workbook()).exclude(state=CommitmentState.WITHDRAWN)
        rows = Party.objects.filter(commitment__in=held.values("pk")).select_related("commitment", "institution")
        for row in rows.order_by("commitment__ref", "institution_id"):
            values = {
                "commitment": row.commitment.ref, "title": row.commitment.title, "institution": row.institution.name,
                "role": self.lists.known("roles")[row.role], "responsibility": row.responsibility,
                "answer": self.lists.known("answers")[row.acceptance],
            }  # fmt: skip
            yield row, False, values

    # --- elements of the plan ----------------------------------------------------------------------------------------

    def _elements(self, rows: QuerySet[Any], only: Only) -> QuerySet[Any]:
        rows = rows.filter(edition=self.edition, removed_at=None).select_related("owner_post").order_by("ref")
        return rows if only is None else rows.filter(ref__in=list(only))

    def _can_write(self) -> bool:
        return self.institution is None and self.edition.is_open

    def _findings(self, only: Only) -> Iterable[tuple[Any, bool, dict[str, Any]]]:
        names = ("ref", "area", "statement", "evidence", "source", "source_date", "value", "unit")
        for row in self._elements(Finding.objects.prefetch_related(_AREAS), only):
            more = {"reported_by": row.reported_by_id, **_place(row), **_owner(row)}
            yield row, self._can_write(), {name: getattr(row, name) for name in names} | more

    def _outcomes(self, only: Only) -> Iterable[tuple[Any, bool, dict[str, Any]]]:
        names = (
            "ref", "area", "statement", "indicator", "unit", "direction", "baseline", "baseline_year",
            "baseline_source", "target", "target_year",
        )  # fmt: skip
        for row in self._elements(Outcome.objects.all(), only):
            yield row, self._can_write(), {name: getattr(row, name) for name in names} | _owner(row)

    def _strategies(self, only: Only) -> Iterable[tuple[Any, bool, dict[str, Any]]]:
        linked = [
            Prefetch(name, model._default_manager.filter(removed_at=None).only("ref"))
            for name, model in (("findings", Finding), ("outcomes", Outcome))
        ]
        for row in self._elements(Strategy.objects.prefetch_related(_AREAS, *linked), only):
            links = {name: tuple(each.ref for each in getattr(row, name).all()) for name in ("findings", "outcomes")}
            plain = {name: getattr(row, name) for name in ("ref", "area", "title", "description")}
            yield row, self._can_write(), plain | links | _place(row) | _owner(row)


_TERMS = (
    "ref", "title", "description", "kind", "area", "novelty", "project_stage", "objective", "indicator", "unit",
    "baseline", "target", "target_on", "outputs", "start_on", "finish_on", "total_cost", "spent_before", "place_text",
    "longitude", "latitude",
)  # fmt: skip


def _identity(row: Any) -> str:
    if isinstance(row, Party):
        return f"Y-{row.pk}"
    return f"P-{row.pk}" if isinstance(row, Pledge) else str(row.ref)


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"


def _place(row: Any) -> dict[str, Any]:
    areas = tuple(area.pk for area in row.municipal_areas.all())
    return {"municipal_areas": areas, "ward": row.ward_id, "whole_space": _yes_no(row.whole_space)}


def _owner(row: Any) -> dict[str, Any]:
    return {"owner_post": row.owner_post.code if row.owner_post else ""}


def as_issued(house: House) -> dict[str, Any]:
    """All that a workbook is issued with, as JSON: sheets by key with title, headers, columns and rows; the words of
    the lists in its language.
    """
    say = house.lists.say
    sheets: dict[str, Mapping[str, Any]] = {}
    for key, sheet in BY_KEY.items():
        sheets[key] = {
            "title": say(sheet.title),
            "columns": [column.key for column in sheet.columns],
            "headers": [say(column.label) for column in sheet.columns],
            "takes_new": house.takes_new(key),
            "rows": [[line.id, line.revision, int(line.can_change), line.cells] for line in house.lines(key)],
        }
    return {"sheets": sheets, "words": house.lists.words()}
