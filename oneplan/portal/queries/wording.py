"""What the log remembers, in words: names of fields, labels behind codes, dates and rand as people write them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneplan.access.roles import ROLES, Role
from oneplan.commitments import choices as commitment_choices
from oneplan.committees import choices as committee_choices
from oneplan.frameworks.queries import commitment_kinds, markers, novelties, priority_sets, rulesets
from oneplan.institutions.choices import Capacity, ChampionLevel
from oneplan.joint_planning.choices import StageState
from oneplan.money import format_rand
from oneplan.plans import choices as plan_choices
from oneplan.platform.models import LogEntry
from oneplan.platform.web.numerals import as_decimal, grouped
from oneplan.platform.web.states import STATES
from oneplan.portal.queries.naming import Names, gate_label, ruleset_label, stage_label
from oneplan.projects import choices as project_choices
from oneplan.spaces.choices import Confidence, Doubt, PlaceMethod

NOTHING = "–"

# Where the name in the code is not what people say.
_FIELDS: dict[str, str | Promise] = {
    "acceptance": gettext_lazy("Answer"),
    "baseline_source": gettext_lazy("Source of the baseline"),
    "body": gettext_lazy("Text"),
    "copy_hash": gettext_lazy("Hash of the signing copy"),
    "due_on": gettext_lazy("Due"),
    "excepted": gettext_lazy("Exceptions"),
    "finish_on": gettext_lazy("Finish"),
    "first": gettext_lazy("First"),
    "gbvf": gettext_lazy("Gender-based violence and femicide"),
    "households_source": gettext_lazy("Source of the households"),
    "is_catalytic": gettext_lazy("Catalytic"),
    "is_sample": gettext_lazy("Sample"),
    "level": gettext_lazy("Level"),
    "missing": gettext_lazy("Still missing"),
    "present": gettext_lazy("Seats present"),
    "needed": gettext_lazy("Seats needed"),
    "merged": gettext_lazy("One with it"),
    "parted": gettext_lazy("Parted from it"),
    "ruleset": gettext_lazy("Rule set"),
    "scope_key": gettext_lazy("For"),
    "start_on": gettext_lazy("Start"),
    "start_year": gettext_lazy("First year"),
    "spent_to_date": gettext_lazy("Spent to date"),
    "whole_space": gettext_lazy("The whole space"),
}
# What an entry says beside its changes; the rest of its facts are hashes and numbers for machines.
_TOLD = (
    "role", "scope_key", "institution", "stage", "rule", "marker", "holder", "capacity", "level", "pledge",
    "answered_by", "signed_by", "instrument", "needed", "present", "excepted", "missing", "outstanding", "file",
    "rows_accepted", "rows_updated", "rows_refused", "purpose", "merged", "parted", "moved", "proposed",
)  # fmt: skip
_KINDS: dict[str, Mapping[str, Any]] = {
    "acceptance": dict(commitment_choices.Acceptance.choices),
    "capacity": dict(Capacity.choices) | dict(committee_choices.Capacity.choices),
    "decision": dict(committee_choices.Decision.choices),
    "direction": dict(plan_choices.Direction.choices),
    "level": dict(ChampionLevel.choices),
    "audience": dict(project_choices.Audience.choices),
    "confidence": dict(Confidence.choices),
    "doubts": dict(Doubt.choices),
    "funding": dict(project_choices.Tabling.choices),
    "method": dict(committee_choices.Method.choices) | dict(PlaceMethod.choices),
    "nature": dict(project_choices.Nature.choices),
    "purpose": dict(project_choices.Purpose.choices),
    "standing": dict(project_choices.ProjectStanding.choices),
    "status": dict(commitment_choices.FundingStatus.choices),
}
_POSTS = ("post", "owner_post", "accountable_post")
_THINGS = {"institution": "institution", "lead": "institution", "holder": "user", "municipal_areas": "area"}
_KEY = re.compile(r"[a-z]+:[\w.:-]+")
_RAND = ("amount", "total_cost", "spent_to_date")
_NUMBERS = ("value", "baseline", "target")


def field_label(name: str) -> str:
    """A field as people call it."""
    return str(_FIELDS.get(name, "")) or capfirst(name.replace("_", " "))


def keys_in(entries: Iterable[LogEntry], but: str = "") -> Iterator[str]:
    """Every key that some entries mention, `but` one, so that the names behind them are fetched together."""
    for entry in entries:
        if entry.subject != but:
            yield entry.subject
        told = {name: entry.facts[name] for name in _TOLD if name in entry.facts}
        for remembered in (entry.before, entry.after, told):
            for name, value in remembered.items():
                for each in value if isinstance(value, list) else [value]:
                    if isinstance(each, str | int):
                        yield _key_of(name, str(each))


def _key_of(name: str, value: str) -> str:
    """The key behind a remembered value: `institution: "nat-dws"` and `"institution:nat-dws"` name one thing."""
    if _KEY.fullmatch(value):
        return value
    if name in _POSTS:
        return f"post:{value}"
    return f"{_THINGS[name]}:{value}" if name in _THINGS else ""


def value_words(name: str, value: Any, names: Names) -> str:
    """A remembered value for reading; what this file has no words for is shown as it is."""
    if value is None or value == "" or value == [] or value == {}:
        return NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(value_words(name, each, names) for each in value)
    if isinstance(value, dict):
        said = {each: some for each, some in value.items() if some not in (None, "", [], {})}
        return "; ".join(f"{field_label(each)}: {value_words(each, some, names)}" for each, some in said.items())
    if isinstance(value, int | float):
        return str(value) if name.endswith("year") else grouped(value)
    return _text_words(name, str(value), names)


def _text_words(name: str, text: str, names: Names) -> str:
    if name in _RAND and (amount := as_decimal(text)) is not None:
        return format_rand(amount)
    if name in _NUMBERS and as_decimal(text) is not None:
        return grouped(text)
    if label := _label(name, text):
        return label
    if key := _key_of(name, text):
        return names.of(key)
    if name.endswith(("_on", "_at", "_from", "_to", "_date")) and (shown := _day(text)):
        return shown
    return " ".join(strip_tags(text).split()) if name == "body" else text


def _day(text: str) -> str:
    if instant := parse_datetime(text) if "T" in text else None:
        return date_format(localtime(instant), "j M Y, H:i")
    day: date | None = parse_date(text)
    return date_format(day, "j M Y") if day else ""


def _label(name: str, code: str) -> str:
    """The words of a code in a field; empty where the field holds no code."""
    if name in _KINDS:
        return str(_KINDS[name].get(code, ""))
    if name == "state":
        known = StageState(code).label if code in StageState.values else getattr(STATES.get(code), "label", "")
        return str(known)
    return _framework_label(name, code)


def _framework_label(name: str, code: str) -> str:
    """The words of the rule sets and code lists."""
    match name:
        case "role":
            return ROLES[Role(code)].name if code in set(Role) else ""
        case "stage":
            return _stage_of_project(code) or stage_label(code)
        case "rule" | "excepted":
            return gate_label(code)
        case "ruleset":
            return ruleset_label(code)
        case "area" | "chapter":
            return next((part.label for part in getattr(rulesets()[-1], f"{name}s") if part.code == code), "")
        case "marker":
            return next((each.label for each in markers() if each.code == code), "")
        case "novelty":
            return next((each.label for each in novelties() if each.code == code), "")
        case "kind":
            others = dict(plan_choices.ImmediateKind.choices) | dict(project_choices.ProjectKind.choices)
            return next((each.label for each in commitment_kinds() if each.code == code), str(others.get(code, "")))
        case "priorities":
            listed = (each for some in priority_sets() for each in some.priorities)
            return next((each.label for each in listed if each.code == code), "")
    return ""


def _stage_of_project(code: str) -> str:
    stages = project_choices.Stage
    return str(stages(code).label) if code in stages.values else ""


def told_facts(entry: LogEntry, names: Names) -> list[tuple[str, str]]:
    """What an entry says beside its changes: label and words."""
    return [
        (field_label(name), value_words(name, entry.facts[name], names))
        for name in _TOLD
        if entry.facts.get(name) not in (None, "", [], {})
    ]
