"""The pack of a treasury for its medium-term expenditure committee: asks by vote, and what promises lack."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneplan.access.actors import Actor
from oneplan.institutions.models import Institution
from oneplan.ledger.models import Entry
from oneplan.money import format_rand_short
from oneplan.periods.years import FinancialYear
from oneplan.publishing.packs.content import Head, Pack, Section, Table, table
from oneplan.publishing.packs.reading import ZERO, agreed_rand, asks_of, book_of, by_year, replies_to
from oneplan.publishing.packs.submission import Answered, ask_table
from oneplan.reprioritisation.choices import FROM_RELEASES_ONLY, AskState
from oneplan.reprioritisation.models import Ask, Reply
from oneplan.reprioritisation.queries import treasury_of


@dataclass
class _Vote:
    """Asks of one institution in one year."""

    institution: Institution
    year: FinancialYear
    asked: Decimal = ZERO
    agreed: Decimal = ZERO
    submitted: Decimal = ZERO
    recommended: Decimal = ZERO
    found: int = 0
    asks: int = 0


def mtec_pack(treasury: Institution, *, by: Actor, on: date, is_sample: bool) -> Pack:
    """Every ask that a treasury may read, by vote and year, with funding of the votes' commitments beside."""
    asks = [ask for ask in asks_of(by, is_sample=is_sample) if ask.treasury_id == treasury.pk]
    told = replies_to(asks)
    answered = [(ask, told.get(ask.pk)) for ask in asks]
    book = book_of(by, is_sample=is_sample)
    seen: dict[str, bool] = {}
    own = [entry for entry in book.entries if _is_of(treasury, entry.institution, seen)]
    return Pack(
        title=_("MTEC pack: %(treasury)s") % {"treasury": treasury.name},
        subtitle=_("Asks of the District Development Model by vote, for the medium-term expenditure committee"),
        answer=_answer(answered),
        facts=(
            (_("Treasury"), treasury.name), (_("Ledger"), book.source),
            (_("What it is not"), _("No figure of this pack is a budget. OnePlan never writes one.")),
        ),
        sections=(
            Section(_("Asks by vote"), tables=_votes(answered),
                    paragraphs=() if asks else (_("No ask that you may read was routed to an institution of this treasury."),)),
            Section(_("Promises beside budgets, by vote"), tables=_funding(own, book.source),
                    paragraphs=() if own else (_("No entry of the money ledger of these votes may be read by you."),)),
            *_each(answered),
        ),
        on=on, page=f"/asks/?treasury={treasury.pk}", is_sample=is_sample,
        restricted=_("%(treasury)s. Each ask may also be read by the space that asked and the institution asked; by nobody "
                     "else until the budget is tabled.") % {"treasury": treasury.name}
        if any(ask.public_from is None for ask in asks) else "",
    )  # fmt: skip


def _is_of(treasury: Institution, institution: Institution, seen: dict[str, bool]) -> bool:
    if institution.pk not in seen:
        found = treasury_of(institution)
        seen[institution.pk] = found is not None and found.pk == treasury.pk
    return seen[institution.pk]


def _answer(answered: Answered) -> str:
    votes = {ask.institution_id for ask, _reply in answered}
    spaces = {ask.space_id for ask, _reply in answered}
    asked = ngettext("%(n)s ask of", "%(n)s asks of", len(answered)) % {"n": len(answered)}
    of = ngettext("%(n)s space to", "%(n)s spaces to", len(spaces)) % {"n": len(spaces)}
    to = ngettext("%(n)s vote.", "%(n)s votes.", len(votes)) % {"n": len(votes)}
    return f"{asked} {of} {to}"


def _votes(answered: Answered) -> tuple[Table, ...]:
    votes: dict[tuple[str, FinancialYear], _Vote] = {}
    for ask, reply in answered:
        vote = votes.setdefault(
            (ask.institution_id, ask.financial_year), _Vote(ask.institution, ask.financial_year)
        )
        agreed = agreed_rand(ask, reply) or ZERO
        vote.asks += 1
        vote.asked += ask.amount
        vote.agreed += agreed
        vote.submitted += agreed if ask.state == AskState.IN_SUBMISSION else ZERO
        vote.recommended += agreed if ask.state == AskState.RECOMMENDED else ZERO
        vote.found += ask.state in FROM_RELEASES_ONLY
    heads = [
        Head(_("Vote"), 2.6), Head(_("Year"), 1.7), Head(_("Asks"), 0.8, is_number=True),
        Head(_("Asked"), 1.4, is_number=True), Head(_("Agreed"), 1.4, is_number=True),
        Head(_("In submission"), 1.5, is_number=True), Head(_("Recommended"), 1.6, is_number=True),
        Head(_("Found in a budget"), 1.3, is_number=True),
    ]  # fmt: skip
    ordered = sorted(votes.values(), key=lambda each: (each.institution.name, each.year.basis, each.year.start))
    rows = [
        [
            each.institution.name, each.year.long, str(each.asks),
            *map(format_rand_short, (each.asked, each.agreed, each.submitted, each.recommended)), str(each.found),
        ]
        for each in ordered
    ]  # fmt: skip
    note = _("Rand as asked and as answered by accounting officers; “Found in a budget” counts asks, whose rand stand in the list.")
    return table(_("Asks by vote and year"), heads, rows, note=note)


def _funding(own: Sequence[Entry], source: str) -> tuple[Table, ...]:
    by_vote: dict[str, list[Entry]] = defaultdict(list)
    for entry in own:
        by_vote[entry.institution.name].append(entry)
    heads = [
        Head(_("Vote"), 2.6), Head(_("Year"), 1.7), Head(_("Commitments"), is_number=True),
        Head(_("Pledged"), 1.4, is_number=True), Head(_("In its budget"), 1.4, is_number=True),
        Head(_("Short"), 1.4, is_number=True), Head(_("Not known"), is_number=True),
    ]  # fmt: skip
    rows = [
        [
            name, each.year.long, str(len(each.commitments)), format_rand_short(each.pledged),
            format_rand_short(each.budget), format_rand_short(each.short), str(each.unknown),
        ]
        for name in sorted(by_vote)
        for each in by_year(by_vote[name])
    ]  # fmt: skip
    note = _("Years that begin in different months are never added. What is not known is not counted as short. %(source)s")
    return table(_("Commitments of the votes by year"), heads, rows, note=note % {"source": source})


def _each(answered: Answered) -> list[Section]:
    by_vote: dict[str, list[tuple[Ask, Reply | None]]] = defaultdict(list)
    for ask, reply in answered:
        by_vote[ask.institution.name].append((ask, reply))
    told = [Section(name, level=2, tables=ask_table(_("Asks put to it"), rows)) for name, rows in sorted(by_vote.items())]
    return [Section(_("Vote by vote")), *told] if told else []
