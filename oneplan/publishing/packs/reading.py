"""What packs are made from: entries of the money ledger and asks, as one reader may see them, real or invented alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.commitments.models import Commitment, Share
from oneplan.commitments.queries import shares_on
from oneplan.institutions.models import Institution
from oneplan.ledger.choices import Execution, Funding
from oneplan.ledger.models import Cycle, Entry
from oneplan.ledger.queries import entries_visible_to
from oneplan.periods.years import FinancialYear
from oneplan.reprioritisation.choices import ReplyCode
from oneplan.reprioritisation.models import Ask, Reply
from oneplan.reprioritisation.queries import asks_visible_to

ZERO = Decimal(0)


@dataclass(frozen=True)
class LineNames:
    """What the budget lines behind an entry are called by their source; "" where it does not say."""

    functions: frozenset[str] = frozenset()
    funds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Book:
    """The newest cycle of the ledger as one reader may see it. `cycle` is None where none was ever opened."""

    cycle: Cycle | None
    entries: Sequence[Entry]

    @cached_property
    def spaces_of(self) -> dict[int, list[str]]:
        """Codes of the spaces that have a share of each commitment today, by its key. One query."""
        found: dict[int, list[str]] = defaultdict(list)
        rows: Iterable[Share] = shares_on().filter(commitment__in={each.commitment_id for each in self.entries})
        for share in rows:
            found[share.commitment_id].append(share.space_id)
        return found

    @cached_property
    def names_of(self) -> dict[int, LineNames]:
        """Functions and funds of the lines behind each entry, by its key. One query."""
        functions: dict[int, set[str]] = defaultdict(set)
        funds: dict[int, set[str]] = defaultdict(set)
        rows = Entry.objects.filter(pk__in=[each.pk for each in self.entries]).order_by()
        for pk, function, fund in rows.values_list("pk", "lines__link__line__function_name", "lines__link__line__fund_name"):
            if function:
                functions[pk].add(function)
            if fund:
                funds[pk].add(fund)
        return {each.pk: LineNames(frozenset(functions[each.pk]), frozenset(funds[each.pk])) for each in self.entries}

    @property
    def source(self) -> str:
        """Which cycle, of which day and build, for the note under each table."""
        if self.cycle is None:
            return _("No cycle of the money ledger was opened yet.")
        told = _("Money ledger, cycle “%(cycle)s”, as at %(day)s; budget figures of build %(build)s.")
        build = self.cycle.build or _("none")
        return told % {"cycle": self.cycle.label, "day": f"{self.cycle.as_at:%-d %b %Y}", "build": build}


def book_of(actor: Actor, *, is_sample: bool) -> Book:
    """Entries of the newest cycle that the actor may see. Two queries, with institution and commitment."""
    cycle = Cycle.objects.order_by("-opened_at", "-id").first()
    if cycle is None:
        return Book(None, ())
    rows = entries_visible_to(actor).filter(cycle=cycle, is_sample=is_sample)
    return Book(cycle, list(rows.select_related("institution", "commitment__lead").order_by("commitment__ref", "year")))


def asks_of(actor: Actor, *, is_sample: bool) -> list[Ask]:
    """The asks that the actor may read, with whom they are put to, and their standing replies."""
    rows = asks_visible_to(actor).filter(is_sample=is_sample).exclude(state="draft")
    rows = rows.select_related("institution", "space", "commitment", "treasury")
    return list(rows.order_by("institution__name", "space_id", "year", "ref"))


def replies_to(asks: Iterable[Ask]) -> dict[int, Reply]:
    """The reply that stands, by the key of its ask. One query."""
    rows = Reply.objects.filter(ask__in=[each.pk for each in asks], is_standing=True)
    return {each.ask_id: each for each in rows}


@dataclass
class Sum:
    """Rand of one year over entries. What nobody reports is counted apart and never taken for nothing."""

    year: FinancialYear
    pledged: Decimal = ZERO
    budget: Decimal = ZERO
    short: Decimal = ZERO
    unknown: int = 0
    underspent: int = 0
    entries: int = 0
    commitments: set[int] = field(default_factory=set)

    def add(self, entry: Entry) -> None:
        """Add one entry of this year."""
        self.entries += 1
        self.commitments.add(entry.commitment_id)
        self.pledged += entry.pledged
        self.underspent += entry.execution in (Execution.UNDERSPENT, Execution.LAPSED)
        if entry.funding == Funding.UNKNOWN or entry.budget is None:
            self.unknown += 1
            return
        self.budget += entry.budget
        self.short += max(entry.pledged - entry.budget, ZERO)


def by_year(entries: Iterable[Entry]) -> list[Sum]:
    """Sums by financial year, those of each basis apart, in order."""
    found: dict[FinancialYear, Sum] = {}
    for entry in entries:
        found.setdefault(entry.financial_year, Sum(entry.financial_year)).add(entry)
    return [found[year] for year in sorted(found, key=lambda year: (year.basis, year.start))]


def reply_words(reply: Reply | None) -> str:
    """What was answered, in a cell."""
    return str(ReplyCode(reply.code).label) if reply else _("not answered")


def agreed_rand(ask: Ask, reply: Reply | None) -> Decimal | None:
    """Rand that an accounting officer agreed to take up, which is not money; None where none was agreed."""
    if reply is None:
        return None
    if reply.code == ReplyCode.AGREED:
        return ask.amount
    return reply.amount if reply.code == ReplyCode.AGREED_IN_PART else None


def names(institutions: Iterable[Institution]) -> str:
    """Names in a list, each once."""
    return ", ".join(dict.fromkeys(each.name for each in institutions))


def led_by(commitment: Commitment) -> str:
    """Who leads, in a cell."""
    return commitment.lead.short_name or commitment.lead.name
