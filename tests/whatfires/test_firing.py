"""The table of what fires when: observed, the same each time, and right where it surprises."""

import re
from contextlib import nullcontext
from functools import cache
from html import unescape
from unittest.mock import patch

import django
import pytest
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.core.validators import validate_email
from django.db import connection, models, transaction
from django.db.models.signals import m2m_changed, post_delete, pre_save
from django.test.utils import CaptureQueriesContext, isolate_apps

from classroom.scenes.database import private_database
from classroom.scenes.stage.models import Captain, Named, Night, Person, PersonByProxy, Team, Watch
from speedy.models import Employees, Shifts, ShiftsEmployees
from whatfires import Firings, connected, trace, what_fires
from whatfires.firing import names_of_operations
from whatfires.firings import ELSEWHERE, FIRED, HOOKS, SILENT, UNKNOWN
from whatfires.operations import OPERATIONS
from whatfires.rendering import folds
from whatfires.samples import filling, may_be_shared, needs_a_value, sample_fields, sample_row
from whatfires.stage import Stage
from whatfires.threads import switched_on


@pytest.fixture
def table(django_db_blocker):
    with django_db_blocker.unblock():
        return whole_table()


@cache
def whole_table():
    return what_fires(Person)


def names(table):
    return [row["operation"] for row in table]


def fired(table, name):
    """What one operation fired, as {hook: glyph}, without the silent ones."""
    [row] = [row for row in table if row["operation"] == name]
    return {hook: row[hook] for hook in HOOKS if row[hook] != SILENT}


def not_run(table):
    return {row["operation"] for row in table if row["save()"] == UNKNOWN}


SAVED = {"save()": "◆", "pre_save": "◆", "post_save": "◆"}
MADE = {"pre_init": "◆", "post_init": "◆"}
TWO_MADE = {"pre_init": "◆2", "post_init": "◆2"}
DELETED = {"pre_delete": "◆", "post_delete": "◆"}
TWO_DELETED = TWO_MADE | {"pre_delete": "◆2", "post_delete": "◆2"}
MADE_ELSEWHERE = dict.fromkeys(SAVED | MADE, "◇")
AUTOMATIC, EXPLICIT = "many-to-many, automatic table", "many-to-many, explicit table"

