"""The results tree: from the vision to the rand, and what hangs loose.

Vision → impact of an area → outcome (baseline → target) → strategy (findings it answers) → commitment → pledges. A
commitment stands under each strategy and outcome that it serves; in every sum it counts once. Eight queries, whatever
the size of the plan.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar, TypeVar

from django.db.models import QuerySet, Sum, TextField, Value
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneplan.commitments.choices import Acceptance, CommitmentState, FundingStatus, PartyRole
from oneplan.commitments.models import Commitment, Party
from oneplan.commitments.queries import in_space, shares_on
from oneplan.frameworks.queries import ruleset
from oneplan.periods.years import Basis
from oneplan.plans.models import Edition, Element, Finding, ImpactStatement, Outcome, Strategy, VisionStatement

ZERO, CENT = Decimal(0), Decimal("0.01")

_E = TypeVar("_E", bound=Element)

_NOTHING: tuple[None] = (None,)  # where a branch ends without a commitment

LOOSE: dict[str, str | Promise] = {
    "findings": gettext_lazy("Findings that no strategy answers"),
    "outcomes": gettext_lazy("Outcomes that no strategy serves"),
    "unmeasured": gettext_lazy("Outcomes without baseline or target"),
    "strategies": gettext_lazy("Strategies that serve no outcome"),
    "unpromised": gettext_lazy("Strategies that no commitment serves"),
    "commitments": gettext_lazy("Commitments that serve no outcome and no strategy"),
    "unpledged": gettext_lazy("Commitments to which nobody pledged rand"),
}


@dataclass
class Pledged:
    """What one party puts into a commitment, by the space's share: (pledged, unfunded) by basis."""

    code: str
    name: str
    role: str
    acceptance: str
    rand: dict[str, list[Decimal]] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """What the party said to the commitment, in a word."""
        return {Acceptance.ACCEPTED: _("agreed"), Acceptance.DECLINED: _("declined")}.get(
            Acceptance(self.acceptance), _("not answered")
        )

    @property
    def is_lead(self) -> bool:
        return self.role == PartyRole.LEAD

    @property
    def lines(self) -> list[tuple[str, Decimal, Decimal]]:
        """(basis, pledged, unfunded): bases are never added."""
        return [(basis, *self.rand[basis]) for basis in sorted(self.rand, reverse=True)]  # type: ignore[misc]


@dataclass
class Leaf:
    """One commitment, with the references that it serves in this space."""

    is_leaf: ClassVar[bool] = True

    ref: str
    title: str
    area: str
    state: str
    funding: str
    is_sample: bool
    serves: set[str] = field(default_factory=set)
    parties: dict[str, Pledged] = field(default_factory=dict)

    @property
    def funding_state(self) -> str:
        return {"part": "part_funded", "": "unknown"}.get(self.funding, self.funding)

    @property
    def in_order(self) -> list[Pledged]:
        """The parties, the lead first."""
        return sorted(self.parties.values(), key=lambda party: (not party.is_lead, party.name))


class Node(ABC):
    """What carries commitments: how many, and their rand, each commitment once."""

    @abstractmethod
    def leaves_below(self) -> Iterator[Leaf]:
        """The commitments under it, one as often as it is reached."""

    @property
    def held(self) -> list[Leaf]:
        return list({leaf.ref: leaf for leaf in self.leaves_below()}.values())

    @property
    def rand(self) -> list[tuple[str, Decimal, Decimal]]:
        return rand_of(self.held)


@dataclass
class StrategyNode(Node):
    """A strategy: what it answers, what it serves, and the commitments that serve it."""

    is_leaf: ClassVar[bool] = False
    ref: str
    title: str
    area: str
    answers: list[tuple[str, str]] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)

    def leaves_below(self) -> Iterator[Leaf]:
        yield from self.leaves


@dataclass
class OutcomeNode(Node):
    """An outcome, the strategies that serve it, and the commitments that serve it without one of these."""

    row: Outcome
    strategies: list[StrategyNode] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)

    @property
    def ref(self) -> str:
        return self.row.ref

    @property
    def is_measured(self) -> bool:
        return self.row.baseline is not None and self.row.target is not None

    def leaves_below(self) -> Iterator[Leaf]:
        yield from self.leaves
        for strategy in self.strategies:
            yield from strategy.leaves


