"""The submission of a department: what it was asked, what it answered, and what its promises lack, for its treasury."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneplan.access.actors import Actor
from oneplan.institutions.models import Institution
from oneplan.ledger.choices import Funding
from oneplan.ledger.models import Entry
from oneplan.money import format_rand_short
from oneplan.publishing.packs.content import Head, Pack, Section, Table, table
from oneplan.publishing.packs.reading import (
    Book,
    agreed_rand,
    asks_of,
    book_of,
    by_year,
    replies_to,
    reply_words,
)
from oneplan.publishing.words import amount
from oneplan.reprioritisation.models import Ask, Reply

Answered = Sequence[tuple[Ask, Reply | None]]
LACKING = (Funding.UNFUNDED, Funding.PART_FUNDED)


def submission(institution: Institution, *, by: Actor, on: date, is_sample: bool) -> Pack:
    """Asks put to an institution with its answers, and the commitments that its budget does not carry yet."""
    asks = [ask for ask in asks_of(by, is_sample=is_sample) if ask.institution_id == institution.pk]
    told = replies_to(asks)
    answered = [(ask, told.get(ask.pk)) for ask in asks]
    book = book_of(by, is_sample=is_sample)
    own = [entry for entry in book.entries if entry.institution_id == institution.pk]
    restricted = any(ask.public_from is None for ask in asks)
    return Pack(
        title=_("DDM submission: %(institution)s") % {"institution": institution.name},
        subtitle=_("Asks of the 52 spaces, answers, and commitments without money"),
        answer=_answer(answered, own),
        facts=(
            (_("Institution"), institution.name), (_("For"), _("Its treasury, with its budget submission")),
            (_("Ledger"), book.source),
            (_("What it is not"), _("An answer is not money: only a received budget says what was allocated.")),
        ),
        sections=(_asked(answered), *_promised(own, book)),
        on=on, page=f"/asks/?institution={institution.pk}", is_sample=is_sample,
        restricted=_("The spaces that asked, %(institution)s and its treasury; nobody else until the budget is tabled.")
        % {"institution": institution.name} if restricted else "",
    )  # fmt: skip


def _answer(answered: Answered, own: Sequence[Entry]) -> str:
    taken = [ask for ask, reply in answered if agreed_rand(ask, reply) is not None]
    waiting = sum(1 for _ask, reply in answered if reply is None)
    lacking = {entry.commitment_id for entry in own if entry.funding in LACKING}
    return " ".join([
        ngettext("%(n)s ask was put to it", "%(n)s asks were put to it", len(answered)) % {"n": len(answered)}
        + _("; %(taken)s agreed wholly or in part, %(waiting)s not answered.") % {"taken": len(taken), "waiting": waiting},
        ngettext("%(n)s of its commitments is not fully in its budget.",
                 "%(n)s of its commitments are not fully in its budget.", len(lacking)) % {"n": len(lacking)},
    ])  # fmt: skip


def _asked(answered: Answered) -> Section:
    return Section(
        _("Asks and answers"),
        paragraphs=() if answered else (_("No ask was routed to it that you may read."),),
        tables=ask_table(_("By space and year"), answered),
    )


def ask_table(title: str, answered: Answered, *, with_institution: bool = False) -> tuple[Table, ...]:
    """One line an ask: who, which commitment, how much, the answer and how far it came."""
    who = [Head(_("Institution"), 2)] if with_institution else []
    heads = [
        Head(_("Ask"), 1.5), *who, Head(_("Space"), 1.4), Head(_("Commitment"), 3.2), Head(_("Year"), 1.2),
        Head(_("Asked"), 1.4, is_number=True), Head(_("Answer"), 1.9), Head(_("Agreed"), 1.4, is_number=True),
        Head(_("State"), 1.6),
    ]  # fmt: skip
    rows = []
    for ask, reply in answered:
        agreed = agreed_rand(ask, reply)
        rows.append([
            ask.ref, *([ask.institution.short_name or ask.institution.name] if with_institution else []), ask.space.name,
            f"{ask.commitment.ref} {ask.commitment.title}", ask.financial_year.label, format_rand_short(ask.amount),
            f"{reply_words(reply)}{f': {reply.reason}' if reply else ''}",
            "–" if agreed is None else format_rand_short(agreed), str(ask.get_state_display()),
        ])  # fmt: skip
    note = _("Rand as asked and as answered. Agreed is not money; the state from “Allocated” on rests on a received budget.")
    return table(title, heads, rows, note=note)


def _promised(own: Sequence[Entry], book: Book) -> list[Section]:
    sums = by_year(own)
    lacking = [entry for entry in own if entry.funding in LACKING]
    years = table(
        _("Its commitments by year"),
        [
            Head(_("Financial year"), 2), Head(_("Commitments"), is_number=True), Head(_("Pledged"), 1.5, is_number=True),
            Head(_("In its budget"), 1.5, is_number=True), Head(_("Short"), 1.5, is_number=True),
            Head(_("Not known"), is_number=True),
        ],
        [
            [each.year.long, str(len(each.commitments)), format_rand_short(each.pledged), format_rand_short(each.budget),
             format_rand_short(each.short), str(each.unknown)]
            for each in sums
        ],
        note=_("Years that begin in different months are never added. “Not known”: no budget line is linked and confirmed, "
               "or no return is in; such a commitment is not counted as short. %(source)s") % {"source": book.source},
    )  # fmt: skip
    lines = table(
        _("Commitments that its budget does not carry in full"),
        [
            Head(_("Commitment"), 3.4), Head(_("Spaces"), 1.3), Head(_("Year"), 1.2),
            Head(_("Pledged"), 1.4, is_number=True), Head(_("In its budget"), 1.4, is_number=True), Head(_("Funding"), 1.3),
        ],
        [
            [f"{entry.commitment.ref} {entry.commitment.title}", ", ".join(book.spaces_of.get(entry.commitment_id, [])),
             entry.financial_year.label, format_rand_short(entry.pledged), amount(entry.budget),
             str(entry.get_funding_display())]
            for entry in lacking
        ], note=book.source,
    )  # fmt: skip
    none = () if own else (_("It has no entry in the money ledger that you may read."),)
    return [Section(_("Its promises beside its budget"), paragraphs=none, tables=(*years, *lines))]
