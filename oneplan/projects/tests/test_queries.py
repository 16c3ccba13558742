from decimal import Decimal

import pytest
from django.http import QueryDict

from oneplan.projects import actions
from oneplan.projects.models import PlacementShare, Project
from oneplan.projects.queries import ProjectFilters, placed_share, project_named, projects_list, visible_to
from oneplan.projects.tests.conftest import irm_row


@pytest.fixture
def three(irm, world):
    """A published clinic in Waterberg, a published road in OR Tambo, and a withheld school in Vhembe."""
    irm(
        [
            irm_row(1, c2="Marapong Clinic", c19=1000),
            irm_row(2, c2="Mhlontlo road", c3="Eastern Cape", c4="Transport", c5="Transport", c6="Mhlontlo",
                    c7="O.R. Tambo", c8=-31.25, c9=28.75, c10="Construction 1% - 25%", c13="2027-06-30", c19=5000),
            irm_row(3, c2="Thulamela School", c4="Education", c5="Education", c6="", c7="", c8="", c9="", c19=""),
        ]
    )  # fmt: skip
    clinic, road, school = Project.objects.order_by("ref")
    actions.withhold_project(school, revision=school.revision, reason="Not tabled", by=world.office)
    return clinic, road, school


def refs(rows):
    return [row.title.split()[0] for row in rows.order_by("ref")]


def test_everybody_sees_what_is_published_and_scopes_open_the_rest(three, world):
    assert refs(visible_to(world.public)) == refs(visible_to(world.charlie)) == ["Marapong", "Mhlontlo"]
    assert refs(visible_to(world.coordinator)) == ["Marapong", "Mhlontlo", "Thulamela"]  # Limpopo's
    assert refs(visible_to(world.analyst)) == ["Marapong", "Mhlontlo", "Thulamela"]
    assert refs(visible_to(world.hub36)) == ["Marapong", "Mhlontlo"]
    assert project_named(world.public, three[2].ref) is None
    assert project_named(world.office, three[2].ref) == three[2]


def test_a_share_of_the_place_opens_a_project_to_its_space(three, world):
    PlacementShare.objects.create(placement=three[0].placements.get(), space_id="DC15", fraction=0.2)
    clinic = actions.withhold_project(three[0], revision=three[0].revision, reason="Not tabled", by=world.office)
    assert clinic in visible_to(world.thandi)
    assert clinic not in visible_to(world.ayanda).none()


def test_an_institution_sees_what_it_implements(three, world):
    actions.withhold_project(three[0], revision=three[0].revision, reason="Not tabled", by=world.office)
    assert three[0] in visible_to(world.ayanda)  # signs for Limpopo's health
    assert three[0] not in visible_to(world.planner)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["Marapong", "Mhlontlo", "Thulamela"]),
        ("q=mhlontlo+ROAD", ["Mhlontlo"]),
        ("q=pr-0000003", ["Thulamela"]),
        ("space=DC36", ["Marapong"]),
        ("space=DC36&space=DC15", ["Marapong", "Mhlontlo"]),
        ("space=unknown", ["Thulamela"]),
        ("municipality=EC156", ["Mhlontlo"]),
        ("province=LIM&placed=pin", ["Marapong"]),
        ("placed=not_placed", ["Thulamela"]),
        ("placed=placed", ["Marapong", "Mhlontlo"]),
        ("phase=building", ["Mhlontlo"]),
        ("stage=design", ["Marapong", "Thulamela"]),
        ("kind=transfer", []),
        ("sector=Transport&sphere=provincial", ["Mhlontlo"]),
        ("institution=lim-health", ["Marapong"]),
        ("feed=irm&standing=live", ["Marapong", "Mhlontlo", "Thulamela"]),
        ("standing=merged", []),
        ("doubtful=yes&placed=not_placed", ["Thulamela"]),
        ("cost_from=R1+000&cost_to=4999.99", ["Marapong"]),
        ("cost_from=plenty", []),
        ("finish=2027", ["Mhlontlo"]),
        ("finish=2027-PFMA", ["Mhlontlo"]),
        ("finish=2025-PFMA", ["Marapong", "Thulamela"]),
        ("finish=soon", []),
        ("programme=PG-0000001", []),
        ("phase=nonsense", []),
    ],
)
def test_filters_find_what_the_address_asks(three, world, asked, found):
    assert refs(projects_list(world.office, ProjectFilters.read(QueryDict(asked)))) == found


def test_filters_never_open_what_may_not_be_seen(three, world):
    everything = ProjectFilters.read(QueryDict("q=thulamela"))
    assert refs(projects_list(world.public, everything)) == []
    assert everything.pairs() == [("q", "thulamela")]
    assert ProjectFilters.read(QueryDict("q=&space=+")).is_empty


def test_totals_count_what_has_a_place_and_what_no_cost_is_known_of(three, world, django_assert_num_queries):
    with django_assert_num_queries(1):
        totals = placed_share(projects_list(world.office, ProjectFilters()))
    assert (totals.works.projects, totals.works.rand, totals.works.without_cost) == (3, Decimal(6000), 1)
    assert (totals.placed.projects, totals.placed.rand) == (2, Decimal(6000))
    assert sum(tally.projects for tally in totals.by_both.values()) == 3
    assert totals.by_method["not_placed"].projects == 1
    assert placed_share(projects_list(world.public, ProjectFilters())).works.projects == 2
