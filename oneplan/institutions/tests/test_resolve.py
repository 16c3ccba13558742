"""What a name means."""

import csv
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from oneplan.access.actors import system
from oneplan.institutions import actions
from oneplan.institutions.models import Institution
from oneplan.institutions.queries import Directory, resolve
from oneplan.platform.errors import RuleBroken

BY = system("tests")


@pytest.mark.parametrize(
    ("name", "narrow", "code", "how"),
    [
        ("nat-dws", {}, "nat-dws", "code"),
        ("LIM366", {}, "mun-lim366", "code"),
        ("Department of Water and Sanitation", {}, "nat-dws", "name"),
        ("DWS", {}, "nat-dws", "name"),
        ("water & sanitation", {}, "nat-dws", "folded"),
        ("Education", {"province": "KwaZulu-Natal"}, "kzn-education", "name"),
        ("Health and Social Development", {"province": "LIM"}, "lim-health", "alias"),
        ("Science and Technology", {"sphere": "national"}, "nat-dsti", "former"),
        ("Eden", {}, "mun-dc4", "alias"),
        ("eThekwini Municipality", {}, "mun-eth", "alias"),
    ],
)
def test_a_name_finds_its_institution_and_says_how(db, name, narrow, code, how):
    answer = resolve(name, **narrow)
    assert [(m.institution.code, m.how) for m in answer.matches] == [(code, how)]
    assert answer.institution == Institution.objects.get(code=code)


def test_a_former_name_is_an_ordinary_name_in_its_time(db):
    answer = resolve("Science and Technology", sphere="national", as_at=date(2018, 1, 1))
    assert [m.how for m in answer.matches] == ["alias"]


def test_a_name_that_two_bear_is_a_question(db):
    answer = resolve("Emalahleni")
    assert {m.institution.code for m in answer.matches} == {"mun-ec136", "mun-mp312"}
    assert answer.institution is None
    narrowed = resolve("Emalahleni", province="MP").institution
    assert narrowed is not None and narrowed.code == "mun-mp312"


def test_an_unknown_name_gets_suggestions_and_is_never_taken(db):
    answer = resolve("Watr and Sanitaton", sphere="national")
    assert answer.institution is None
    assert not answer.matches
    assert answer.suggestions[0].institution.code == "nat-dws"
    assert resolve("").institution is None
    assert resolve("qqqq zzzz").suggestions == ()


@pytest.mark.parametrize(
    "far", ["Department of Magic", "Ministry of Silly Walks", "Acme Construction", "Private developer"]
)
def test_a_far_name_gets_no_suggestion(db, far):
    assert resolve(far).suggestions == ()


@pytest.mark.parametrize(
    ("near", "province", "code"),
    [
        ("Deparment of Healh", "LIM", "lim-health"),
        ("Polokwane Muncipality", None, "mun-lim354"),
        ("Education Department of Limpopo", None, "lim-education"),
        ("Eskom Holdngs", None, "soe-eskom"),
    ],
)
def test_a_near_name_gets_the_right_suggestion_first(db, near, province, code):
    assert resolve(near, province=province).suggestions[0].institution.code == code


def test_a_merger_moves_the_names_and_can_be_undone(world):
    twin = actions.register_institution(
        code="ent-twin", name="Water and Sanitation Agency", kind="public_entity", sphere="national", source="Letter",
        as_at=date(2026, 1, 1), by=world.admin,
    )  # fmt: skip
    actions.add_alias(twin, alias="WASA", source="Letter", by=world.admin)
    merger = actions.merge_institutions(
        twin, world.dws, on=date(2026, 6, 1), revision=twin.revision, by=world.admin, reason="entered twice"
    )
    for name in ("WASA", "Water and Sanitation Agency"):
        assert resolve(name).institution == world.dws
    back = actions.undo_merger(merger, by=world.admin, reason="they are two")
    assert back.valid_to is None
    assert resolve("WASA").institution == twin
    with pytest.raises(RuleBroken, match="undone already"):
        actions.undo_merger(merger, by=world.admin, reason="again")


def test_it_refuses_to_merge_an_institution_whose_posts_are_held(world):
    assert world.sipho
    world.dws.refresh_from_db()
    with pytest.raises(RuleBroken, match="Vacate these posts first"):
        actions.merge_institutions(
            world.dws, world.health, on=date(2026, 6, 1), revision=world.dws.revision, by=world.admin, reason="x"
        )
    with pytest.raises(RuleBroken, match="into itself"):
        actions.merge_institutions(
            world.health, world.health, on=date(2026, 6, 1), revision=1, by=world.admin, reason="x"
        )


@pytest.mark.shared
def test_every_department_of_the_real_infrastructure_report_resolves(db, shared_data):
    path = shared_data / "projects" / "irm_2023-24_ec_kzn_lim_wc.xlsx"
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    header = [str(cell) for cell in rows[0]]
    at = header.index("Province"), header.index("Department")
    directory = Directory(date(2024, 3, 31))
    pairs = {(row[at[0]], row[at[1]]) for row in rows[1:]}
    assert len(pairs) == 37
    lost = [
        (p, d) for p, d in pairs if directory.resolve(str(d), province=str(p), sphere="provincial").institution is None
    ]
    assert not lost


@pytest.mark.shared
def test_every_institution_of_the_real_national_list_resolves(db, shared_data):
    path = shared_data / "projects" / "vulekamali_national_infrastructure_2019-20.csv"
    with path.open(encoding="utf-8", newline="") as file:
        names = {row["government_institution"] for row in csv.DictReader(file)}
    directory = Directory(date(2020, 3, 31))
    assert len(names) == 8
    assert not [name for name in names if directory.resolve(name, sphere="national").institution is None]
