"""What each kind of element may hold. `clean_…` returns the fields tidied, or refuses with a sentence.

A draft may be incomplete: what is missing is named by the gates. Refused here is only what can never be right: no
statement at all, an area or chapter that does not exist, a place of another space, a target outside the horizon.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from oneplan.frameworks import queries as frameworks
from oneplan.periods import clock
from oneplan.plans.choices import Direction, ImmediateKind
from oneplan.plans.models import Edition, Finding, Outcome
from oneplan.plans.rules.editions import known_ruleset
from oneplan.plans.rules.text import clean_html, is_substantive, plain_text, tidy
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.models import MunicipalArea, Ward

LONGEST_TEXT = 20_000
LONGEST_SECTION = 400_000
PLACE = ("whole_space", "municipal_areas", "ward")
_ELEMENT_REF = re.compile(r"[FOSN]-\d{3,}|V-001|I-[a-z_]+")
_COMMITMENT_REF = re.compile(r"[A-Z0-9]{2,8}-C-\d{3,}")


def is_element_ref(ref: str) -> bool:
    """Whether a reference is one of a plan element: F-012, O-004, S-007, N-001, V-001, I-people."""
    return _ELEMENT_REF.fullmatch(ref) is not None


def is_ref(ref: str) -> bool:
    """Whether a reference is one of a plan element or of a commitment (DC36-C-0001)."""
    return is_element_ref(ref) or _COMMITMENT_REF.fullmatch(ref) is not None


def clean_finding(edition: Edition, given: Mapping[str, Any]) -> dict[str, Any]:
    """A finding: area and statement always; evidence, source, date, place and value where they are known."""
    fields = _texts(given, ("statement",), ("evidence",), {"source": 300, "unit": 60})
    check_area(edition, fields["area"])
    _check_not_in_future(fields.get("source_date"), _("The date of the source"))
    fields["value"] = _number(fields.get("value"), _("The value"))
    if fields["value"] is not None and not fields.get("unit"):
        raise RuleBroken(_("Name the unit of the value, such as “% of households”: a number never stands alone."))
    return {**fields, **_place(edition, fields)}


def clean_outcome(edition: Edition, given: Mapping[str, Any]) -> dict[str, Any]:
    """An outcome: area and statement always; indicator, baseline and target where known, and then consistent."""
    fields = _texts(given, ("statement",), (), {"indicator": 300, "unit": 60, "baseline_source": 300})
    check_area(edition, fields["area"])
    fields["direction"] = fields.get("direction") or Direction.UP
    if fields["direction"] not in Direction.values:
        raise RuleBroken(_("Say whether higher or lower is better."))
    fields["baseline"] = _number(fields.get("baseline"), _("The baseline"))
    fields["target"] = _number(fields.get("target"), _("The target"))
    _check_years(edition, fields.get("baseline_year"), fields.get("target_year"))
    _check_direction(fields["direction"], fields["baseline"], fields["target"])
    return fields


def clean_strategy(edition: Edition, given: Mapping[str, Any]) -> dict[str, Any]:
    """A strategy: area and title always. `findings` and `outcomes` come as references and leave as rows."""
    fields = _texts(given, (), ("description",), {"title": 200})
    if not fields["title"]:
        raise RuleBroken(_("Give the strategy a title."))
    check_area(edition, fields["area"])
    fields["findings"] = _linked(edition, Finding, fields.get("findings") or (), _("finding"))
    fields["outcomes"] = _linked(edition, Outcome, fields.get("outcomes") or (), _("outcome"))
    return {**fields, **_place(edition, fields)}


def clean_section(edition: Edition, given: Mapping[str, Any]) -> dict[str, Any]:
    """A narrative section: a chapter of the standard format (with an area, where it has areas), title, body."""
    fields = _texts(given, (), (), {"title": 200})
    if not fields["title"]:
        raise RuleBroken(_("Give the section a title."))
    check_chapter(edition, fields["chapter"], fields.get("area", ""))
    fields["body"] = clean_html(fields.get("body") or "")
    if len(fields["body"]) > LONGEST_SECTION:
        raise RuleBroken(_("This section is too long. Split it into several sections."))
    return fields


def clean_vision(edition: Edition, given: Mapping[str, Any]) -> dict[str, Any]:
    """The vision: a text."""
    return _texts(given, ("text",), (), {})


def clean_impact(edition: Edition, given: Mapping[str, Any]) -> dict[str, Any]:
    """The impact statement of one area: a text."""
    check_area(edition, given["area"])
    return _texts(given, ("text",), (), {})


def check_area(edition: Edition, area: str) -> None:
    """One of the transformation areas."""
    areas = known_ruleset(edition.ruleset).areas
    if area not in {each.code for each in areas}:
        raise RuleBroken(
            _("“%(area)s” is not a transformation area. Choose one of: %(known)s.")
            % {"area": area, "known": "; ".join(each.label for each in areas)}
        )


def check_chapter(edition: Edition, code: str, area: str) -> None:
    """A chapter of the standard format; an area exactly where the chapter has one section for each."""
    try:
        chapter = known_ruleset(edition.ruleset).chapter(code)
    except KeyError:
        raise RuleBroken(_("There is no chapter “%(code)s” in the standard format.") % {"code": code}) from None
    if chapter.is_per_area:
        if not area:
            raise RuleBroken(_("“%(chapter)s” is written area by area: choose the area.") % {"chapter": chapter.label})
        check_area(edition, area)
    elif area:
        raise RuleBroken(
            _("“%(chapter)s” is not divided into areas: leave the area empty.") % {"chapter": chapter.label}
        )


def check_justification(marker: str, justification: str) -> None:
    """A marker of the code list, with a justification that says something."""
    known = {each.code: each.label for each in frameworks.markers()}
    if marker not in known:
        raise RuleBroken(
            _("“%(marker)s” is not a cross-cutting marker. Choose one of: %(known)s.")
            % {"marker": marker, "known": "; ".join(known.values())}
        )
    if not is_substantive(justification):
        raise RuleBroken(
            _("Say in a sentence how this serves “%(marker)s”. A marker without a justification is not kept.")
            % {"marker": known[marker]}
        )


def check_priorities(codes: Collection[str], in_words: Mapping[str, Iterable[str]]) -> None:
    """Codes of priorities that are on a list; words only for lists that have no codes of their own."""
    known = {one.code for each in frameworks.priority_sets() for one in each.priorities}
    unknown = sorted(set(codes) - known)
    if unknown:
        raise RuleBroken(_("No list of priorities has: %(codes)s.") % {"codes": ", ".join(unknown)})
    open_sets = {each.code for each in frameworks.priority_sets() if each.is_open}
    for code, words in in_words.items():
        if code not in open_sets:
            raise RuleBroken(_("“%(code)s” has priorities with codes: choose among them.") % {"code": code})
        if any(not is_substantive(each, least=1) or len(tidy(each)) > 200 for each in words):
            raise RuleBroken(_("Name the priority in the document's own words, in at most 200 characters."))


def clean_immediate_issue(edition: Edition, given: Mapping[str, Any]) -> dict[str, Any]:
    """An immediate issue names the service, a post that owns it and a day; households come with their source."""
    fields = _texts(given, (), (), {"service": 120, "households_source": 200})
    if fields["kind"] not in ImmediateKind.values:
        raise RuleBroken(
            _("Say which it is: %(kinds)s.") % {"kinds": "; ".join(str(label) for label in ImmediateKind.labels)}
        )
    if not is_substantive(fields["service"], least=1):
        raise RuleBroken(_("Name the service, such as “Water supply”."))
    if fields.get("owner_post") is None:
        raise RuleBroken(_("Name the post that owns this issue: what cannot wait must have an owner."))
    if fields.get("due_on") is None:
        raise RuleBroken(_("Give the day by which it is to be resolved."))
    if fields["due_on"] < edition.opened_on:
        raise RuleBroken(
            _("The day by which it is to be resolved lies before this edition was opened. Check the year.")
        )
    households = fields.get("households")
    if households is not None and not 0 <= households <= 20_000_000:
        raise RuleBroken(_("Households are a whole number from 0 to 20 million."))
    if households is not None and not fields.get("households_source"):
        raise RuleBroken(_("Name where the number of households comes from."))
    return fields


def _texts(
    given: Mapping[str, Any], needed: Collection[str], optional: Collection[str], lines: Mapping[str, int]
) -> dict[str, Any]:
    """The fields with their texts tidied: `needed` and `optional` are long, `lines` short with a greatest length."""
    fields = dict(given)
    for name in needed:
        fields[name] = tidy(fields.get(name) or "")
        if not plain_text(fields[name]):
            raise RuleBroken(_("Write the text: an empty one cannot be saved. To take it out of the plan, remove it."))
    for name in (*needed, *optional):
        fields[name] = tidy(fields.get(name) or "")
        if len(fields[name]) > LONGEST_TEXT:
            raise RuleBroken(_("A text has at most 20 000 characters here. Put longer narrative into a section."))
    for name, most in lines.items():
        fields[name] = " ".join(tidy(fields.get(name) or "").split())
        if len(fields[name]) > most:
            raise RuleBroken(
                _("“%(start)s…” is too long: at most %(most)s characters.") % {"start": fields[name][:40], "most": most}
            )
    return fields


def _number(value: Any, label: str) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise RuleBroken(_("%(label)s must be a number, not “%(value)s”.") % {"label": label, "value": value}) from None
    # Fifteen digits come back from every database and spreadsheet as they were written; the sixteenth may not.
    if not number.is_finite() or abs(number) >= Decimal(10) ** 11 or number != number.quantize(Decimal("0.0001")):
        raise RuleBroken(
            _("%(label)s must be a number below 100 thousand million with at most four decimals.") % {"label": label}
        )
    return number


def _check_not_in_future(day: date | None, label: str) -> None:
    if day is not None and day > clock.today():
        raise RuleBroken(_("%(label)s lies in the future. Check the year.") % {"label": label})


def _check_years(edition: Edition, baseline_year: int | None, target_year: int | None) -> None:
    last = edition.start_year + edition.horizon_years - 1
    if baseline_year is not None and not 1990 <= baseline_year <= clock.today().year:
        raise RuleBroken(_("The year of the baseline lies between 1990 and this year: a baseline was measured."))
    if target_year is not None and not edition.start_year <= target_year <= last:
        raise RuleBroken(
            _("The year of the target lies within the horizon of the plan, %(first)s to %(last)s; it is %(year)s.")
            % {"first": edition.start_year, "last": last, "year": target_year}
        )
    if baseline_year is not None and target_year is not None and target_year < baseline_year:
        raise RuleBroken(_("The target lies before the baseline. Check the two years."))


def _check_direction(direction: str, baseline: Decimal | None, target: Decimal | None) -> None:
    if baseline is None or target is None:
        return
    if direction == Direction.UP and target < baseline:
        raise RuleBroken(
            _("Higher is better here, but the target is below the baseline. Check the figures or the direction.")
        )
    if direction == Direction.DOWN and target > baseline:
        raise RuleBroken(
            _("Lower is better here, but the target is above the baseline. Check the figures or the direction.")
        )


def _place(edition: Edition, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Where it is, from codes: the whole space, municipal areas or one ward of this space; nothing set is unknown."""
    codes = sorted(set(fields.get("municipal_areas") or ()))
    ward_code = fields.get("ward") or None
    whole = bool(fields.get("whole_space"))
    if whole + bool(codes) + bool(ward_code) > 1:
        raise RuleBroken(_("Choose one kind of place: the whole space, or municipal areas, or one ward."))
    areas = list(MunicipalArea.objects.filter(code__in=codes, space_id=edition.space_id).order_by("code"))
    if len(areas) != len(codes):
        foreign = ", ".join(sorted(set(codes) - {area.code for area in areas}))
        raise RuleBroken(
            _("Not municipal areas of %(space)s: %(codes)s. A plan speaks of its own space only.")
            % {"space": edition.space_id, "codes": foreign}
        )
    ward = Ward.objects.filter(code=ward_code, municipal_area__space_id=edition.space_id).first() if ward_code else None
    if ward_code and ward is None:
        raise RuleBroken(
            _("Ward %(ward)s is not in %(space)s. A plan speaks of its own space only.")
            % {"ward": ward_code, "space": edition.space_id}
        )
    return {"whole_space": whole, "municipal_areas": areas, "ward": ward}


def _linked(edition: Edition, model: type[Finding] | type[Outcome], refs: Iterable[str], noun: str) -> list[Any]:
    """The elements of this edition with these references, none of them removed."""
    wanted = sorted(set(refs))
    rows = list(model._default_manager.filter(edition=edition, ref__in=wanted, removed_at=None).order_by("ref"))
    if len(rows) != len(wanted):
        missing = ", ".join(sorted(set(wanted) - {row.ref for row in rows}))
        raise RuleBroken(
            _("This edition has no %(noun)s %(refs)s. It may have been removed; restore it or choose another.")
            % {"noun": noun, "refs": missing}
        )
    return rows
