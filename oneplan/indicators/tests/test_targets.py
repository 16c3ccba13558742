"""Baselines and targets: who sets them, what stays beside them, and which were changed late."""

from decimal import Decimal

import pytest
from django.urls import reverse

from oneplan.access.actors import PUBLIC
from oneplan.accounts.models import User
from oneplan.indicators.actions import set_baseline, set_target
from oneplan.indicators.choices import Length, Level, YearBasis
from oneplan.indicators.decided import decided
from oneplan.indicators.models import Target
from oneplan.periods import clock
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision
from oneplan.platform.models import LogEntry

pytestmark = pytest.mark.django_db
REASON = "The plan of the space says so"
NEXT = clock.today().year + 2
DC36 = {"level": Level.SPACE, "place": "DC36"}


def aim(by, value=20, *, year=NEXT, revision=0, reason=REASON, indicator="unemployment", **told):
    where = {**DC36, **told}
    return set_target(indicator, year=year, value=Decimal(value), reason=reason, revision=revision, by=by, **where)


def test_a_target_is_set_anew_before_its_period_and_what_stood_before_stays(world):
    aim(world.hub36)
    aim(world.hub36, 18, revision=1, reason="The council asked for more")
    [found] = decided(Target, place="dc36")
    assert (found.stated.value, found.stated.version, found.is_changed_late) == (Decimal(18), 2, False)
    assert [(each.value, each.reason, each.is_in_force) for each in found.earlier] == [(Decimal(20), REASON, False)]
    assert [each.event for each in LogEntry.objects.filter(event__startswith="target.")] == ["target.set"] * 2


def test_a_target_that_is_changed_after_its_period_began_is_recorded_and_shown_as_changed_late(world, client):
    began = clock.add_months(clock.today(), -13).year
    aim(world.hub36, year=began)
    assert not Target.objects.get().is_changed_late  # set late, and nothing stood before it
    aim(world.hub36, 25, year=began, revision=1)
    [found] = decided(Target)
    assert (found.stated.is_late, found.is_changed_late) == (True, True)
    assert LogEntry.objects.filter(event="target.changed_late").count() == 1
    shown = client.get(reverse("indicators:targets")).content.decode()
    for words in (
        "Changed late",
        "1 target was changed after its period began",
        "Before:",
        "Waterberg",
        "Unemployment",
    ):
        assert words in shown, words
    told = b"".join(client.get(reverse("indicators:targets"), {"format": "csv"}).streaming_content).decode()
    assert f"target,unemployment,space,DC36,{began},calendar,,2,yes,25," in told


def test_a_municipal_year_begins_in_july(world):
    year = clock.today().year if clock.today().month < 7 else clock.today().year + 1
    set_baseline(
        "unemployment", level=Level.SPACE, place="DC36", year=year, value=Decimal(30), reason=REASON, revision=0,
        by=world.hub36, basis=YearBasis.MFMA, length=Length.QUARTER, period=1,
    )  # fmt: skip
    made = aim(world.hub36, year=year - 1, basis=YearBasis.MFMA, length=Length.QUARTER, period=1)
    assert made.is_late  # July of the year before
    [found] = decided(Target)
    assert found.when == f"{year - 1}/{year % 100:02} Q1 (July to June)"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"indicator": "happiness"}, "knows no indicator"),
        ({"value": 120}, "between 0 and 100"),
        ({"indicator": "population", "value": -1}, "less than nothing"),
        ({"year": 1800}, "between 1994 and 2100"),
        ({"reason": "so"}, "Say why"),
        ({"place": "DC99"}, "no district or metropolitan space “DC99”"),
        ({"length": Length.QUARTER, "period": 5}, "no such quarter"),
    ],
)
def test_what_says_nothing_of_an_indicator_is_refused(world, told, words):
    with pytest.raises(RuleBroken, match=words):
        aim(world.hub36 if "place" not in told else world.office, **told)
    assert not Target.objects.exists()


def test_whoever_plans_for_a_place_sets_its_targets_and_nobody_else(world):
    with pytest.raises(NotAllowed):
        aim(world.thandi)  # the hub of another space
    with pytest.raises(NotAllowed):
        aim(PUBLIC)
    aim(world.hub36)
    with pytest.raises(NotAllowed):
        aim(world.hub36, level=Level.PROVINCE, place="LIM")
    aim(world.coordinator, level=Level.PROVINCE, place="LIM")
    aim(world.office, level=Level.COUNTRY, place="ZA")
    assert Target.objects.count() == 3


def test_two_who_change_a_target_at_once_do_not_overwrite_each_other(world):
    aim(world.hub36)
    aim(world.hub36, 18, revision=1)
    with pytest.raises(StaleRevision):
        aim(world.hub36, 17, revision=1)
    assert Target.objects.get(is_in_force=True).value == 18


def test_on_the_page_a_target_is_set_and_refusals_stand_on_top_of_the_form(client, world):
    address = reverse("indicators:set_target")
    told = {"indicator": "unemployment", "level": "space", "place": "dc36", "year": NEXT, "basis": "calendar",
            "quarter": "", "value": "20,5", "reason": REASON}  # fmt: skip
    assert client.post(address, told).status_code in (302, 403)
    assert not Target.objects.exists()
    client.force_login(User.objects.get(pk=world.hub36.user_id))
    assert client.post(address, {**told, "value": "120"}).status_code == 409
    assert client.post(address, {**told, "value": ""}).status_code == 422
    assert client.post(address, {**told, "place": "DC35"}).status_code == 403
    assert client.post(address, told).status_code == 302
    assert Target.objects.get().value == Decimal("20.5")
    assert client.post(address, {**told, "revision": 0}).status_code == 412
