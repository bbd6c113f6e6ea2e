"""The learner's own project: files in a folder, and processes of its own."""

import gc

import pytest

from classroom import own_project

RECEIVER = """
    from django.db.models.signals import post_save
    from django.dispatch import receiver
    from polls.models import Question

    @receiver(post_save, sender=Question)
    def announce(sender, instance, **kwargs):
        print("New question:", instance)
    """
CREATE = "Question.objects.create(question_text='Tea?')"


@pytest.fixture(scope="module")
def mysite():
    return own_project()


def test_a_receiver_is_deaf_until_ready_imports_it(mysite, capfd):
    mysite.write("polls/signals.py", RECEIVER)
    mysite.shell(CREATE)
    assert capfd.readouterr().out == ""
    ready = "\n    def ready(self):\n        from polls import signals\n"
    mysite.write("polls/apps.py", mysite.read("polls/apps.py") + ready)
    mysite.shell(CREATE)
    assert capfd.readouterr().out == "New question: Tea?\n"


def test_who_listens_is_there(mysite, capfd):
    mysite.shell("print(who_listens(Question))")
    assert "announce" in capfd.readouterr().out


def test_of_an_error_the_last_line_is_shown(mysite, capfd):
    mysite.shell("print('so far')\n1 / 0")
    assert capfd.readouterr().out == "so far\nZeroDivisionError: division by zero\n"


def test_it_lists_its_files_and_shows_them(mysite):
    assert "polls/models.py" in repr(mysite).splitlines()
    assert "class Question" in repr(mysite.show("polls/models.py"))


def test_what_is_not_in_the_project_is_refused(mysite):
    with pytest.raises(ValueError, match="inside the project"):
        mysite.write("../elsewhere.py", "")
    with pytest.raises(FileNotFoundError, match="It has: "):
        mysite.show("polls/views.py")


@pytest.mark.parametrize("name", [5, None, "", "polls", "manage.py/x", "\0", "\ud800", "a" * 300])
def test_a_path_that_no_file_can_have_is_refused_in_a_sentence(mysite, name):
    with pytest.raises(ValueError, match=r"^write\(.*\): expected a path"):
        mysite.write(name, "x = 1")
    with pytest.raises((ValueError, FileNotFoundError), match=r"expected a path|It has: "):
        mysite.show(name)


@pytest.mark.parametrize("text", [5, None, b"x = 1", "\0", "\ud800"])
def test_what_is_no_text_is_refused_in_a_sentence(mysite, text):
    with pytest.raises((TypeError, ValueError), match=r"^(write|shell): expected"):
        mysite.write("polls/new.py", text)
    with pytest.raises((TypeError, ValueError), match=r"^(write|shell): expected"):
        mysite.shell(text)


def test_it_runs_where_pythonsafepath_is_set_and_shows_nothing_of_others(monkeypatch, capfd):
    """Its database could not be made; and show() read any file of the machine."""
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    own_project().shell("print(Question.objects.count())")
    assert capfd.readouterr().out == "0\n"
    with pytest.raises(ValueError, match="inside the project"):
        own_project().show("/etc/passwd")


def test_the_folder_goes_with_the_project():
    project = own_project()
    root = project.root
    assert root.exists()
    del project
    gc.collect()
    assert not root.exists()


def test_an_error_has_no_colours_in_a_notebook(monkeypatch):
    """Since Python 3.13 it had, and a notebook showed the signs that a terminal obeys."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    said = own_project().manage("shell", "--verbosity", "0", "--command", "1 / 0")
    assert said == "ZeroDivisionError: division by zero\n"
