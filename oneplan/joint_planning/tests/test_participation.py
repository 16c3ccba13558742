"""The participation ledger: asked, opened, contributed, declined with a reason, silent."""

from datetime import timedelta
from io import BytesIO

import pytest

from oneplan.access.actions import grant_role
from oneplan.access.actors import system
from oneplan.access.roles import Role
from oneplan.accounts.models import User
from oneplan.institutions.actions import delegate_powers, fill_post
from oneplan.institutions.models import Post
from oneplan.institutions.queries import signing_posts
from oneplan.joint_planning import actions, queries
from oneplan.joint_planning.models import Contribution
from oneplan.joint_planning.tests import factories
from oneplan.periods import clock
from oneplan.plans.queries import readable_spaces
from oneplan.platform.audit import history
from oneplan.platform.documents import store
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision


@pytest.fixture
def edition(world):
    return factories.edition_of(world.dc36, by=world.hub36)


def ask(edition, world, **more):
    return actions.request_contribution(
        edition, "commitments", world.dws, request="Your rows, please.", by=world.hub36, **more
    )


def test_a_party_that_is_asked_may_read_the_draft_and_gets_a_letter(
    edition, world, mailoutbox, django_capture_on_commit_callbacks
):
    assert not readable_spaces(world.planner).filter(pk="DC36").exists()
    with django_capture_on_commit_callbacks(execute=True):
        asked = ask(edition, world)
    assert asked.state == "asked"
    assert readable_spaces(world.planner).filter(pk="DC36").exists()
    assert [letter.to for letter in mailoutbox] == [["nomsa@example.org"]]
    assert "/spaces/DC36/plan/1/participation/commitments/nat-dws/" in mailoutbox[0].body


def test_asking_several_passes_over_those_who_were_asked(edition, world):
    ask(edition, world)
    made = actions.request_contributions(
        edition, "commitments", [world.dws, world.health], request="Rows.", by=world.hub36
    )
    assert [each.institution_id for each in made] == ["lim-health"]
    with pytest.raises(RuleBroken, match="already"):
        actions.request_contributions(edition, "commitments", [world.dws], request="Rows.", by=world.hub36)


def test_it_moves_from_asked_to_opened_to_contributed_and_remembers(edition, world):
    asked = ask(edition, world)
    opened = actions.open_contribution(asked, by=world.planner)
    assert opened.state == "opened"
    assert actions.open_contribution(asked, by=world.planner).revision == opened.revision
    made = actions.contribute(asked, answer="Two pump stations by 2030.", revision=opened.revision, by=world.planner)
    assert (made.state, made.answered_by) == ("contributed", "Nomsa")
    events = [entry.event for entry in history(made)]
    assert events == ["contribution.made", "contribution.opened", "contribution.requested"]
    with pytest.raises(RuleBroken):
        actions.contribute(asked, answer="Three pump stations.", by=world.planner)
    again = actions.ask_again(asked, request="And the wards?", due_on=clock.today(), by=world.hub36)
    assert (again.state, again.answer) == ("opened", "")


def test_declining_needs_a_reason_and_can_be_thought_over(edition, world):
    asked = ask(edition, world)
    with pytest.raises(RuleBroken, match="why you decline"):
        actions.decline_contribution(asked, reason="tbc", by=world.planner)
    declined = actions.decline_contribution(asked, reason="The sector plan is under review", by=world.planner)
    assert declined.state == "declined"
    assert actions.contribute(asked, answer="We found money after all.", by=world.planner).state == "contributed"


def test_only_the_institution_s_own_people_answer(edition, world):
    asked = ask(edition, world)
    for actor in (world.hub36, world.ayanda, world.analyst, world.charlie, world.public):
        with pytest.raises(NotAllowed):
            actions.contribute(asked, answer="Two pump stations by 2030.", by=actor)
        with pytest.raises(NotAllowed):
            actions.open_contribution(asked, by=actor)


def test_only_those_who_run_the_process_ask(edition, world):
    for actor in (world.thandi, world.planner, world.analyst, world.public):
        with pytest.raises(NotAllowed):
            actions.request_contribution(edition, "draft", world.health, request="", by=actor)
    assert actions.request_contribution(edition, "draft", world.health, request="", by=world.coordinator)


