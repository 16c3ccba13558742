"""Texts become sparse rows: words, beginnings of words in threes, and functions of government."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy import sparse

from oneplan.exchange.values import fold

ENGINE = "1"
_WORD = re.compile(r"[^\W_]{2,}")
_FOLDER = Path(__file__).parent
_EMPTY = frozenset(
    [
        "and", "the", "of", "in", "for", "to", "at", "on", "by", "with", "from", "new", "phase", "project",
        "programme", "construction", "upgrade", "upgrading", "no",
    ]
)  # fmt: skip
Rows = Any  # scipy.sparse.csr_array


@cache
def shipped(name: str) -> dict[str, Any]:
    """A parameter file of the engine."""
    read: dict[str, Any] = yaml.safe_load((_FOLDER / name).read_text(encoding="utf-8"))
    return read


def words_of(text: str) -> list[str]:
    """The folded words that tell something."""
    return [word for word in _WORD.findall(fold(text)) if word not in _EMPTY]


def threes_of(text: str) -> list[str]:
    """Runs of three letters within words: they meet where one writes “Waterworks” and another “water works”."""
    return [f"_{word}_"[at : at + 3] for word in words_of(text) for at in range(len(word))]


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    functions = shipped("vocabulary.yaml")["functions"]
    return tuple(
        (name, re.compile("|".join(rf"\b{re.escape(start)}" for start in starts))) for name, starts in functions.items()
    )


def functions_of(text: str) -> dict[str, float]:
    """The functions that a text tells of; wider ones count half."""
    folded = fold(text)
    told = {name: 1.0 for name, pattern in _patterns() if pattern.search(folded)}
    for name in tuple(told):
        for wider in shipped("vocabulary.yaml")["wider"].get(name, ()):
            told.setdefault(wider, 0.5)
    return told


def together(subjects: Sequence[str], objects: Sequence[str], kind: str) -> tuple[Rows, Rows]:
    """Both sides as unit rows of one space of terms, rare terms weighing more (functions weigh alike)."""
    if kind == "functions":
        told: list[Iterable[tuple[str, float]]] = [functions_of(text).items() for text in (*subjects, *objects)]
    else:
        cut = words_of if kind == "words" else threes_of
        told = [Counter(cut(text)).items() for text in (*subjects, *objects)]
    known: dict[str, int] = {}
    starts, terms, weights = [0], [], []
    for row in told:
        for term, weight in row:
            terms.append(known.setdefault(term, len(known)))
            weights.append(weight if kind == "functions" else 1 + np.log(weight))
        starts.append(len(terms))
    shape = (len(told), max(1, len(known)))
    rows = sparse.csr_array((np.array(weights, dtype=np.float32), np.array(terms, dtype=np.int32), starts), shape=shape)
    if kind != "functions":
        often = np.bincount(rows.indices, minlength=shape[1])
        rows.data *= np.log((1 + shape[0]) / (1 + often)).astype(np.float32)[rows.indices] + 0.1
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    rows.data /= np.repeat(np.maximum(lengths, 1e-9), np.diff(rows.indptr)).astype(np.float32)
    return rows[: len(subjects)], rows[len(subjects) :]
