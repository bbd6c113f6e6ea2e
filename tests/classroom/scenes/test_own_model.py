"""A model in a cell has a table at once, and a class that is written anew has a new one."""

import warnings

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.db.models.signals import pre_delete
from django.db.utils import DatabaseError

from classroom import NotebookModel, fresh_database
from speedy.models import Shifts
from whatfires import listening


@pytest.fixture
def forgotten():
    """Let Django forget the models that a test defined."""
    yield
    apps.all_models["polls"].clear()
    apps.clear_cache()


@pytest.fixture
def tables(transactional_db, forgotten):
    """Take away what a test defined."""
    yield
    how = "" if connection.vendor == "sqlite" else "CASCADE"
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("polls_"):
                cursor.execute(f"DROP TABLE {table} {how}")


def questions():
    class Question(NotebookModel):
        question_text = models.CharField(max_length=200)

    return Question


def choices():
    class Choice(NotebookModel):
        question = models.ForeignKey("Question", on_delete=models.CASCADE)

    return Choice


@pytest.mark.usefixtures("tables")
def test_a_row_can_be_stored_as_soon_as_the_class_is_there():
    question = questions().objects.create(question_text="Tea or coffee?")
    assert type(question).objects.get().question_text == "Tea or coffee?"
    assert question._meta.label == "polls.Question"


@pytest.mark.usefixtures("tables")
def test_a_class_that_is_written_anew_begins_without_rows_and_without_a_warning():
    questions().objects.create(question_text="Tea or coffee?")
    with warnings.catch_warnings(action="error"):
        anew = questions()
    assert not anew.objects.exists()


@pytest.mark.usefixtures("tables")
def test_a_cascade_finds_its_rows():
    question = questions().objects.create()
    choice = choices()
    choice.objects.create(question=question)
    with listening(pre_delete, sender=choice) as heard:
        question.delete()
    assert len(heard) == 1 and not choice.objects.exists()


@pytest.mark.usefixtures("tables")
def test_rows_that_refer_to_a_class_go_when_it_is_written_anew():
    """Else no class could be written any more: the database found a row that leads nowhere."""
    choices_of = questions().objects.create()
    choice = choices()
    choice.objects.create(question_id=choices_of.pk)
    assert not questions().objects.exists() and not choice.objects.exists()


def loud(question):
    class Loud(question):
        class Meta:
            proxy = True

    return Loud


@pytest.mark.usefixtures("tables")
def test_a_class_that_is_written_anew_names_those_that_refer_to_the_one_of_before(capsys):
    question = questions()
    choices(), loud(question)
    assert capsys.readouterr().out == ""
    anew = questions()
    assert "still refer to the Question of before: Choice, Loud." in capsys.readouterr().out
    choices(), loud(anew)
    assert capsys.readouterr().out == ""  # nobody refers to these


@pytest.mark.usefixtures("notebook", "forgotten")
def test_a_fresh_database_has_the_tables_of_the_cells():
    """Else each model's cell has to run again, and no word of the error says so."""
    post, tag = tagged()
    loud(questions())
    choice = choices()
    anew = questions()  # stands behind those that refer to it
    for _ in range(2):
        fresh_database()
        assert not anew.objects.exists()
        choice.objects.create(question_id=anew.objects.create().pk)
        post.objects.create().tags.add(tag.objects.create())


@pytest.mark.usefixtures("notebook", "forgotten")
def test_a_class_that_could_not_be_written_anew_is_the_one_of_before():
    question, (_, tag) = questions(), tagged()
    choice = choices()
    known = dict(apps.all_models["polls"])
    for write in questions, tagged:
        with pytest.raises(RuntimeError, match="outside of"), transaction.atomic():
            write()
        assert apps.all_models["polls"] == known
    fresh_database()
    choice.objects.create(question=question.objects.create())
    assert question.objects.all().delete()[0] == 2 and not tag.objects.exists()


def tagged():
    class Tag(NotebookModel):
        pass

    class Post(NotebookModel):
        tags = models.ManyToManyField(Tag)

    return Post, Tag


@pytest.mark.usefixtures("tables")
def test_a_many_to_many_field_has_its_table_at_each_time():
    with warnings.catch_warnings(action="error"):
        for _ in range(2):
            post, tag = tagged()
            one = post.objects.create()
            one.tags.add(tag.objects.create())
            assert one.tags.count() == 1


@pytest.mark.usefixtures("tables")
def test_a_proxy_and_a_meta_of_ones_own_need_nothing_more():
    class Vote(NotebookModel):
        class Meta:
            ordering = ["pk"]

    class Loud(Vote):
        class Meta:
            proxy = True

    Loud.objects.create()
    assert Vote.objects.count() == 1 and Vote._meta.label == "polls.Vote"


@pytest.mark.usefixtures("tables")
def test_what_cannot_have_a_table_says_why_and_leaves_no_class():
    with pytest.raises(TypeError, match=r"Choice\.question refers to 'Question'.*first"):
        choices()
    with pytest.raises(RuntimeError, match="outside of"), transaction.atomic():
        questions()
    assert not apps.all_models["polls"]


@pytest.mark.usefixtures("tables")
def test_the_table_of_another_app_is_not_replaced():
    Shifts.objects.create()
    with pytest.raises(DatabaseError):

        class Mine(NotebookModel):
            class Meta:
                db_table = "speedy_shifts"

    assert Shifts.objects.count() == 1
