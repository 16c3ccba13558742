"""Candidates: a shortlist by shared terms, in pieces of bounded size, then every signal of each pair on it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from oneplan.alignment.candidates.reading import ENGINE, Rows, functions_of, shipped, together, words_of
from oneplan.alignment.candidates.things import Thing

SHORTLIST, BEST, LEAST = 60, 5, 0.5
_CHUNK_CELLS = 8_000_000  # of a dense piece of scores: 32 MB
SIGNALS = (
    "words", "threes", "function", "institution", "same_place", "same_province", "other_province", "time", "amount",
    "identifier",
)  # fmt: skip
_TEXTS = ("words", "threes", "functions")
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two that perhaps belong together. `subject`, `object`: places in what was handed in."""

    subject: int
    object: int
    confidence: float
    evidence: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Sides:
    subjects: Sequence[Thing]
    objects: Sequence[Thing]
    rows: dict[str, tuple[Rows, Rows]]


def find(
    subjects: Sequence[Thing], objects: Sequence[Thing], *, best: int = BEST, least: float = LEAST,
    shortlist: int = SHORTLIST,
) -> list[Candidate]:  # fmt: skip
    """Of each subject the `best` objects whose confidence is at least `least`; sample meets sample alone."""
    if not subjects or not objects:
        return []
    sides = _read(subjects, objects)
    found = []
    for at, near in _shortlists(sides, shortlist):
        near = np.array([n for n in near if subjects[at].is_sample == objects[n].is_sample], dtype=np.int64)
        if not near.size:
            continue
        signals = signals_of(sides, np.full(near.size, at), near)
        sure = confidence(signals)
        for place in np.lexsort((near, -sure))[:best]:
            if sure[place] >= least:
                one, other = subjects[at], objects[near[place]]
                evidence = {"signals": _told(one, other, signals[place]), "engine": ENGINE}
                found.append(Candidate(at, int(near[place]), round(float(sure[place]), 4), evidence))
    return found


def score_pairs(pairs: Sequence[tuple[Thing, Thing]]) -> tuple[Floats, Floats]:
    """Signals and confidence of given pairs: to measure the engine, and to fit it."""
    sides = _read([pair[0] for pair in pairs], [pair[1] for pair in pairs])
    each = np.arange(len(pairs))
    signals = signals_of(sides, each, each)
    return signals, confidence(signals)


def confidence(signals: Floats) -> Floats:
    """Calibrated probability that a pair belongs together."""
    fitted = shipped("coefficients.yaml")
    weights = np.array([fitted["weights"][name] for name in SIGNALS])
    told: Floats = 1 / (1 + np.exp(-(signals @ weights + fitted["intercept"])))
    return told


def _read(subjects: Sequence[Thing], objects: Sequence[Thing]) -> _Sides:
    texts = [thing.text for thing in subjects], [thing.text for thing in objects]
    return _Sides(subjects, objects, {kind: together(*texts, kind) for kind in _TEXTS})


