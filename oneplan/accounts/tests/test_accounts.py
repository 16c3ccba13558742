"""Accounts: Argon2, addresses once, sign-in, second factor."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value, yield_hotp_counters_from_time
from django.db import IntegrityError
from django.test import Client

from oneplan.accounts.models import User
from oneplan.config.settings import PASSWORD_HASHERS

PASSWORD = "a long enough password"


def test_real_accounts_use_argon2(settings, db):
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS
    user = User.objects.create_user("a@example.org", PASSWORD, name="A")
    assert user.password.startswith("argon2$")
    assert user.check_password(PASSWORD)


def test_an_address_is_taken_once_whatever_its_case(db):
    User.objects.create_user("a@example.org", PASSWORD, name="A")
    with pytest.raises(IntegrityError):
        User.objects.create(email="A@example.org", name="B")


def test_a_person_signs_in(db):
    User.objects.create_user("a@example.org", PASSWORD, name="A")
    client = Client()
    answer = client.post("/account/login/", {"login": "a@example.org", "password": PASSWORD})
    assert answer.status_code == 302
    assert "_auth_user_id" in client.session


def test_a_wrong_password_is_refused(db):
    User.objects.create_user("a@example.org", PASSWORD, name="A")
    client = Client()
    assert client.post("/account/login/", {"login": "a@example.org", "password": "wrong"}).status_code == 200
    assert "_auth_user_id" not in client.session


def test_nobody_registers_by_themselves(db):
    form = {"email": "x@example.org", "password1": PASSWORD, "password2": PASSWORD}
    Client().post("/account/signup/", form)
    assert not User.objects.exists()


def test_the_second_factor_is_asked_for_where_it_is_set_up(db):
    user = User.objects.create_user("a@example.org", PASSWORD, name="A")
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    client = Client()
    answer = client.post("/account/login/", {"login": "a@example.org", "password": PASSWORD})
    assert "2fa" in answer["Location"], "the password alone does not sign in"
    assert "_auth_user_id" not in client.session
    assert client.post(answer["Location"], {"code": "000000"}).status_code == 200
    code = hotp_value(secret, next(iter(yield_hotp_counters_from_time())))
    assert client.post(answer["Location"], {"code": f"{code:06d}"}).status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)
