"""What a profile says: each figure with its source, beside others where that is fair, and what is not known as such."""

from datetime import date

import pytest

from oneplan.access.actors import PUBLIC, system
from oneplan.frameworks.loading import BrokenFileError
from oneplan.indicators import queries, shelf
from oneplan.indicators.actions import build_observations, publish_observations
from oneplan.indicators.choices import ReleaseState, Standing
from oneplan.indicators.models import ObservationRelease
from oneplan.indicators.profile import chapters, profile_of
from oneplan.indicators.profile.words import answer, borders_words
from oneplan.indicators.tests.conftest import sexes
from oneplan.indicators.tests.profiles import AREAS, country, jobs
from oneplan.spaces.models import Space
from oneplan.warehouse.connection import NothingBuilt

pytestmark = pytest.mark.django_db
BY = system("tests")


@pytest.fixture
def served(take, tidy):
    """Serves rows, whatever the totals of so small a country say, and gives a space's profile."""

    def serve(*rows, code="DC36", by=PUBLIC, **asked):
        take(tidy(*rows), **asked)
        for release in ObservationRelease.objects.filter(state=ReleaseState.HELD):
            publish_observations(release, reason="A small country for tests.", revision=release.revision, by=BY)
        build_observations(by=BY)
        return profile_of(Space.objects.select_related("province").get(pk=code), by=by)

    return serve


def line(profile, code):
    return next(
        each for chapter in profile.chapters for each in (*chapter.lines, *chapter.unknown) if each.code == code
    )


def plain(words):
    return words.replace("\u00a0", " ")


def test_a_figure_stands_beside_province_country_and_peers_with_its_source(served):
    women = line(served(*country()), "female-share")
    figure = women.figure
    assert (plain(figure.shown), figure.period, figure.borders, figure.source) == (
        "50,0 %",
        "2011",
        "2016",
        "Census 2011",
    )
    assert (figure.as_at, figure.is_sure, figure.is_sample) == (date(2011, 10, 9), True, False)
    assert figure.address.startswith("/indicators/values/female-share/DC36/2016/2011/?level=space&")
    assert [(each.name, plain(each.figure.shown)) for each in women.around] == [
        ("Limpopo", "53,3 %"), ("South Africa", "50,8 %"),
    ]  # fmt: skip
    assert (plain(women.peers.lowest), plain(women.peers.highest), women.peers.count) == ("50,0 %", "50,8 %", 10)
    assert "lower than Limpopo (53,3 %) and South Africa (50,8 %)" in plain(women.sentence)


def test_a_count_is_a_part_of_its_province_and_is_not_set_beside_peers(served):
    people = line(served(*country()), "population")
    assert people.peers is None
    assert "1 100 in 2011; 21,0 % of Limpopo’s 5 250" in plain(people.sentence)


def test_municipal_areas_stand_on_the_borders_of_the_figure_and_unknown_ones_say_so(served):
    rows = [*country(), *jobs("district", "DC36", 60, 40), *(
        row for code in AREAS if code != "LIM368" for row in jobs("municipality", code, 15, 5)
    )]  # fmt: skip
    rows += [row for code in ("LIM364", "LIM365") for row in sexes(code, 80, 80, borders=2011)]
    profile = served(*rows)
    parts = {part.code: part for part in line(profile, "unemployment").parts}
    assert set(parts) == set(AREAS)  # none of those that ended before 2016
    assert (plain(parts["LIM361"].figure.shown), parts["LIM368"].figure.value) == ("25,0 %", None)
    assert (parts["LIM368"].figure.shown, parts["LIM368"].shade, parts["LIM368"].figure.address) == ("unknown", 0, "")
    shades = {part.code: part.shade for part in line(profile, "population").parts}
    assert (shades["LIM361"], shades["LIM368"]) == (5, 1)
    assert "2016" in borders_words(profile)


def test_breakdowns_are_of_the_borders_and_time_of_the_whole(served):
    rows = [("gender", 2011, "district", "DC36", sex, 1) for sex in ("Female", "Male")]
    [by_sex] = line(served(*country(), *rows), "population").breakdowns
    assert by_sex.label == "By sex"
    assert [(category, figure.value) for category, figure in by_sex.rows] == [("Male", 550.0), ("Female", 550.0)]


