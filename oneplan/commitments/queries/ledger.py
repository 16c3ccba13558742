"""The ledger: what fits a filter, with what a line and a page of it show."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from oneplan.access.actors import Actor
from oneplan.commitments.choices import PLACED, CommitmentState, PlaceQuality, Placing
from oneplan.commitments.models import Commitment, CommitmentMarking, Party, Pledge, Share, Signature
from oneplan.commitments.queries.money import pledges_of
from oneplan.commitments.queries.readers import reads_all, visible_to
from oneplan.commitments.queries.shares import in_space, shares_on
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.periods.years import Basis, FinancialYear
from oneplan.plans.choices import EditionState
from oneplan.plans.models import ImmediateIssue
from oneplan.spaces.models import Space


def folded(text: str) -> str:
    """Lower case without diacritics, spaces tidied: how text is searched.

    >>> folded("Bela-Belá  Çity")
    'bela-bela city'
    """
    if not text.isascii():
        text = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return " ".join(text.lower().split())


@dataclass(frozen=True)
class LedgerFilters:
    """What the address asks for. Every field is a tuple of values; several values of one field are alternatives."""

    q: tuple[str, ...] = ()
    area: tuple[str, ...] = ()
    party: tuple[str, ...] = ()
    sphere: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    funding: tuple[str, ...] = ()
    placed: tuple[str, ...] = ()
    novelty: tuple[str, ...] = ()
    catalytic: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    marker: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    immediate: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    municipality: tuple[str, ...] = ()
    space: tuple[str, ...] = ()
    province: tuple[str, ...] = ()

    @classmethod
    def read(cls, data: Any) -> "LedgerFilters":
        """From a query string (anything with `getlist`). Empty values are dropped; unknown ones find nothing."""
        return cls(**{f.name: tuple(value for value in data.getlist(f.name) if value.strip()) for f in fields(cls)})

    def pairs(self) -> list[tuple[str, str]]:
        """Each filter that is set, as (name, value)."""
        return [(f.name, value) for f in fields(self) for value in getattr(self, f.name)]

    @property
    def is_empty(self) -> bool:
        return not self.pairs()


_UNKNOWN_FUNDING = "unknown"  # "" cannot stand in an address


def _placing(value: str) -> Q:
    if value == Placing.PLACED:
        return Q(place_quality__in=PLACED)
    if value == Placing.COARSE:
        return Q(place_quality__in=(PlaceQuality.WHOLE_SPACE, PlaceQuality.APPROXIMATE))
    return Q(place_quality=value)


def read_year(value: str) -> FinancialYear | None:
    """A year with its basis from an address ("2026-PFMA"); None where it is not one."""
    start, _dash, basis = value.partition("-")
    try:
        return FinancialYear(int(start), Basis(basis))
    except ValueError:
        return None


def _year(value: str) -> Q:
    year = read_year(value)
    if year is None:
        return Q(pk=None)
    return Q(Exists(Pledge.objects.filter(party__commitment=OuterRef("pk"), year=year.start, basis=year.basis)))


def _any(values: Iterable[str], one: Any) -> Q:
    found = Q()
    for value in values:
        found |= one(value)
    return found


def ledger(actor: Actor, filters: LedgerFilters, *, space: Space | None = None) -> "QuerySet[Commitment]":
    """The commitments the actor may see that fit the filters, of one space or of the country. One row each."""
    rows = visible_to(actor) if space is None or not reads_all(actor, space) else Commitment.objects.all()
    if space is not None:
        rows = rows.filter(in_space(space.pk))
    today = clock.today()
    plain = {"area": "area", "state": "state", "novelty": "novelty", "kind": "kind"}
    for name, column in plain.items():
        if values := getattr(filters, name):
            rows = rows.filter(**{f"{column}__in": values})
    if filters.funding:
        rows = rows.filter(funding__in=["" if value == _UNKNOWN_FUNDING else value for value in filters.funding])
    for word in folded(" ".join(filters.q)).split():
        rows = rows.filter(search_text__contains=word)
    if filters.party:
        rows = rows.filter(Exists(Party.objects.filter(commitment=OuterRef("pk"), institution__in=filters.party)))
    if filters.sphere:
        spheres = ["" if value == "other" else value for value in filters.sphere]
        rows = rows.filter(Exists(Party.objects.filter(commitment=OuterRef("pk"), institution__sphere__in=spheres)))
    if filters.placed:
        rows = rows.filter(_any(filters.placed, _placing))
    if filters.catalytic:
        rows = rows.filter(is_catalytic__in=[value == "yes" for value in filters.catalytic])
    if filters.year:
        rows = rows.filter(_any(filters.year, _year))
    if filters.marker:
        rows = rows.filter(
            Exists(CommitmentMarking.objects.filter(commitment=OuterRef("pk"), marker__in=filters.marker))
        )
    if filters.immediate:
        open_issues = ImmediateIssue.objects.filter(
            ref=OuterRef("ref"), edition__state__in=(EditionState.OPEN, EditionState.FROZEN, EditionState.ADOPTED)
        )
        has = Exists(open_issues.filter(resolved_on=None))
        rows = rows.filter(has if "yes" in filters.immediate else ~has)
    if filters.late:
        late = Q(finish_on__lt=today) & ~Q(state__in=(CommitmentState.DELIVERED, CommitmentState.WITHDRAWN))
        rows = rows.filter(late if "yes" in filters.late else ~late)
    if filters.municipality:
        rows = rows.filter(
            Exists(Commitment.municipal_areas.through.objects.filter(
                commitment_id=OuterRef("pk"), municipalarea_id__in=filters.municipality
            ))
        )  # fmt: skip
    if filters.space:
        rows = rows.filter(pk__in=shares_on(today).filter(space_id__in=filters.space).values("commitment_id"))
    if filters.province:
        rows = rows.filter(
            pk__in=shares_on(today).filter(space__province_id__in=filters.province).values("commitment_id")
        )
    return rows


def for_ledger(rows: "QuerySet[Commitment]") -> "QuerySet[Commitment]":
    """The rows with what a ledger line shows: lead, parties, pledges, shares. Three queries beside the rows' own."""
    return rows.select_related("lead", "home_space").prefetch_related(
        Prefetch("parties", Party.objects.select_related("institution").order_by("role", "institution__name")),
        "parties__pledges",
        Prefetch("shares", shares_on()),
    )


