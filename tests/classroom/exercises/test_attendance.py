"""The table of a room is what the progress files say, and reading them changes none."""

import os
import shutil
import sqlite3
from contextlib import closing

import pytest
from django.core.management import CommandError, call_command

from classroom import predict, quiz, reveal
from classroom.exercises import record
from classroom.exercises.attendance import read_learner, read_room
from classroom.exercises.catalogue import all_tasks
from classroom.exercises.guesses import guess_of
from classroom.management.commands.room import CLEAR

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


def glyphs(lesson, known):
    """The glyphs of a lesson's exercises in their order, those that are not known as untouched."""
    return "".join(
        known.get(id, "·") for id, task in all_tasks().items() if task.lesson_id == lesson
    )


def row_of(name, said):
    return next(line.split() for line in said.splitlines() if line.startswith(name))


def test_each_learner_is_a_row_and_each_exercise_a_glyph(room, learner, capsys):
    learner("Grace", {"00-1": ["right"], "00-2": ["wrong", "right"], "02-2": ["wrong"]})
    learner("Ada", {"00-1": ["not attempted"]})
    said = printed(room, capsys)
    shown = [glyphs("00", {"00-1": "✓", "00-2": "✓"}), glyphs("02", {"02-2": "✗"})]
    assert row_of("Grace", said)[1:] == ["02-2", "2", *shown]  # nobody has opened 01
    assert row_of("Ada", said)[1:] == ["00-1", "0", glyphs("00", {}), glyphs("02", {})]
    assert said.index("Ada") < said.index("Grace")


def test_guesses_and_quiz_are_counted(room, learner, capsys):
    learner("Ada", {})
    predict("00-1", "A")
    reveal("00-1")
    quiz(1, "a")
    learner("Ada", {})
    guess = guess_of("00-1")
    answer_is_a = guess.answer == guess.choices[0]
    assert row_of("Ada", printed(room, capsys))[-2:] == [f"{answer_is_a:d}/1", "0/1"]


def test_the_room_is_stuck_where_most_have_tried_and_not_passed(room, learner, capsys):
    learner("Ada", {"01-2": ["wrong"] * 9, "03-2": ["wrong", "raised"]}, hints=["03-2"])
    learner("Grace", {"01-2": ["wrong", "right"], "03-2": ["wrong"]}, hints=["03-2"] * 2)
    learner("Alan", {"03-2": ["wrong", "right"]})
    title = all_tasks()["03-2"].title
    told = f"Stuck on 03-2 {title}: Ada, Grace (3 attempts, 3 hints so far)."
    assert told in printed(room, capsys)


def test_where_all_goes_well_and_a_file_may_lie_in_a_folder_that_bears_the_name(
    room, learner, capsys
):
    learner("Ada", {"00-1": ["right"]}, place="{}/progress.sqlite3")
    said = printed(room, capsys)
    assert row_of("Ada", said)[3] == glyphs("00", {"00-1": "✓"}) and "Nobody is stuck" in said


def test_a_damaged_file_is_named_and_nobody_else_is_lost(room, learner, capsys):
    file = learner("Ada", {"00-1": ["right"]})
    (room / "grace.sqlite3").write_bytes(b"coffee" * 100)
    before = {path: path.read_bytes() for path in room.iterdir()}
    call_command("room", str(room))
    said = capsys.readouterr()
    assert row_of("Ada", said.out)[3] == glyphs("00", {"00-1": "✓"})
    assert "grace.sqlite3 cannot be read (file is not a database)" in said.err
    assert {path: path.read_bytes() for path in room.iterdir()} == before and file in before


@pytest.mark.parametrize("column", ["kind", "question"])
def test_a_file_with_an_answer_to_no_question_is_named_and_nobody_else_is_lost(
    room, learner, column
):
    learner("Ada", {})
    with closing(sqlite3.connect(learner("Grace", {}))) as damaged, damaged:
        damaged.execute("INSERT INTO answers VALUES ('quiz', 'Which?', 1)")
        damaged.execute(f"UPDATE answers SET {column} = x'ff'")
    learners, unreadable = read_room(room)
    assert [it.name for it in learners] == ["Ada"]
    assert r"came b'\xff'" in unreadable["Grace.sqlite3"]


def test_a_number_without_end_is_a_file_that_cannot_be_read(room, learner):
    """A page of a room that stays open met another error than the table, and ended."""
    with closing(sqlite3.connect(learner("Grace", {"00-1": ["right"]}))) as endless, endless:
        endless.execute("UPDATE exercises SET attempts = 9e999")
    _, unreadable = read_room(room)
    assert "infinity" in unreadable["Grace.sqlite3"]
    with pytest.raises(ValueError, match="infinity"):  # as the page of a room reads it
        read_learner("Grace", room / "Grace.sqlite3")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipe has a name there")
