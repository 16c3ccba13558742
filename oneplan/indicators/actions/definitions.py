"""Sources, tables and indicators that users define: making one, revising it, retiring it. Every version stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.indicators import queries
from oneplan.indicators.choices import Event
from oneplan.indicators.definitions import rules
from oneplan.indicators.definitions.current import definitions, forget
from oneplan.indicators.definitions.gathering import indicator_of, source_of, table_of
from oneplan.indicators.definitions.uses import Use, uses_of
from oneplan.indicators.definitions.written import written
from oneplan.indicators.models import IndicatorVersion, SourceVersion, TableVersion, Version
from oneplan.indicators.registry import Defined, tables_of
from oneplan.indicators.signals import definitions_changed
from oneplan.indicators.tables import Source, Table
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.errors import RuleBroken, StaleRevision

Kind = TypeVar("Kind", bound=Version)
_OF_A_VERSION = {"id", "code", "version", "is_in_force", "is_retired", "reason", "set_by", "set_at", "is_break"}
_MAKES_VALUES = ("formulas", "unit", "universe", "calculation")  # a change of these makes other values


@transaction.atomic
def define_source(source: Source, *, reason: str, by: Actor) -> SourceVersion:
    """Define who observed what tables are of. Raises NotAllowed, RuleBroken."""
    _begin(reason, by)
    rules.check_code(source.code, definitions().sources)
    rules.check_source(source)
    return _write(SourceVersion, source.code, _source(source), reason, by, Event.DEFINITION_MADE)


@transaction.atomic
def revise_source(source: Source, *, reason: str, revision: int, by: Actor) -> SourceVersion:
    """Say something else of a source. Raises NotAllowed, RuleBroken, StaleRevision."""
    _begin(reason, by)
    before = _locked(SourceVersion, source.code, revision)
    rules.check_stands(before.title, before.is_retired)
    rules.check_source(source)
    rules.check_source_revised(source_of(before), source)
    return _write(SourceVersion, source.code, _source(source), reason, by, Event.DEFINITION_REVISED, before)


@transaction.atomic
def retire_source(code: str, *, reason: str, revision: int, by: Actor) -> SourceVersion:
    """Take no more tables of a source. Raises NotAllowed, StaleRevision; RuleBroken while a table is of it."""
    _begin(reason, by)
    before = _locked(SourceVersion, code, revision)
    rules.check_can_be_retired(before.title, before.is_retired, [each.title for each in rules.using_source(code)])
    return _retire(SourceVersion, before, reason, by)


@transaction.atomic
def define_table(table: Table, *, reason: str, by: Actor) -> TableVersion:
    """Define a statistical table; files of it can be imported from then on. Raises NotAllowed, RuleBroken."""
    _begin(reason, by)
    _lock(SourceVersion, [table.source])
    rules.check_code(table.code, {*definitions().tables, *(each.reads for each in definitions().tables.values())})
    rules.check_table(table)
    return _write(TableVersion, table.code, _table(table), reason, by, Event.DEFINITION_MADE)


@transaction.atomic
def revise_table(table: Table, *, reason: str, revision: int, by: Actor) -> TableVersion:
    """Say something else of a table. What figures are stored by stays. Raises NotAllowed, RuleBroken, StaleRevision."""
    _begin(reason, by)
    _lock(SourceVersion, [table.source])
    before = _locked(TableVersion, table.code, revision)
    rules.check_stands(before.title, before.is_retired)
    rules.check_table(table)
    rules.check_table_revised(table_of(before), table)
    return _write(TableVersion, table.code, _table(table), reason, by, Event.DEFINITION_REVISED, before)


@transaction.atomic
def retire_table(code: str, *, reason: str, revision: int, by: Actor) -> TableVersion:
    """Take no more files of a table; figures that were received stay.

    Raises NotAllowed, StaleRevision; RuleBroken while an indicator is made of it.
    """
    _begin(reason, by)
    before = _locked(TableVersion, code, revision)
    rules.check_can_be_retired(before.title, before.is_retired, [each.title for each in rules.using_table(code)])
    return _retire(TableVersion, before, reason, by)


@transaction.atomic
def define_indicator(indicator: Defined, *, reason: str, by: Actor) -> IndicatorVersion:
    """Define an indicator; its values are there after the next build. Raises NotAllowed, RuleBroken."""
    _begin(reason, by)
    _lock(TableVersion, [table.code for each in indicator.formulas for table in _known_tables(each)])
    rules.check_code(indicator.code, {*definitions().indicators, *definitions().retired})
    rules.check_address(indicator.code)
    rules.check_indicator(indicator)
    return _write(IndicatorVersion, indicator.code, _indicator(indicator), reason, by, Event.DEFINITION_MADE)


@transaction.atomic
def revise_indicator(indicator: Defined, *, reason: str, revision: int, by: Actor) -> IndicatorVersion:
    """Define an indicator otherwise. Where values had been published, and it now makes others, that is remembered and
    shown as a break. Raises NotAllowed, RuleBroken, StaleRevision."""
    _begin(reason, by)
    _lock(TableVersion, [table.code for each in indicator.formulas for table in _known_tables(each)])
    before = _locked(IndicatorVersion, indicator.code, revision)
    rules.check_stands(before.title, before.is_retired)
    rules.check_indicator(indicator)
    was = indicator_of(before)
    is_other = any(getattr(was, name) != getattr(indicator, name) for name in _MAKES_VALUES)
    is_break = is_other and queries.has_values(indicator.code)
    event = Event.DEFINITION_BROKEN if is_break else Event.DEFINITION_REVISED
    told = {**_indicator(indicator), "is_break": is_break}
    return _write(IndicatorVersion, indicator.code, told, reason, by, event, before)


@transaction.atomic
def retire_indicator(code: str, *, reason: str, revision: int, by: Actor) -> tuple[IndicatorVersion, list[Use]]:
    """An indicator stands no more: it has no values from then on, and what was said of it stays readable.

    Returns what still names it, too: whoever retires it is told. Raises NotAllowed, RuleBroken, StaleRevision.
    """
    _begin(reason, by)
    before = _locked(IndicatorVersion, code, revision)
    rules.check_can_be_retired(before.title, before.is_retired, ())
    uses = uses_of(code)
    return _retire(IndicatorVersion, before, reason, by, **{each.code: each.count for each in uses}), uses


def _begin(reason: str, by: Actor) -> None:
    check(by, Permission.INDICATOR_DEFINE, "national")
    rules.check_reason_given(reason)
    forget()


def _known_tables(formula: Any) -> Iterable[Table]:
    try:
        return tables_of(formula)
    except KeyError:
        return ()  # the rules say which one is unknown


def _lock(kind: type[Version], codes: Iterable[str]) -> None:
    """Nobody retires or revises these meanwhile."""
    list(kind._default_manager.select_for_update().filter(code__in=list(codes), is_in_force=True).order_by("code"))
    forget()


def _locked(kind: type[Kind], code: str, revision: int) -> Kind:
    found = kind._default_manager.select_for_update().filter(code=code, is_in_force=True).first()
    if found is None:
        raise RuleBroken(_("Users of this OnePlan defined no “%(code)s”; what is shipped cannot be changed here.")
                         % {"code": code})  # fmt: skip
    if found.version != revision:
        raise StaleRevision(found)
    return found


def _write(
    kind: type[Kind], code: str, told: Mapping[str, Any], reason: str, by: Actor, event: Event,
    before: Kind | None = None, **facts: Any,
) -> Kind:  # fmt: skip
    version = before.version + 1 if before else 1
    try:
        with transaction.atomic():
            kind._default_manager.filter(code=code, is_in_force=True).update(is_in_force=False)
            made: Kind = kind._default_manager.create(
                code=code, version=version, reason=reason.strip(), set_by_id=by.user_id, set_at=clock.now(), **told
            )
    except IntegrityError:
        if before:
            raise StaleRevision(before) from None
        raise RuleBroken(_("The code “%(code)s” was taken a moment ago. Choose another.") % {"code": code}) from None
    was = {name: getattr(before, name) for name in told} if before else {}
    record(event, made, by=by, reason=reason.strip(), before=was, after=told, code=code, version=version, **facts)
    forget()
    transaction.on_commit(lambda: definitions_changed.send(kind, code=code, by=by))
    return made


def _retire(kind: type[Kind], before: Kind, reason: str, by: Actor, **facts: int) -> Kind:
    names = {field.attname for field in kind._meta.concrete_fields} - _OF_A_VERSION - {"set_by_id"}
    told = {name: getattr(before, name) for name in names}
    return _write(
        kind, before.code, {**told, "is_retired": True}, reason, by, Event.DEFINITION_RETIRED, before, **facts
    )


def _fields(what: Source | Table | Defined, kind: type[Version]) -> dict[str, Any]:
    """The fields that a definition and its row share, as the row has them."""
    names = {field.name for field in kind._meta.concrete_fields} - _OF_A_VERSION
    told = {each.name: getattr(what, each.name) for each in fields(what) if each.name in names}
    return {name: value.strip() if type(value) is str else value for name, value in told.items()}


def _source(source: Source) -> dict[str, Any]:
    return _fields(source, SourceVersion)


def _table(table: Table) -> dict[str, Any]:
    dimensions = [[name, list(words)] for name, words in table.categories.items()]
    return {**_fields(table, TableVersion), "dimensions": dimensions, "set_apart": list(table.set_apart)}


def _indicator(indicator: Defined) -> dict[str, Any]:
    return {**_fields(indicator, IndicatorVersion), "formulas": written(indicator.formulas)}
