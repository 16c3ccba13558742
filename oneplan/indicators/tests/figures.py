"""Places and figures to compare: the 52 spaces in shape, two censuses, and draws from fixed seeds."""

from collections.abc import Callable
from datetime import date

import numpy as np

from oneplan.indicators.comparing.peers import PeerGroup, peers_of_all
from oneplan.indicators.comparing.values import Column, Direction, Kind, Measured, Period, Place, Standing

CENSUS_2011 = Period(date(2011, 10, 9), "2011")
CENSUS_2022 = Period(date(2022, 2, 2), "2022")
METROS = (4_434_827, 3_740_031, 3_442_361, 3_178_470, 2_921_488, 1_152_115, 781_026, 747_431)


def spaces() -> list[Place]:
    """Eight metropolitan spaces of the size that Census 2011 counted, and 44 districts from 110 000 to 1,6 million."""
    sizes = np.geomspace(110_000, 1_600_000, 44)
    found = [Place(f"M{number}", f"Metro {number}", "A", persons) for number, persons in enumerate(METROS)]
    return found + [Place(f"DC{number}", f"District {number}", "C", float(size)) for number, size in enumerate(sizes)]


SPACES = spaces()
PEERS: dict[str, PeerGroup] = peers_of_all(SPACES)
CODES = [place.code for place in SPACES]


def measured(code: str = "no-toilet", kind: Kind = Kind.LEVEL, **more: object) -> Measured:
    words = {"title": "Households without a toilet", "unit": "%", "direction": Direction.LOWER, **more}
    return Measured(code, kind=kind, **words)  # type: ignore[arg-type]


def standing(value: float | None, place: str = "DC20", **more: object) -> Standing:
    words = {"period": CENSUS_2022, "universe": "households", "source": "Census 2022, Statistics South Africa", **more}
    return Standing(place, value, **words)  # type: ignore[arg-type]


def column(what: Measured, latest: dict[str, float], earlier: dict[str, float] | None = None, **more: object) -> Column:
    """A column of 2022, and of 2011 where it is given."""
    found = [standing(value, place, **more) for place, value in latest.items()]
    found += [standing(value, place, period=CENSUS_2011, **more) for place, value in (earlier or {}).items()]
    return Column(what, tuple(found))


def drawn(
    draw: Callable[[tuple[int, int]], np.ndarray], *, kind: Kind = Kind.LEVEL, indicators: int = 150,
    planted: dict[tuple[int, str], float] | None = None,
) -> list[Column]:  # fmt: skip
    """Columns of two censuses drawn for every space; `planted` is added to the latest of an indicator and a space."""
    found = []
    for number in range(indicators):
        earlier, latest = draw((2, len(CODES)))
        moved = {code: float(value) for code, value in zip(CODES, latest, strict=True)}
        for code in CODES:
            moved[code] += (planted or {}).get((number, code), 0.0)
        was = {code: float(value) for code, value in zip(CODES, earlier, strict=True)}
        found.append(column(measured(f"i{number:03}", kind, base=1.0, direction=Direction.HIGHER), moved, was))
    return found
