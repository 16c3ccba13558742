"""Reads: who may see what, the ledger and its filters, and roll-ups in which a shared rand counts once."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.commitments.choices import (
    PLACED,
    SECURED,
    Acceptance,
    CommitmentState,
    FundingStatus,
    PlaceQuality,
    Placing,
)
from oneplan.commitments.measures import apportion
from oneplan.commitments.models import Commitment, CommitmentMarking, Party, Pledge, Share, Signature
from oneplan.frameworks.definitions import Area
from oneplan.frameworks.queries import ruleset_in_force
from oneplan.institutions.models import Institution, Post
from oneplan.institutions.ownership import Thing
from oneplan.periods import clock
from oneplan.periods.years import Basis, FinancialYear
from oneplan.plans.choices import EditionState
from oneplan.plans.models import Edition, ImmediateIssue, Outcome, Strategy
from oneplan.plans.queries import edition_in_force, edition_in_progress, readable_spaces
from oneplan.spaces.models import Space

ZERO = Decimal(0)


# --- who may see -----------------------------------------------------------------------------------------------------


def visible_to(actor: Actor) -> "QuerySet[Commitment]":
    """What the actor may read: a share in a space whose drafts it may read, or a part in it as an institution.

    The public reads sealed editions, never this table.
    """
    rows = Commitment.objects.all()
    if not (actor.is_signed_in or actor.is_system):
        return rows.none()
    if actor.is_national(Permission.PLAN_READ):
        return rows
    shared = Q(pk__in=Share.objects.filter(space__in=readable_spaces(actor).values("pk")).values("commitment_id"))
    own = actor.codes_with(Permission.PLAN_READ, "institution")
    if not own:
        return rows.filter(shared)
    return rows.filter(shared | Q(pk__in=Party.objects.filter(institution__in=own).values("commitment_id")))


def reads_all(actor: Actor, space: Space) -> bool:
    """Whether a role lets the actor read every commitment with a share in a space. No query."""
    return actor.may(Permission.PLAN_READ, space.scopes())


def folded(text: str) -> str:
    """Lower case without diacritics, spaces tidied: how text is searched.

    >>> folded("Bela-Belá  Çity")
    'bela-bela city'
    """
    if not text.isascii():
        text = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return " ".join(text.lower().split())


def accountable(actor: Actor, post: Post) -> list[Thing]:
    """The commitments that stand and for which a post is accountable."""
    rows = visible_to(actor).filter(accountable_post=post).exclude(state=CommitmentState.WITHDRAWN).order_by("ref")
    return [
        Thing(f"{row.ref} · {row.title}", f"/commitments/{row.ref}/", row.get_state_display())
        for row in rows.only("ref", "title", "state")
    ]


# --- shares and signing copies ---------------------------------------------------------------------------------------


def _holds(on: date, prefix: str = "") -> Q:
    return Q(**{f"{prefix}valid_from__lte": on}) & (
        Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gt": on})
    )


def shares_on(on: date | None = None) -> "QuerySet[Share]":
    """The shares that hold on a day (today unless told)."""
    return Share.objects.filter(_holds(on or clock.today()))


def share_codes(commitment: Commitment) -> list[str]:
    """Codes of the spaces with a share that is not closed: those whose plans carry this commitment now or soon."""
    today = clock.today()
    return sorted(
        {share.space_id for share in commitment.shares.all() if share.valid_to is None or share.valid_to > today}
    )


def in_space(space_code: str, on: date | None = None) -> Q:
    """A filter for commitments that carry a share of this space on a day."""
    return Q(pk__in=shares_on(on).filter(space_id=space_code).values("commitment_id"))


def editions_in_progress(space_codes: Iterable[str]) -> list[Edition]:
    """Editions of these spaces that are being written or are out for signing, with their spaces."""
    rows = Edition.objects.filter(plan_id__in=list(space_codes), state__in=(EditionState.OPEN, EditionState.FROZEN))
    return list(rows.select_related("plan__space__province").order_by("plan_id"))


def frozen_editions(space_codes: Iterable[str]) -> list[Edition]:
    """Editions of these spaces that are out for signing."""
    return list(Edition.objects.filter(plan_id__in=list(space_codes), state=EditionState.FROZEN).order_by("plan_id"))


def standing_copies(space_codes: Iterable[str]) -> list[str]:
    """The hashes of the signing copies out in these spaces."""
    return [edition.copy_hash for edition in frozen_editions(space_codes)]


def copies_of(commitment: Commitment) -> list[str]:
    """The hashes of the signing copies that are out and hold this commitment: a share of today, not one to come."""
    return standing_copies(shares_on().filter(commitment=commitment).values_list("space_id", flat=True))


def in_copy(copy_hash: str) -> "QuerySet[Commitment]":
    """What stands in a signing copy that is out: the commitments with a share in its space, the withdrawn left out."""
    spaces = Edition.objects.filter(copy_hash=copy_hash, state=EditionState.FROZEN).exclude(copy_hash="")
    held = shares_on().filter(space_id__in=spaces.values("plan_id"))
    return Commitment.objects.filter(pk__in=held.values("commitment_id")).exclude(state=CommitmentState.WITHDRAWN)


def areas() -> tuple[Area, ...]:
    """The six transformation areas, in the words of the rule set in force today."""
    return ruleset_in_force(clock.today()).areas


def area_label(code: str) -> str:
    """What the rule set in force calls an area; the code itself where it is not known."""
    return next((area.label for area in areas() if area.code == code), code)


def servable(space: Space) -> list[Outcome | Strategy]:
    """The outcomes and strategies of a space's plan that a commitment can serve.

    Of the edition in progress, else in force.
    """
    edition = edition_in_progress(space) or edition_in_force(space)
    if edition is None:
        return []
    return [
        *Outcome.objects.filter(edition=edition, removed_at=None),
        *Strategy.objects.filter(edition=edition, removed_at=None),
    ]


# --- the ledger ------------------------------------------------------------------------------------------------------


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


def issues_of(commitment: Commitment) -> "QuerySet[ImmediateIssue]":
    """Immediate issues raised for this commitment in editions that count, the unresolved first."""
    states = (EditionState.OPEN, EditionState.FROZEN, EditionState.ADOPTED)
    return (
        ImmediateIssue.objects.filter(ref=commitment.ref, edition__state__in=states)
        .select_related("owner_post__institution", "edition")
        .order_by("resolved_on", "due_on")
    )


def waiting_for(institution: Institution, actor: Actor) -> "QuerySet[Commitment]":
    """Commitments, in any space, in which an institution takes part and that the actor may see."""
    mine = Party.objects.filter(commitment=OuterRef("pk"), institution=institution)
    return visible_to(actor).filter(Exists(mine))


def parties_in(rows: "QuerySet[Commitment]") -> "QuerySet[Institution]":
    """The institutions that are party to any of these commitments, by name: the choices of the party filter."""
    parties = Party.objects.all()
    if rows.query.has_filters():
        parties = parties.filter(commitment__in=rows.order_by().values("pk"))
    return Institution.objects.filter(pk__in=parties.values("institution_id")).order_by("name")


def years_in(rows: "QuerySet[Commitment]") -> list[FinancialYear]:
    """The financial years, with their basis, in which these commitments have pledges."""
    pairs = _pledges_of(rows).order_by()
    return sorted(FinancialYear(year, Basis(basis)) for year, basis in pairs.values_list("year", "basis").distinct())


# --- roll-ups --------------------------------------------------------------------------------------------------------


class Level(StrEnum):
    """At which level rand is summed. At every level a shared commitment's rand counts once."""

    SPACE = "space"
    PROVINCE = "province"
    COUNTRY = "country"


