"""The figures of an edition in progress, in a number of queries that does not grow with the plan."""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Sum

from oneplan.commitments.choices import PLACED, CommitmentState, Funding, FundingStatus
from oneplan.commitments.models import Commitment, Party, Pledge, Signature
from oneplan.commitments.queries import in_space
from oneplan.frameworks.definitions import RuleSet
from oneplan.frameworks.queries import ruleset
from oneplan.joint_planning.choices import StageState
from oneplan.joint_planning.models import Contribution, StageProgress
from oneplan.plans.choices import EditionState
from oneplan.plans.models import Edition, ImmediateIssue
from oneplan.portal.figures import YearOfMoney
from oneplan.portal.queries.money import money_by_year
from oneplan.portal.queries.space import AreaView, plan_view
from oneplan.publishing.briefs.figures import (
    GAPS,
    NAMED,
    AreaLine,
    Figures,
    Gap,
    OutcomeLine,
    Urgent,
    live_source,
)
from oneplan.publishing.parts import Stage


def live_figures(edition: Edition, today: date) -> Figures:
    """What stands in the ledgers of the edition's space today. For readers of its drafts alone."""
    rules, code = ruleset(edition.ruleset), edition.space_id
    vision, areas = plan_view(edition, rules)
    every = Commitment.objects.filter(in_space(code)).exclude(state=CommitmentState.WITHDRAWN)
    standing = every.filter(is_sample=edition.is_sample)
    others = every.exclude(is_sample=edition.is_sample).count()
    unplaced, late = ~Q(place_quality__in=PLACED), Q(finish_on__lt=today) & ~Q(state=CommitmentState.DELIVERED)
    counts = standing.aggregate(
        every=Count("pk"),
        funded=Count("pk", filter=Q(funding=Funding.FUNDED)),
        unplaced=Count("pk", filter=unplaced),
        late=Count("pk", filter=late),
    )
    landing, short = _by_municipal_area(standing)
    participation, silent = _participation(edition, today)
    return Figures(
        vision=vision,
        stages=_stages(edition, rules),
        areas=[_area(each) for each in areas],
        states=_states(standing, rules),
        money=_money(edition),
        every=counts["every"],
        funded=counts["funded"],
        placed=counts["every"] - counts["unplaced"],
        unplaced_refs=_refs(standing.filter(unplaced)),
        late=counts["late"],
        late_refs=_refs(standing.filter(late)),
        landing=landing,
        short=short,
        gaps=_gaps(standing),
        participation=participation,
        silent=silent,
        unsigned=_unsigned(standing) if edition.state == EditionState.FROZEN else [],
        urgent=_urgent(edition, today),
        source=live_source(edition.number, today, others, is_sample=edition.is_sample),
    )


def _refs(rows: Any) -> list[str]:
    return list(rows.order_by("finish_on", "ref").values_list("ref", flat=True)[:NAMED])


def _stages(edition: Edition, rules: RuleSet) -> list[Stage]:
    known = {each.stage: each for each in StageProgress.objects.filter(edition=edition)}
    rows = []
    for stage in rules.stages:
        progress = known.get(stage.code)
        state = StageState(progress.state) if progress else StageState.NOT_STARTED
        rows.append(
            Stage(
                stage.code, stage.number, stage.label, state, str(state.label), progress.due_on if progress else None,
                progress.passed_at.date() if progress and progress.passed_at else None,
            )
        )  # fmt: skip
    return rows


def _area(view: AreaView) -> AreaLine:
    return AreaLine(
        view.label,
        view.findings[0]["text"] if view.findings else "",
        len(view.findings),
        view.impact,
        [
            OutcomeLine(
                each["indicator"] or each["text"], each["baseline"], each["target"], each["unit"], each["target_year"]
            )
            for each in view.outcomes
        ],
    )


def _states(standing: Any, rules: RuleSet) -> list[tuple[str, Counter[str]]]:
    counts: dict[str, Counter[str]] = {area.code: Counter() for area in rules.areas}
    for area, state, number in standing.order_by().values_list("area", "state").annotate(n=Count("pk")):
        counts.setdefault(area, Counter())[state] += number
    labels = {area.code: area.label for area in rules.areas}
    return [(labels.get(code, code), each) for code, each in counts.items()]


def _money(edition: Edition) -> dict[str, list[YearOfMoney]]:
    """Of real pledges, or of the invented ones of a sample."""
    told = money_by_year(edition.space_id)[edition.is_sample]
    return {
        basis: [
            YearOfMoney(
                each.year.label,
                {sphere: rand for sphere, rand in each.spheres.items() if rand},
                each.indicative,
                each.unfunded,
            )
            for each in years
        ]
        for basis, years in told.items()
        if years
    }


def _by_municipal_area(standing: Any) -> tuple[dict[str, int], dict[str, int]]:
    """Commitments by municipal area, and those of them that are not fully funded. One query."""
    rows = (
        standing.exclude(municipal_areas=None)
        .order_by()
        .values_list("municipal_areas")
        .annotate(n=Count("pk"), short=Count("pk", filter=~Q(funding=Funding.FUNDED)))
    )
    landing, short = {}, {}
    for area, number, lacking in rows:
        landing[area], short[area] = number, lacking
    return landing, short


def _gaps(standing: Any) -> list[Gap]:
    """The commitments with the most rand said to be unfunded, the largest first. One query."""
    rows = (
        Pledge.objects.filter(party__commitment__in=standing, status=FundingStatus.UNFUNDED)
        .order_by()
        .values_list("party__commitment__ref", "party__commitment__title", "party__commitment__lead__name")
        .annotate(rand=Sum("amount"))
        .order_by("-rand", "party__commitment__ref")
    )
    return [Gap(ref, title, lead or "", rand or Decimal(0)) for ref, title, lead, rand in rows[:GAPS]]


def _participation(edition: Edition, today: date) -> tuple[Counter[str], list[str]]:
    rows = Contribution.objects.filter(edition=edition).select_related("institution")
    told = [(each.state_on(today), each.institution.name) for each in rows]
    return Counter(state for state, _name in told), sorted({name for state, name in told if state == "silent"})


def _unsigned(standing: Any) -> list[str]:
    signed = Signature.objects.filter(party=OuterRef("pk"), voided_at=None)
    rows = Party.objects.filter(~Exists(signed), commitment__in=standing.exclude(state=CommitmentState.DELIVERED))
    return list(rows.order_by("institution__name").values_list("institution__name", flat=True).distinct())


def _urgent(edition: Edition, today: date) -> list[Urgent]:
    rows = ImmediateIssue.objects.filter(edition=edition, resolved_on=None, due_on__lt=today)
    return [
        Urgent(
            each.ref,
            each.service or str(each.get_kind_display()),
            f"{each.owner_post.title}, {each.owner_post.institution.name}",
            each.due_on,
        )
        for each in rows.select_related("owner_post__institution").order_by("due_on", "ref")
    ]
