"""Environment variables fail loudly."""

import pytest

from oneplan.config import env

pytestmark = pytest.mark.engine_free


def test_a_boolean_is_read(monkeypatch):
    monkeypatch.setenv("X", "Yes")
    assert env.boolean("X", False) is True
    monkeypatch.delenv("X")
    assert env.boolean("X", True) is True


@pytest.mark.parametrize("raw", ["maybe", "2", "ja"])
def test_it_refuses_a_boolean_it_cannot_read(monkeypatch, raw):
    monkeypatch.setenv("X", raw)
    with pytest.raises(env.BadEnvironment, match="Use true or false"):
        env.boolean("X", False)


@pytest.mark.parametrize("raw", ["0", "70000", "eighty"])
def test_it_refuses_a_port_that_is_none(monkeypatch, raw):
    monkeypatch.setenv("X", raw)
    with pytest.raises(env.BadEnvironment):
        env.integer("X", 8000, least=1, most=65535)


def test_a_postgres_url_is_taken_apart(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgres://u%40x:p%2Fw@db:5433/plans?sslmode=require")
    found = env.database("DATABASE_URL", tmp_path)
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "u@x", "p/w", "db", "5433", "plans",
    )  # fmt: skip
    assert found["OPTIONS"] == {
        "prepare_threshold": 10**9,
        "sslmode": "require",
        "options": "-c random_page_cost=1.1 -c plan_cache_mode=force_generic_plan",
    }
    monkeypatch.setenv("DATABASE_URL", "postgres://db/plans?options=-c%20jit%3Doff")
    more = {"options": "-c jit=off", "prepare_threshold": 10**9}
    assert env.database("DATABASE_URL", tmp_path)["OPTIONS"] == more, "who says more decides"


def test_sqlite_where_nothing_is_said(monkeypatch, tmp_path):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert env.database("DATABASE_URL", tmp_path)["ENGINE"] == "django.db.backends.sqlite3"


def test_it_refuses_another_engine(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "mysql://u@h/x")
    with pytest.raises(env.BadEnvironment, match="postgres://"):
        env.database("DATABASE_URL", tmp_path)
