"""One plain sentence for one indicator of one place, and one for what stands out. Claims nothing of what is unknown.

What it says, in order: the level with unit, universe and period; beside the nation, the province and the peers; the
trend; the source. What may not be compared is said to be so, with why; what lies within the error of the figures is too
close to tell apart. Better and worse are said only where the indicator has a direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from oneplan.indicators.comparing.differences import Difference, difference
from oneplan.indicators.comparing.peers import PeerGroup
from oneplan.indicators.comparing.values import (
    Aspect,
    Break,
    Finding,
    Kind,
    Measured,
    Reason,
    Standing,
    Uncertainty,
    Verdict,
    breaks,
)  # fmt: skip
from oneplan.platform.web.numerals import grouped

_SPACE = "\u00a0"
_THAN = {
    (True, Verdict.BETTER): gettext_noop("higher (better) than %(names)s"),
    (True, Verdict.WORSE): gettext_noop("higher (worse) than %(names)s"),
    (True, Verdict.NEITHER): gettext_noop("higher than %(names)s"),
    (False, Verdict.BETTER): gettext_noop("lower (better) than %(names)s"),
    (False, Verdict.WORSE): gettext_noop("lower (worse) than %(names)s"),
    (False, Verdict.NEITHER): gettext_noop("lower than %(names)s"),
}


@dataclass(frozen=True)
class Beside:
    """What a value is set beside: named places around it (nation, province), its peers, and itself earlier."""

    around: Sequence[tuple[str, Standing]] = ()
    group: PeerGroup | None = None
    peers: Sequence[Standing] = ()
    earlier: Standing | None = None


def sentence(measured: Measured, place: str, standing: Standing | None, beside: Beside | None = None) -> str:
    """What is known of an indicator in a place. `place` is its name."""
    if standing is None or standing.value is None:
        return no_value(measured, place)
    beside = beside or Beside()
    level = _("%(title)s in %(place)s: %(value)s in %(period)s") % {
        "title": measured.title, "place": place, "value": _of_universe(measured, standing),
        "period": standing.period.label,
    }  # fmt: skip
    clauses = [level, *_around(measured, standing, beside), *_peers(measured, standing, beside)]
    if beside.earlier is not None and beside.earlier.value is not None:
        clauses.append(_trend(measured, standing, beside.earlier))
    return _("%(clauses)s (%(source)s).") % {"clauses": "; ".join(clauses), "source": _source(measured, standing)}


def no_value(measured: Measured, place: str, owner: str = "", due: str = "") -> str:
    """That nothing is known, who owes it and by when, as far as those are known."""
    words = {"title": measured.title, "place": place, "owner": owner, "due": due}
    if owner and due:
        return _("%(title)s in %(place)s: no data. The %(owner)s owes it by %(due)s.") % words
    if owner:
        return _("%(title)s in %(place)s: no data. The %(owner)s owes it; no date is set.") % words
    return _("%(title)s in %(place)s: no data.") % words


def finding_sentence(finding: Finding) -> str:
    """What stands out, beside what it stands out from."""
    measured, words = finding.measured, {"title": finding.measured.title, "period": finding.standing.period.label}
    words["far"] = _far(finding.value > finding.typical, finding.verdict)
    if finding.aspect == Aspect.LEVEL:
        words |= {"value": amount(measured, finding.value), "typical": amount(measured, finding.typical)}
        return _("%(title)s: %(value)s in %(period)s, %(far)s than the %(typical)s in the middle of its peers.") % words
    words |= {"value": _a_year(measured, finding.value), "typical": _a_year(measured, finding.typical)}
    words["earlier"] = finding.earlier.period.label if finding.earlier else ""
    if finding.aspect == Aspect.CHANGE:
        return (
            _(
                "%(title)s: a change of %(value)s a year from %(earlier)s to %(period)s, %(far)s than the %(typical)s "
                "in the middle of its peers."
            )
            % words
        )
    return (
        _(
            "%(title)s: a change of %(value)s a year from %(earlier)s to %(period)s, %(far)s than the %(typical)s in "
            "the middle of its own earlier changes."
        )
        % words
    )


def reason_words(reason: Reason) -> str:
    """Why an indicator could not be tested."""
    return {
        Reason.NO_VALUE: _("no value is known"),
        Reason.COUNT: _("a count goes with the size of the place"),
        Reason.NO_EARLIER: _("no earlier value is known"),
        Reason.BROKEN: _("no earlier value may be compared"),
        Reason.FEW_PEERS: _("too few peers have a value that may be compared"),
        Reason.FEW_OTHERS: _("too few places have a value that may be compared"),
        Reason.ALIKE: _("all other places are alike"),
    }[reason]


def amount(measured: Measured, value: float, *, signed: bool = False) -> str:
    """A value with its unit, as written here: 6,9 %; 1 234 persons; R950 a month.

    >>> share = Measured("x", "X", "%", Kind.SHARE)
    >>> amount(share, -1234.56).replace("\\u00a0", " "), amount(share, 2, signed=True).replace("\\u00a0", " ")
    ('−1 234,6 %', '+2,0 %')
    """
    number = grouped(repr(float(value)), measured.places)
    sign = "+" if signed and not number.startswith("−") else ""
    if measured.unit == "R" or measured.unit.startswith("R "):
        return f"{sign}R{number}{_SPACE}{measured.unit[2:]}".strip().replace("R−", "−R")
    return f"{sign}{number}{_SPACE}{measured.unit}".strip()


def why_not(why: Break, one: Standing, other: Standing) -> str:
    """Why two values may not be compared."""
    words = {"one": one.universe, "other": other.universe, "here": one.boundary, "there": other.boundary}
    match why:
        case Break.UNIVERSE:
            return _("one is of %(one)s, the other of %(other)s") % words
        case Break.QUESTION:
            return _("the question changed")
        case Break.BOUNDARY if not (one.boundary and other.boundary):
            return _("one is on the boundaries of %(year)s, the other of no stated year") % {
                "year": one.boundary or other.boundary
            }
        case Break.BOUNDARY:
            return _("one is on the boundaries of %(here)s, the other on those of %(there)s") % words
        case Break.SAMPLE:
            return _("one is sample data")
        case Break.METHOD if one.is_modelled and other.is_modelled:
            return _("they are modelled by different methods")
    return _("one is modelled and the other is not")


def _of_universe(measured: Measured, standing: Standing) -> str:
    value = amount(measured, standing.value or 0.0)
    if measured.kind == Kind.SHARE and measured.unit == "%" and standing.universe:
        return _("%(value)s of %(universe)s") % {"value": value, "universe": standing.universe}
    return value


def _around(measured: Measured, standing: Standing, beside: Beside) -> list[str]:
    """Beside nation and province: those it lies alike to are named together, then those it may not be set beside."""
    known = [(name, other) for name, other in beside.around if other.value is not None]
    apart = [(name, other, _parted(standing, other)) for name, other in known]
    if measured.kind == Kind.COUNT:
        return [_part_of(measured, standing, name, other) for name, other, why in apart if not why and other.value]
    alike: dict[Difference, list[str]] = {}
    errors: list[Standing] = [standing]
    for name, other, why in apart:
        if not why:
            how = difference(measured, standing, other)
            alike.setdefault(how, []).append(f"{name} ({amount(measured, other.value or 0.0)})")
            errors.append(other)
    said = [_beside(measured, how, _listed(names), errors) for how, names in alike.items()]
    barred = [{"name": name, "why": why} for name, _other, why in apart if why]
    return said + [_("not compared with %(name)s: %(why)s") % words for words in barred]


def _parted(standing: Standing, other: Standing) -> str:
    """Why a value may not be set beside that of a place around it; "" where it may."""
    if standing.period != other.period:
        return _("its figure is of %(period)s") % {"period": other.period.label}
    why = breaks(standing, other, of_one_place=False)
    return why_not(why[0], standing, other) if why else ""


def _part_of(measured: Measured, standing: Standing, name: str, other: Standing) -> str:
    share = 100 * (standing.value or 0.0) / (other.value or 1.0)
    return _("%(share)s of %(name)s’s %(value)s") % {
        "share": f"{grouped(repr(share), 1)}{_SPACE}%", "name": name, "value": amount(measured, other.value or 0.0),
    }  # fmt: skip


def _beside(measured: Measured, how: Difference, names: str, errors: Sequence[Standing]) -> str:
    if how == Difference.SAME:
        return _("the same as %(names)s") % {"names": names}
    if how == Difference.CLOSE:
        return _("too close to %(names)s to tell apart, given %(error)s") % {"names": names, "error": _error(errors)}
    is_higher = how == Difference.HIGHER
    return _(_THAN[is_higher, measured.verdict(1.0 if is_higher else -1.0)]) % {"names": names}


def _peers(measured: Measured, standing: Standing, beside: Beside) -> list[str]:
    """Than how many of its peers it is higher or lower, whichever are more, and of how many that cannot be said."""
    if beside.group is None or measured.kind == Kind.COUNT:
        return []
    if not beside.group.place.population:
        return [_("no fair peers, for its population is not known")]
    if not beside.group.is_enough:
        return [_("no fair peers, for too few places are of similar size")]
    wanted = set(beside.group.codes)
    known = [
        each for each in beside.peers
        if each.place in wanted and each.value is not None and each.period == standing.period
        if not breaks(standing, each)
    ]  # fmt: skip
    if not known:
        return [_("none of its peers has a figure that may be compared")]
    found = [difference(measured, standing, each) for each in known]
    higher, lower = found.count(Difference.HIGHER), found.count(Difference.LOWER)
    unclear, left_out = found.count(Difference.CLOSE), len(wanted) - len(known)
    all_of_them = ngettext("its %(m)s peer", "its %(m)s peers", len(known)) % {"m": grouped(len(known))}
    if not higher and not lower:
        how = Difference.CLOSE if unclear else Difference.SAME
        said = _beside(measured, how, all_of_them, [standing, *known])
    elif higher == lower:
        said = _("in the middle of %(peers)s") % {"peers": all_of_them}
    else:
        how = Difference.HIGHER if higher > lower else Difference.LOWER
        some = _("%(n)s of %(peers)s") % {"n": grouped(max(higher, lower)), "peers": all_of_them}
        said = _beside(measured, how, some, ())
    if unclear and (higher or lower):
        said += _(" (%(n)s too close to tell)") % {"n": grouped(unclear)}
    if left_out:
        said += ngettext(" (%(n)s more has no like figure)", " (%(n)s more have no like figure)", left_out) % {
            "n": grouped(left_out)
        }
    return [said]


def _trend(measured: Measured, standing: Standing, earlier: Standing) -> str:
    words = {"period": earlier.period.label, "value": amount(measured, earlier.value or 0.0)}
    why = breaks(standing, earlier)
    if why:
        reasons = _listed([why_not(each, standing, earlier) for each in why])
        return _("no trend from %(period)s, for %(why)s") % {**words, "why": reasons}
    how = difference(measured, standing, earlier)
    if how == Difference.SAME:
        return _("the same as in %(period)s") % words
    if how == Difference.CLOSE:
        words |= {"error": _error([standing, earlier])}
        return _("too close to the %(value)s of %(period)s to tell a change, given %(error)s") % words
    is_up = how == Difference.HIGHER
    return {
        (True, Verdict.BETTER): _("up (better) from %(value)s in %(period)s"),
        (True, Verdict.WORSE): _("up (worse) from %(value)s in %(period)s"),
        (True, Verdict.NEITHER): _("up from %(value)s in %(period)s"),
        (False, Verdict.BETTER): _("down (better) from %(value)s in %(period)s"),
        (False, Verdict.WORSE): _("down (worse) from %(value)s in %(period)s"),
        (False, Verdict.NEITHER): _("down from %(value)s in %(period)s"),
    }[is_up, measured.verdict(1.0 if is_up else -1.0)] % words


def _source(measured: Measured, standing: Standing) -> str:
    """Source, how it was had, demarcation and error."""
    parts = [standing.source]
    if standing.is_modelled:
        parts.append(
            _("modelled by %(method)s, not an official figure") % {"method": standing.method}
            if standing.method
            else _("modelled, not an official figure")
        )
    if standing.is_sample:
        parts.append(_("sample data"))
    if standing.boundary:
        parts.append(_("boundaries of %(year)s") % {"year": standing.boundary})
    if standing.margin:
        parts.append(
            _("give or take %(margin)s, %(error)s at 95 %%")
            % {"margin": amount(measured, standing.margin), "error": _error([standing])}
        )
    parts.append(standing.stated_error)
    return "; ".join(part for part in parts if part)


def _error(standings: Sequence[Standing]) -> str:
    """What the margins are of, the kinds there are."""
    kinds = {standing.margin_is for standing in standings if standing.margin}
    if kinds == {Uncertainty.UNDERCOUNT}:
        return _("the undercount")
    return _("sampling error and undercount") if Uncertainty.UNDERCOUNT in kinds else _("sampling error")


def _far(is_higher: bool, verdict: Verdict) -> str:
    return {
        (True, Verdict.BETTER): _("far higher (better)"),
        (True, Verdict.WORSE): _("far higher (worse)"),
        (True, Verdict.NEITHER): _("far higher"),
        (False, Verdict.BETTER): _("far lower (better)"),
        (False, Verdict.WORSE): _("far lower (worse)"),
        (False, Verdict.NEITHER): _("far lower"),
    }[is_higher, verdict]


def _a_year(measured: Measured, change: float) -> str:
    """A change: growth of counts and amounts in per cent, that of percentages in points."""
    number = grouped(repr(float(change)), max(measured.places, 1))
    signed = number if number.startswith("−") else f"+{number}"
    if measured.kind in (Kind.COUNT, Kind.AMOUNT):
        return f"{signed}{_SPACE}%"
    if measured.unit == "%":
        return _("%(n)s percentage points") % {"n": signed}
    return f"{signed}{_SPACE}{measured.unit}".strip()


def _listed(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}
