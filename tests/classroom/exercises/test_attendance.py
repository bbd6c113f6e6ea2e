"""The table of a room is what the progress files say, and reading them changes none."""

import shutil

import pytest
from django.core.management import CommandError, call_command

from classroom import predict, quiz, reveal
from classroom.exercises import record
from classroom.exercises.catalogue import all_tasks

FOLDER = "handed in"


@pytest.fixture
def room(tmp_path):
    folder = tmp_path / FOLDER
    folder.mkdir()
    return folder


@pytest.fixture
def learner(room, monkeypatch, tmp_path):
    """A function that lets somebody learn and hand in: {exercise: [kinds of the attempts]}."""

    def learner(name, attempts, place="{}.sqlite3", hints=()):
        monkeypatch.setenv("PROGRESS_FILE", str(tmp_path / f"{name}.sqlite3"))
        for id, kinds in attempts.items():
            for kind in kinds:
                record.attempted(id, kind)
        for id in hints:
            record.hinted(id)
        file = room / place.format(name)
        file.parent.mkdir(exist_ok=True)
        record.states()
        shutil.copy(record.place(), file)
        return file

    return learner


def printed(folder, capsys):
    call_command("room", str(folder))
    said = capsys.readouterr()
    assert said.err == ""
    return said.out


def row_of(name, said):
    return next(line.split() for line in said.splitlines() if line.startswith(name))


def test_each_learner_is_a_row_and_each_exercise_a_glyph(room, learner, capsys):
    learner("Grace", {"00-1": ["right"], "00-2": ["wrong", "right"], "02-2": ["wrong"]})
    learner("Ada", {"00-1": ["not attempted"]})
    said = printed(room, capsys)
    of = len(all_tasks())
    summary = 1 + len({task.lesson for task in all_tasks().values()})  # after a column a lesson
    assert row_of("Grace", said)[1:4] == ["✓✓", "···", "·✗·"]
    assert row_of("Grace", said)[summary : summary + 4] == ["02-2", "2", "of", str(of)]
    assert row_of("Ada", said)[1:4] == ["··", "···", "···"]
    assert row_of("Ada", said)[summary : summary + 4] == ["00-1", "0", "of", str(of)]
    assert said.index("Ada") < said.index("Grace")


def test_guesses_and_quiz_are_counted(room, learner, capsys):
    learner("Ada", {})
    predict("When?", "Tue")
    reveal("Tue")
    quiz(1, "a")
    learner("Ada", {})
    assert row_of("Ada", printed(room, capsys))[-6:] == ["1", "of", "1", "0", "of", "1"]


def test_the_room_is_stuck_where_most_have_tried_and_not_passed(room, learner, capsys):
    learner("Ada", {"01-2": ["wrong"] * 9, "02-3": ["wrong", "raised"]}, hints=["02-3"])
    learner("Grace", {"01-2": ["wrong", "right"], "02-3": ["wrong"]}, hints=["02-3"] * 2)
    learner("Alan", {"02-3": ["wrong", "right"]})
    title = all_tasks()["02-3"].title
    told = f"Stuck on 02-3 {title}: Ada, Grace (3 attempts, 3 hints so far)."
    assert told in printed(room, capsys)


def test_a_room_where_all_goes_well(room, learner, capsys):
    learner("Ada", {"00-1": ["right"]})
    assert "Nobody is stuck" in printed(room, capsys)


def test_a_file_may_lie_in_a_folder_that_bears_the_name(room, learner, capsys):
    learner("Ada", {"00-1": ["right"]}, place="{}/progress.sqlite3")
    assert row_of("Ada", printed(room, capsys))[1] == "✓·"


def test_a_damaged_file_is_named_and_nobody_else_is_lost(room, learner, capsys):
    file = learner("Ada", {"00-1": ["right"]})
    (room / "grace.sqlite3").write_bytes(b"coffee" * 100)
    before = {path: path.read_bytes() for path in room.iterdir()}
    call_command("room", str(room))
    said = capsys.readouterr()
    assert row_of("Ada", said.out)[1] == "✓·"
    assert "grace.sqlite3 cannot be read (file is not a database)" in said.err
    assert {path: path.read_bytes() for path in room.iterdir()} == before and file in before


def test_where_no_file_can_be_read_it_says_so(room):
    (room / "grace.sqlite3").write_bytes(b"coffee" * 100)
    with pytest.raises(CommandError, match="None of the files can be read"):
        call_command("room", str(room))


def test_an_empty_folder_says_what_was_expected(room):
    with pytest.raises(CommandError, match=r"expected a file such as ada\.sqlite3"):
        call_command("room", str(room))


def test_a_folder_that_is_not_there_is_named(room):
    with pytest.raises(CommandError, match=r"There is no folder .*elsewhere"):
        call_command("room", str(room / "elsewhere"))