def _shortlists(sides: _Sides, size: int) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Of each subject the objects that share most with it: words, functions, place, institution and identifiers."""
    keys = [_keys(thing) for thing in (*sides.subjects, *sides.objects)]
    known: dict[str, int] = {}
    pairs = [(row, known.setdefault(key, len(known)), weight) for row, told in enumerate(keys) for key, weight in told]
    shape = (len(keys), max(1, len(known)))
    rows, columns, weights = zip(*pairs, strict=True) if pairs else ((), (), ())
    shared = sparse.csr_array((np.array(weights, dtype=np.float32), (rows, columns)), shape=shape)
    count = len(sides.subjects)
    left = sparse.hstack([*(sides.rows[kind][0] for kind in _TEXTS), shared[:count]], format="csr")
    right = sparse.hstack([*(sides.rows[kind][1] for kind in _TEXTS), shared[count:]], format="csr").T.tocsr()
    step = max(1, _CHUNK_CELLS // len(sides.objects))
    for start in range(0, count, step):
        scores = (left[start : start + step] @ right).tocsr()
        for row in range(scores.shape[0]):
            piece = slice(scores.indptr[row], scores.indptr[row + 1])
            values, places = scores.data[piece], scores.indices[piece]
            if values.size > size:
                places = places[np.argpartition(-values, size)[:size]]
            yield start + row, places.astype(np.int64)


def _keys(thing: Thing) -> list[tuple[str, float]]:
    told = {
        f"institution:{thing.institution}": 0.8 if thing.institution else 0,
        f"space:{thing.space}": 0.6 if thing.space else 0,
        f"province:{thing.province}": 0.5 if thing.province else 0,
        f"area:{thing.municipal_area}": 0.4 if thing.municipal_area else 0,
    }  # fmt: skip
    return [*((key, weight) for key, weight in told.items() if weight), *((f"id:{i}", 3.0) for i in thing.identifiers)]


def signals_of(sides: _Sides, left: NDArray[np.int64], right: NDArray[np.int64]) -> Floats:
    """One row per pair, one column per signal, 0 where something is not known of both."""
    table = np.zeros((left.size, len(SIGNALS)))
    for column, kind in enumerate(_TEXTS):
        one, other = sides.rows[kind]
        table[:, column] = np.asarray(one[left].multiply(other[right]).sum(axis=1)).ravel()
    for row, (at, near) in enumerate(zip(left, right, strict=True)):
        table[row, 3:] = _plain(sides.subjects[at], sides.objects[near])
    return table


def _plain(one: Thing, other: Thing) -> tuple[float, ...]:
    return (
        float(bool(one.institution) and one.institution == other.institution),
        float(_same(one.municipal_area, other.municipal_area) or _same(one.space, other.space)),
        float(_same(one.province, other.province)),
        float(bool(one.province and other.province) and one.province != other.province),
        _overlap(one.years, other.years),
        _near(one.amount, other.amount),
        float(bool(one.identifiers & other.identifiers)),
    )


def _same(one: str, other: str) -> bool:
    return bool(one) and one == other


def _overlap(one: tuple[int, int] | None, other: tuple[int, int] | None) -> float:
    """1 where their years meet, -1 where they do not, 0 where not known."""
    if one is None or other is None:
        return 0.0
    return 1.0 if one[0] <= other[1] and other[0] <= one[1] else -1.0


def _near(one: float | None, other: float | None) -> float:
    """1 for equal amounts, 0 from a quarter apart; never against, as a line may pay for a part."""
    if not one or not other or one <= 0 or other <= 0:
        return 0.0
    return max(0.0, 1 - abs(math.log(one / other)) / math.log(1.25))


def _told(one: Thing, other: Thing, signals: Floats) -> list[dict[str, Any]]:
    """What speaks for a pair and against it, in facts to make sentences of, the weightiest first."""
    weights = shipped("coefficients.yaml")["weights"]
    weighed = {name: float(signals[place]) * weights[name] for place, name in enumerate(SIGNALS)}
    text = {"words": sorted(set(words_of(one.text)) & set(words_of(other.text)))[:8]}
    functions = {"functions": sorted(functions_of(one.text).keys() & functions_of(other.text).keys())}
    level = next((each for each in ("municipal_area", "space", "province")
                  if _same(getattr(one, each), getattr(other, each))), "")  # fmt: skip
    place = {"level": level, "same": bool(level), "code": getattr(one, level) if level else "",
             "codes": [one.province, other.province]}  # fmt: skip
    told: list[tuple[str, float, dict[str, Any]]] = [
        ("text", weighed["words"] + weighed["threes"], text),
        ("function", weighed["function"], functions),
        ("institution", weighed["institution"], {"code": one.institution}),
        ("place", weighed["same_place"] + weighed["same_province"] + weighed["other_province"], place),
        ("time", weighed["time"], {"left": list(one.years or ()), "right": list(other.years or ())}),
        ("amount", weighed["amount"], {"apart": round(abs(1 - one.amount / other.amount), 3)} if one.amount and
         other.amount else {}),
        ("identifier", weighed["identifier"], {"identifiers": sorted(one.identifiers & other.identifiers)}),
    ]  # fmt: skip
    told.sort(key=lambda each: -abs(each[1]))
    return [
        {"signal": name, "weight": round(weight, 4), "says": says} for name, weight, says in told if abs(weight) > 0.01
    ]
