"""Tokens: told once, kept as a hash, one's own affair, ended at once."""

from datetime import timedelta

import pytest
from django.test import Client

from oneplan.accounts.actions import make_token, revoke_token
from oneplan.accounts.models import Token, User
from oneplan.accounts.queries import token_for
from oneplan.periods import clock
from oneplan.platform.errors import NotAllowed, RuleBroken
from oneplan.platform.models import LogEntry

PASSWORD = "a long enough password"


@pytest.fixture
def browser(db):
    """Zodwa, who signed in and has just told her password again."""
    User.objects.create_user("zodwa@example.org", PASSWORD, name="Zodwa")
    client = Client()
    client.post("/account/login/", {"login": "zodwa@example.org", "password": PASSWORD})
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client


def of(world, **changes):
    given = {"name": "Budget system", "may_write": True, "days": 30, "by": world.thandi, **changes}
    return make_token(world.thandi.user, **given)


def test_a_token_is_told_once_and_kept_as_a_hash(world):
    token, secret = of(world)
    assert token_for(secret) == token
    assert secret not in str(Token.objects.values())
    assert len(token.secret_hash) == 64 and secret.startswith("oneplan_")


def test_making_and_revoking_are_remembered_without_the_secret(world):
    token, secret = of(world)
    revoke_token(token, by=world.thandi)
    entries = LogEntry.objects.filter(subject=f"user:{world.thandi.user_id}", event__startswith="token.")
    assert sorted(entries.values_list("event", flat=True)) == ["token.made", "token.revoked"]
    assert secret not in str(entries.values())


def test_a_revoked_token_opens_nothing(world):
    token, secret = of(world)
    revoke_token(token, by=world.thandi)
    assert token_for(secret) is None
    with pytest.raises(RuleBroken):
        revoke_token(token, by=world.thandi)


def test_a_token_past_its_date_opens_nothing(world):
    token, secret = of(world)
    Token.objects.filter(pk=token.pk).update(
        made_at=clock.now() - timedelta(days=31), expires_at=clock.now() - timedelta(days=1)
    )
    assert token_for(secret) is None


def test_a_token_of_a_closed_account_opens_nothing(world):
    _token, secret = of(world)
    User.objects.filter(pk=world.thandi.user_id).update(is_active=False)
    assert token_for(secret) is None


def test_nobody_makes_or_revokes_a_token_for_somebody_else(world):
    token, _secret = of(world)
    with pytest.raises(NotAllowed):
        of(world, by=world.admin)
    with pytest.raises(NotAllowed):
        revoke_token(token, by=world.admin)


@pytest.mark.parametrize("changes", [{"name": " "}, {"days": 0}, {"days": 4000}])
def test_a_token_has_a_name_and_a_bounded_life(world, changes):
    with pytest.raises(RuleBroken):
        of(world, **changes)


def test_two_standing_tokens_have_two_names(world):
    token, _secret = of(world)
    with pytest.raises(RuleBroken):
        of(world)
    revoke_token(token, by=world.thandi)
    of(world)


def test_the_page_shows_a_new_token_once(browser):
    form = {"name": "Budget system", "access": "write", "days": "30"}
    answer = browser.post("/account/tokens/new/", form)
    assert answer.status_code == 200, (answer.headers, answer.content[-3000:])
    secret = answer.content.decode().split('readonly value="')[1].split('"')[0]
    token = token_for(secret)
    assert token is not None and token.may_write
    assert "no-store" in answer["Cache-Control"]
    listed = browser.get("/account/tokens/").content.decode()
    assert "Budget system" in listed and secret not in listed


def test_making_a_token_asks_to_sign_in_again(world):
    client = world.client(world.thandi)  # a session that did not tell its password again
    answer = client.post("/account/tokens/new/", {"name": "Budget system", "access": "read", "days": "30"})
    assert answer.status_code == 302 and "reauthenticate" in answer["Location"]
    assert not Token.objects.exists()


def test_the_page_revokes_ones_own_token_and_no_other(browser, world):
    browser.post("/account/tokens/new/", {"name": "Mine", "access": "read", "days": "7"})
    mine, (other, _secret) = (
        Token.objects.get(name="Mine"),
        make_token(world.hub36.user, name="Theirs", may_write=False, days=7, by=world.hub36),
    )
    assert browser.post(f"/account/tokens/{other.pk}/revoke/").status_code == 404
    assert browser.post(f"/account/tokens/{mine.pk}/revoke/").status_code == 302
    mine.refresh_from_db()
    other.refresh_from_db()
    assert mine.revoked_at and not other.revoked_at
