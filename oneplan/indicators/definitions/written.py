"""Formulas as they are written down: in the database, in the interface and, the same, in the shipped files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from oneplan.frameworks.loading import BrokenFileError, shaped
from oneplan.indicators.registry import Formula, Observed, Picked, Ratio, Share, Total
from oneplan.platform.errors import RuleBroken


@dataclass(frozen=True)
class _Formulas:
    formulas: tuple[Formula, ...]


def formulas_of(written: Any) -> tuple[Formula, ...]:
    """Formulas from how they are written. Raises RuleBroken with the key that cannot be read."""
    try:
        return shaped({"formulas": written}, _Formulas, _("Formula")).formulas
    except BrokenFileError as broken:
        raise RuleBroken(str(broken)) from broken


def written(formulas: Iterable[Formula]) -> list[dict[str, Any]]:
    """Formulas as they are written; what is empty is left out."""
    return [{type(each).__name__.lower(): _of(each)} for each in formulas]


def _of(formula: Formula) -> dict[str, Any]:
    match formula:
        case Share(table=table, of=of, among=among, without=without):
            return {"table": table, "of": _picked(of), **_filled(among=among, without=without)}
        case Total(table=table, of=of):
            return {"table": table, **_filled(of=of)}
        case Observed(table=table, of=of, times=times):
            return {"table": table, **_filled(of=of), **({"times": times} if times != 1 else {})}
        case Ratio(numerator=above, denominator=below, per=per):
            return {"numerator": _of(above), "denominator": _of(below), "per": per}


def _filled(**picked: Picked) -> dict[str, Any]:
    return {name: _picked(of) for name, of in picked.items() if of}


def _picked(of: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {dimension: list(categories) for dimension, categories in of.items()}
