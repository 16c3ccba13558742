"""A finding cites an observation; newer data, other figures and what was withdrawn are seen beside it."""

from datetime import date

import pytest

from oneplan.access.actors import system
from oneplan.exchange.pipeline import run_import
from oneplan.indicators.actions import build_observations, withdraw_observations
from oneplan.indicators.choices import Standing
from oneplan.indicators.models import ObservationRelease
from oneplan.indicators.tests import conftest as observations
from oneplan.indicators.tests.conftest import sexes
from oneplan.plans import actions
from oneplan.plans.citations import Newer, citable, cited
from oneplan.plans.models import Citation, Edition, Finding
from oneplan.platform.audit import history
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision

pytestmark = pytest.mark.django_db
house, tidy = observations.house, observations.tidy
BY = system("tests")


@pytest.fixture
def serve(house, tidy):
    """Imports rows and builds them."""

    def run(*rows, as_at=date(2011, 10, 9), **details):
        run_import(
            "indicators", tidy(*rows), by=BY, layout="wazimap", source="A statistics office", as_at=as_at,
            details=details,
        )  # fmt: skip
        build_observations(by=BY)

    return run


@pytest.fixture
def census(serve):
    """Waterberg and its municipal areas by sex in 2011."""
    areas = [row for code in ("LIM361", "LIM362", "LIM366", "LIM367", "LIM368") for row in sexes(code, 60, 50)]
    serve(*sexes("DC36", 300, 250, "district"), *areas)


def cite(finding, by, indicator="female-share", place="DC36"):
    finding.refresh_from_db()
    return actions.cite_observation(finding, indicator=indicator, place=place, revision=finding.revision, by=by)


def test_a_finding_cites_the_newest_value_with_its_release(world, edition, finding, census):
    found = cite(finding, world.hub36)
    assert (found.year, found.boundary, found.level, found.table) == (2011, 2016, "space", "census-2011-sex")
    assert found.release == ObservationRelease.objects.get().ref
    assert round(found.value, 2) == 54.55
    [told] = cited(edition)
    assert (told.standing, told.sentence, told.is_outdated) == (Newer.CURRENT, "", False)
    assert told.title == "Women and girls"
    assert told.address.startswith("/indicators/values/female-share/DC36/2016/2011/")
    assert history(finding)[0].event == "finding.cited"


def test_an_area_of_the_space_is_cited_too_and_citing_again_replaces(world, edition, finding, census):
    cite(finding, world.hub36, place="LIM361")
    cite(finding, world.hub36, place="LIM361")
    cite(finding, world.hub36)
    assert sorted(edition.citations.values_list("place", flat=True)) == ["DC36", "LIM361"]


@pytest.mark.parametrize(
    ("indicator", "place", "words"),
    [
        ("female-share", "LIM331", "lies not in this space"),
        ("female-share", "DC35", "lies not in this space"),
        ("no-such-thing", "DC36", "There is no indicator"),
        ("unemployment", "DC36", "has no public value for DC36"),
    ],
)
def test_what_is_not_there_is_not_cited(world, edition, finding, census, indicator, place, words):
    with pytest.raises(RuleBroken, match=words):
        cite(finding, world.hub36, indicator=indicator, place=place)
    assert not Citation.objects.exists()


def test_only_who_may_write_cites_and_a_stale_page_is_refused(world, edition, finding, census):
    with pytest.raises(NotAllowed):
        cite(finding, world.charlie)
    with pytest.raises(StaleRevision):
        actions.cite_observation(
            finding, indicator="female-share", place="DC36", revision=finding.revision - 1, by=world.hub36
        )


@pytest.mark.parametrize("standing", [Standing.GOVERNMENT, Standing.SAMPLE])
def test_a_public_plan_cites_neither_what_stays_inside_government_nor_what_is_invented(
    world, edition, finding, serve, standing
):
    serve(*sexes("DC36", 600, 500, "district"), standing=standing)
    with pytest.raises(RuleBroken, match="has no public value"):
        cite(finding, world.hub36)


def test_an_invented_plan_may_cite_what_is_invented(world, edition, finding, serve):
    Edition.objects.filter(pk=edition.pk).update(is_sample=True)
    serve(*sexes("DC36", 600, 500, "district"), standing=Standing.SAMPLE)
    assert cite(finding, world.hub36).year == 2011


