"""Precision and recall of candidate links on the labelled pairs, beside plain name match.

`--fit` fits on the training part first, and writes the weights.
"""

from __future__ import annotations

import csv
import math
import sys
from pathlib import Path

import numpy as np
import yaml
from rapidfuzz import fuzz
from scipy.optimize import minimize

from oneplan.alignment.candidates.finding import SIGNALS, score_pairs
from oneplan.alignment.candidates.reading import shipped
from oneplan.alignment.candidates.things import Thing
from oneplan.exchange.values import fold

ROOM = Path(__file__).parents[1] / "oneplan" / "alignment"
FITTED = (*SIGNALS[:3], "other_province")  # what the labelled pairs can teach
BY_HAND = {"institution": 0.5, "same_place": 0.6, "same_province": 0.0, "time": 0.3, "amount": 1.0, "identifier": 4.0}


def thing(pair: dict[str, str], side: str) -> Thing:
    """Without codes: a line is read with the name of its vote, and nothing else is given away."""
    return Thing(pair[side], pair["right_institution"] if side == "right" else "", province=pair[f"{side}_place"])


def wilson(hits: int, of: int) -> str:
    if not of:
        return "none"
    p, z = hits / of, 1.96
    middle, half = p + z * z / (2 * of), z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    return f"{p:.2f} ({(middle - half) / (1 + z * z / of):.2f}-{(middle + half) / (1 + z * z / of):.2f})"


def told(name: str, label: np.ndarray, said: np.ndarray) -> str:
    hits = int((label & said).sum())
    return f"| {name} | {label.size} | {wilson(hits, int(said.sum()))} | {wilson(hits, int(label.sum()))} |"


def fit(signals: np.ndarray, label: np.ndarray) -> None:
    places = [SIGNALS.index(name) for name in FITTED]
    x = np.column_stack([signals[:, places], np.ones(len(label))])

    def loss(w: np.ndarray) -> float:
        z = x @ w
        return float(np.sum(np.logaddexp(0, z) - label * z) + 0.5 * np.sum(w[:-1] ** 2) / 4)

    # Likeness never speaks against a pair, another province never for it.
    bounds = [(0, None)] * 3 + [(None, 0), (None, None)]
    w = minimize(loss, np.zeros(x.shape[1]), bounds=bounds).x
    weights = {**BY_HAND, **{name: round(float(v), 4) for name, v in zip(FITTED, w, strict=False)}}
    content = {
        "made": "benchmarks/links_quality.py --fit: logistic regression with a ridge (0.25) on the training part of "
        "alignment/tests/labelled/pairs.csv",
        "by_hand": sorted(BY_HAND),
        "why_by_hand": "the labelled pairs hold no years, amounts, identifiers or shared codes",
        "intercept": round(float(w[-1]), 4), "weights": {name: weights[name] for name in SIGNALS},
    }  # fmt: skip
    (ROOM / "candidates" / "coefficients.yaml").write_text(yaml.safe_dump(content, sort_keys=False, width=110))
    shipped.cache_clear()


def main() -> None:
    with (ROOM / "tests" / "labelled" / "pairs.csv").open(newline="") as file:
        pairs = list(csv.DictReader(file))
    label = np.array([pair["label"] == "1" for pair in pairs])
    test = np.array([pair["part"] == "test" for pair in pairs])
    things = [(thing(pair, "left"), thing(pair, "right")) for pair in pairs]
    if "--fit" in sys.argv:
        path = ROOM / "candidates" / "coefficients.yaml"
        if not path.exists():
            path.write_text(yaml.safe_dump({"intercept": 0.0, "weights": dict.fromkeys(SIGNALS, 0.0)}))
        fit(score_pairs(things)[0][~test], label[~test])
    _signals, sure = score_pairs(things)
    said = sure >= 0.5
    names = np.array([fuzz.token_set_ratio(fold(p["left"]), fold(p["right"])) >= 80 for p in pairs])
    print("| test pairs | n | precision (95 %) | recall (95 %) |\n| --- | --- | --- | --- |")
    print(told("name match, all", label[test], names[test]))
    print(told("engine, all", label[test], said[test]))
    for column in ("kind", "sphere"):
        for value in sorted({pair[column] for pair in pairs}):
            chosen = test & np.array([pair[column] == value for pair in pairs])
            print(told(f"engine, {value}", label[chosen], said[chosen]))
    p, y = sure[test], label[test]
    print(f"\nBrier {np.mean((p - y) ** 2):.3f} (0.25 for always saying one half)")
    error = 0.0
    for low in np.arange(0, 1, 0.2):
        inside = (p >= low) & (p < low + 0.2 + 1e-9 * (low > 0.7))
        if inside.any():
            error += inside.mean() * abs(p[inside].mean() - y[inside].mean())
            print(
                f"said {low:.1f}-{low + 0.2:.1f}: n {inside.sum()}, said {p[inside].mean():.2f}, "
                f"was {y[inside].mean():.2f}"
            )
    print(f"expected calibration error {error:.3f}")


if __name__ == "__main__":
    main()
