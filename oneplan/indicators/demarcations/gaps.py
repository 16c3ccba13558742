"""Where an indicator does not exist for a boundary year, and what can be had instead."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from oneplan.platform.errors import RuleBroken

from .book import Book, book
from .converting import Nature
from .pieces import Basis


class Remedy(StrEnum):
    """What can be done about a gap."""

    CONVERT = "convert"  # from `source`, by weights
    CONVERT_UNCHANGED = "convert_unchanged"  # only where the area is the same one
    NONE = "none"


@dataclass(frozen=True)
class Gap:
    """An indicator has no values on the borders asked for. `source` is the demarcation to convert from, if one can."""

    wanted: str
    remedy: Remedy
    source: str
    sentence: str


def missing_for(
    indicator: str,
    nature: Nature,
    held: Mapping[str, Collection[str]],
    wanted: str,
    *,
    of_spaces: bool = False,
    known: Book | None = None,
) -> Gap | None:
    """The warning for an indicator on the borders of a demarcation; None where it was published on them.

    `held` says of each demarcation for which areas (or spaces) the indicator has values. Values on borders that are
    the same throughout (`same_as`) are as good as published.
    """
    known = known or book()
    known.demarcation(wanted)
    sources = sorted((year for year in held if held[year]), key=lambda year: (abs(int(year) - int(wanted)), year))
    if any(known.drawn_as(year) == known.drawn_as(wanted) for year in sources):
        return None
    facts = {"indicator": indicator, "wanted": wanted}
    if not sources:
        sentence = _("%(indicator)s has no values on the borders of %(wanted)s, nor on any others.") % facts
        return Gap(wanted, Remedy.NONE, "", sentence)
    for source in sources:
        try:
            weights = known.weights(source, wanted, of_spaces=of_spaces)
        except RuleBroken:
            continue
        return _convertible(nature, source, weights.basis, len(weights.links.keys() - set(held[source])), facts)
    facts["years"] = ", ".join(sources)
    sentence = _(
        "%(indicator)s has no values on the borders of %(wanted)s. It has some on those of %(years)s, but how these "
        "lie over one another is not known: import the boundaries of both."
    ) % facts  # fmt: skip
    return Gap(wanted, Remedy.NONE, "", sentence)


def _convertible(nature: Nature, source: str, basis: Basis, missing: int, facts: dict[str, str]) -> Gap:
    told = {**facts, "source": source, "basis": basis.words, "missing": missing}
    if nature == Nature.OTHER:
        sentence = _(
            "%(indicator)s has no values on the borders of %(wanted)s, and cannot be worked out from those of "
            "%(source)s: it does not add up. It is shown only for areas that stayed the same."
        ) % told  # fmt: skip
        return Gap(facts["wanted"], Remedy.CONVERT_UNCHANGED, source, sentence)
    sentence = _(
        "%(indicator)s was not published on the borders of %(wanted)s: values are converted from those of %(source)s, "
        "where areas were divided by %(basis)s."
    ) % told  # fmt: skip
    if missing:
        sentence += " " + _("%(missing)d areas have no value there; what depends on them is not computed.") % told
    return Gap(facts["wanted"], Remedy.CONVERT, source, sentence)


def absent_place(code: str, wanted: str, *, known: Book | None = None) -> str:
    """Why an area has no value on the borders of a demarcation: it did not exist then. "" where it did."""
    known = known or book()
    root = known.drawn_as(wanted)
    if not known.areas(root) or code in known.areas(root):
        return ""
    for (older, newer), shipped in known.shipped.items():
        pairs = [(piece.older, piece.newer) for piece in shipped.correspondence.pieces]
        near = {new for old, new in pairs if old == code} if root == newer else set()
        near |= {old for old, new in pairs if new == code} if root == older else set()
        if near:
            return _("%(code)s did not exist on the borders of %(wanted)s; its ground lay in %(areas)s.") % {
                "code": code, "wanted": wanted, "areas": ", ".join(sorted(near)),
            }  # fmt: skip
    return _("%(code)s is no area on the borders of %(wanted)s.") % {"code": code, "wanted": wanted}