# Every row whose documentation says what is sent, or that surprises; the source is the page of
# signals, of model instances, of querysets or of related objects in Django's documentation.
EXPECTED = [
    ("Person(...)", MADE),
    ("Person.objects.create(...)", SAVED | MADE),
    ("person.save(), a new one", SAVED),
    ("person.save(), a stored one", SAVED),
    ("person.save(update_fields=[...])", SAVED),
    ("person.save(update_fields=[])", {"save()": "◆"}),
    ("person.save(), refused by the database", {"save()": "◆", "pre_save": "◆"}),
    ("Person.objects.get_or_create(...), creates", SAVED | MADE),
    ("Person.objects.get_or_create(...), finds", MADE),
    ("Person.objects.update_or_create(...), creates", SAVED | MADE),
    ("Person.objects.update_or_create(...), updates", SAVED | MADE),
    ("person.delete()", DELETED | {"delete()": "◆"}),
    ("Person.objects.get(...)", MADE),
    ("queryset.values(), count(), exists()", {}),
    ("person.refresh_from_db()", MADE),
    ("Person.objects.raw(SELECT ...)", MADE),
    ("bulk_create(), 2 rows", {}),
    ("bulk_create(ignore_conflicts=True)", {}),
    ("bulk_create(update_conflicts=True)", {}),
    ("bulk_update(), 2 rows", {}),
    ("queryset.update(...), 2 rows", {}),
    ("queryset.delete(), 2 rows", TWO_DELETED),
    ("cursor.execute(UPDATE ...)", {}),
    ("cursor.execute(INSERT ...)", {}),
    ("team.delete() with 2 rows, CASCADE", TWO_DELETED),
    ("desk.delete() with 2 rows, SET_NULL", {}),
    ("team.people.create(...)", SAVED | MADE),
    ("team.people.add(row)", {}),
    ("team.people.add(row, bulk=False)", SAVED),
    ("team.people.remove(row)", {}),
    ("team.people.remove(row, bulk=False)", SAVED | MADE),
    ("team.people.clear()", {}),
    ("team.people.clear(bulk=False)", SAVED | MADE),
    ("person.skills.add(a, b)", TWO_MADE | {"m2m_changed": "◆2"}),
    ("person.skills.add(a) again", {"m2m_changed": "◆2"}),
    ("person.skills.remove(a)", MADE | {"m2m_changed": "◆2"}),
    ("person.skills.set([b]) instead of a", TWO_MADE | {"m2m_changed": "◆4"}),
    ("person.skills.clear()", TWO_MADE | {"m2m_changed": "◆2"}),
    ("skill.people.add(person)", MADE | {"m2m_changed": "◆2"}),
    ("loading a fixture with skills", TWO_MADE | {"m2m_changed": "◆2"}),
    ("skill.delete() while linked", MADE),
    ("Person_skills(...).save() by hand", {"save()": "◆"}),
    ("Person_skills: delete() by hand", {"delete()": "◆"}),
    ("person.nights.add(a, b)", TWO_MADE | {"m2m_changed": "◆2"}),
    ("person.nights.remove(a)", MADE | DELETED | {"m2m_changed": "◆2"}),
    ("night.people.add(person)", MADE | {"m2m_changed": "◆2"}),
    ("night.delete() while linked", MADE | DELETED),
    ("Watch(...).save() by hand", SAVED),
    ("Watch: delete() by hand", DELETED | {"delete()": "◆"}),
    ("Watch.objects.bulk_create(), 1 row", {}),
    ("PersonByProxy.objects.create(...)", MADE_ELSEWHERE),
    ("PersonByProxy: delete()", dict.fromkeys(["delete()", "pre_delete", "post_delete"], "◇")),
    ("Captain.objects.create(...)", MADE_ELSEWHERE),
    ("Captain: delete()", MADE | DELETED | {"delete()": "◇"}),
    ("Person.objects.create(...), heard by Named", MADE_ELSEWHERE),
    ("await Person.objects.acreate(...)", SAVED | MADE),
    ("await person.asave()", SAVED),
    ("await person.adelete()", DELETED | {"delete()": "◆"}),
    ("await queryset.aupdate(...)", {}),
    ("await abulk_create(), 2 rows", {}),
    ("loading a fixture", MADE | {"pre_save": "◆", "post_save": "◆"}),
    ("Person.objects.create(...) in a migration", MADE_ELSEWHERE),
    ("admin: Save", SAVED),
    ("admin: Delete selected, 2 rows", TWO_DELETED),
    ("admin: Delete one", DELETED | {"delete()": "◆"}),
]


@pytest.mark.parametrize(("name", "hooks"), EXPECTED, ids=[name for name, _ in EXPECTED])
def test_what_is_documented_and_what_surprises(table, name, hooks):
    expected = {"save()": SILENT} | hooks
    # A migration's class is a copy without our save(), though saving calls one.
    found = {"save()": SILENT} | fired(table, name)
    assert found == expected


@pytest.mark.django_db
def test_every_surprise_is_pinned():
    surprising = {name for it, name in names_of_operations(Stage(Person)).items() if it.surprise}
    assert surprising <= {name for name, _ in EXPECTED}


def test_there_are_enough_operations_and_every_one_could_be_run(table):
    assert len(table) == len(OPERATIONS) >= 45
    assert not_run(table) == set()


def test_it_is_the_same_each_time(table, django_db_blocker):
    with django_db_blocker.unblock():
        again = what_fires("many rows at once", Person, "inheritance")
    assert again and all(row in table for row in again)


@pytest.mark.django_db
def test_some_can_be_chosen_by_name_by_part_of_a_name_or_by_group():
    def groups(*wanted):
        return {row["group"] for row in what_fires(Person, *wanted)}

    assert len(what_fires(Person, "person.delete()")) == 1  # a whole name means that one alone
    assert groups("bulk_create") == {"many rows at once", AUTOMATIC, EXPLICIT, "async"}
    assert groups("raw SQL", "reading") == {"raw SQL", "reading"}


