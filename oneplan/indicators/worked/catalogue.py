"""The computed measures as their page lists them: what each asks, by which published method, and from what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from oneplan.frameworks.loading import BrokenFileError, load
from oneplan.indicators.registry import chapters

_FILE = Path(__file__).parent.parent / "parameters" / "measures.yaml"


@dataclass(frozen=True)
class Measure:
    """A measure. `chapter` is that of the profile in which it speaks.

    `compared_with` says with what method, weights and cut-offs were compared; `not_compared` what was written from
    memory and not compared yet, "" where nothing was.
    """

    code: str
    title: str
    chapter: str
    question: str
    method: str
    reference: str
    inputs: str
    compared_with: str
    not_compared: str = ""


@dataclass(frozen=True)
class _File:
    measures: tuple[Measure, ...]


@cache
def measures() -> Mapping[str, Measure]:
    """Every measure by its code, in the order of their page. Raises BrokenFileError."""
    found = load(_FILE, _File).measures
    if strange := {each.chapter for each in found} - {each.code for each in chapters()}:
        raise BrokenFileError(f"{_FILE.name}: there is no chapter {min(strange)!r}")
    return MappingProxyType({each.code: each for each in found})
