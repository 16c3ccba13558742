"""The shipped register: complete, honest about what is verified, and published once."""

from datetime import date

import pytest

from oneplan.access.actors import system
from oneplan.frameworks import queries as frameworks
from oneplan.frameworks.loading import BrokenFileError
from oneplan.institutions import actions, establishment, register_files
from oneplan.institutions.choices import InstitutionKind
from oneplan.institutions.models import Holding, Institution, InstitutionVersion, Post, RegisterFile
from oneplan.platform.audit import history
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision

BY = system("tests")


def test_the_register_holds_the_257_municipalities_and_the_other_spheres(db):
    municipal = Institution.objects.filter(municipality_code__gt="")
    assert municipal.count() == 257
    assert municipal.filter(kind=InstitutionKind.METROPOLITAN_MUNICIPALITY).count() == 8
    assert municipal.filter(kind=InstitutionKind.DISTRICT_MUNICIPALITY).count() == 44
    assert municipal.filter(space=None).count() == 0
    assert Institution.objects.filter(sphere="national", kind="national_department").count() == 42
    assert Institution.objects.filter(kind="provincial_department").values("province").distinct().count() == 9
    assert not Institution.objects.filter(source="").exists()


def test_every_institution_has_a_post_that_signs_and_no_person_is_shipped(db):
    signing = {(kind, post) for rule in establishment.posts().signs for kind in rule.kinds for post in rule.posts}
    rows = Post.objects.values_list("institution_id", "institution__kind", "kind")
    assert {code for code, kind, post in rows if (kind, post) in signing} == set(
        Institution.objects.values_list("code", flat=True)
    )
    assert not Holding.objects.exists()


def test_each_space_has_a_hub_manager_and_a_secretariat(db):
    for kind in ("hub_manager", "secretariat", "dcog_designate"):
        assert Post.objects.filter(kind=kind).values("space").distinct().count() == 52
    assert Post.objects.filter(kind="provincial_coordinator").count() == 9


def test_every_seat_of_a_committee_can_be_held_by_a_kind_of_post():
    seats = [s for rules in frameworks.rulesets() for each in rules.committees for s in each.seats]
    assert {kind for seat in seats for kind in seat.post_kinds} <= set(establishment.post_kinds())


def test_publishing_again_changes_nothing_and_asks_little(db, django_assert_max_num_queries):
    posts = Post.objects.count()
    with django_assert_max_num_queries(4):
        assert not any(actions.publish_register(by=BY).values())
    RegisterFile.objects.all().delete()
    assert not any(actions.publish_register(by=BY).values())
    assert Post.objects.count() == posts


def test_publishing_is_not_for_a_hub_manager(world):
    with pytest.raises(NotAllowed):
        actions.publish_register(by=world.thandi)


def test_a_newer_file_leaves_the_name_that_people_gave(world, monkeypatch):
    actions.rename_institution(
        world.dws, name="Department of Water", valid_from=date(2027, 1, 1), source="Gazette", revision=1, by=world.admin
    )
    RegisterFile.objects.all().delete()
    actions.publish_register(by=BY)
    assert Institution.objects.get(code="nat-dws").name == "Department of Water"


def test_an_institution_is_registered_with_the_posts_of_its_kind(world):
    row = actions.register_institution(
        code="biz-lephalale-chamber", name="Lephalale Chamber", kind="organised_business", source="Letter of 1 May",
        as_at=date(2026, 5, 1), space=world.dc36, by=world.office,
    )  # fmt: skip
    assert [p.kind for p in row.posts.all()] == ["authorised_representative", "contact_person"]
    assert history(row).get().event == "institution.registered"
    with pytest.raises(RuleBroken, match="never reused"):
        actions.register_institution(
            code=row.code, name="Other", kind="business", source="x", as_at=date(2026, 5, 1), by=world.office
        )


def test_a_contributor_may_not_register(world):
    with pytest.raises(NotAllowed):
        actions.register_institution(
            code="x", name="X", kind="business", source="x", as_at=date(2026, 5, 1), by=world.planner
        )


def test_a_rename_is_dated_and_the_old_name_still_finds_it(world):
    row = actions.rename_institution(
        world.dws, name="Department of Water", valid_from=date(2027, 4, 1), source="Gazette", revision=1, by=world.admin
    )
    assert row.revision == 2
    versions = InstitutionVersion.objects.filter(institution=row)
    assert versions.valid_on(date(2026, 1, 1)).get().name == "Department of Water and Sanitation"
    assert versions.valid_on(date(2027, 4, 1)).get().name == "Department of Water"
    with pytest.raises(StaleRevision):
        actions.rename_institution(
            row, name="Other", valid_from=date(2028, 1, 1), source="x", revision=1, by=world.admin
        )
    with pytest.raises(RuleBroken, match="can only begin after"):
        actions.rename_institution(
            row, name="Other", valid_from=date(2027, 4, 1), source="x", revision=2, by=world.admin
        )


def test_a_broken_register_file_names_file_and_line(monkeypatch, tmp_path):
    for name in register_files.INSTITUTION_FILES:
        (tmp_path / name).write_text((register_files.FOLDER / name).read_text(encoding="utf-8"), encoding="utf-8")
    text = (tmp_path / "bodies.csv").read_text(encoding="utf-8").replace(",yes", ",perhaps", 1)
    (tmp_path / "bodies.csv").write_text(text, encoding="utf-8")
    monkeypatch.setattr(register_files, "FOLDER", tmp_path)
    with pytest.raises(BrokenFileError, match=r"bodies.csv, line 2: 'perhaps'"):
        register_files.institution_rows()
