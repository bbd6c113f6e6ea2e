"""No secret is written down, neither in arguments nor in SQL, whatever way it is looked at."""

import json

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.db.models import Case, Value, When
from django.dispatch import Signal

from whatfires import connected, listening, trace
from whatfires.masking import HIDDEN, known_secrets, masked_error, masked_params

LOGGED_IN = Signal()


def faces(seen):
    told = "".join(str(event.arguments) + event.outcome for event in seen)
    # The lines of source that a step shows are this test's own.
    steps = json.dumps([{**step, "source": []} for step in seen.steps()])
    return told + repr(seen) + steps + seen.table().to_csv() + seen.mermaid()


@pytest.mark.django_db
def test_neither_a_hash_nor_a_session_key_is_in_any_face_of_a_trace():
    with trace() as seen:
        ada = User.objects.create_user("ada", password="tea at four")
        User.objects.bulk_create([User(username="bob", password="hash-of-bob")])
        User.objects.filter(password="hash-of-bob").update(password="another")
        User.objects.update(
            password=Case(When(pk=ada.pk, then=Value("a-case")), default="password")
        )
        list(User.objects.filter(password__in=["one-of-them", "or-that"]))
        session = SessionStore()
        session.create()
        SessionStore(session.session_key).load()
    told = faces(seen)
    secrets = [ada.password, "hash-of-bob", "another", "a-case", "or-that", session.session_key]
    assert [it for it in secrets if it in told] == []
    assert "ada" in told


def test_arguments_are_hidden_by_their_names_and_by_those_the_project_adds(settings):
    settings.WHATFIRES_SECRETS = ["iban"]
    with trace() as seen, listening(LOGGED_IN) as heard:
        LOGGED_IN.send(None, api_key="k-1", my_iban="GB-1", name="Ada")
    assert seen[0].arguments == {"api_key": HIDDEN, "my_iban": HIDDEN, "name": "Ada"}
    assert "k-1" not in repr(heard) and "GB-1" not in repr(heard) and "Ada" in repr(heard)
    del settings.WHATFIRES_SECRETS
    with trace() as seen:
        LOGGED_IN.send(None, my_iban="GB-1")
    assert seen[0].arguments == {"my_iban": "GB-1"}


@pytest.mark.parametrize("named", ["iban", None, 5, object(), [""], [5]])
def test_a_setting_that_names_nothing_is_refused(settings, named):
    settings.WHATFIRES_SECRETS = named
    with pytest.raises(TypeError, match=r"WHATFIRES_SECRETS: expected a list .* came "):
        trace().__enter__()


@pytest.mark.parametrize(
    ("sql", "params", "kept"),
    [
        ('SELECT "token" FROM "t" WHERE "id" = %s', [1], (1,)),
        ('SELECT "a" FROM "t" WHERE "token" = %s AND "id" = %s', ["x", 1], (HIDDEN, 1)),
        ('SELECT "a" FROM "t" WHERE "token" IN (%s, %s)', ["x", "y"], (HIDDEN, HIDDEN)),
        ('SELECT "a" FROM "t" WHERE UPPER("token"::text) = UPPER(%s)', ["x"], (HIDDEN,)),
        ("select * from t where token = %s and id = %s", ["x", 1], (HIDDEN, 1)),
        ('UPDATE "t" SET "password" = %s WHERE "id" = %s', ["x", 1], (HIDDEN, 1)),
        ('UPDATE "t" SET "token" = (CASE WHEN "id" = %s THEN %s END)', [1, "x"], (HIDDEN,) * 2),
        ('INSERT INTO "t" ("id", "token") VALUES (%s, %s)', [1, "x"], (1, HIDDEN)),
        ('INSERT INTO "t" ("id", "token") VALUES (%s, NULL), (3, %s)', [1, "x"], (1, HIDDEN)),
        ('INSERT INTO "t" ("token", "id") VALUES (%s, DEFAULT)', ["x"], (HIDDEN,)),
        ('INSERT INTO "t" ("id", "token") SELECT 1, %s WHERE 2 = %s', ["x", 2], (HIDDEN,) * 2),
        ("UPDATE t SET token = %(new)s", {"new": "x"}, {"new": HIDDEN}),
        ('SELECT "a" FROM "t" WHERE "note" = %s', ["x" * 5000], ("x" * 1000,)),
    ],
)
def test_a_parameter_is_hidden_by_its_column_and_all_are_where_that_is_not_plain(sql, params, kept):
    assert masked_params(sql, params) == kept


def test_a_long_statement_is_masked_and_not_kept():
    marks, before = ", ".join(["%s"] * 1000), known_secrets.cache_info().currsize
    assert masked_params(f'SELECT "a" FROM "t" WHERE "token" IN ({marks})', ["x"] * 1000) == (
        (HIDDEN,) * 1000
    )
    assert known_secrets.cache_info().currsize == before


def test_an_error_of_the_database_does_not_quote_a_secret():
    told = "duplicate key DETAIL: Key (token)=(abc) exists, Key (name)=(Ada) too"
    assert masked_error(told) == told.replace("abc", HIDDEN)

    def refuse(**kwargs):
        raise ValueError(told)

    with trace() as seen, connected(LOGGED_IN, refuse):
        [(_, error)] = LOGGED_IN.send_robust(None)
    assert seen[1].outcome == f"raised ValueError: {told.replace('abc', HIDDEN)}"
    assert str(error) == told


@pytest.mark.django_db
def test_the_statement_itself_runs_with_the_secret():
    with trace(), connection.cursor() as cursor:
        cursor.execute("SELECT %s AS token", ["abc"])
        assert cursor.fetchone() == ("abc",)