def test_a_restated_value_is_flagged_and_so_is_one_that_is_gone(world, edition, finding, serve, census):
    cite(finding, world.hub36)
    serve(*sexes("DC36", 700, 400, "district"), as_at=date(2012, 10, 30))
    [told] = cited(Edition.objects.get(pk=edition.pk))
    assert told.standing == Newer.RESTATED
    assert told.sentence.replace("\u00a0", " ") == "Restated: 63,6 % in 2011 (Census 2011)."
    for release in ObservationRelease.objects.all():
        withdraw_observations(release, reason="Counted wrongly.", revision=release.revision, by=BY)
    build_observations(by=BY)
    [told] = cited(edition)
    assert (told.standing, told.is_outdated) == (Newer.GONE, True)


def test_a_newer_year_is_flagged_and_citing_again_settles_it(world, edition, finding, census):
    found = cite(finding, world.hub36)
    Citation.objects.filter(pk=found.pk).update(year=2001, value=51.0)
    [told] = cited(edition, finding.ref)
    assert told.standing == Newer.NEWER
    assert told.sentence.replace("\u00a0", " ") == "Newer data: 54,5 % in 2011 (Census 2011)."
    cite(finding, world.hub36)
    assert not cited(edition)[0].is_outdated


def test_where_nothing_is_served_nobody_is_told_that_data_are_old(world, edition, finding, census, settings, tmp_path):
    cite(finding, world.hub36)
    settings.HOME = tmp_path / "another"
    settings.HOME.mkdir()
    assert [each.standing for each in cited(edition)] == [Newer.UNKNOWN]
    assert citable(edition) == []


def test_all_citations_of_an_edition_are_one_query(world, edition, finding, census, django_assert_num_queries):
    for place in ("DC36", "LIM361"):
        cite(finding, world.hub36, place=place)
        with django_assert_num_queries(1):
            cited(edition)


def test_a_citation_is_removed_and_only_once(world, edition, finding, census):
    cite(finding, world.hub36)
    finding.refresh_from_db()
    row = actions.remove_citation(
        finding, indicator="female-share", place="DC36", revision=finding.revision, by=world.hub36
    )
    assert cited(edition) == []
    with pytest.raises(RuleBroken, match="does not cite this"):
        actions.remove_citation(row, indicator="female-share", place="DC36", revision=row.revision, by=world.hub36)


def test_citations_go_with_their_finding_into_the_next_edition(world, edition, finding, census, freeze):
    cite(finding, world.hub36)
    frozen = freeze(edition)
    with pytest.raises(RuleBroken):
        cite(Finding.objects.get(pk=finding.pk), world.hub36)
    actions.adopt_edition(frozen, by=world.hub36)
    following = actions.open_edition(world.dc36, ruleset="framework_2020", start_year=2027, by=world.hub36)
    assert [(each.ref, each.indicator) for each in following.citations.all()] == [(finding.ref, "female-share")]


def test_the_page_of_a_finding_offers_and_shows_what_it_cites(world, edition, finding, census, client):
    client.force_login(world.hub36.user)
    base = f"/spaces/DC36/plan/{edition.number}/elements/{finding.ref}/"
    form = client.get(f"{base}cite/").content.decode().replace("\u00a0", " ")
    assert "Women and girls: 54,5 % (2011)" in form
    assert "Thabazimbi" in form
    sent = {"indicator": "female-share", "place": "DC36", "revision": finding.revision}
    assert client.post(f"{base}cite/", sent).status_code == 302
    assert "54,5\u00a0% in 2011" in client.get(base).content.decode()
    assert "newer data" not in client.get(base).content.decode()
    Citation.objects.update(year=2001)
    said = client.get(base).content.decode().replace("\u00a0", " ")
    assert "Newer data: 54,5 % in 2011 (Census 2011)." in said
    workspace = client.get(f"/spaces/DC36/plan/{edition.number}/").content.decode().replace("\u00a0", " ")
    assert "Newer data: 54,5 % in 2011 (Census 2011)." in workspace
    refused = client.post(f"{base}cite/", {**sent, "indicator": "unemployment", "revision": finding.revision + 1})
    assert refused.status_code == 422
    assert client.get(f"/spaces/DC36/plan/{edition.number}/elements/V-001/cite/").status_code == 404