@dataclass(frozen=True)
class YearLine:
    """The money of one financial year, by how firm it is. Years of different bases are different lines."""

    year: FinancialYear
    committed: Decimal = ZERO
    tabled: Decimal = ZERO
    indicative: Decimal = ZERO
    unfunded: Decimal = ZERO
    accepted: Decimal = ZERO

    @property
    def secured(self) -> Decimal:
        return self.committed + self.tabled

    @property
    def pledged(self) -> Decimal:
        return self.secured + self.indicative

    @property
    def parts(self) -> list[tuple[str, Decimal]]:
        """For a stacked bar."""
        return [(status.value, getattr(self, status.value)) for status in FundingStatus]


@dataclass
class Money:
    """What pledges sum to in one place: by year and basis, never across bases silently.

    Declined pledges are left out.
    """

    by_year: dict[FinancialYear, dict[str, Decimal]] = field(default_factory=dict)

    def add(self, year: FinancialYear, status: str, acceptance: str, amount: Decimal) -> None:
        if acceptance == Acceptance.DECLINED and status != FundingStatus.UNFUNDED:
            return
        line = self.by_year.setdefault(year, defaultdict(lambda: ZERO))
        line[status] += amount
        if acceptance == Acceptance.ACCEPTED and status != FundingStatus.UNFUNDED:
            line["accepted"] += amount

    @property
    def lines(self) -> list[YearLine]:
        """One line per year and basis, in order."""
        return [YearLine(year, **self.by_year[year]) for year in sorted(self.by_year)]

    def of_basis(self, basis: Basis) -> list[YearLine]:
        return [line for line in self.lines if line.year.basis == basis]

    def total(self, *statuses: str, basis: Basis | None = None) -> Decimal:
        """The sum over years of some statuses (all but unfunded unless told), of one basis or of both."""
        wanted = statuses or (*SECURED, FundingStatus.INDICATIVE)
        return sum(
            (
                amounts[status]
                for year, amounts in self.by_year.items()
                if basis is None or year.basis == basis
                for status in wanted
                if status in amounts
            ),
            ZERO,
        )

    @property
    def pledged(self) -> Decimal:
        return self.total()

    @property
    def secured(self) -> Decimal:
        return self.total(*SECURED)

    @property
    def unfunded(self) -> Decimal:
        return self.total(FundingStatus.UNFUNDED)

    @property
    def accepted(self) -> Decimal:
        return self.total("accepted")