@dataclass
class AreaNode(Node):
    """One transformation area: its impact, its outcomes, and the strategies of the area that serve none."""

    code: str
    label: str
    impact: str = ""
    outcomes: list[OutcomeNode] = field(default_factory=list)
    strategies: list[StrategyNode] = field(default_factory=list)

    def leaves_below(self) -> Iterator[Leaf]:
        for node in (*self.outcomes, *self.strategies):
            yield from node.leaves_below()


@dataclass(frozen=True)
class Twig:
    """A strategy or a commitment where it is drawn: whole in the first place, elsewhere as a pointer to that place.

    `more` is how many commitments below it are left to the table.
    """

    node: StrategyNode | Leaf
    is_first: bool
    twigs: "list[Twig]" = field(default_factory=list)
    more: int = 0


@dataclass(frozen=True)
class Branch:
    """An outcome as it is drawn, or (without one) the strategies of an area that serve none."""

    outcome: OutcomeNode | None
    twigs: list[Twig]
    more: int = 0


def drawn(areas: Iterable[AreaNode], most: int = 12) -> list[tuple[AreaNode, list[Branch]]]:
    """The areas as a picture in which every strategy and every commitment is told once.

    At most so many commitments stand on one branch: the table has them all.
    """
    told: set[str] = set()

    def first(ref: str) -> bool:
        is_first = ref not in told
        told.add(ref)
        return is_first

    def leaves(rows: list[Leaf]) -> list[Twig]:
        return [Twig(row, first(row.ref)) for row in rows[:most]]

    def strategy(row: StrategyNode) -> Twig:
        if not first(row.ref):
            return Twig(row, False)
        return Twig(row, True, leaves(row.leaves), max(0, len(row.leaves) - most))

    def branch(outcome: OutcomeNode) -> Branch:
        twigs = [*leaves(outcome.leaves), *map(strategy, outcome.strategies)]
        return Branch(outcome, twigs, max(0, len(outcome.leaves) - most))

    return [(area, [*map(branch, area.outcomes), Branch(None, [*map(strategy, area.strategies)])]) for area in areas]


@dataclass(frozen=True)
class LooseEnd:
    """One thing that hangs on nothing, or on which nothing hangs."""

    ref: str
    text: str
    area: str


@dataclass
class Tree:
    """The whole of it. `loose` has every kind of LOOSE, in that order."""

    vision: str
    areas: list[AreaNode]
    leaves: list[Leaf]
    loose: dict[str, list[LooseEnd]]

    @property
    def rows(self) -> Iterator[tuple[AreaNode, OutcomeNode | None, StrategyNode | None, Leaf | None]]:
        """The tree as lines of a table: area, outcome, strategy, commitment; None where a branch ends."""
        for area in self.areas:
            for outcome in area.outcomes:
                for leaf in outcome.leaves:
                    yield area, outcome, None, leaf
                for strategy in outcome.strategies:
                    for each in strategy.leaves or _NOTHING:
                        yield area, outcome, strategy, each
                if not (outcome.leaves or outcome.strategies):
                    yield area, outcome, None, None
            for strategy in area.strategies:
                for each in strategy.leaves or _NOTHING:
                    yield area, None, strategy, each

    @property
    def parties(self) -> list[tuple[str, str]]:
        """(code, name) of every party to a commitment, by name: the choices of the filter."""
        named = {code: party.name for leaf in self.leaves for code, party in leaf.parties.items()}
        return sorted(named.items(), key=lambda pair: pair[1])

    def narrowed(self, *, area: str = "", party: str = "") -> "Tree":
        """The tree of one area, or of one party: then only the branches that carry a commitment of it."""
        areas = [each for each in self.areas if not area or each.code == area]
        held = {leaf.ref for each in areas for leaf in each.leaves_below()}
        leaves = [
            leaf for leaf in self.leaves if not area or leaf.ref in held or (leaf.area == area and not leaf.serves)
        ]
        loose = {kind: [end for end in ends if not area or end.area == area] for kind, ends in self.loose.items()}
        if party:
            leaves = [leaf for leaf in leaves if party in leaf.parties]
            areas = [_of_party(each, party) for each in areas]
            areas = [each for each in areas if each.outcomes or each.strategies]
            own = {leaf.ref for leaf in leaves}
            loose = {kind: [end for end in ends if end.ref in own] for kind, ends in loose.items()}
        return replace(self, areas=areas, leaves=leaves, loose=loose)


