"""The pages about accounts speak the house's words, from sign-in to the second factor."""

import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client
from django.urls import reverse

from oneplan.accounts.models import User

PASSWORD = "a long enough password"
# The library's own words: title case, "email", "Remember Me", "token".
LIBRARY = re.compile(
    r"Remember Me|\b[Ee]mail\b|Password Reset|Change Password|New Password|Current Password|Sign In\b|Two-Factor"
    r"|Recovery Codes|Authenticator (?:App|code|secret)|Confirm Access|reauthenticate|Bad Token|Inactive|Re-send"
    r"|contact us"
)
GUEST = (
    "account_login", "account_reset_password", "account_reset_password_done", "account_reset_password_from_key_done",
    "account_inactive", "account_signup", "account_email_verification_sent",
)  # fmt: skip
MEMBER = (
    "account_logout", "account_change_password", "account_email", "account_reauthenticate", "mfa_index",
    "mfa_activate_totp",
)  # fmt: skip


def words(answer) -> str:
    """What a person reads on the page."""
    page = answer.content.decode()
    main = re.sub(r"<(script|svg|head)\b.*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>|http://\S+", " ", main).split())


@pytest.fixture
def member(db) -> Client:
    user = User.objects.create_user("a@example.org", PASSWORD, name="Ayanda")
    client = Client()
    client.post("/account/login/", {"login": "a@example.org", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.mark.parametrize("name", GUEST)
def test_pages_for_guests_speak_our_words(db, name):
    answer = Client().get(reverse(name))
    assert answer.status_code == 200
    assert not LIBRARY.search(words(answer)), words(answer)


@pytest.mark.parametrize("name", MEMBER)
def test_pages_of_an_account_speak_our_words(member, name):
    answer = member.get(reverse(name))
    assert answer.status_code == 200, "an invitation proves the address: nothing more is asked for"
    assert not LIBRARY.search(words(answer)), words(answer)


def test_the_sign_in_form_asks_in_sentence_case(db):
    said = words(Client().get("/account/login/"))
    for label in ("E-mail address", "Password", "Keep me signed in on this device", "Set a new password"):
        assert label in said
    assert 'placeholder="' not in Client().get("/account/login/").content.decode()


def test_a_second_factor_is_set_up_used_and_switched_off(member):
    secret = re.search(r'value="([A-Z2-7]{32})"', member.get("/account/2fa/totp/activate/").content.decode())
    assert secret is not None
    code = f"{hotp_value(secret[1], next(iter(yield_hotp_counters_from_time()))):06d}"
    done = member.post("/account/2fa/totp/activate/", {"code": code}, follow=True)
    assert "Recovery codes" in words(done)
    for name in ("mfa_index", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"):
        answer = member.get(reverse(name))
        assert answer.status_code == 200, name
        assert not LIBRARY.search(words(answer)), words(answer)
    assert member.post("/account/2fa/totp/deactivate/", follow=True).status_code == 200
    assert "None is set up." in words(member.get("/account/2fa/"))


def test_the_second_step_of_signing_in_speaks_our_words(db):
    TOTP.activate(User.objects.create_user("a@example.org", PASSWORD, name="A"), generate_totp_secret())
    answer = Client().post("/account/login/", {"login": "a@example.org", "password": PASSWORD}, follow=True)
    assert "Code of the app, or a recovery code" in words(answer)
    assert not LIBRARY.search(words(answer)), words(answer)


def test_a_forgotten_password_is_set_anew_by_a_letter(db):
    User.objects.create_user("a@example.org", PASSWORD, name="A")
    client = Client()
    assert client.post("/account/password/reset/", {"email": "a@example.org"}).status_code == 302
    letter = mail.outbox[0]
    assert letter.subject == "OnePlan: A new password"
    assert not LIBRARY.search(str(letter.body))
    link = re.search(r"http://testserver(\S+)", str(letter.body))
    assert link is not None
    page = client.get(link[1], follow=True)
    assert not LIBRARY.search(words(page)), words(page)
    new = {"password1": "another long sentence", "password2": "another long sentence"}
    assert "Your password is changed" in words(client.post(page.request["PATH_INFO"], new, follow=True))
    spent = client.get(link[1], follow=True)
    assert "This link no longer works" in words(spent)
    client.post("/account/password/reset/", {"email": "nobody@example.org"})
    assert "No account has this address" in mail.outbox[1].body