def _pledges_of(rows: "QuerySet[Commitment]", party: str = "") -> "QuerySet[Pledge]":
    """The pledges of these commitments, of one party or of all; without a detour where nothing narrows the rows."""
    pledges = Pledge.objects.filter(party__institution=party) if party else Pledge.objects.all()
    return pledges.filter(party__commitment__in=rows.order_by().values("pk")) if rows.query.has_filters() else pledges


_GROUP = ("year", "basis", "status", "acceptance")


def rollup(rows: "QuerySet[Commitment]", level: Level, *, on: date | None = None, party: str = "") -> dict[str, Money]:
    """Money by place, of all pledges or of one party's. What is shared counts in each space by its part, once in all.

    Two queries, whatever the number of rows: what lies in one space is summed in the database; what is shared is
    apportioned here to the cent (measures.apportion), so that the spaces sum to the whole exactly. Country: key "ZA".
    """
    places: dict[str, Money] = defaultdict(Money)
    pledges = _pledges_of(rows, party)
    if level == Level.COUNTRY:
        for row in pledges.order_by().values_list(*_GROUP).annotate(total=Sum("amount")):
            _add(places["ZA"], row)
        return dict(places)
    place = "space_id" if level == Level.SPACE else "space__province_id"
    on = on or clock.today()
    prefix = "party__commitment__shares__"
    whole = (
        pledges.filter(_holds(on, prefix), **{f"{prefix}fraction": 1})
        .order_by()
        .values_list(*_GROUP, f"{prefix}{place}")
        .annotate(total=Sum("amount"))
    )
    for row in whole:
        _add(places[row[4]], (*row[:4], row[5]))
    _add_shared(places, pledges, on, level)
    return dict(places)


def _add(money: Money, row: tuple[Any, ...]) -> None:
    year, basis, status, acceptance, total = row
    money.add(FinancialYear(year, Basis(basis)), status, acceptance, total)


def _add_shared(places: Mapping[str, Money], pledges: "QuerySet[Pledge]", on: date, level: Level) -> None:
    """Pledges of shared commitments, each with its spaces, in one query; apportioned pledge by pledge."""
    prefix = "party__commitment__shares__"
    lines = (
        pledges.filter(_holds(on, prefix), **{f"{prefix}fraction__lt": 1})
        .order_by()
        .values_list("pk", *_GROUP, "amount", f"{prefix}space_id", f"{prefix}space__province_id", f"{prefix}fraction")
    )
    keys: dict[int, tuple[Any, ...]] = {}
    fractions: dict[int, dict[str, Decimal]] = defaultdict(dict)
    provinces: dict[str, str] = {}
    for pledge, *key, amount, space, province, fraction in lines:
        keys[pledge] = (*key, amount)
        fractions[pledge][space] = fraction
        provinces[space] = province
    for pledge, (*key, amount) in keys.items():
        for space, part in apportion(amount, fractions[pledge]).items():
            _add(places[space if level == Level.SPACE else provinces[space]], (*key, part))


def counts(rows: "QuerySet[Commitment]") -> list[tuple[str, str, int]]:
    """(state, funding, how many): one query for the sentence, the bar and the paging of a ledger."""
    return list(rows.order_by().values_list("state", "funding").annotate(Count("pk")))
