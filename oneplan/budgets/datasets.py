"""The datasets of budget figures: whose they are, what they cover, and which may be added to one another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from oneplan.frameworks.loading import load

_FILE = Path(__file__).parent / "parameters" / "datasets.yaml"


@dataclass(frozen=True)
class Dataset:
    """One kind of figures of one publisher.

    `is_main`: its rand is nobody else's, so that main datasets may be added across spheres. What is no main dataset
    (projects of a budget, spending in the year, grant allocations) tells the same rand another way and is never added
    to another dataset. `reporters` says who is expected to report: kinds of institutions.
    """

    code: str
    title: str
    publisher: str
    reference: str
    is_main: bool
    first_month: int | None  # of its financial year: 4 PFMA, 7 MFMA; none where each reporter has its own
    reporters: tuple[str, ...]


@dataclass(frozen=True)
class _Datasets:
    datasets: tuple[Dataset, ...]


@cache
def datasets() -> tuple[Dataset, ...]:
    """Every dataset, in the order of its number: append, never insert."""
    return load(_FILE, _Datasets).datasets


def dataset(code: str) -> Dataset:
    """The dataset of that code. Raises KeyError."""
    return {each.code: each for each in datasets()}[code]
