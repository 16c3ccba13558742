"""The pages of a profile: figures that lead on, silence said, and few queries."""

import re

import pytest

from oneplan.access.actors import system
from oneplan.indicators.actions import build_observations, publish_observations
from oneplan.indicators.choices import ReleaseState
from oneplan.indicators.models import ObservationRelease
from oneplan.indicators.tests.profiles import country

pytestmark = pytest.mark.django_db
ONE, FULL = "/spaces/DC36/profile/", "/spaces/DC36/profile/full/"


@pytest.fixture
def served(take, tidy):
    def serve(*rows):
        take(tidy(*rows))
        for release in ObservationRelease.objects.filter(state=ReleaseState.HELD):
            publish_observations(
                release, reason="A small country for tests.", revision=release.revision, by=system("tests")
            )
        build_observations(by=system("tests"))

    return serve


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).replace("\u00a0", " ").split())


def test_one_page_has_key_figures_that_lead_to_their_facts(served, client):
    served(*country())
    answer = client.get(ONE)
    said = words(answer)
    assert "Waterberg in figures" in said
    assert "Children under 18" not in said  # no value, so it does not speak for its chapter
    assert "Population number of persons; Census 2011 · 2011 · borders of 2016 1 100 5 250 59 000 –" in said
    assert "Nothing does: all" in said
    assert "Population: highest in Thabazimbi (300)" in said or "No boundaries are known" in said
    assert "Asked: Statistician-General, Statistics South Africa (proposed, not agreed). No date is agreed." in said
    assert 'href="/indicators/values/population/DC36/2016/2011/?level=space' in answer.content.decode()


def test_the_full_profile_has_every_chapter_and_the_sentence_of_each_indicator(served, client):
    served(*country(women={"DC36": 0.9}))
    said = words(client.get(FULL))
    for number, title in [(1, "Population"), (3, "Hunger"), (12, "Stakeholders"), (13, "Governance and finance")]:
        assert f"{number} {title}" in said
    assert "Women and girls in Waterberg: 90,0 % of persons in 2011; higher than Limpopo" in said
    assert "Stands out" in said or "stands out" in said
    assert "Unemployment, official in Waterberg: no data." in said
    assert "Controlling the False Discovery Rate" in said
    assert "Share of the population that is female." in said


@pytest.mark.parametrize("path", [ONE, FULL])
def test_a_page_says_that_nothing_was_published(house, client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert "No observation has been published yet" in words(answer)


@pytest.mark.parametrize("path", ["/spaces/DC99/profile/", "/spaces/LIM361/profile/full/"])
def test_there_is_no_profile_of_what_is_no_space(served, client, path):
    served(*country())
    assert client.get(path).status_code == 404


def test_a_page_asks_the_database_three_times(served, client, django_assert_num_queries):
    served(*country())
    for path in (ONE, FULL):
        client.get(path)
        # The space; the boundaries in force, of which there are none here; which definitions stand.
        with django_assert_num_queries(3):
            client.get(path)