def _of_party(area: AreaNode, party: str) -> AreaNode:
    def strategies(rows: list[StrategyNode]) -> list[StrategyNode]:
        kept = [replace(row, leaves=[leaf for leaf in row.leaves if party in leaf.parties]) for row in rows]
        return [row for row in kept if row.leaves]

    outcomes = [
        replace(
            outcome, strategies=strategies(outcome.strategies),
            leaves=[leaf for leaf in outcome.leaves if party in leaf.parties],
        )
        for outcome in area.outcomes
    ]  # fmt: skip
    return replace(
        area, outcomes=[row for row in outcomes if row.strategies or row.leaves], strategies=strategies(area.strategies)
    )


def rand_of(leaves: Iterable[Leaf]) -> list[tuple[str, Decimal, Decimal]]:
    """(basis, pledged, unfunded) of commitments, each once; bases are never added."""
    sums: dict[str, list[Decimal]] = {}
    for leaf in leaves:
        for party in leaf.parties.values():
            for basis, (pledged, unfunded) in party.rand.items():
                line = sums.setdefault(basis, [ZERO, ZERO])
                line[0] += pledged
                line[1] += unfunded
    return [(basis.value, *sums[basis]) for basis in Basis if basis in sums]  # type: ignore[misc]


# --- reading ---------------------------------------------------------------------------------------------------------


def tree_of(edition: Edition) -> Tree:
    """The results tree of an edition, with the commitments of its space as they stand now."""
    space = edition.space_id
    leaves = _leaves(space)
    vision, impacts = _texts(edition)
    findings = {row.ref: row for row in _live(Finding.objects.only("ref", "statement", "area"), edition)}
    outcomes = {row.ref: OutcomeNode(row) for row in _live(Outcome.objects.all(), edition)}
    strategies = {
        row.ref: StrategyNode(row.ref, row.title, row.area)
        for row in _live(Strategy.objects.only("ref", "title", "area"), edition)
    }
    for strategy, kind, ref in _links(edition):
        if kind == "finding" and ref in findings:
            strategies[strategy].answers.append((ref, findings[ref].statement))
        elif kind == "outcome" and ref in outcomes:
            strategies[strategy].outcomes.append(ref)
    known: dict[str, StrategyNode | OutcomeNode] = {**strategies, **outcomes}
    for leaf in leaves.values():
        leaf.serves &= known.keys()
        for ref in sorted(leaf.serves):
            known[ref].leaves.append(leaf)
    areas = {
        area.code: AreaNode(area.code, area.label, impacts.get(area.code, ""))
        for area in ruleset(edition.ruleset).areas
    }
    for outcome in outcomes.values():
        areas.setdefault(outcome.row.area, AreaNode(outcome.row.area, outcome.row.area)).outcomes.append(outcome)
    for strategy_node in strategies.values():
        for ref in strategy_node.outcomes:
            outcomes[ref].strategies.append(strategy_node)
        if not strategy_node.outcomes:
            area = areas.setdefault(strategy_node.area, AreaNode(strategy_node.area, strategy_node.area))
            area.strategies.append(strategy_node)
    for outcome in outcomes.values():  # what serves it through a strategy stands there, and not beside it as well
        through = {leaf.ref for strategy_node in outcome.strategies for leaf in strategy_node.leaves}
        outcome.leaves = [leaf for leaf in outcome.leaves if leaf.ref not in through]
    loose = _loose(findings.values(), outcomes.values(), strategies.values(), leaves.values())
    return Tree(vision, list(areas.values()), list(leaves.values()), loose)


def _live(rows: "QuerySet[_E]", edition: Edition) -> "Iterator[_E]":
    """The elements of one kind that stand, F-999 before F-1000."""
    yield from sorted(rows.filter(edition=edition, removed_at=None), key=lambda row: (len(row.ref), row.ref))


