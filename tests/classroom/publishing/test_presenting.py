"""What those who teach open: lessons before their first run, and exercises solved."""

import re

import pytest

from classroom.exercises.catalogue import all_tasks
from classroom.publishing import notebooks
from classroom.publishing.belongings import Folder
from classroom.publishing.desk import handed_out, make_ready
from classroom.publishing.exercise_texts import exercise_sources
from classroom.publishing.presenting import clear_lessons, notes_by_name, solve_exercises

LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)\)")


def links_that_lead_nowhere(notebook, stands_in):
    """The relative links of a notebook that would be dead if it stood in that folder."""
    text = "\n".join(cell.source for cell in notebooks.read(notebook).cells)
    links = {link for link in LINK.findall(text)}
    assert links
    return [link for link in links if not (stands_in / link).resolve().exists()]


def test_the_presenter_has_every_notebook_without_outputs_and_its_links_lead_somewhere(tmp_path):
    written = [tmp_path / name for name in clear_lessons(Folder(tmp_path))]
    assert {path.relative_to(tmp_path) for path in written} == {
        path.relative_to(notebooks.FOLDER) for path in notebooks.notebooks()
    }
    for path in written:
        notebook, lies = notebooks.read(path), notebooks.FOLDER / path.relative_to(tmp_path)
        if path.relative_to(tmp_path).as_posix() in notes_by_name():
            assert "Ask aloud" in notebook.cells.pop(0).source
        committed = notebooks.read(lies)
        make_ready(committed.cells)  # here, too, the class guesses first
        assert notebooks.written(notebook) == notebooks.written(committed)
        assert all(not cell.get("outputs") for cell in notebook.cells)
        if path.stem != "quiz":
            assert links_that_lead_nowhere(path, lies.parent) == []


def test_every_lesson_has_a_note_that_its_learners_do_not_see():
    names = {it.relative_to(notebooks.FOLDER).as_posix() for it in notebooks.notebooks()}
    assert {it for it in names if not it.startswith("exercises/")} == set(notes_by_name())
    assert all(b"For the presenter" not in content for content in handed_out().values())


@pytest.mark.slow
def test_solved_exercises_are_right(tmp_path):
    lesson = "01_what_a_signal_is"
    [name] = solve_exercises(Folder(tmp_path), [lesson])
    path = tmp_path / name
    assert links_that_lead_nowhere(path, notebooks.ROOT / "solutions") == []
    tasks = [it for it in all_tasks().values() if it.lesson == lesson and not it.is_your_turn]
    told = [
        output.data["text/plain"]
        for cell in notebooks.read(path).cells
        for output in cell.get("outputs", [])
        if ".check(" in cell.source
    ]
    assert len(told) == len(tasks) > 1
    for said, task in zip(told, tasks, strict=True):
        assert said.startswith("✓ Right.") and task.why.strip()[:40] in said


def test_the_solved_quiz_answers_every_question():
    asked = re.findall(r"^quiz\(\d+\)$", exercise_sources()["quiz"], re.M)
    answered = re.findall(r"^quiz\(\d+, (.+)\)$", exercise_sources(solved=True)["quiz"], re.M)
    assert set(answered) == {"'a'", "'b'", "'c'"}
    assert len(asked) == len(answered) > 10
