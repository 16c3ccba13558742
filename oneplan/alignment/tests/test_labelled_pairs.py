"""The labelled pairs stay what they were before anything was tuned on them."""

import csv
import hashlib
from collections import Counter
from pathlib import Path

FOLDER = Path(__file__).parent / "labelled"


def test_the_labelled_pairs_are_those_that_were_frozen() -> None:
    stated = (FOLDER / "pairs.sha256").read_text().split()[0]
    assert hashlib.sha256((FOLDER / "pairs.csv").read_bytes()).hexdigest() == stated


def test_there_are_enough_pairs_half_of_them_negative_in_every_kind() -> None:
    with (FOLDER / "pairs.csv").open(newline="") as file:
        pairs = list(csv.DictReader(file))
    assert len(pairs) >= 300 and len({pair["pair"] for pair in pairs}) == len(pairs)
    told = Counter((pair["kind"], pair["label"]) for pair in pairs)
    assert len({kind for kind, _label in told}) == 6
    for kind, _label in told:
        assert 0.45 <= told[kind, "0"] / (told[kind, "0"] + told[kind, "1"]) <= 0.55
    assert all(pair["part"] == ("test" if int(pair["pair"][:4], 16) % 2 else "train") for pair in pairs)