def _loose(
    findings: Iterable[Finding],
    outcomes: Iterable[OutcomeNode],
    strategies: Iterable[StrategyNode],
    leaves: Iterable[Leaf],
) -> dict[str, list[LooseEnd]]:
    """What hangs on nothing, by kind."""
    answered = {ref for strategy in strategies for ref, _words in strategy.answers}
    ends: dict[str, Iterable[LooseEnd]] = {
        "findings": (LooseEnd(row.ref, row.statement, row.area) for row in findings if row.ref not in answered),
        "outcomes": (LooseEnd(node.ref, node.row.statement, node.row.area) for node in outcomes if not node.strategies),
        "unmeasured": (
            LooseEnd(node.ref, node.row.statement, node.row.area) for node in outcomes if not node.is_measured
        ),
        "strategies": (LooseEnd(node.ref, node.title, node.area) for node in strategies if not node.outcomes),
        "unpromised": (LooseEnd(node.ref, node.title, node.area) for node in strategies if not node.leaves),
        "commitments": (LooseEnd(leaf.ref, leaf.title, leaf.area) for leaf in leaves if not leaf.serves),
        "unpledged": (LooseEnd(leaf.ref, leaf.title, leaf.area) for leaf in leaves if not rand_of([leaf])),
    }
    return {kind: list(ends[kind]) for kind in LOOSE}


def _texts(edition: Edition) -> tuple[str, dict[str, str]]:
    """The vision, and the impact of each area. One query."""
    live = {"edition": edition, "removed_at": None}
    impacts = ImpactStatement.objects.filter(**live).order_by().values_list("area", Cast("text", TextField()))
    vision = VisionStatement.objects.filter(**live).order_by().values_list(Value(""), Cast("text", TextField()))
    texts = dict(vision.union(impacts, all=True))
    return texts.pop("", ""), texts


def _links(edition: Edition) -> Iterator[tuple[str, str, str]]:
    """(strategy, kind, reference) of what strategies answer and serve. One query."""
    live = {"strategy__edition": edition, "strategy__removed_at": None}
    answers = Strategy.findings.through.objects.filter(**live).values_list(
        "strategy__ref", Value("finding"), "finding__ref"
    )
    serves = Strategy.outcomes.through.objects.filter(**live).values_list(
        "strategy__ref", Value("outcome"), "outcome__ref"
    )
    yield from sorted(answers.union(serves, all=True))


def _leaves(space: str) -> dict[str, Leaf]:
    """The commitments of a space that are not withdrawn, what they serve, and their parties' rand. Three queries."""
    rows = Commitment.objects.filter(in_space(space)).exclude(state=CommitmentState.WITHDRAWN)
    columns = ("ref", "title", "area", "state", "funding", "is_sample", "services__space_id", "services__element_ref")
    leaves: dict[str, Leaf] = {}
    for ref, *facts, served_in, serves in rows.order_by("ref").values_list(*columns):
        leaf = leaves.setdefault(ref, Leaf(ref, *facts))
        if served_in == space:
            leaf.serves.add(serves)
    fractions = dict(shares_on().filter(space=space, fraction__lt=1).values_list("commitment__ref", "fraction"))
    pledged = (
        Party.objects.filter(commitment__in=rows.order_by().values("pk"))
        .order_by()
        .values_list(
            "commitment__ref", "institution_id", "institution__name", "role", "acceptance",
            "pledges__basis", "pledges__status", "pledges__acceptance",
        )
        .annotate(rand=Sum("pledges__amount"))
    )  # fmt: skip
    for ref, code, name, role, acceptance, basis, status, answer, rand in pledged:
        party = leaves[ref].parties.setdefault(code, Pledged(code, name, role, acceptance))
        is_missing = status == FundingStatus.UNFUNDED
        if basis and (is_missing or answer != Acceptance.DECLINED):
            line = party.rand.setdefault(basis, [ZERO, ZERO])
            line[is_missing] += (rand * fractions.get(ref, 1)).quantize(CENT, ROUND_HALF_UP)
    return leaves
