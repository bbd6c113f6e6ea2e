"""The commands: what they print, what they write as JSON, and the exit code that CI reads."""

import json
from io import BytesIO, StringIO, TextIOWrapper

import pytest
from django.core.management import CommandError, call_command
from django.db.models.signals import post_delete, post_save, pre_save
from django.test.utils import isolate_apps

from classroom.scenes.stage.models import Person, Watch
from whatfires import connected, disconnected, trace, what_fires
from whatfires.debug_toolbar import not_called
from whatfires.naming import path_of, place_of
from whatfires.pytest_plugin import named
from whatfires.skipping import waiting_for

pytestmark = pytest.mark.django_db


def greet(sender, **kwargs):
    pass


def welcome(sender, **kwargs):
    pass


def run(*arguments):
    """Return what a command printed, and its exit code."""
    out, code = StringIO(), 0
    try:
        call_command(*arguments, stdout=out)
    except SystemExit as end:
        code = end.code
    lines = (line.strip() for line in out.getvalue().splitlines() if len(line) > 80)
    assert not [line for line in lines if " " in line and '"' not in line]  # a path stays whole
    return out.getvalue(), code


@pytest.fixture
def greeted():
    with connected(post_save, greet, sender=Person), connected(pre_save, greet):
        yield


def test_who_listens_shows_the_receivers_of_a_model_or_of_a_signal(greeted):
    of_model, _ = run("who_listens", "stage.person")
    assert "  stage.Person → greet" in of_model and "  any → greet" in of_model
    of_both, _ = run("who_listens", "stage.Person", "post_save")
    assert of_both.splitlines()[-1] == "receivers: 1, signals: 1"
    by_module, _ = run("who_listens", "django.db.models.signals.pre_save")
    assert by_module.splitlines()[:2][0] == "pre_save"
    rows = json.loads(run("who_listens", "post_save", "stage.Person", "--json")[0])
    assert [(row["receiver"], row["sender"]) for row in rows] == [("greet", "stage.Person")]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["who_listens", "post_svae"], "'post_svae': no model or signal .* Near: post_save"),
        (["who_listens", "person"], "'person': no model or signal .* Near: stage.Person"),
        (["what_fires", "stage.Persn"], "'stage.Persn': no model .* Near: stage.Person"),
        (["what_fires", "stage.Person", "bulkcreate"], "no operation or group bears that name"),
        (["what_fires"], "Name a model"),
        (["what_fires", "--check"], "WHATFIRES_CHECK = .* Came nothing"),
        (["what_fires", "stage.Person", "bulk", "--check"], "leave bulk out"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(arguments, told):
    with pytest.raises(CommandError, match=told) as error:
        run(*arguments)
    assert error.value.returncode == 2


def test_what_fires_names_the_receivers_that_each_bulk_call_skips(greeted):
    text, code = run("what_fires", "stage.Person", "bulk_create(), 2 rows", "save(), a new one")
    assert text.splitlines()[:5] == [
        "person.save(), a new one",
        "    fires save(), pre_save, post_save",
        "bulk_create(), 2 rows ★",
        "    fires nothing",
        "    skips greet (pre_save), greet (post_save)",
    ]
    assert code == 0
    [row] = json.loads(run("what_fires", "stage.Person", "queryset.update", "--json")[0])
    assert (row["fired"], row["ran"]) == ({}, True)
    assert [(it["hook"], it["what"]) for it in row["skips"]] == [
        ("pre_save", "greet"),
        ("post_save", "greet"),
    ]


def test_only_another_class_is_heard_by_who_listens_to_any(greeted):
    [row] = json.loads(run("what_fires", "stage.Person", "PersonByProxy.objects", "--json")[0])
    assert [it["hook"] for it in row["skips"]] == ["post_save"]
    assert row["elsewhere"]["post_save"] == 1
    assert "of another class" in run("what_fires", "stage.Person", "PersonByProxy: delete")[0]


def test_a_check_fails_where_somebody_is_skipped_and_passes_where_nobody_is(settings, greeted):
    settings.WHATFIRES_CHECK = {
        "stage.Person": ["bulk_create(), 2 rows", "queryset.delete()"],
        "stage.Watch": ["bulk_create(), 2 rows"],
    }
    text, code = run("what_fires", "--check")
    assert code == 1
    assert "✗ stage.Person: bulk_create(), 2 rows skips" in text
    assert f"post_save: {path_of(greet)} at {place_of(greet)}" in " ".join(text.split())
    assert "✓ stage.Person: queryset.delete(), 2 rows skips nobody" in text
    assert run("what_fires", "--check", "stage.watch")[1] == 1  # pre_save is heard for any sender
    settings.WHATFIRES_CHECK = {"stage.Person": ["queryset.delete()"]}
    assert run("what_fires", "--check")[1] == 0
    with connected(post_delete, greet, sender=Person):
        assert run("what_fires", "--check")[1] == 0  # it reaches receivers, row by row


def test_a_place_is_a_module_and_a_line_everywhere(settings, greeted):
    settings.WHATFIRES_CHECK = {"stage.Person": ["bulk_create(), 2 rows"]}
    fires = what_fires(Person, "bulk_create(), 2 rows")
    with trace() as unsent, disconnected(post_save, greet, sender=Person), trace() as seen:
        Person.objects.create(name="Ada")
    texts = (
        run("who_listens", "stage.Person", "post_save")[0],
        run("what_fires", "--check")[0],
        repr(fires.surprises()),
        json.dumps(fires.skipped("bulk_create")),
        repr(seen.receivers().table()),
        str([row["where"] for row in not_called(unsent)]),
        named(post_save, post_save.receivers[-1]),
    )
    assert [text for text in texts if place_of(greet) not in text or ", line " in text] == []
    assert place_of(greet) == f"{__name__}:{greet.__code__.co_firstlineno}"


def test_an_override_is_skipped_as_a_receiver_is_and_what_cannot_run_is_no_pass(
    settings, monkeypatch
):
    def delete(self, *args, **kwargs):
        super(Watch, self).delete(*args, **kwargs)

    settings.WHATFIRES_CHECK = {"stage.Watch": ["queryset.delete(), 2 rows"]}
    assert run("what_fires", "--check")[1] == 0
    monkeypatch.setattr(Watch, "delete", delete, raising=False)
    text, code = run("what_fires", "--check")
    assert f"    delete():\n      {path_of(delete)}\n" in text and code == 1

    def refuse(*args, **kwargs):
        raise RuntimeError("no rows today")

    monkeypatch.undo()
    monkeypatch.setattr(Watch, "__init__", refuse)
    text, code = run("what_fires", "--check")
    assert "could not be checked" in text and "no rows today" in text and code == 2
    assert "no rows today" in run("what_fires", "stage.Watch", "queryset.delete")[0]
    settings.WHATFIRES_CHECK |= {"stage.Person": ["bulk_create(), 2 rows"]}
    with connected(pre_save, greet, sender=Person):
        assert run("what_fires", "--check")[1] == 1  # what was found counts more


def test_a_migration_skips_what_a_model_overrides_and_a_proxy_inherits_it(monkeypatch):
    def save(self, *args, **kwargs):
        super(Person, self).save(*args, **kwargs)

    def skipped(operation):
        [row] = what_fires(Person, operation)
        return [it["hook"] for it in row["skips"]]

    assert skipped("create(...) in a migration") == []
    monkeypatch.setattr(Person, "save", save, raising=False)
    assert skipped("create(...) in a migration") == ["save()"]
    assert skipped("PersonByProxy.objects.create(...)") == []


@isolate_apps("classroom.scenes.stage")
def test_a_migration_keeps_what_a_plain_class_overrides():
    class Kept:
        def save(self, *args, **kwargs):
            super().save(*args, **kwargs)

    class Mixed(Kept, Watch):
        class Meta:
            proxy, app_label = True, "stage"

    [found] = waiting_for("save()", Mixed, elsewhere=False, historical=False)
    assert found["what"] == "Mixed.save()"
    assert waiting_for("save()", Mixed, elsewhere=True, historical=True) == []


def test_a_known_skip_can_be_accepted_and_a_new_one_fails(settings, greeted, capsys):
    settings.WHATFIRES_CHECK = {"stage.Person": ["bulk_create(), 2 rows"]}
    known = {"bulk_create": [f"{__name__}.greet"]}
    settings.WHATFIRES_ACCEPTED = {"stage.person": known}
    text, code = run("what_fires", "--check")
    assert code == 0 and "bulk_create(), 2 rows skips only what is accepted" in text
    assert text.count("(accepted)") == 2 and not capsys.readouterr().err
    with connected(post_save, welcome, sender=Person):
        text, code = run("what_fires", "--check")
        [row] = json.loads(run("what_fires", "--check", "stage.Person", "--json")[0])
    assert code == 1 and text.startswith("✗") and text.count("(accepted)") == 2
    assert {(it["what"], it["accepted"]) for it in row["skips"]} == {
        ("greet", True),
        ("welcome", False),
    }
    settings.WHATFIRES_ACCEPTED = {"stage.Person": {"queryset.update": known["bulk_create"]}}
    assert run("what_fires", "--check")[1] == 1  # accepted of another operation


@pytest.mark.parametrize(
    ("label", "operation", "path"),
    [
        ("stage.Person", "bulk_create", "shop.receivers.gone"),
        ("stage.Person", "bulk_updat", f"{__name__}.greet"),
        ("stage.Watch", "bulk_create", f"{__name__}.greet"),
    ],
)
def test_an_accepted_skip_that_is_none_any_more_is_told(
    settings, greeted, capsys, label, operation, path
):
    settings.WHATFIRES_CHECK = {"stage.Person": ["bulk_create(), 2 rows"]}
    settings.WHATFIRES_ACCEPTED = {"stage.Person": {"bulk_create(), 2 rows": [f"{__name__}.greet"]}}
    settings.WHATFIRES_ACCEPTED.setdefault(label, {})[operation] = [path]
    assert run("what_fires", "--check")[1] == 0
    assert f"['{label}']['{operation}']: {path} is accepted, but nothing" in capsys.readouterr().err
    assert run("what_fires", "--check", "stage.Person")[1] == 0
    assert bool(capsys.readouterr().err) is (label == "stage.Person")


@pytest.mark.parametrize(
    "setting",
    ["bulk_create", *({"stage.Person": it} for it in ("bulk_create", 5, [5])), {len: ["save"]}],
)
def test_a_setting_of_another_shape_or_of_other_models_is_refused(settings, setting):
    settings.WHATFIRES_CHECK = setting
    with pytest.raises(CommandError, match="WHATFIRES_CHECK"):
        run("what_fires", "--check")
    settings.WHATFIRES_CHECK = {"stage.Person": ["bulk_create"]}
    with pytest.raises(CommandError, match="declares nothing of stage"):
        run("what_fires", "--check", "stage.Watch")


@pytest.mark.parametrize(
    "setting",
    [
        *("greet", {"stage.Person": ["greet"]}),
        *({"a.B": it} for it in ({"save": "f"}, {"save": [5]}, {"save": b"f"}, {None: ["f"]})),
        {5: {"save": ["f"]}},
    ],
)
def test_accepted_skips_of_another_shape_are_refused(settings, setting):
    settings.WHATFIRES_CHECK = {"stage.Person": ["bulk_create(), 2 rows"]}
    settings.WHATFIRES_ACCEPTED = setting
    with pytest.raises(CommandError, match="Expected a setting such as WHATFIRES_ACCEPTED"):
        run("what_fires", "--check")


@pytest.mark.parametrize("asked", [["who_listens"], ["what_fires", "stage.Person", "create"]])
@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_stream_that_lacks_a_sign_is_written_to_and_its_json_can_be_read(
    greeted, asked, encoding
):
    for options in ([], ["--json"]):
        stream = TextIOWrapper(BytesIO(), encoding=encoding)
        call_command(*asked, *options, stdout=stream)
        stream.flush()
        said = stream.buffer.getvalue().decode(encoding)
        assert json.loads(said) if options else "Person" in said


def test_what_a_receiver_prints_is_no_part_of_the_answer(capsys):
    def loud(sender, **kwargs):
        print("a row!")

    with connected(post_save, loud, sender=Person):
        call_command("what_fires", "stage.Person", "objects.create", "--json")
    said = capsys.readouterr()
    assert json.loads(said.out) and "a row!" in said.err
