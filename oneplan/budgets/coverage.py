"""What is loaded, and of whom: returns in, out of those that are expected. A return that is not in is not zero."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.budgets import facts
from oneplan.budgets.choices import SPENDING, AmountType, Length, Standing, Statement
from oneplan.budgets.cube.members import members
from oneplan.budgets.datasets import dataset, datasets
from oneplan.budgets.shelf import reading
from oneplan.warehouse.connection import Reading

_LOADED = (
    "SELECT dataset, standing, statement, amount_type, basis, year, length, min(period), max(period), "
    "list(DISTINCT institution), max(release), sum(figures) FROM returns WHERE is_in_force "
    "GROUP BY ALL ORDER BY ALL"
)


@dataclass(frozen=True)
class Loaded:
    """Returns of one dataset, year, kind of amount and statement."""

    dataset: str
    title: str
    is_main: bool
    standing: Standing
    statement: Statement
    amount_type: AmountType
    basis: int
    year: int
    length: Length
    first_period: int
    last_period: int
    institutions: frozenset[int]
    as_at: date | None
    figures: int


@dataclass(frozen=True)
class Offer:
    """A kind of figures of spending that is in, and can be asked for."""

    year: int
    amount_type: AmountType
    length: Length


@dataclass(frozen=True)
class Coverage:
    """All that is loaded as one actor may see it. `is_sample`: it is invented; nothing real is in, or was asked."""

    loaded: tuple[Loaded, ...]
    is_sample: bool
    has_sample: bool
    bodies: Mapping[int, Mapping[str, str]]
    build: str

    @property
    def years(self) -> list[int]:
        """Of main datasets, newest first."""
        return sorted({each.year for each in self.loaded if each.is_main}, reverse=True)

    @property
    def others(self) -> dict[str, str]:
        """Titles of the datasets that tell spending another way than the main ones, by their codes."""
        return {each.dataset: each.title for each in self.loaded if not each.is_main and each.statement in SPENDING}

    def alone(self, code: str) -> Coverage:
        """As if one dataset were all that is loaded: what it tells, told by itself."""
        return replace(self, loaded=tuple(replace(each, is_main=True) for each in self.loaded if each.dataset == code))

    @property
    def offers(self) -> list[Offer]:
        """What is in of spending, of main datasets: newest year first, then in the order of kinds and lengths."""
        found = {
            Offer(each.year, each.amount_type, each.length)
            for each in self.loaded if each.is_main and each.statement in SPENDING
        }  # fmt: skip
        kinds, lengths = list(AmountType), list(Length)
        return sorted(
            found, key=lambda one: (-one.year, kinds.index(one.amount_type), lengths.index(one.length))
        )  # fmt: skip

    def amount_types(self, year: int | None = None) -> list[AmountType]:
        """Of main datasets, in their order."""
        found = {each.amount_type for each in self.loaded if each.is_main and year in (None, each.year)}
        return [each for each in AmountType if each in found]

    def length(self, year: int, amount_type: str) -> Length:
        """Whole years where there are any; else quarters; else months. The two are never added."""
        found = {
            each.length for each in self.loaded
            if each.is_main and each.year == year and each.amount_type == amount_type
        }  # fmt: skip
        return next((each for each in Length if each in found), Length.YEAR)

    def of(self, year: int, amount_type: str) -> list[Returns]:
        """For each main dataset of that year and kind of amount: who reported, and who was expected."""
        return [
            each for each in self.returns() if each.is_main and (each.year, each.amount_type) == (year, amount_type)
        ]

    def reported(self, year: int, amount_type: str, sphere: str = "") -> list[tuple[str, int, int]]:
        """For every main dataset of which a sphere reports: its title, how many are in, and of how many expected."""
        known = {line.dataset: line.reported for line in self.of(year, amount_type)}
        lines = []
        for each in datasets():
            expected = {
                number for number, body in self.bodies.items()
                if body["category"] in each.reporters and sphere in ("", body["sphere"])
            }  # fmt: skip
            if each.is_main and expected:
                lines.append((each.title, len(expected & known.get(each.code, frozenset())), len(expected)))
        return lines

    def returns(self) -> list[Returns]:
        """One line for each dataset, year and kind of amount, newest first."""
        lines: dict[tuple[str, int, AmountType], list[Loaded]] = {}
        for each in self.loaded:
            lines.setdefault((each.dataset, each.year, each.amount_type), []).append(each)
        return sorted(
            (self._returns(known) for known in lines.values()),
            key=lambda line: (-line.year, not line.is_main, line.title, list(AmountType).index(line.amount_type)),
        )

    def _returns(self, known: list[Loaded]) -> Returns:
        first = known[0]
        reported = frozenset[int]().union(*(each.institutions for each in known))
        kinds = dataset(first.dataset).reporters
        expected = frozenset(number for number, body in self.bodies.items() if body["category"] in kinds)
        days = [each.as_at for each in known if each.as_at]
        return Returns(
            first.dataset, first.title, first.is_main, first.year, first.basis, first.amount_type, reported, expected,
            max(days, default=None), sum(each.figures for each in known),
        )  # fmt: skip


@dataclass(frozen=True)
class Returns:
    """Of one dataset, year and kind of amount: who reported out of who is expected."""

    dataset: str
    title: str
    is_main: bool
    year: int
    basis: int
    amount_type: AmountType
    reported: frozenset[int]
    expected: frozenset[int]
    as_at: date | None
    figures: int

    @property
    def label(self) -> str:
        return f"{self.year}/{(self.year + 1) % 100:02d}"

    @property
    def missing(self) -> frozenset[int]:
        return self.expected - self.reported


def coverage(by: Actor, *, sample: bool = False) -> Coverage:
    """What is loaded. Invented figures alone where they are asked for, or where nothing else is in.

    Raises NothingBuilt.
    """
    with reading() as turn:
        every = _loaded(turn)
        shown = {Standing.PUBLIC, Standing.GOVERNMENT} if by.is_national(Permission.BUDGET_READ) else {Standing.PUBLIC}
        real = tuple(each for each in every if each.standing in shown)
        invented = tuple(each for each in every if each.standing == Standing.SAMPLE)
        is_sample = bool(invented) and (sample or not real)
        bodies = members(turn, "institutions")
        return Coverage(invented if is_sample else real, is_sample, bool(invented), bodies, turn.build.name)


def _loaded(turn: Reading) -> tuple[Loaded, ...]:
    kept: tuple[Loaded, ...] | None = turn.memory.get("loaded")
    if kept is None:
        releases, known = members(turn, "releases"), members(turn, "datasets")
        kept = turn.memory["loaded"] = tuple(
            Loaded(
                known[row[0]]["code"], known[row[0]]["label"], known[row[0]]["is_main"], *_words(row), row[4],
                row[5], list(Length)[row[6]], row[7], row[8], frozenset(row[9]), releases.get(row[10], {}).get("as_at"),
                int(row[11]),
            )
            for row in turn.rows(_LOADED)
        )  # fmt: skip
    return kept


def _words(row: tuple[int, ...]) -> tuple[Standing, Statement, AmountType]:
    standing, statement, amount_type = (
        list(facts.LISTS[name])[row[at]] for at, name in ((1, "standing"), (2, "statement"), (3, "amount_type"))
    )
    return Standing(standing), Statement(statement), AmountType(amount_type)