def test_a_pipe_with_the_name_of_a_file_holds_nobody_up(room, learner):
    learner("Ada", {"00-1": ["right"]})
    os.mkfifo(room / "grace.sqlite3")
    learners, unreadable = read_room(room)
    assert [it.name for it in learners] == ["Ada"]
    assert unreadable == {"grace.sqlite3": "it is no file"}
    with pytest.raises(ValueError, match="no file"):  # as the page of a room reads it
        read_learner("Grace", room / "grace.sqlite3")


@pytest.mark.parametrize("name", ["grace.sqlite3", "grace/progress.sqlite3"])
def test_a_link_in_a_circle_is_named_and_nobody_else_is_lost(room, learner, name):
    learner("Ada", {"00-1": ["right"]})
    (room / name).parent.mkdir(exist_ok=True)
    (room / name).symlink_to("grace.sqlite3" if "/" not in name else "progress.sqlite3")
    learners, unreadable = read_room(room)
    assert [it.name for it in learners] == ["Ada"] and [*unreadable] == [name]


def test_a_room_without_a_file_that_can_be_read_says_so(room):
    for folder, said in (
        (room / "elsewhere", "There is no folder .*elsewhere"),
        (room, r"expected a file such as ada\.sqlite3"),
    ):
        with pytest.raises(CommandError, match=said):
            call_command("room", str(folder))
    (room / "grace.sqlite3").write_bytes(b"coffee" * 100)
    with pytest.raises(CommandError, match="None of the files can be read"):
        call_command("room", str(room))


@pytest.mark.parametrize(
    ("places", "shown"),
    [
        (("2024/Ada.sqlite3", "2025/Ada.sqlite3"), ("2024/Ada", "2025/Ada")),
        (("Ada.sqlite3", "Ada/progress.sqlite3"), ("Ada", "Ada/progress")),
        (
            ("a/Ada/progress.sqlite3", "b/Ada/progress.sqlite3"),
            ("a/Ada/progress", "b/Ada/progress"),
        ),
    ],
)
def test_two_learners_of_one_name_are_two_rows_told_apart_by_their_files(
    room, learner, capsys, places, shown
):
    for place, kinds in zip(places, (["wrong"], ["right"]), strict=True):
        (room / place).parent.mkdir(parents=True, exist_ok=True)
        learner("Ada", {"00-1": kinds}, place=place)
    said = printed(room, capsys)
    assert [row_of(f"{name} ", said)[3][1] for name in shown] == ["✗", "✓"]
    assert f"Stuck on 00-1 {all_tasks()['00-1'].title}: {shown[0]} (" in said


def test_a_name_that_is_more_than_one_line_breaks_none(room, learner, capsys):
    learner("Ada\nGrace ✓\x1b[2J", {"00-1": ["right"]})
    assert r"Ada\u000aGrace ✓\u001b[2J" in printed(room, capsys)


def test_a_file_of_the_folder_itself_bears_its_name(room, learner, capsys, monkeypatch):
    learner("Ada", {"00-1": ["right"]}, place="progress.sqlite3")
    monkeypatch.chdir(room)
    assert row_of(FOLDER, printed(".", capsys))


def test_who_watches_a_room_before_it_begins_waits(room, learner, capsys, monkeypatch):
    """The watch ended with an error, so it had to be started anew once somebody had begun."""
    begins = iter(["Ada"])

    def sleep(seconds):
        if (name := next(begins, None)) is None:
            raise KeyboardInterrupt
        learner(name, {"00-1": ["right"]})

    monkeypatch.setattr("time.sleep", sleep)
    call_command("room", str(room), "--watch")
    before, after = capsys.readouterr().out.split(CLEAR)[1:]
    assert before == "Nobody has begun.\n" and row_of("Ada", after)
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("room", str(room / "elsewhere"), "--watch")


def test_what_is_hidden_is_no_learners(room, learner, capsys):
    """Each look at a room named two databases of the installed copy as damaged."""
    learner("Ada", {"00-1": ["right"]}, place="{}/progress.sqlite3")
    (room / ".room" / "install").mkdir(parents=True)
    (room / ".room" / "install" / "migrated.sqlite3").touch()
    (room / ".Grace.sqlite3").touch()
    assert row_of("Ada", printed(room, capsys))


def test_a_file_with_other_things_in_its_columns_is_named(room, learner, capsys):
    file = learner("Ada", {"00-1": ["right"]})
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE exercises SET attempts = 'many'")
    (room / "Bo.sqlite3").mkdir()
    (room / "Cy.sqlite3").symlink_to("nowhere")
    with pytest.raises(CommandError, match="None of the files"):
        call_command("room", str(room))
    assert capsys.readouterr().err.count("cannot be read") == 3
