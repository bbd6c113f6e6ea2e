"""A model in a cell has a table at once, and a class that is written anew has a new one."""

import warnings

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.models.signals import pre_delete

from classroom import NotebookModel
from whatfires import listening


@pytest.fixture
def tables(transactional_db):
    """Take away what a test defined."""
    yield
    for model in list(apps.all_models["polls"].values())[::-1]:
        with connection.schema_editor() as editor:
            editor.delete_model(model)
    apps.all_models["polls"].clear()
    apps.clear_cache()


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