def test_what_was_passed_along_is_told(table):
    passed = {row["operation"]: row["passed"] for row in table}
    assert passed["Person.objects.create(...)"] == "created=True"
    assert passed["person.save(update_fields=[...])"] == "update_fields={name}, created=False"
    assert passed["Person.objects.update_or_create(...), updates"].startswith("update_fields")
    assert passed["loading a fixture"] == "raw=True, created=True"
    assert passed["Captain: delete()"] == "sender Captain"
    assert passed["Person.objects.create(...) in a migration"].startswith("sender Person of the")


def test_the_difference_between_two_versions_of_django_comes_out(table):
    told = table.row("with skills")["passed"]
    assert ("raw=True" in told) == (django.VERSION >= (6, 1))


REFUSED = {
    # Django creates no rows of two tables in bulk.
    Captain: {"bulk_create(), 2 rows", "bulk_create(ignore_conflicts=True)",
              "bulk_create(update_conflicts=True)"},
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    "model", [Employees, Shifts, ShiftsEmployees, Captain, Watch, PersonByProxy, Group]
)
def test_models_of_every_sort_can_be_watched(model):
    table = what_fires(model, "one row", "many rows at once", "raw SQL")
    assert not_run(table) == REFUSED.get(model, set())
    assert all(table.row(name)["passed"].startswith("not run: ") for name in not_run(table))
    assert fired(table, f"{model.__name__.lower()}.delete()")["delete()"] == FIRED


@pytest.mark.django_db
def test_links_that_belong_to_the_other_model_are_tried_from_this_side():
    table = what_fires(Employees, EXPLICIT)
    assert not_run(table) == set() and len(table) > 10
    assert table.fired("ShiftsEmployees: delete() by hand")["post_delete"] == 1


@pytest.mark.django_db
def test_rows_can_be_made_by_a_function_of_the_learners():
    made = []

    def make(number):
        made.append(number)
        return Shifts(shift_date=f"2030-01-{number:02}", wage_bonus=number)

    table = what_fires(Shifts, "Shifts.objects.create(...)", make=make)
    assert fired(table, "Shifts.objects.create(...)") == SAVED | MADE
    assert made


@pytest.mark.parametrize("make", ["shop.factories.make_order", 3])
def test_what_makes_no_rows_is_refused(make):
    """Each row said that it was not run: 'str' object is not callable."""
    with pytest.raises(TypeError, match="expected a function that takes a number"):
        what_fires(Shifts, "bulk_create", make=make)


def a_watch(number):
    person, night = Person.objects.create(name="P"), Night.objects.create(name="N")
    return Watch(person=person, night=night)


@pytest.mark.django_db
def test_rows_can_be_made_by_a_function_of_the_settings(settings):
    settings.WHATFIRES_MAKE = {"stage.watch": f"{__name__}.a_watch"}
    assert not_run(what_fires(Watch, "one row")) == set()
    with patch(f"{__name__}.a_watch", lambda number: None):
        assert len(not_run(what_fires(Watch, "one row"))) > 5
    for made, error in [("nowhere.make", ValueError), (5, TypeError)]:
        settings.WHATFIRES_MAKE = {"stage.Watch": made}
        with pytest.raises(error, match="WHATFIRES_MAKE"):
            what_fires(Watch)
    settings.WHATFIRES_MAKE = {"stage.Wach": f"{__name__}.a_watch"}
    with pytest.raises(ValueError, match=r"WHATFIRES_MAKE: 'stage.Wach': no model .*stage\.Watch"):
        what_fires(Watch)
    settings.WHATFIRES_MAKE = "a_watch"
    with pytest.raises(TypeError, match="Expected a setting such as WHATFIRES_MAKE"):
        what_fires(Watch)


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["1 / 0", "raise SystemError", "from nowhere import it", "def"])
def test_a_module_of_the_settings_that_fails_is_told_in_a_sentence(
    fault, settings, tmp_path, monkeypatch
):
    (tmp_path / "factories_at_fault.py").write_text(fault)
    monkeypatch.syspath_prepend(tmp_path)
    settings.WHATFIRES_MAKE = {"stage.Watch": "factories_at_fault.make"}
    with pytest.raises(
        ValueError, match=r"'factories_at_fault\.make' could not be imported: .*Error"
    ):
        what_fires(Watch)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("make", "came"),
    [
        (lambda number: Person.objects.first(), "None"),
        (lambda number: Team(name="T"), "<Team: T>"),
        (lambda number: Person.objects.create(name="P"), "<Person: P>"),
    ],
)
def test_what_a_function_makes_wrongly_is_said_in_a_sentence(make, came):
    table = what_fires(Person, "Person.objects.create(...)", make=make)
    assert f"returned {came}, and must return an unsaved Person" in table[0]["passed"]
    assert "an empty database" in repr(table).replace("\n", " ")


