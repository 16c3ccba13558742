"""Reads of what users defined: each definition with every version of it, and what a version changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Field
from django.utils.translation import gettext as _

from oneplan.frameworks import queries as frameworks
from oneplan.frameworks.queries import DEFAULT_RULE_SET
from oneplan.indicators.assembling import registry_digest
from oneplan.indicators.definitions.written import formulas_of
from oneplan.indicators.models import IndicatorVersion, Version
from oneplan.indicators.registry import chapters
from oneplan.indicators.shelf import reading
from oneplan.indicators.tables import sources
from oneplan.indicators.words import formula_line
from oneplan.warehouse.connection import NothingBuilt

Kind = TypeVar("Kind", bound=Version)
_ITS_OWN = {"id", "code", "version", "is_in_force", "is_retired", "reason", "set_by_id", "set_at", "is_break"}

_TITLES: Mapping[str, Callable[[], Mapping[str, str]]] = {  # of what is stored as a code
    "chapter": lambda: {each.code: each.title for each in chapters()},
    "area": lambda: {each.code: each.label for each in frameworks.ruleset(DEFAULT_RULE_SET).areas},
    "source": lambda: {each.code: each.title for each in sources().values()},
}


@dataclass(frozen=True)
class Changed:
    """One field of a version: what it says, and what the version before said."""

    label: str
    now: str
    before: str


@dataclass(frozen=True)
class Told:
    """A version with what it changed; of the first every field that says something."""

    row: Version
    changed: Sequence[Changed]

    @property
    def is_break(self) -> bool:
        return isinstance(self.row, IndicatorVersion) and self.row.is_break


def versions_in_force(kind: type[Kind]) -> list[Kind]:
    """What stands of a kind, retired ones last."""
    return list(kind._default_manager.filter(is_in_force=True).select_related("set_by").order_by("is_retired", "code"))


def told_versions(kind: type[Version], code: str) -> list[Told]:
    """Every version of a definition, newest first."""
    rows = list(kind._default_manager.filter(code=code).select_related("set_by").order_by("-version"))
    return [
        Told(row, list(_changes(row, before)))
        for row, before in zip(rows, [*rows[1:], None], strict=True)
    ]  # fmt: skip


def is_computed_anew() -> bool:
    """Whether what is served was computed by other definitions than those that stand now."""
    try:
        with reading() as turn:
            return bool(turn.build.facts["registry"] != registry_digest())
    except NothingBuilt:
        return False


def _changes(row: Version, before: Version | None) -> Sequence[Changed]:
    found = []
    for field in row._meta.concrete_fields:
        if field.attname not in _ITS_OWN:
            now = words_of(field, getattr(row, field.attname))
            was = words_of(field, getattr(before, field.attname)) if before else ""
            if now != was:
                found.append(Changed(str(field.verbose_name), now, was))
    return found


def words_of(field: Field[Any, Any], value: Any) -> str:
    """What a field says, in words."""
    if field.name == "formulas":
        return "\n".join(formula_line(each) for each in formulas_of(value))
    if field.name == "dimensions":
        return "\n".join(f"{name}: {', '.join(words)}" for name, words in value)
    if field.name in _TITLES:
        return _TITLES[field.name]().get(value, value)
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return "" if value is None else str(value)
