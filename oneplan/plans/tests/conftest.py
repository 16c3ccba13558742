"""An edition of Waterberg in progress, written by its hub manager."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from oneplan.institutions.models import Post
from oneplan.plans import actions
from oneplan.plans.models import Edition, Finding, Outcome, Strategy
from tests.world import World


@pytest.fixture
def edition(world: World) -> Edition:
    return actions.open_edition(world.dc36, ruleset="framework_2020", start_year=2026, by=world.hub36)


@pytest.fixture
def finding(world: World, edition: Edition) -> Finding:
    return actions.record_finding(
        edition,
        area="services",
        statement="Most households in the east lack piped water.",
        evidence="The census counted them.",
        source="Stats SA, Census 2022",
        source_date=date(2023, 10, 10),
        value=Decimal("31.50"),
        unit="% of households",
        municipal_areas=["LIM361", "LIM362"],
        by=world.hub36,
    )


@pytest.fixture
def outcome(world: World, edition: Edition) -> Outcome:
    return actions.set_outcome(
        edition,
        area="services",
        statement="Every household has water in its yard.",
        indicator="Households with piped water in the yard",
        unit="% of households",
        baseline=Decimal("68.5"),
        baseline_year=2022,
        baseline_source="Census 2022",
        target=Decimal(100),
        target_year=2040,
        by=world.hub36,
    )


@pytest.fixture
def strategy(world: World, edition: Edition, finding: Finding, outcome: Outcome) -> Strategy:
    return actions.formulate_strategy(
        edition,
        area="services",
        title="Bring bulk water to the eastern villages",
        findings=[finding.ref],
        outcomes=[outcome.ref],
        whole_space=True,
        by=world.hub36,
    )


@pytest.fixture
def post(world: World) -> Post:
    return Post.objects.filter(institution__space=world.dc36).order_by("pk")[0]


@pytest.fixture
def freeze(world: World) -> Callable[[Edition], Edition]:
    def frozen(edition: Edition) -> Edition:
        edition.refresh_from_db()
        return actions.freeze_edition(
            edition, copy_hash="a" * 64, boundary_release=None, by=world.hub36, revision=edition.revision
        )

    return frozen


@pytest.fixture
def everything(world: World, edition: Edition, strategy: Strategy, finding: Finding, post: Post) -> dict[str, Any]:
    """One element of every kind, marked, linked and urgent."""
    by = world.hub36
    section = actions.write_section(
        edition, chapter="diagnostic", area="services", title="Water", body="<p>Water is <b>scarce</b></p>", by=by
    )
    actions.write_vision(edition, text="A Waterberg in which everybody drinks clean water.", by=by)
    actions.write_impact(edition, area="services", text="Nobody carries water any more.", by=by)
    marked = actions.mark_element(
        finding, "women", justification="Women and girls carry the water every day.", revision=1, by=by
    )
    actions.link_priorities(
        marked, ["mtdp-2", "ndp-4"], in_words={"pgds": ["Water for growth"]}, revision=marked.revision, by=by
    )
    issue = actions.raise_immediate_issue(
        edition,
        strategy.ref,
        kind="basic_service",
        service="Water supply",
        households=1200,
        households_source="Municipal register",
        owner_post=post,
        due_on=edition.opened_on + timedelta(days=30),
        by=by,
    )
    return {"section": section, "strategy": strategy, "finding": finding, "issue": issue}