def test_a_chapter_without_data_names_who_is_asked_and_that_no_day_is_agreed(served):
    profile = served(*country())
    hunger = next(each for each in profile.chapters if each.told.code == "hunger")
    assert not hunger.has_data
    owner = "Statistician-General, Statistics South Africa (proposed, not agreed)"
    assert hunger.asked == f"Asked: {owner}. No date is agreed."
    employment = next(each for each in profile.chapters if each.told.code == "employment")
    assert [each.code for each in employment.unknown][:2] == ["unemployment", "unemployment-expanded"]
    assert "no data. The Statistician-General" in employment.unknown[0].sentence
    assert "No data: Multidimensional poverty, Hunger" in answer(profile)


def test_a_planted_oddity_stands_out_and_nothing_else_does(served):
    out = served(*country(women={"DC36": 0.9})).stands_out
    assert {each.line.code for each in out.findings} == {"female-share", "sex-ratio"}
    assert "far higher than the" in " ".join(each.sentence for each in out.findings)
    assert "Iglewicz and Hoaglin, 1993" in out.rule


def test_it_is_silent_where_nothing_stands_out(served):
    out = served(*country()).stands_out
    assert (list(out.findings), out.more, out.why) == ([], 0, "")
    assert out.tested > 0


def test_a_space_without_peers_says_that_nothing_could_be_tested(served):
    profile = served(*sexes("DC36", 50, 50, "district"))
    assert profile.stands_out.why
    assert "no fair peers" in profile.peers.sentence
    assert line(profile, "female-share").peers is None
    assert [(each.figure, each.why) for each in line(profile, "population").around] == [(None, "unknown")] * 2


def test_what_stays_inside_government_is_in_no_profile_of_the_public(served, world):
    told = {"details": {"standing": Standing.GOVERNMENT}}
    assert line(served(*country(), **told), "population").figure is None
    space = Space.objects.select_related("province").get(pk="DC36")
    assert line(profile_of(space, by=world.office), "population").figure.value == 1100


def test_a_sample_says_so_of_each_figure(served):
    profile = served(*country(), details={"standing": Standing.SAMPLE})
    assert profile.is_sample
    assert line(profile, "population").figure.is_sample
    assert "sample data" in line(profile, "population").sentence


def test_a_metropolitan_space_has_no_breakdown_by_area(served):
    profile = served(*country(), *sexes("BUF", 400, 350), code="BUF")
    assert profile.is_metropolitan
    assert line(profile, "population").figure.value == 750
    assert list(line(profile, "population").parts) == []


def test_it_is_read_in_as_many_reads_however_much_there_is(served, monkeypatch):
    asked = []

    def reading():
        asked.append(1)
        return shelf.reading()

    monkeypatch.setattr(queries, "reading", reading)
    served(*country())
    first = len(asked)
    asked.clear()
    served(*country(women={"DC36": 0.9}), *jobs("district", "DC36", 60, 40))
    # places; all spaces; errors of releases; the municipal areas; the breakdowns
    assert (len(asked), first) == (5, 5)
    asked.clear()
    profile_of(Space.objects.select_related("province").get(pk="DC36"), by=PUBLIC)
    assert asked == []


def test_a_source_stands_with_its_error_as_the_release_states_it_or_as_it_is_known(served):
    [(title, _reference, day, margin)] = served(*country()).sources
    assert (title, day) == ("Census 2011", date(2011, 10, 9))
    assert margin.startswith("Net undercount of persons 14,6 %")
    [(*_rest, stated)] = served(*country(women={"DC36": 0.6}), details={"margin": "Give or take 3 %."}).sources
    assert stated == "Give or take 3 %."


def test_another_build_is_another_profile(served):
    before = served(*country())
    after = served(*country(women={"DC36": 0.6}), as_at=date(2012, 10, 30))
    assert before.edition != after.edition
    assert line(before, "female-share").figure.value != line(after, "female-share").figure.value


def test_there_is_no_profile_before_anything_is_built(house):
    with pytest.raises(NothingBuilt):
        profile_of(Space.objects.select_related("province").get(pk="DC36"), by=PUBLIC)


def test_the_indicators_that_speak_for_a_chapter_are_its_own(tmp_path, monkeypatch):
    chapters.keys.cache_clear()
    assert "population" in chapters.keys()["demography"]
    strange = tmp_path / "profile.yaml"
    strange.write_text("keys: {demography: [unemployment]}")
    monkeypatch.setattr(chapters, "_FILE", strange)
    chapters.keys.cache_clear()
    with pytest.raises(BrokenFileError, match="demography has no indicator 'unemployment'"):
        chapters.keys()
    strange.write_text("keys: {demography: [population]}")
    with pytest.raises(BrokenFileError, match="nothing speaks for"):
        chapters.keys()
    chapters.keys.cache_clear()
