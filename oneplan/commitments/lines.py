"""What one page of the ledger reads: its rows with parties, pledges and shares, and a space's sums.

Every page of every ledger reads this, so the statements are written once (platform.prepared) and give plain values.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Value
from django.db.models.functions import Concat

from oneplan.commitments.choices import PlaceQuality
from oneplan.commitments.models import Commitment, Party, Share
from oneplan.commitments.queries import shares_on
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.periods.years import Basis, FinancialYear
from oneplan.platform.prepared import prepared

PER_PAGE = 25


@dataclass
class Row:
    """A commitment as the ledger shows it."""

    pk: int
    ref: str
    title: str
    state: str
    funding: str
    place_quality: str
    finish_on: date | None
    is_catalytic: bool
    is_sample: bool
    lead: str
    home_space: str
    parties: list[tuple[str, str]] = field(default_factory=list)  # (acceptance, institution), the lead first
    pledges: list[tuple[FinancialYear, str, str, Decimal]] = field(default_factory=list)  # year, status, acceptance
    fractions: dict[str, Decimal] = field(default_factory=dict)  # by space, of today

    @property
    def place(self) -> str:
        return str(PlaceQuality(self.place_quality).label)


def rows_of(pks: list[int], *, most: int) -> list[Row]:
    """The rows of a page in the order of their keys, at most so many. Three queries."""
    if not pks:
        return []
    wanted = (*pks, *[pks[-1]] * (most - len(pks)))  # always as many values, so that one statement serves every page
    rows = {row[0]: Row(*row) for row in _rows(pks=wanted)}
    seen: set[int] = set()
    for commitment, party, acceptance, name, year, basis, status, answer, amount in _parties(pks=wanted):
        row = rows[commitment]
        if party not in seen:
            seen.add(party)
            row.parties.append((acceptance, name))
        if year is not None:
            row.pledges.append((FinancialYear(year, Basis(basis)), status, answer, amount))
    for commitment, space, fraction in _shares(pks=wanted, today=clock.today()):
        rows[commitment].fractions[space] = fraction
    return [rows[pk] for pk in pks if pk in rows]


@prepared
def _rows(*, pks: tuple[int, ...]) -> QuerySet[Commitment, tuple[Any, ...]]:
    return Commitment.objects.filter(pk__in=pks).values_list(
        "pk", "ref", "title", "state", "funding", "place_quality", "finish_on", "is_catalytic", "is_sample",
        "lead__name", "home_space__name",
    )  # fmt: skip


@prepared
def _parties(*, pks: tuple[int, ...]) -> QuerySet[Party, tuple[Any, ...]]:
    pledge = ("pledges__year", "pledges__basis", "pledges__status", "pledges__acceptance", "pledges__amount")
    rows = Party.objects.filter(commitment__in=pks).order_by("role", "institution__name")
    return rows.values_list("commitment_id", "pk", "acceptance", "institution__name", *pledge)


@prepared
def _shares(*, pks: tuple[int, ...], today: date) -> QuerySet[Share, tuple[int, str, Decimal]]:
    return shares_on(today).filter(commitment__in=pks).values_list("commitment_id", "space_id", "fraction")


def first_of(space: str) -> list[int]:
    """The keys of a space's first page by reference: what everybody opens the ledger on. One query."""
    return [pk for (pk,) in _first_of(space=space, today=clock.today())]


@prepared
def _first_of(*, space: str, today: date) -> QuerySet[Share, tuple[int]]:
    # Sorted by an expression: sorting by the column alone has PostgreSQL walk the references of the whole country.
    by_reference = Concat("commitment__ref", Value(""))
    return shares_on(today).filter(space=space).order_by(by_reference).values_list("commitment_id")[:PER_PAGE]


# --- sums of one space -----------------------------------------------------------------------------------------------


def parties_of(space: str) -> list[tuple[str, str]]:
    """(code, name) of the institutions that are party to a commitment of a space. One query."""
    return list(_parties_of(space=space, today=clock.today()))


@prepared
def _parties_of(*, space: str, today: date) -> QuerySet[Institution, tuple[str, str]]:
    parties = Party.objects.filter(commitment__in=shares_on(today).filter(space=space).values("commitment_id"))
    return (
        Institution.objects.filter(pk__in=parties.values("institution_id")).order_by("name").values_list("pk", "name")
    )


def counts_of(space: str) -> list[tuple[str, str, int]]:
    """(state, funding, how many) of every commitment of a space. One query."""
    return list(_counts_of(space=space, today=clock.today()))


@prepared
def _counts_of(*, space: str, today: date) -> QuerySet[Share, tuple[str, str, int]]:
    rows = shares_on(today).filter(space=space).order_by()
    return rows.values_list("commitment__state", "commitment__funding").annotate(Count("pk"))
