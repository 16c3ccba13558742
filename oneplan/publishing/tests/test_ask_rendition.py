"""Asking for a form, making it, keeping it: once for everybody of an adopted plan, for oneself of a draft."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import IntegrityError, transaction

from oneplan.access.actors import PUBLIC, system
from oneplan.access.models import RoleAssignment
from oneplan.joint_planning.actions import freeze_copy
from oneplan.periods import clock
from oneplan.plans.models import Edition
from oneplan.platform.errors import NotAllowed, RuleBroken
from oneplan.platform.models import LogEntry
from oneplan.publishing import making
from oneplan.publishing.actions import ask_rendition, begin_rendition, sweep_renditions
from oneplan.publishing.choices import ALLOWED_MOVES, RenditionState
from oneplan.publishing.making import make
from oneplan.publishing.models import PATIENCE, Rendition
from oneplan.publishing.queries import source_of, visible_to


def kept_files():
    return [each for each in Path(django_settings.MEDIA_ROOT).glob("renditions/*") if each.is_file()]


def test_an_adopted_plan_is_made_once_for_everybody(published):
    first, is_new = ask_rendition(published.edition, "xlsx", by=PUBLIC)
    assert is_new
    make(first.pk)
    second, is_new = ask_rendition(published.edition, "xlsx", by=published.world.hub36)
    assert (second.pk, is_new, second.state) == (first.pk, False, "ready")
    assert second.content_hash == published.adoption.content_hash
    assert second.document is not None
    assert second.document.classification == "public"
    assert second.document.sha256 == second.sha256
    assert visible_to(PUBLIC).get() == first


def test_it_is_not_made_twice_while_it_is_being_made(published):
    first, _new = ask_rendition(published.edition, "xlsx", by=PUBLIC)
    assert ask_rendition(published.edition, "xlsx", by=PUBLIC) == (first, False)
    assert begin_rendition(first.pk) == first
    assert begin_rendition(first.pk) is None
    assert ask_rendition(published.edition, "xlsx", by=PUBLIC) == (first, False)


def test_what_is_drawn_differently_since_is_made_anew(published, monkeypatch):
    first, _new = ask_rendition(published.edition, "xlsx", by=PUBLIC)
    make(first.pk)
    monkeypatch.setattr("oneplan.publishing.actions.template_version", lambda form: "0" * 12)
    second, is_new = ask_rendition(published.edition, "xlsx", by=PUBLIC)
    assert is_new
    assert second.pk != first.pk


def test_what_a_stopped_worker_left_lying_can_be_asked_for_again(published):
    first, _new = ask_rendition(published.edition, "xlsx", by=PUBLIC)
    begin_rendition(first.pk)
    with time_machine.travel(clock.now() + PATIENCE + timedelta(seconds=1)):
        again, is_new = ask_rendition(published.edition, "xlsx", by=PUBLIC)
        assert (again.pk, is_new, again.state) == (first.pk, True, "asked")


def test_a_failure_is_remembered_with_a_sentence_and_can_be_tried_again(published, monkeypatch):
    def broken(*_args, **_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(making, "make_form", broken)
    rendition, _new = ask_rendition(published.edition, "docx", by=published.world.hub36)
    make(rendition.pk)
    rendition.refresh_from_db()
    assert rendition.state == "failed"
    assert "Try again" in rendition.message
    with pytest.raises(RuleBroken, match="five minutes"):
        ask_rendition(published.edition, "docx", by=PUBLIC)
    monkeypatch.undo()
    again, is_new = ask_rendition(published.edition, "docx", by=published.world.hub36)
    assert (again.pk, is_new, again.message) == (rendition.pk, True, "")
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        assert ask_rendition(published.edition, "docx", by=PUBLIC)[1] is False


def test_a_draft_is_made_for_its_reader_alone_and_says_so(published):
    edition, world = published.next_edition(), published.world
    mine, is_new = ask_rendition(edition, "xlsx", by=world.hub36)
    assert is_new
    make(mine.pk)
    mine.refresh_from_db()
    assert mine.document is None
    assert mine.content_hash == source_of(edition, as_draft=True).content_hash
    assert [each.pk for each in visible_to(world.hub36)] == [mine.pk]
    for other in (PUBLIC, world.charlie, world.thandi, world.coordinator, world.office):
        assert not visible_to(other).exists(), other
    for stranger in (PUBLIC, world.charlie, world.thandi):
        with pytest.raises(NotAllowed):
            ask_rendition(edition, "xlsx", by=stranger)


def test_a_draft_is_made_again_from_the_words_of_now(published):
    edition, hub = published.next_edition(), published.world.hub36
    first, _new = ask_rendition(edition, "json", by=hub)
    make(first.pk)
    [before] = kept_files()
    again, is_new = ask_rendition(edition, "json", by=hub)
    assert (again.pk, is_new, again.kept_at) == (first.pk, True, "")
    assert before.exists(), "until the transaction ends"
    make(first.pk)
    assert Rendition.objects.get().is_ready


def test_a_draft_is_kept_for_a_day(published, django_capture_on_commit_callbacks):
    edition, hub = published.next_edition(), published.world.hub36
    mine, _new = ask_rendition(edition, "json", by=hub)
    make(mine.pk)
    public, _new = ask_rendition(published.edition, "xlsx", by=hub)
    make(public.pk)
    assert len(kept_files()) == 1
    assert sweep_renditions(by=system("sweeper")) == 0
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert not visible_to(hub).filter(pk=mine.pk).exists()
        with django_capture_on_commit_callbacks(execute=True):
            assert sweep_renditions(by=system("sweeper")) == 1
    assert kept_files() == []
    assert list(Rendition.objects.all()) == [public]


def test_a_reader_who_lost_the_role_is_given_nothing(published):
    edition, hub = published.next_edition(), published.world.hub36
    mine, _new = ask_rendition(edition, "json", by=hub)
    RoleAssignment.objects.filter(user=hub.user).delete()
    make(mine.pk)
    mine.refresh_from_db()
    assert mine.state == "failed"
    assert "may not read" in mine.message


def test_a_signing_copy_is_a_draft_with_its_frozen_words(published, monkeypatch):
    edition, hub = published.next_edition(), published.world.hub36
    told = source_of(edition, as_draft=True)
    assert (told.standing, told.banner) == ("in_progress", "DRAFT – not adopted")
    monkeypatch.setattr("oneplan.joint_planning.rules.check_can_freeze", lambda *_args: None)
    copy = freeze_copy(edition, revision=Edition.objects.get(pk=edition.pk).revision, by=hub)
    told = source_of(Edition.objects.get(pk=edition.pk), as_draft=True)
    assert (told.standing, told.content["copy_sha256"]) == ("signing_copy", copy.sha256)
    assert "DRAFT" in told.banner


def test_an_abandoned_edition_is_published_in_no_form(published):
    edition, hub = published.next_edition(), published.world.hub36
    Edition.objects.filter(pk=edition.pk).update(state="abandoned")
    with pytest.raises(RuleBroken, match="abandoned"):
        ask_rendition(Edition.objects.get(pk=edition.pk), "pdf", by=hub)


def test_a_sealed_file_is_not_made_again(published):
    with pytest.raises(RuleBroken, match="sealed file"):
        ask_rendition(published.edition, "json", by=PUBLIC)
    with pytest.raises(RuleBroken, match="no form"):
        ask_rendition(published.edition, "odt", by=PUBLIC)


def test_what_was_asked_and_made_is_remembered(published):
    rendition, _new = ask_rendition(published.edition, "xlsx", by=PUBLIC)
    make(rendition.pk)
    make(rendition.pk)
    events = LogEntry.objects.filter(subject=rendition.audit_key).order_by("id").values_list("event", flat=True)
    assert list(events) == ["rendition.asked", "rendition.made"]
    client = published.world.client(published.world.hub36)
    assert "A form of the plan was made" in client.get(f"/history/{rendition.audit_key}/").content.decode()


def test_the_database_keeps_one_form_of_an_adopted_plan(published):
    rendition, _new = ask_rendition(published.edition, "xlsx", by=PUBLIC)
    rendition.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        rendition.save(force_insert=True)


@pytest.mark.engine_free
def test_every_state_has_its_moves():
    assert set(ALLOWED_MOVES) == set(RenditionState.values)


def test_no_form_of_a_draft_is_made_for_nobody(published):
    edition = published.next_edition()
    with pytest.raises(RuleBroken, match="for a person"):
        ask_rendition(edition, "xlsx", by=system("tests"))
    assert not Rendition.objects.exists()


def test_what_was_asked_of_a_draft_is_not_made_once_it_is_adopted(published):
    """It would say of an adopted edition that nobody adopted it."""
    edition = published.next_edition()
    rendition, _new = ask_rendition(edition, "xlsx", by=published.world.hub36)
    Edition.objects.filter(pk=published.edition.pk).update(state="superseded")
    as_adopted = {name: getattr(published.edition, name) for name in ("state", "frozen_at", "copy_hash", "adopted_on")}
    Edition.objects.filter(pk=edition.pk).update(**as_adopted)
    make(rendition.pk)
    rendition.refresh_from_db()
    assert (rendition.state, rendition.kept_at) == ("failed", "")
    assert "adopted" in rendition.message
