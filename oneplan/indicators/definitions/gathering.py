"""From the rows of the database, and the shipped files, to the definitions that stand now."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from types import MappingProxyType
from typing import Any, TypeVar, get_type_hints

from oneplan.indicators.choices import OwnerState, OwnerSubject
from oneplan.indicators.definitions.current import Definitions
from oneplan.indicators.definitions.written import formulas_of
from oneplan.indicators.models import IndicatorVersion, Ownership, SourceVersion, TableVersion
from oneplan.indicators.registry import Break, Chapter, Defined, shipped_chapters, shipped_indicators
from oneplan.indicators.tables import Source, Table, shipped_sources, shipped_tables

_ANSWERING = (OwnerState.ASSIGNED, OwnerState.AGREED)
Owned = TypeVar("Owned", Defined, Chapter)


def shipped() -> Definitions:
    """What is shipped, and nothing else."""
    return Definitions("", shipped_sources(), shipped_tables(), shipped_indicators(), {}, shipped_chapters())


def gather(version: str) -> Definitions:
    """What is shipped, what users defined, and who answers for what. Five queries."""
    owners = {
        (each.subject, each.code): each
        for each in Ownership.objects.filter(is_in_force=True, state__in=_ANSWERING).select_related("post__institution")
    }
    sources = {each.code: source_of(each) for each in SourceVersion.objects.filter(is_in_force=True)}
    tables = {each.code: table_of(each) for each in TableVersion.objects.filter(is_in_force=True)}
    breaks: dict[str, list[Break]] = {}
    for row in IndicatorVersion.objects.filter(is_break=True).order_by("version"):
        breaks.setdefault(row.code, []).append(Break(row.set_at.date(), row.version, row.reason))
    rows = list(IndicatorVersion.objects.filter(is_in_force=True).order_by("code"))
    told = {each.code: replace(indicator_of(each), breaks=tuple(breaks.get(each.code, ()))) for each in rows}
    retired = {each.code for each in rows if each.is_retired}
    indicators = {
        code: _with_owner(each, owners.get((OwnerSubject.INDICATOR, code)))
        for code, each in {**shipped_indicators(), **told}.items()
    }
    return Definitions(
        version, MappingProxyType({**shipped_sources(), **sources}), MappingProxyType({**shipped_tables(), **tables}),
        MappingProxyType({code: each for code, each in indicators.items() if code not in retired}),
        MappingProxyType({code: each for code, each in indicators.items() if code in retired}),
        tuple(_with_due(each, owners.get((OwnerSubject.CHAPTER, each.code))) for each in shipped_chapters()),
    )  # fmt: skip


def source_of(row: SourceVersion) -> Source:
    """A source as a version tells it."""
    return Source(**_told(row, Source))


def table_of(row: TableVersion) -> Table:
    """A table as a version tells it. In a file it goes by its code."""
    return Table(
        **_told(row, Table, but=("set_apart",)), reads=row.code,
        categories=MappingProxyType({name: tuple(words) for name, words in row.dimensions}),
        set_apart=tuple(row.set_apart),
    )  # fmt: skip


def indicator_of(row: IndicatorVersion) -> Defined:
    """An indicator as a version tells it."""
    told = _told(row, Defined, but=("formulas", "breaks", "post", "owner_state"))
    return Defined(**told, formulas=formulas_of(row.formulas), is_own=True)


def _told(row: Any, shape: type[Any], but: tuple[str, ...] = ()) -> dict[str, Any]:
    """The fields of a row that a definition has too, words of choices as such."""
    hints = get_type_hints(shape)
    names = {each.name for each in row._meta.get_fields()} & hints.keys() - set(but)
    return {name: _as(hints[name], getattr(row, name)) for name in names}


def _as(hint: Any, value: Any) -> Any:
    return hint(value) if isinstance(hint, type) and issubclass(hint, Enum) else value


def _with_owner(what: Owned, row: Ownership | None) -> Owned:
    """With the post that answers for it, where one was named; else as its author proposed."""
    if row is None:
        return what
    owner, state = f"{row.post.title}, {row.post.institution.name}", OwnerState(row.state)
    return replace(what, owner=owner, post=row.post.code, owner_state=state)


def _with_due(what: Chapter, row: Ownership | None) -> Chapter:
    owned = _with_owner(what, row)
    return replace(owned, due=row.due) if row and row.due else owned