def at_fault(name):
    raise LookupError(f"no greeting for {name}")


@pytest.mark.django_db
def test_a_reason_names_who_raised_it_and_stands_below_the_table_once():
    def greet(instance, **kwargs):
        list(map(at_fault, ["anybody"]))

    with connected(pre_save, greet, sender=Person):
        table = what_fires(Person, "Person.objects.create(...)", "person.save(), a new one")
    [why] = {row["passed"] for row in table}
    line = at_fault.__code__.co_firstlineno + 1
    assert f"not run: LookupError: no greeting for anybody ({__name__}:{line} in at_fault" in why
    assert re.search(rf", from {__name__}:\d+ in [\w.<>]*greet\)$", why)
    text = " ".join(repr(table).split())
    assert text.count("no greeting for anybody") == 1 and "so in 2 operations" in text
    assert table._repr_html_().count("no greeting for anybody") == 1


@pytest.mark.django_db
def test_nothing_is_left_behind():
    before = len(m2m_changed.receivers), len(post_delete.receivers)
    what_fires(Employees, "one row")
    assert (len(m2m_changed.receivers), len(post_delete.receivers)) == before
    assert not Employees.objects.exists()


@pytest.mark.django_db
def test_it_runs_where_an_event_loop_runs_already():
    import asyncio

    async def cell():
        return what_fires(Person, "await")

    assert len(asyncio.run(cell())) == 6


@pytest.mark.django_db
def test_an_unknown_operation_is_refused_with_what_is_near():
    with pytest.raises(ValueError, match=re.escape("bulk_creat3")) as refusal:
        what_fires(Person, "bulk_creat3")
    assert "bulk_create" in str(refusal.value)


def test_what_is_no_model_is_refused():
    for things in [(), ("bulk_create",), (Employees, Shifts), (Employees(),), (int,)]:
        with pytest.raises(TypeError, match="expects one model class, and then names"):
            what_fires(*things)
    with pytest.raises(TypeError, match="an abstract class has no rows"):
        what_fires(Named)


def test_a_field_that_cannot_be_made_up_is_named():
    class Strange(models.Field):
        pass

    odd = Strange(name="odd")
    odd.model = Person
    model = type(
        "Odd", (), {"_meta": type("Meta", (), {"concrete_fields": [odd], "private_fields": []})}
    )
    with pytest.raises(TypeError, match=r"No value can be made up for Person\.odd, a Strange"):
        sample_fields(model, 1)


def test_one_operation_is_asked_what_it_fired(table):
    two = {"pre_init": 2, "post_init": 2, "pre_delete": 2, "post_delete": 2}
    assert table.fired("queryset.delete(), 2 rows") == two
    assert table.fired("bulk_update()") == {}  # a part of the name is enough
    assert table.fired("PersonByProxy.objects.create(...)") == {}  # another class fired
    assert table.row("loading a fixture")["passed"] == "raw=True, created=True"  # whole names first


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bulk_create()", r"[2-9] operations.*abulk_create\(\), 2 rows"),
        ("bulk_creat3", "no operations.*bulk_create"),
        ("Zeppelin", "no operations.*Name one, such as"),
    ],
)
def test_an_operation_that_is_not_one_is_refused_with_what_is_near(table, name, said):
    with pytest.raises(ValueError, match=said):
        table.fired(name)


@pytest.mark.django_db
def test_an_operation_that_could_not_be_run_is_not_told_as_silent():
    table = what_fires(Captain, "bulk_create(), 2 rows")
    with pytest.raises(ValueError, match="not run: "):
        table.fired("bulk_create(), 2 rows")


class Unsaid(Exception):
    __str__ = None


