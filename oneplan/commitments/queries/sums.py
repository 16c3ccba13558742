"""What is pledged in whole spaces: from the sums that are kept, else added up; the same to the cent."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import DecimalField, Exists, F, OuterRef, Q, QuerySet, Sum, Value

from oneplan.commitments.choices import CommitmentState
from oneplan.commitments.measures import apportion
from oneplan.commitments.models import KeptSums, Share, SumsChanged
from oneplan.commitments.queries.money import Money
from oneplan.commitments.queries.shares import shares_on
from oneplan.periods import clock
from oneplan.periods.years import Basis, FinancialYear
from oneplan.platform.prepared import prepared


class Pledged(NamedTuple):
    """Rand of one kind in one space: of one financial year, as firm as `status`, answered, and by whom.

    `by` is the sphere of the institution that pledges it, or its code, as was asked for.
    """

    space: str
    year: FinancialYear
    status: str
    acceptance: str
    by: str
    rand: Decimal


def pledged_in(spaces: Iterable[str]) -> Iterator[Pledged]:
    """All that is pledged in spaces today, by sphere; a shared commitment's rand by the space's share, to the cent.

    The same sums as `rollup` of every commitment that stands; declined pledges are among them. The caller names only
    spaces that the reader may read. One query where the sums of all these spaces are kept, two where they are not.
    """
    codes = tuple(spaces)
    kept = set()
    for space, year, basis, status, acceptance, sphere, rand in (
        _kept_in(spaces=codes, today=clock.today()) if codes else ()
    ):
        kept.add(space)
        if year is not None:  # else there is none in the whole space
            yield Pledged(space, FinancialYear(year, Basis(basis)), status, acceptance, sphere, rand)
    others = tuple(code for code in codes if code not in kept)
    if others:
        yield from _apportioned(_pledged_by_sphere(spaces=others, today=clock.today()), others)


def pledged_apart(spaces: Iterable[str]) -> Iterator[tuple[bool, Pledged]]:
    """As `pledged_in`, each beside whether it is invented: the two are in no total together.

    A shared commitment is of one kind, as its pledges are. Two queries and one or two more for each kind.
    """
    codes, today = tuple(spaces), clock.today()
    found = shares_on(today).filter(space__in=codes).exclude(commitment__state=CommitmentState.WITHDRAWN).order_by()
    kinds: dict[str, set[bool]] = defaultdict(set)
    for space, is_invented in found.values_list("space", "commitment__is_sample").distinct():
        kinds[space].add(is_invented)
    both = tuple(code for code in codes if len(kinds[code]) > 1)
    for invented in (False, True):
        for each in pledged_in(code for code in codes if kinds[code] == {invented}):
            yield invented, each
        if both:
            rows = _pledges(both, today, f"{_PARTY}institution__sphere", invented)
            for each in _apportioned(rows, both):
                yield invented, each


def added_up(space: str) -> Iterator[Pledged]:
    """All that is pledged in a space today, by institution: from the pledges themselves. One query."""
    yield from _apportioned(_pledged_by_institution(spaces=(space,), today=clock.today()), (space,))


def money_of(space: str) -> Money:
    """What the standing commitments of a space sum to. One query or two (pledged_in)."""
    money = Money()
    for each in pledged_in((space,)):
        money.add(each.year, each.status, each.acceptance, each.rand)
    return money


def wrong_sums() -> list[str]:
    """The codes of spaces whose kept sums would be read, and are not what their pledges sum to: none, ever."""
    codes, today = tuple(KeptSums.objects.order_by("pk").values_list("pk", flat=True)), clock.today()
    kept: dict[str, dict[tuple[Any, ...], Decimal]] = {}
    for space, year, basis, *kind, rand in _kept_in(spaces=codes, today=today) if codes else ():
        sums = kept.setdefault(space, {})
        if year is not None:
            sums[(FinancialYear(year, Basis(basis)), *kind)] = rand
    wrong = []
    for code, sums in kept.items():
        true: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
        for _space, *kind, rand in _apportioned(_pledged_by_sphere(spaces=(code,), today=today), (code,)):
            true[tuple(kind)] += rand
        if sums != true:
            wrong.append(code)
    return wrong


# --- the sums that are kept ------------------------------------------------------------------------------------------


@prepared
def _kept_in(*, spaces: tuple[str, ...], today: date) -> "QuerySet[KeptSums, tuple[Any, ...]]":
    """The kept sums of those of the spaces in which nothing was changed since, and no share began or ended."""
    rows = KeptSums.objects.filter(Q(holds_until=None) | Q(holds_until__gt=today), space__in=spaces)
    rows = rows.filter(~Exists(SumsChanged.objects.filter(space=OuterRef("pk")))).order_by()
    terms = ("year", "basis", "status", "acceptance", "institution__sphere")
    return rows.values_list("pk", *(f"rows__{name}" for name in terms)).annotate(rand=Sum("rows__amount"))


# --- the pledges themselves ------------------------------------------------------------------------------------------


def _apportioned(rows: Iterable[tuple[Any, ...]], spaces: tuple[str, ...]) -> Iterator[Pledged]:
    shared: dict[int, tuple[tuple[Any, ...], Decimal]] = {}
    fractions: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for space, year, basis, status, acceptance, by, pledge, fraction, rand in rows:
        terms = (FinancialYear(year, Basis(basis)), status, acceptance, by)
        if pledge:
            shared[pledge], fractions[pledge][space] = (terms, rand), fraction
        else:
            yield Pledged(space, *terms, rand)
    for pledge, (terms, amount) in shared.items():
        for space, part in apportion(amount, fractions[pledge]).items():
            if space in spaces:
                yield Pledged(space, *terms, part)


_FRACTION = DecimalField(max_digits=9, decimal_places=8)
_PARTY = "commitment__parties__"
_PLEDGE = f"{_PARTY}pledges__"
_TERMS = tuple(f"{_PLEDGE}{name}" for name in ("year", "basis", "status", "acceptance"))


@prepared
def _pledged_by_sphere(*, spaces: tuple[str, ...], today: date) -> "QuerySet[Share, tuple[Any, ...]]":
    return _pledges(spaces, today, f"{_PARTY}institution__sphere")


@prepared
def _pledged_by_institution(*, spaces: tuple[str, ...], today: date) -> "QuerySet[Share, tuple[Any, ...]]":
    return _pledges(spaces, today, f"{_PARTY}institution")


def _pledges(
    spaces: tuple[str, ...], today: date, by: str, invented: bool | None = None
) -> "QuerySet[Share, tuple[Any, ...]]":
    """Pledges beside the shares that hold on a day: summed where a space has the whole, each by itself and beside all
    its spaces where it is shared, because only then its cents can be shared out. `invented`: of such ones, or of real
    ones, alone.

    Two statements under one UNION: the sum is twice as fast when it need not look for what is shared.
    """
    shares = shares_on(today).exclude(commitment__state=CommitmentState.WITHDRAWN).order_by()
    shares = shares if invented is None else shares.filter(commitment__is_sample=invented)
    rows = shares.filter(**{f"{_PLEDGE}amount__isnull": False}).values_list("space", *_TERMS, by)
    here = shares_on(today).filter(space__in=spaces, fraction__lt=1).values("commitment_id")
    whole = rows.filter(space__in=spaces, fraction=1)
    shared = rows.filter(fraction__lt=1, commitment__in=here)
    return whole.annotate(
        pledge=Value(0), part=Value(Decimal(1), output_field=_FRACTION), rand=Sum(f"{_PLEDGE}amount")
    ).union(shared.annotate(pledge=F(f"{_PLEDGE}pk"), part=F("fraction"), rand=F(f"{_PLEDGE}amount")), all=True)
