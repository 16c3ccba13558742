"""Entries that a reader may see, filtered, summed by year and basis, and beside the cycle before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, When

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.commitments import queries as commitments
from oneplan.commitments.models import Commitment
from oneplan.ledger.choices import Movement
from oneplan.ledger.models import Cycle, Entry, EntryLine
from oneplan.periods.years import Basis, FinancialYear
from oneplan.platform.fields import RandField
from oneplan.spaces.models import Space

ZERO = Decimal(0)
_CENT = Decimal("0.01")


def cycles() -> QuerySet[Cycle]:
    """Every cycle, the newest first: that there are cycles is no secret."""
    return Cycle.objects.select_related("before").order_by("-opened_at", "-pk")


def cycle_of(ref: str = "") -> Cycle | None:
    """The cycle of that reference; without one the newest that was computed, else the newest."""
    if ref:
        return cycles().filter(ref__iexact=ref).first()
    return cycles().order_by(F("computed_at").desc(nulls_last=True), "-pk").first()


def entries_visible_to(actor: Actor) -> QuerySet[Entry]:
    """Entries of commitments that the actor sees; what rests on figures inside government for budget:read alone."""
    rows = Entry.objects.all()
    if not actor.is_national(Permission.BUDGET_READ):
        rows = rows.filter(is_government=False)
    if not actor.is_national(Permission.PLAN_READ):
        rows = rows.filter(commitment__in=commitments.visible_to(actor).values("pk"))
    return rows


@dataclass(frozen=True)
class EntryFilters:
    """What the address asks for. Several values of one field are alternatives; `sample` "yes" asks for samples."""

    q: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    funding: tuple[str, ...] = ()
    movement: tuple[str, ...] = ()
    execution: tuple[str, ...] = ()
    institution: tuple[str, ...] = ()
    space: tuple[str, ...] = ()

    @classmethod
    def read(cls, data: Any) -> EntryFilters:
        """From a query string (anything with `getlist`); empty values are dropped."""
        return cls(**{f.name: tuple(value for value in data.getlist(f.name) if value.strip()) for f in fields(cls)})

    def apply(self, rows: QuerySet[Entry]) -> QuerySet[Entry]:
        """The entries that fit; an unreadable year fits none."""
        if self.year:
            years = [commitments.read_year(value) for value in self.year]
            fits = Q(pk=None)
            for year in filter(None, years):
                fits |= Q(year=year.start, basis=year.basis)
            rows = rows.filter(fits)
        for name in ("funding", "movement", "execution", "institution"):
            if values := getattr(self, name):
                rows = rows.filter(**{f"{name}__in": values})
        if self.space:
            for_space = commitments.shares_on().filter(space__in=self.space)
            rows = rows.filter(commitment__in=for_space.values("commitment_id"))
        words = commitments.folded(" ".join(self.q)).split()
        if words:
            found = Commitment.objects.all()
            for word in words:
                found = found.filter(search_text__contains=word)
            rows = rows.filter(commitment__in=found.values("pk"))
        return rows


def ledger_of(
    actor: Actor, cycle: Cycle, filters: EntryFilters, *, space: Space | None = None, institution: str = ""
) -> QuerySet[Entry]:
    """The entries of a cycle that fit: of a space, of an institution, or of the country."""
    rows = filters.apply(entries_visible_to(actor).filter(cycle=cycle))
    if space is not None:
        rows = rows.filter(commitment__in=commitments.shares_on().filter(space=space).values("commitment_id"))
    if institution:
        rows = rows.filter(institution=institution)
    return rows


@dataclass(frozen=True, slots=True)
class Total:
    """Sums of entries of one year and basis, invented or real ones apart. None: no entry tells it.

    `traced`: rand that was pledged and found in linked lines, of each entry at most what was pledged.
    """

    year: FinancialYear
    is_sample: bool
    entries: int
    pledged: Decimal
    budget: Decimal | None
    spent: Decimal | None
    traced: Decimal | None
    without_budget: int  # entries whose budget is not known
    without_spent: int

    @property
    def share(self) -> Decimal | None:
        """Traced of pledged, 0 to 1; None where nothing was pledged, or no line is linked."""
        return self.traced / self.pledged if self.pledged and self.traced is not None else None


def totals(rows: QuerySet[Entry], *, space: Space | None = None) -> list[Total]:
    """Totals by year and basis, samples apart. Of a space: each commitment by the share that the space has in it."""
    keys = ["year", "basis", "is_sample"]
    rows = rows.order_by()
    if space is not None:
        share = commitments.shares_on().filter(space=space, commitment=OuterRef("commitment_id"))
        rows = rows.annotate(fraction=Subquery(share.values("fraction")[:1]))
        keys.append("fraction")
    traced = Case(When(budget__lt=F("pledged"), then=F("budget")), default=F("pledged"), output_field=RandField())
    found: dict[tuple[int, str, bool], list[Any]] = {}
    for row in rows.values(*keys).annotate(
        n=Count("pk"), r_pledged=Sum("pledged"), r_budget=Sum("budget"), r_spent=Sum("spent"),
        r_traced=Sum(traced, filter=Q(budget__isnull=False)), n_budget=Count("budget"), n_spent=Count("spent"),
    ):  # fmt: skip
        part = row.get("fraction", Decimal(1)) or ZERO
        held = found.setdefault((row["year"], row["basis"], row["is_sample"]), [0, ZERO, None, None, None, 0, 0])
        held[0] += row["n"]
        for index, name in enumerate(("r_pledged", "r_budget", "r_spent", "r_traced"), start=1):
            if row[name] is not None:
                held[index] = (held[index] or ZERO) + row[name] * part
        held[5] += row["n"] - row["n_budget"]
        held[6] += row["n"] - row["n_spent"]
    made = []
    for (year, basis, is_sample), held in sorted(found.items(), key=lambda pair: (pair[0][2], pair[0][:2])):
        pledged, budget, spent, traced_rand = (None if each is None else each.quantize(_CENT) for each in held[1:5])
        when = FinancialYear(year, Basis(basis))
        made.append(Total(when, is_sample, held[0], pledged or ZERO, budget, spent, traced_rand, held[5], held[6]))
    return made


def axes(rows: QuerySet[Entry]) -> dict[str, dict[str, int]]:
    """How many entries have each word, by axis: one question."""
    found: dict[str, dict[str, int]] = {"funding": {}, "movement": {}, "execution": {}}
    counted = rows.order_by().values_list("funding", "movement", "execution").annotate(n=Count("pk"))
    for *words, number in counted:
        for axis, word in zip(found, words, strict=True):
            found[axis][word] = found[axis].get(word, 0) + number
    return found


def years_in(rows: QuerySet[Entry]) -> list[FinancialYear]:
    """The years, with their basis, of entries."""
    pairs = rows.order_by().values_list("year", "basis").distinct()
    return sorted(
        (FinancialYear(year, Basis(basis)) for year, basis in pairs), key=lambda each: (each.start, each.basis)
    )


def for_list(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    """With what a row of a list shows."""
    return rows.select_related("commitment__home_space", "institution")


def lines_of(entries: Iterable[Entry], actor: Actor) -> dict[int, list[EntryLine]]:
    """The lines behind entries (by the entry's key), those that count first."""
    found: dict[int, list[EntryLine]] = {}
    rows = EntryLine.objects.filter(entry__in=[each.pk for each in entries]).select_related("link__line__institution")
    if not actor.is_national(Permission.BUDGET_READ):
        rows = rows.exclude(link__line__standing="government")
    for row in rows.order_by("-is_counted", "link__line__label", "amount_type"):
        found.setdefault(row.entry_id, []).append(row)
    return found


def changes_since(actor: Actor, cycle: Cycle, filters: EntryFilters) -> QuerySet[Entry]:
    """Entries that read otherwise than in the cycle before: money, or a word of funding or execution; none in a first.

    Each with `funding_before` and `execution_before`; None where the cycle before had no such entry.
    """
    rows = filters.apply(entries_visible_to(actor).filter(cycle=cycle))
    if cycle.before_id is None:
        return rows.none()
    was = Entry.objects.filter(
        cycle=cycle.before_id, commitment=OuterRef("commitment"), institution=OuterRef("institution"),
        year=OuterRef("year"), basis=OuterRef("basis"),
    )  # fmt: skip
    rows = rows.annotate(
        funding_before=Subquery(was.values("funding")[:1]), execution_before=Subquery(was.values("execution")[:1]),
        pledged_before=Subquery(was.values("pledged")[:1]),
    )  # fmt: skip
    return rows.filter(
        Q(movement__in=(Movement.INCREASED, Movement.REDUCED, Movement.MOVED)) | Q(funding_before=None)
        | ~Q(funding=F("funding_before")) | ~Q(execution=F("execution_before")) | ~Q(pledged=F("pledged_before"))
    )  # fmt: skip
