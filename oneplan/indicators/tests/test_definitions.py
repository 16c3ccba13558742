"""What users define: through the pages, from the definition to the value, its versions, its breaks and its end."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from oneplan.access.actions import grant_role
from oneplan.access.actors import PUBLIC, actor_for, system
from oneplan.access.roles import Role
from oneplan.accounts.models import User
from oneplan.exchange.pipeline import run_import
from oneplan.indicators import queries
from oneplan.indicators.actions import (
    build_observations,
    define_indicator,
    define_source,
    define_table,
    retire_indicator,
    retire_source,
    retire_table,
    revise_indicator,
    revise_source,
    revise_table,
    set_target,
)
from oneplan.indicators.choices import Calculation, Direction, Level, Unit, Universe, YearBasis
from oneplan.indicators.definitions import current
from oneplan.indicators.models import IndicatorVersion
from oneplan.indicators.registry import Defined, Observed, Ratio, Share, Total, registry
from oneplan.indicators.tables import Source, Table, table_named
from oneplan.indicators.tasks import is_served
from oneplan.indicators.tests.known import publish, told, words_of
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision
from oneplan.platform.models import LogEntry
from tests.contracts.calling import Caller, token_for
from tests.world import LONG_AGO

__all__ = ["told"]
pytestmark = pytest.mark.django_db
REASON = "The council asks for it"
TOILETS, WHAT = "census-2011-toilets-quarters", "toilet facilities"
VIP, PIT = "Pit latrine with ventilation (VIP)", "Pit latrine without ventilation"
PITS = Defined(
    "pit-toilet", "Households with a pit", "A pit of any kind.", "Where pits are to be replaced.", Unit.PERCENT,
    Universe.HOUSEHOLDS_AND_QUARTERS, Direction.LOWER, Calculation.LATEST, "services", 12, "Director: Sanitation",
    "The census.", "None.", 1, (Share(TOILETS, {WHAT: (VIP, PIT)}),), "service-delivery",
)  # fmt: skip
SURVEY = Source("yard-survey", "Yard survey 2025", "The district", "Report 7", "Open", date(2025, 6, 30), True)
TAPS = Table(
    "yard-taps", "Taps in yards", Universe.HOUSEHOLDS, Unit.NUMBER, "yard-taps", Level.MUNICIPAL_AREA,
    {"tap": ("In the yard", "Elsewhere", "Not said")}, set_apart=("Not said",), source="yard-survey",
)  # fmt: skip
TAP_SHARE = replace(
    PITS, code="yard-tap", title="Households with a tap", universe=Universe.HOUSEHOLDS,
    formulas=(Share("yard-taps", {"tap": ("In the yard",)}),),
)  # fmt: skip


@pytest.fixture
def keeper(db):
    user = User.objects.create_user("keeper@example.org", "a long enough password", name="Nomsa")
    grant_role(user, Role.INDICATOR_KEEPER, "national", by=system("tests"), valid_from=LONG_AGO)
    return actor_for(user)


def written(indicator=PITS, **but):
    """An indicator as its form sends it."""
    names = ("code", "title", "chapter", "definition", "purpose", "area", "owner", "verification", "assumptions")
    return {
        **{name: getattr(indicator, name) for name in names}, "unit": "percent", "universe": str(indicator.universe),
        "direction": "lower", "calculation": "latest", "rhythm_months": "12", "decimals": "1", "reason": REASON,
        "of-0": [VIP, PIT], **but,
    }  # fmt: skip


def values(code, place="EC157"):
    found = queries.values_of(code, by=PUBLIC, level=Level.MUNICIPAL_AREA, boundary=2016)
    return {each.place: each.value for each in found}.get(place)


def test_a_keeper_defines_an_indicator_sees_what_it_gives_and_it_has_values_after_the_build(told, client, keeper):
    address = reverse("indicators:define", args=["indicator"])
    assert client.get(address).status_code in (302, 403)
    client.force_login(keeper.user)
    assert client.get(address, {"kind": "ratio", "table": TOILETS}).status_code == 422  # divided by what?
    chosen = f"{address}?kind=share&table={TOILETS}&below="
    assert VIP in client.get(chosen).content.decode()
    shown = words_of(client.post(chosen, {**written(title=""), "preview": "1"}))
    assert "King Sabata Dalindyebo EC157 2011 2016 20,0 20 100 Census 2011" in shown
    assert "nothing is saved yet" in shown
    refused = client.post(chosen, {**written(unit="number"), "preview": "1"})
    assert "A share is told in per cent" in words_of(refused)
    assert client.post(chosen, written(title="")).status_code == 422
    assert client.post(chosen, written(code="population")).status_code == 409  # taken
    assert client.post(chosen, written(code="freshness")).status_code == 409  # the address of another page
    assert not IndicatorVersion.objects.exists()
    assert client.post(chosen, written()).status_code == 302
    assert not is_served()
    assert "being computed anew" in words_of(client.get("/indicators/pit-toilet/"))
    build_observations(by=keeper)
    assert (is_served(), values("pit-toilet")) == (True, 20.0)
    for page in (
        "/indicators/pit-toilet/", "/indicators/", "/indicators/freshness/", "/indicators/definitions/",
        "/spaces/DC15/profile/full/",
    ):  # fmt: skip
        assert "Households with a pit" in words_of(client.get(page)), page
    assert client.get("/api/v1/indicators/pit-toilet").json()["version"] == 1
    assert client.get("/indicators/definitions/indicator/pit-toilet/").status_code == 200


def test_a_change_of_what_is_published_is_a_break_that_everybody_reads_and_other_words_are_none(told, client, keeper):
    define_indicator(PITS, reason=REASON, by=keeper)
    revise_indicator(replace(PITS, formulas=(Share(TOILETS, {WHAT: (PIT,)}),)), reason=REASON, revision=1, by=keeper)
    assert not registry()["pit-toilet"].breaks  # nothing had been published by it
    build_observations(by=keeper)
    assert values("pit-toilet") == 10.0
    revise_indicator(replace(PITS, title="Pits"), reason="Ventilated ones too", revision=2, by=keeper)
    assert [(each.version, each.reason) for each in registry()["pit-toilet"].breaks] == [(3, "Ventilated ones too")]
    build_observations(by=keeper)
    revise_indicator(replace(PITS, title="Pits of any kind"), reason="A plainer title", revision=3, by=keeper)
    assert (is_served(), values("pit-toilet")) == (True, 20.0)  # other words need no new build
    shown = words_of(client.get("/indicators/pit-toilet/"))
    assert "Ventilated ones too The definition was changed after values had been published" in shown
    history = words_of(client.get("/indicators/definitions/indicator/pit-toilet/"))
    for words in ("Version 4 stands", "Version 3 Break", "Pits of any kind Before: Pits", "A plainer title"):
        assert words in history, words
    events = list(
        LogEntry.objects.filter(event__startswith="definition.").order_by("pk").values_list("event", flat=True)
    )
    assert events == ["definition.made", "definition.revised", "definition.broken", "definition.revised"]
    with pytest.raises(StaleRevision):
        revise_indicator(PITS, reason=REASON, revision=2, by=keeper)


def test_a_table_of_ones_own_takes_files_and_feeds_an_indicator(house, tmp_path, keeper, client):
    define_source(SURVEY, reason=REASON, by=keeper)
    client.force_login(keeper.user)
    address = reverse("indicators:define", args=["table"])
    form = {
        "code": "yard-taps", "title": "Taps in yards", "source": "yard-survey", "universe": "households",
        "unit": "number", "lowest": "municipal_area", "boundary": "0",
        "dimensions": "tap\r\nIn the yard\r\nElsewhere\r\nNot said",
        "set_apart": "Not said", "tolerance": "0", "reason": REASON,
    }  # fmt: skip
    assert client.post(address, {**form, "set_apart": "Unknown"}).status_code == 409
    assert client.post(address, form).status_code == 302
    found = table_named("yard-taps", 2016)
    assert found is not None
    assert (found.categories, found.set_apart, found.basis) == (TAPS.categories, ("Not said",), SURVEY.basis)
    define_indicator(TAP_SHARE, reason=REASON, by=keeper)
    path = tmp_path / "taps.csv"
    path.write_text(
        "table,geo_version,geo_level,geo_code,dimension,category,value\n"
        "yard-taps,2016,municipality,EC157,tap,In the yard,30\nyard-taps,2016,municipality,EC157,tap,Elsewhere,70\n"
        "yard-taps,2016,municipality,EC157,tap,Not said,5\n", encoding="utf-8",
    )  # fmt: skip
    publish(path, as_at=date(2025, 6, 30))
    assert values("yard-tap") == 30.0
    with pytest.raises(RuleBroken, match="the category “Elsewhere” stays"):
        revise_table(
            replace(TAPS, categories={"tap": ("In the yard", "Not said")}), reason=REASON, revision=1, by=keeper
        )
    with pytest.raises(RuleBroken, match="what it counts, its source, its unit"):
        revise_table(replace(TAPS, universe=Universe.PERSONS), reason=REASON, revision=1, by=keeper)
    for otherwise, sentence in (
        ({"source": "census-2011"}, "its source, its unit"),
        ({"total": "In the yard"}, "and its total stay"),
        ({"set_apart": ()}, "“Not said” stays set apart"),
    ):
        with pytest.raises(RuleBroken, match=sentence):
            revise_table(replace(TAPS, **otherwise), reason=REASON, revision=1, by=keeper)
    with pytest.raises(RuleBroken, match="which year it means"):
        revise_source(replace(SURVEY, basis=YearBasis.MFMA), reason=REASON, revision=1, by=keeper)
    more = {"tap": ("In the yard", "Elsewhere", "Shared", "Not said")}
    revise_table(replace(TAPS, categories=more), reason="A category was added", revision=1, by=keeper)
    with pytest.raises(RuleBroken, match="is used by “Households with a tap”"):
        retire_table("yard-taps", reason=REASON, revision=2, by=keeper)
    with pytest.raises(RuleBroken, match="is used by “Taps in yards”"):
        retire_source("yard-survey", reason=REASON, revision=1, by=keeper)
    retire_indicator("yard-tap", reason=REASON, revision=1, by=keeper)
    retire_table("yard-taps", reason=REASON, revision=2, by=keeper)
    assert table_named("yard-taps", 2016) is None
    build_observations(by=keeper)  # figures that were received stay in the build
    again = run_import("indicators", path, by=keeper, layout="wazimap", source="The district", as_at=date(2025, 7, 31))
    assert "knows no table “yard-taps”" in again.issues[0].message


def test_who_retires_what_is_named_elsewhere_is_told_and_it_stays_readable(told, client, keeper, world):
    define_indicator(PITS, reason=REASON, by=keeper)
    build_observations(by=keeper)
    set_target("pit-toilet", level=Level.SPACE, place="DC36", year=2030, value=Decimal(5), reason=REASON, revision=0,
               by=world.hub36)  # fmt: skip
    client.force_login(keeper.user)
    address = reverse("indicators:retire", args=["indicator", "pit-toilet"])
    assert "It is named by 1 targets" in words_of(client.get(address))
    assert client.post(address, {"revision": 1, "reason": "A better one came"}).status_code == 302
    assert "pit-toilet" not in registry()
    assert queries.values_at(["EC157"], by=PUBLIC)  # of others; until the next build its own are left out
    assert "Households with a pit" in words_of(client.get("/indicators/targets/"))
    response = client.get("/indicators/pit-toilet/", follow=True)
    assert "Retired" in words_of(response)
    assert client.post(address, {"revision": 2, "reason": "A better one came"}).status_code == 409
    with pytest.raises(RuleBroken, match="is taken"):
        define_indicator(PITS, reason=REASON, by=keeper)


def test_another_process_sees_a_definition_with_its_next_request(keeper, django_assert_num_queries):
    current.definitions()
    current.forget()
    with django_assert_num_queries(1):  # which version stands
        before = current.definitions()
        assert current.definitions() is before
    define_indicator(PITS, reason=REASON, by=keeper)
    current._now.set(before)  # as a process that had read them
    assert "pit-toilet" not in registry()
    current.forget()  # as the next request does
    assert "pit-toilet" in registry()


@pytest.mark.parametrize(
    ("but", "sentence"),
    [
        ({"code": "Pit toilet"}, "is no code"),
        ({"code": "no-toilet"}, "is taken"),
        ({"code": "scorecard"}, "is the address of another page"),
        ({"title": " "}, "is empty"),
        ({"chapter": "weather"}, "no chapter “weather”"),
        ({"area": "weather"}, "no transformation area"),
        ({"rhythm_months": 0}, "every 1 to 240 months"),
        ({"formulas": ()}, "needs a formula"),
        ({"formulas": (Total("census-1911"),)}, "There is no table “census-1911”"),
        ({"formulas": (Share(TOILETS, {WHAT: ("Moon",)}),)}, "has no toilet facilities “Moon”"),
        ({"unit": Unit.NUMBER}, "A share is told in per cent"),
        ({"universe": Universe.PERSONS}, "Choose the universe that is counted"),
        ({"formulas": (Ratio(Total(TOILETS), Total(TOILETS), 0),)}, "multiplies by 1 or more"),
        ({"formulas": (Observed(TOILETS, times=10**400),)}, "by 1 000 000 at most"),  # no number of a build
        ({"formulas": PITS.formulas * 200}, "20 formulas at most"),
        ({"formulas": (Total(TOILETS),)}, "is told in number, and not in %"),
        ({"formulas": (Share(TOILETS, {}),)}, "100% everywhere"),
        ({"formulas": (Share(TOILETS, {WHAT: ()}),)}, "none of its rows"),
        ({"formulas": (Share(TOILETS, {WHAT: (PIT,)}, {WHAT: (VIP,)}),)}, "is not among the rows"),  # passes 100
    ],
)
def test_a_definition_that_cannot_be_is_refused_in_a_sentence(keeper, but, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        define_indicator(replace(PITS, **but), reason=REASON, by=keeper)
    assert not IndicatorVersion.objects.exists()


@pytest.mark.parametrize(
    ("categories", "sentence"),
    [
        ({"tap": (" Yard", "Street")}, "begin or end with a space"),
        ({"sex ": ("Female", "Male")}, "is no name of a dimension"),
        ({"period": ("Early", "Late")}, "another column of a file"),
        ({"age": ("<18", ">18")}, "could not be told apart"),  # they have one code in SDMX
    ],
)
def test_a_table_whose_rows_no_file_could_tell_is_refused(keeper, categories, sentence):
    define_source(SURVEY, reason=REASON, by=keeper)
    with pytest.raises(RuleBroken, match=sentence):
        define_table(replace(TAPS, categories=categories, set_apart=()), reason=REASON, by=keeper)


def test_a_source_of_no_known_time_is_refused(keeper):
    with pytest.raises(RuleBroken, match="is no day of a count"):
        define_source(replace(SURVEY, day=date(9999, 12, 31)), reason=REASON, by=keeper)


def test_what_is_shipped_cannot_be_changed_and_only_keepers_define(keeper, world):
    with pytest.raises(RuleBroken, match="what is shipped cannot be changed here"):
        revise_indicator(replace(PITS, code="no-toilet"), reason=REASON, revision=0, by=keeper)
    with pytest.raises(RuleBroken, match="Say why"):
        define_indicator(PITS, reason="so", by=keeper)
    for actor in (PUBLIC, world.hub36, world.analyst):
        with pytest.raises(NotAllowed):
            define_indicator(PITS, reason=REASON, by=actor)
        with pytest.raises(NotAllowed):
            define_table(TAPS, reason=REASON, by=actor)


def test_the_interface_defines_revises_and_retires_by_what_its_sender_saw(keeper):
    caller = Caller(token_for(keeper))
    one = "/indicators/definitions/indicator"
    says = {
        "title": "Pits", "chapter": "service-delivery", "definition": "A pit", "purpose": "To replace",
        "unit": "percent", "universe": "households_and_quarters", "direction": "lower", "calculation": "latest",
        "area": "services", "owner": "We", "verification": "Census", "assumptions": "None", "decimals": 1,
        "formulas": [{"share": {"table": TOILETS, "of": {WHAT: [PIT]}}}], "reason": REASON,
    }  # fmt: skip
    broken = caller.send("POST", one, {**says, "code": "pits", "formulas": [{"share": {"tabel": TOILETS}}]})
    assert (broken.status_code, "tabel is not a known key" in broken.json()["detail"]) == (409, True)
    made = caller.send("POST", one, {**says, "code": "pits"})
    assert (made.status_code, made.json()["says"]["formulas"]) == (201, says["formulas"])
    assert caller.send("POST", f"{one}/pits/revise", {**says, "title": "All pits"}).status_code == 428
    tag = made["ETag"]
    revised = caller.send("POST", f"{one}/pits/revise", {**says, "title": "All pits"}, tag)
    assert (revised.status_code, revised.json()["version"]) == (200, 2)
    assert caller.send("POST", f"{one}/pits/revise", says, tag).status_code == 412
    assert caller.get(f"{one}/pits")["ETag"] == revised["ETag"]
    retired = caller.send("POST", f"{one}/pits/retire", {"reason": REASON}, revised["ETag"])
    assert (retired.status_code, retired.json()["is_retired"]) == (200, True)
    assert [each["code"] for each in caller.get("/indicators/definitions").json()] == ["pits"]


def test_data_of_a_definition_that_was_changed_are_never_the_old_values_under_new_words(told, client, keeper):
    define_indicator(PITS, reason=REASON, by=keeper)
    build_observations(by=keeper)
    newest, asked = "/indicators/data/pit-toilet.json", {"level": "municipal_area", "boundary": 2016}
    before = client.get(newest, asked, follow=True)
    assert (before.status_code, "immutable" in before["Cache-Control"]) == (200, False)  # its words may change
    interface = client.get("/api/v1/indicators/pit-toilet/values", asked)
    revise_indicator(replace(PITS, title="Pits"), reason="A plainer title", revision=1, by=keeper)
    held = {"if-none-match": interface["ETag"]}
    answer = client.get("/api/v1/indicators/pit-toilet/values", asked, headers=held)
    assert (answer.status_code, answer.json()["title"]) == (200, "Pits")
    share = Share(TOILETS, {WHAT: (PIT,)})
    revise_indicator(replace(PITS, formulas=(share,)), reason="Without ventilated ones", revision=2, by=keeper)
    for address, status in ((newest, 422), ("/api/v1/indicators/pit-toilet/values", 409)):
        answer = client.get(address, asked, follow=True)
        assert (answer.status_code, "being computed anew" in answer.json()["detail"]) == (status, True), address
    build_observations(by=keeper)
    told_anew = client.get(newest, asked, follow=True).json()["values"]
    assert {place: value for place, _label, _when, _category, value, *_rest in told_anew}["EC157"] == 10.0