def test_who_lets_the_day_pass_is_silent_until_it_answers(edition, world):
    asked = ask(edition, world, due_on=clock.today())
    assert asked.state_on(clock.today()) == "asked"
    assert asked.state_on(clock.today() + timedelta(days=1)) == "silent"
    Contribution.objects.update(due_on=clock.today() - timedelta(days=1))
    assert queries.silent(clock.today()).count() == 1
    matrix = queries.matrix(edition, clock.today())
    assert (matrix.count("silent"), matrix.asked) == (1, 1)
    assert matrix.narrowed(state="silent").rows
    assert not matrix.narrowed(state="contributed").rows
    assert not matrix.narrowed(sphere="local").rows
    assert matrix.narrowed(text="water").rows
    actions.contribute(Contribution.objects.get(), answer="Late, but here it is.", by=world.planner)
    assert not queries.silent(clock.today()).exists()


def test_a_party_is_reminded_once_a_day_and_never_after_it_answered(edition, world):
    asked = ask(edition, world)
    actions.remind_party(asked, by=world.hub36)
    with pytest.raises(RuleBroken, match="today already"):
        actions.remind_party(asked, by=world.hub36)
    actions.contribute(asked, answer="Two pump stations by 2030.", by=world.planner)
    with pytest.raises(RuleBroken, match="has answered"):
        actions.remind_party(asked, by=world.hub36)


def test_letters_go_to_who_acts_and_to_delegates_and_to_no_closed_account(
    edition, world, mailoutbox, django_capture_on_commit_callbacks
):
    today, soon = clock.today(), clock.today() + timedelta(days=30)

    def person(name, **more):
        user = User.objects.create_user(f"{name}@example.org", "a long enough password", name=name)
        if more:
            grant_role(user, Role.CONTRIBUTOR, "institution:nat-dws", by=system("tests"), **more)
        return user

    head = signing_posts(world.dws)[0]
    deputy = Post.objects.filter(institution=world.dws).exclude(pk=head.pk)[0]
    for post, name, capacity in ((head, "acting", "acting"), (deputy, "delegate", "holder")):
        fill_post(
            post, person_name=name, user=person(name), capacity=capacity, valid_from=today, valid_to=soon,
            revision=post.revision, by=system("tests"),
        )  # fmt: skip
    paper = store(BytesIO(b"paper"), name="paper.pdf", media_type="application/pdf", by=system("tests"))
    delegate_powers(
        head, deputy, powers=["contribute"], instrument=paper, reference="D 1", valid_from=today, valid_to=soon,
        by=system("tests"),
    )  # fmt: skip
    person("former", valid_from=today - timedelta(days=9), valid_to=today)
    person("coming", valid_from=today + timedelta(days=9))
    closed = person("closed", valid_from=today)
    closed.is_active = False
    closed.save()
    with django_capture_on_commit_callbacks(execute=True):
        ask(edition, world)
    assert [letter.to for letter in mailoutbox] == [["acting@example.org"], ["delegate@example.org"]]


def test_a_stale_answer_is_told_and_saves_nothing(edition, world):
    asked = ask(edition, world)
    actions.open_contribution(asked, by=world.planner)
    with pytest.raises(StaleRevision):
        actions.contribute(asked, answer="Two pump stations by 2030.", revision=1, by=world.planner)


def test_nobody_is_asked_for_a_day_that_has_passed_or_an_unknown_stage(edition, world):
    with pytest.raises(RuleBroken, match="has passed"):
        ask(edition, world, due_on=clock.today() - timedelta(days=1))
    with pytest.raises(RuleBroken, match="no stage"):
        actions.request_contribution(edition, "dreaming", world.dws, request="", by=world.hub36)


def test_an_institution_sees_its_own_requests_of_all_spaces(edition, world):
    other = factories.edition_of(world.dc15, by=world.thandi)
    ask(edition, world)
    actions.request_contribution(other, "vision", world.dws, request="", by=world.thandi)
    actions.request_contribution(other, "vision", world.health, request="", by=world.thandi)
    assert {each.edition.plan_id for each in queries.owed_by(world.planner)} == {"DC36", "DC15"}
    assert queries.owed_by(world.planner).count() == 2
    assert not queries.owed_by(world.hub36).exists()
    seen = queries.contributions_visible_to(world.hub36)
    assert {each.edition.plan_id for each in seen} == {"DC36"}
