"""Reads: who may see what, the ledger and its filters, and roll-ups in which a shared rand counts once."""

from oneplan.commitments.queries.ledger import (
    LedgerFilters,
    counts,
    folded,
    for_ledger,
    for_page,
    ledger,
    parties_in,
    read_year,
    years_in,
)
from oneplan.commitments.queries.money import Level, Money, YearLine, rollup
from oneplan.commitments.queries.plans import area_label, areas, issues_of, servable
from oneplan.commitments.queries.readers import accountable, evidence_of, handed_in, reads_all, visible_to, waiting_for
from oneplan.commitments.queries.shares import (
    copies_of,
    editions_in_progress,
    frozen_editions,
    in_copy,
    in_space,
    share_codes,
    shares_on,
    standing_copies,
)
from oneplan.commitments.queries.sums import Pledged, money_of, pledged_apart, pledged_in, wrong_sums

__all__ = [
    "LedgerFilters",
    "Level",
    "Money",
    "Pledged",
    "YearLine",
    "accountable",
    "area_label",
    "areas",
    "copies_of",
    "counts",
    "editions_in_progress",
    "evidence_of",
    "folded",
    "for_ledger",
    "for_page",
    "frozen_editions",
    "handed_in",
    "in_copy",
    "in_space",
    "issues_of",
    "ledger",
    "money_of",
    "parties_in",
    "pledged_apart",
    "pledged_in",
    "read_year",
    "reads_all",
    "rollup",
    "servable",
    "share_codes",
    "shares_on",
    "standing_copies",
    "visible_to",
    "waiting_for",
    "wrong_sums",
    "years_in",
]
