"""The pages of releases and of freshness, publishing although errors stand, and the same on the command line."""

from datetime import date

import pytest
from click.testing import CliRunner
from django.urls import reverse

from oneplan.access.actions import grant_role
from oneplan.access.actors import system
from oneplan.access.roles import Role
from oneplan.accounts.models import User
from oneplan.cli.main import main
from oneplan.indicators.actions import build_observations
from oneplan.indicators.choices import ReleaseState
from oneplan.indicators.models import ObservationRelease
from oneplan.indicators.shelf import shelf
from oneplan.indicators.tests.conftest import sexes
from oneplan.periods import clock
from oneplan.platform.models import LogEntry
from tests.world import LONG_AGO

pytestmark = pytest.mark.django_db
BAD = ("gender", 2016, "municipality", "LIM362", "Male", -5)
REASON = "The source says that it is right"


@pytest.fixture(autouse=True)
def _at_once(settings, house):
    """Tasks run where they are enqueued."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def keeper():
    user = User.objects.create_user("keeper@example.org", "a long enough password", name="Nomsa")
    grant_role(user, Role.INDICATOR_KEEPER, "national", by=system("tests"), valid_from=LONG_AGO)
    return user


def page(client, name, *args, **asked):
    answer = client.get(reverse(f"indicators:{name}", args=args), asked)
    if answer.status_code != 200:
        return answer.status_code
    return b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode()


def test_a_release_tells_whose_it_is_how_sure_and_that_nothing_is_wrong(client, take, tidy):
    take(tidy(*sexes("LIM361", 60, 40)), licence="MIT")
    assert "after the next build" in page(client, "release", "OR-0001")
    build_observations(by=system("tests"))
    shown = page(client, "release", "OR-0001")
    for words in ("It is served.", "A statistics office", "MIT", "Net undercount of persons 14,6", "Population by sex",
                  "Nothing: every row could be taken"):  # fmt: skip
        assert words in shown, words
    assert "OR-0001" in page(client, "releases")
    assert "OR-0001" not in page(client, "releases", state="withdrawn")
    assert "OR-0001" not in page(client, "releases", q="another office")


def test_what_is_held_back_is_seen_and_decided_by_keepers_and_then_everybody_reads_who_and_why(
    client, take, tidy, keeper, world, django_capture_on_commit_callbacks
):
    take(tidy(*sexes("LIM361", 60, 40), BAD))
    assert page(client, "release", "OR-0001") == 404
    assert "OR-0001" not in page(client, "releases")
    client.force_login(keeper)
    shown = page(client, "release", "OR-0001")
    assert "Held back: errors stand" in shown
    assert "a count cannot be less than nothing" in shown
    assert reverse("exchange:run", args=[ObservationRelease.objects.get().run_id]) in shown
    address = reverse("indicators:publish_release", args=["OR-0001"])
    assert client.post(address, {"revision": 1, "reason": ""}).status_code == 422
    assert client.post(address, {"revision": 1, "reason": "ok"}).status_code == 409
    assert client.post(address, {"revision": 7, "reason": REASON}).status_code == 412
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(address, {"revision": 1, "reason": REASON}).status_code == 302
    current = shelf.current()
    assert current is not None
    assert current.facts["observations"] == 2
    client.logout()
    shown = page(client, "release", "OR-0001")
    assert f"Nomsa published it although 1 error stands: {REASON}" in " ".join(shown.split())
    assert "It is served." in shown
    client.force_login(User.objects.get(pk=world.thandi.user_id))
    assert client.post(address, {"revision": 2, "reason": REASON}).status_code == 403


def test_a_release_is_withdrawn_with_a_reason_and_is_served_no_more(
    client, take, tidy, keeper, django_capture_on_commit_callbacks
):
    take(tidy(*sexes("LIM361", 60, 40)))
    build_observations(by=system("tests"))
    client.force_login(keeper)
    address = reverse("indicators:withdraw_release", args=["OR-0001"])
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(address, {"revision": 1, "reason": "It was the wrong file"}).status_code == 302
    assert ObservationRelease.objects.get().state == ReleaseState.WITHDRAWN
    assert LogEntry.objects.get(event="observations.withdrawn").reason == "It was the wrong file"
    current = shelf.current()
    assert current is not None
    assert current.facts["releases"] == []
    assert client.post(address, {"revision": 2, "reason": "It was the wrong file"}).status_code == 409
    assert "It was the wrong file" in page(client, "release", "OR-0001")


def test_freshness_tells_the_newest_year_and_when_the_next_value_is_due(client, take, tidy):
    shown = page(client, "freshness")  # nothing is built: every indicator has no data
    assert "No data" in shown
    assert "Overdue" not in shown.split('id="rows"')[1]
    take(tidy(("population", 2016, "municipality", "LIM361", "population", 96232)))
    build_observations(by=system("tests"))
    assert "population,Population,2011" in page(client, "freshness", format="csv")
    assert ",overdue," in line_of_population(client)
    assert '<td class="numeric" data-label="Newest year">2011</td>' in page(client, "freshness")
    overdue = page(client, "freshness", state="overdue").split('id="rows"')[1]
    assert ("Overdue" in overdue, "No data" in overdue) == (True, False)
    take(tidy(("population", 2016, "municipality", "LIM361", "population", 96233), name="new.csv"), as_at=clock.today())
    build_observations(by=system("tests"))
    assert ",expected," in line_of_population(client)


def line_of_population(client):
    return next(row for row in page(client, "freshness", format="csv").splitlines() if ",population," in row)


def run(*arguments):
    return CliRunner().invoke(main, [str(each) for each in arguments])


def test_on_the_command_line_a_person_with_a_name_publishes_and_it_is_built(take, tidy, keeper, world):
    take(tidy(*sexes("LIM361", 60, 40), BAD))
    assert run("publish-observations", "OR-0001", "--reason", REASON).exit_code == 2  # nobody is named
    stranger = User.objects.get(pk=world.thandi.user_id).email
    answer = run("publish-observations", "OR-0001", "--reason", REASON, "--as", stranger)
    assert (answer.exit_code, "There is no release" in answer.output) == (1, True)  # not seen, so not there
    answer = run("publish-observations", "or-0001", "--reason", "ok", "--as", keeper.email)
    assert (answer.exit_code, "Say why" in answer.output) == (1, True)
    answer = run("publish-observations", "or-0001", "--reason", REASON, "--as", keeper.email)
    assert answer.exit_code == 0, answer.output
    assert "OR-0001 is published although 1 errors stand. 2 observations of 1 releases" in answer.output
    assert ObservationRelease.objects.get().published_by == keeper
    assert "2 observations of 1 releases" in run("build-observations").output
    assert run("build-observations", "--as", stranger).exit_code == 1


def test_the_due_day_follows_the_rhythm_of_the_publisher(take, tidy):
    from oneplan.access.actors import PUBLIC
    from oneplan.indicators.freshness import freshness

    take(tidy(("population", 2016, "municipality", "LIM361", "population", 96232)))
    build_observations(by=system("tests"))
    found = {each.indicator.code: each for each in freshness(by=PUBLIC)}["population"]
    months = found.indicator.rhythm_months
    assert months
    assert found.due == clock.add_months(date(2011, 10, 9), months)
    assert [found.state(day) for day in (found.due, clock.add_months(found.due, 1))] == ["expected", "overdue"]