@pytest.mark.django_db
@pytest.mark.parametrize("error", [SystemExit(2), Unsaid()])
def test_a_receiver_that_would_end_the_process_or_whose_error_says_nothing_ends_nothing(error):
    def fail(**kwargs):
        raise error

    with connected(pre_save, fail, sender=Person):
        [row] = what_fires(Person, "Person.objects.create(...)")
    assert row["passed"].startswith(f"not run: {type(error).__name__}")


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Person, Watch])
def test_code_that_takes_a_relation_for_given_finds_a_row(model):
    """Both relations of a person may be empty, and a receiver does not ask."""

    def greet(instance, raw, **kwargs):
        assert raw or (instance.team.name and instance.desk.name)

    with connected(pre_save, greet, sender=Person):
        rows = what_fires(model, "one row", "many rows at once")
    assert rows and not_run(rows) == set()


def test_operations_where_two_hooks_differ_are_a_table_again(table):
    part = table.differ("save()", "pre_save")
    assert set(names(part.surprises(everything=True))) == {
        "person.save(update_fields=[])",
        "Person_skills(...).save() by hand",
        "loading a fixture",
    }
    assert "admin: Delete selected" in repr(table.differ("delete()", "post_delete"))
    assert "Captain: delete()" not in repr(table.differ("delete()", "post_delete"))
    with pytest.raises(ValueError, match="expected save"):
        table.differ("save()", "presave")


def test_the_hooks_are_named_again_where_the_first_names_are_out_of_sight(table):
    assert 3 < table._repr_html_().count("m2m_<br>changed") < 10
    assert table.differ("save()", "pre_save")._repr_html_().count("m2m_<br>changed") == 1


def test_both_faces_can_be_read(table):
    text, page = repr(table), table._repr_html_()
    assert "-- one row" in text
    assert "★ a surprise" in text
    assert "one row" in page
    assert max(map(len, text.splitlines())) < 150
    assert "loading a fixture\N{NO-BREAK SPACE}★" in page
    assert Firings()._repr_html_() == f"<em>{Firings()!r}</em>" == "<em>No operation was run.</em>"


def test_a_glyph_that_no_row_has_is_not_explained(table):
    own = Firings(row for row in table if ELSEWHERE not in row.values())
    for shown in (repr(own), own._repr_html_()):
        assert "◆ fired" in shown and ELSEWHERE not in shown
    assert "◇ fired by another class" in repr(table)


def test_it_is_a_dataframe_when_asked(table):
    frame = table.table()
    assert list(frame) == [*HOOKS, "passed"]
    assert frame.index.names == ["group", "operation"]
    assert frame.loc[("one row", "person.delete()"), "delete()"] == FIRED


def test_each_surprise_is_told_in_a_sentence(table):
    surprises = table.surprises(everything=True)
    sentences = [row["surprise"] for row in surprises]
    assert len(sentences) == repr(table).count("★") - 1 > 20  # and one in the legend
    assert all(sentence.endswith(".") for sentence in sentences)
    assert all(sentence in repr(surprises) for sentence in sentences)  # none cut off
    assert max(sentences, key=len) in unescape(surprises._repr_html_())


@pytest.mark.parametrize("heard", [True, False], ids=["somebody listens", "nobody listens"])
def test_no_statement_changes_while_a_trace_watches(django_db_blocker, heard):
    """The SQL of every operation is byte for byte what it is without a trace."""

    def statements(operation, traced):
        stage, watched = Stage(Person), trace if traced else nullcontext
        with transaction.atomic(), watched():  # the call is one that a trace has wrapped
            call = operation.prepare(stage)
            with CaptureQueriesContext(connection) as queries, watched() as seen:
                call()
            transaction.set_rollback(True)
        sql = [query["sql"] for query in queries]
        if traced:
            assert len(seen.statements) == len(sql)
        return [re.sub(r"s\d+_x\d+", "savepoint", text) for text in sql]

    def listen(**kwargs):
        pass

    signals = [m2m_changed, post_delete]
    with django_db_blocker.unblock(), private_database():
        for signal in signals * heard:
            signal.connect(listen)
        try:
            for operation in OPERATIONS:
                plain, again, traced = (
                    statements(operation, traced) for traced in (False, False, True)
                )
                keys = re.compile(r"\b\d+\b" if plain != again else r"$^")
                assert [keys.sub("#", sql) for sql in plain] == [
                    keys.sub("#", sql) for sql in traced
                ], operation.name
        finally:
            for signal in signals * heard:
                signal.disconnect(listen)