def for_page(rows: "QuerySet[Commitment]") -> "QuerySet[Commitment]":
    """The rows with everything a commitment's page shows, in a fixed number of queries."""
    pledges = Pledge.objects.select_related("evidence", "answered_post", "delegation").order_by("year", "basis")
    return rows.select_related(
        "lead", "home_space__province", "accountable_post", "ward__municipal_area", "source_run", "delivery_document"
    ).prefetch_related(
        Prefetch("parties", Party.objects.select_related("institution").order_by("role", "institution__name")),
        Prefetch("parties__pledges", pledges),
        Prefetch("parties__signatures", Signature.objects.order_by("-signed_at")),
        Prefetch("shares", Share.objects.select_related("space").order_by("-valid_from", "space_id")),
        "municipal_areas",
        "services",
        "markings",
    )


def parties_in(rows: "QuerySet[Commitment]") -> "QuerySet[Institution]":
    """The institutions that are party to any of these commitments, by name: the choices of the party filter."""
    parties = Party.objects.all()
    if rows.query.has_filters():
        parties = parties.filter(commitment__in=rows.order_by().values("pk"))
    return Institution.objects.filter(pk__in=parties.values("institution_id")).order_by("name")


def counts(rows: "QuerySet[Commitment]") -> list[tuple[str, str, int]]:
    """(state, funding, how many): one query for the sentence, the bar and the paging of a ledger."""
    return list(rows.order_by().values_list("state", "funding").annotate(Count("pk")))


def years_in(rows: "QuerySet[Commitment]") -> list[FinancialYear]:
    """The financial years, with their basis, in which these commitments have pledges."""
    pairs = pledges_of(rows).order_by()
    return sorted(FinancialYear(year, Basis(basis)) for year, basis in pairs.values_list("year", "basis").distinct())