@pytest.mark.django_db
def test_content_types_are_looked_up_anew_for_each_operation():
    """An operation is taken back, with the content types that it stored. Django remembers them."""

    def has_a_type(sender, **kwargs):
        key = ContentType.objects.get_for_model(sender).pk
        assert ContentType.objects.filter(pk=key).exists()

    with connected(pre_save, has_a_type, sender=Person):
        rows = what_fires(Person)
    assert [row["passed"] for row in rows if row["pre_save"] == UNKNOWN] == []


def test_a_row_says_its_own_content_type(db):
    assert sample_fields(Permission, 1)["content_type"].model_class() is Permission


@isolate_apps("whatfires")
def test_a_fuller_row_has_a_permission_for_what_it_points_to(db):
    """As in the rows of django-guardian, whose save() refuses one for something else."""

    class Grant(models.Model):  # noqa: DJ008
        permission = models.ForeignKey(Permission, models.CASCADE)
        user = models.ForeignKey(User, models.CASCADE)
        person = models.ForeignKey(Employees, models.CASCADE)

        class Meta:
            app_label = "whatfires"

    with switched_on(filling):
        values = sample_fields(Grant, 1)
    assert values["permission"].content_type.model_class() is type(values["person"]) is Employees


@isolate_apps("whatfires")
def test_a_row_has_what_full_clean_asks_for_and_nothing_above_it_in_a_tree():
    class Page(models.Model):  # noqa: DJ008
        path = models.CharField(max_length=255, unique=True)
        title = models.CharField(max_length=255)
        day = models.DateField(null=True)
        until = models.DateField(null=True, blank=True)

        class Meta:
            app_label = "whatfires"

    made = sample_fields(Page, 12)
    assert set(made) == {"path", "title", "day"}
    assert len(made["path"]) < 4  # a step in the paths of django-treebeard
    assert not needs_a_value(Page._meta.get_field("until"))


@isolate_apps("whatfires")
def test_a_value_is_one_that_its_field_takes():
    class Blocks(models.JSONField):
        """Takes a list, as the stream of blocks of a page does."""

        def to_python(self, value):
            if not isinstance(value, list):
                raise TypeError("no list")
            return value

    class Letter(models.Model):  # noqa: DJ008
        to_address = models.CharField(max_length=255, validators=[validate_email])
        reply_to = models.CharField(max_length=255, blank=True, validators=[validate_email])
        body = Blocks()

        class Meta:
            app_label = "whatfires"

    made = sample_fields(Letter, 1)
    assert made == {"to_address": "person1@example.org", "body": []}


def test_a_default_that_finds_no_row_is_made_up(db):
    def first():
        return Shifts.objects.get(pk=-1).pk

    key = models.ForeignKey(Shifts, models.CASCADE, default=first)
    assert needs_a_value(key) and not needs_a_value(models.IntegerField(default=first))


@isolate_apps("whatfires")
def test_what_fills_a_relation_is_shared_where_nothing_has_to_be_unique():
    class Review(models.Model):  # noqa: DJ008
        person, desk, team = (models.ForeignKey(Person, models.CASCADE, null=True) for _ in "abc")

        class Meta:
            app_label = "whatfires"
            unique_together = [("person", "team")]
            constraints = [models.UniqueConstraint(fields=["team"], name="one")]

    shared = [it.name for it in Review._meta.fields if it.is_relation and may_be_shared(it)]
    assert shared == ["desk"]


def test_two_that_point_to_the_same_row_share_it(db):
    key = User.groups.through._meta.get_field("group")
    assert sample_row(key, 1, ()) == sample_row(key, 1, ()) != sample_row(key, 2, ())


@pytest.mark.parametrize("width", [8, 12, 16, 24, 33])
def test_a_folded_name_keeps_a_bracket_and_the_dots_in_it_together(width):
    for name in ("Person.objects.update_or_create(...), creates", "person.save(fields=[...])"):
        lines = folds(name, width)
        assert all(lines) and "".join(lines).replace(" ", "") == name.replace(" ", "")
        if width > 8:  # so that every piece has room
            assert not any(line.startswith((".", ")", "]")) for line in lines)
