"""Read the progress files of a room, and show where each learner is. Nothing is written to them.

See https://docs.python.org/3/library/sqlite3.html#how-to-work-with-sqlite-uris
"""

import sqlite3
from collections import Counter
from contextlib import closing
from itertools import groupby
from shutil import get_terminal_size
from typing import NamedTuple
from unicodedata import normalize

from classroom.exercises import record
from classroom.exercises.catalogue import all_tasks
from speedy.event_file import escape
from whatfires.frames import Table
from whatfires.rendering import text_of

PASSED, TRIED, UNTOUCHED = "✓", "✗", "·"
WHERE, COUNTS = ("at", "done"), {"guesses": record.GUESS, "quiz": record.QUIZ}


class Learner(NamedTuple):
    """What one progress file tells.

    `states` is {id of an exercise: State}, `scores` {kind: Score}, and `answers`
    {(kind, question): whether the first answer was right}.
    """

    name: str
    states: dict
    scores: dict
    answers: dict


class RoomTable(Table):
    """A DataFrame of learners, a column a lesson, a glyph an exercise."""

    when_empty = "There is no progress file."

    def __repr__(self):
        """Fit the terminal: where it is narrow, the lessons that come first are left out."""
        if self.empty:
            return self.when_empty
        shown, wide = self.reset_index(), get_terminal_size().columns
        lessons = [name for name in shown if name not in ("learner", *WHERE, *COUNTS)]
        while (lines := text_of(list(shown), shown.to_dict("records"), wide)) and lessons[1:]:
            if max(map(len, lines.splitlines())) <= wide:
                break
            shown = shown.drop(columns=lessons.pop(0))
        return lines

    def tint(self, row, column):
        told = str(row[column])
        if TRIED in told:
            return "attention"
        return "right" if PASSED in told and UNTOUCHED not in told else "quiet"


class NobodyYet(FileNotFoundError):
    """A folder has no progress file: nobody has begun there."""


def read_room(folder):
    """Read the progress files in a folder and in two levels of folders below it.

    A file is named after its learner (`ada.sqlite3`), or lies in a folder that is
    (`ada/progress.sqlite3`). Learners of one name go by their files: `monday/ada`, `friday/ada`.
    What is hidden is nobody's: a room on one machine keeps databases of its own there.
    Returns the learners by name, and {file: why it cannot be read}.
    Raises FileNotFoundError where there is no such folder, NobodyYet where it has no such file.
    """
    try:
        is_there = folder.is_dir()
    except OSError:  # a name that no folder can have
        is_there = False
    if not is_there:
        raise FileNotFoundError(f"There is no folder {escape(folder)}.")
    levels = ("*.sqlite3", "*/*.sqlite3", "*/*/*.sqlite3")  # not all below it: it may be a home
    found = (file for level in levels for file in folder.glob(level))
    files = sorted(it for it in found if "/." not in f"/{it.relative_to(folder).as_posix()}")
    if not files:
        raise NobodyYet(
            f"There is no progress file in {escape(folder)}: expected a file such as ada.sqlite3 "
            "for each learner, a copy of the progress.sqlite3 in their project."
        )
    bearers = Counter(map(name_of, files))
    learners, unreadable = [], {}
    for file in files:
        place = file.relative_to(folder)
        name = name_of(file) if bearers[name_of(file)] == 1 else str(place.with_suffix(""))
        try:
            learners.append(read_learner(escape(name), file))
        except (sqlite3.Error, TypeError, ValueError) as error:
            unreadable[escape(place)] = str(error)
    return sorted(learners, key=lambda learner: learner.name), unreadable


def name_of(file):
    """Name the learner of a file. One whose name comes in two Unicode forms is still one."""
    return normalize("NFC", file.stem if file.stem != "progress" else file.parent.resolve().name)


def read_learner(name, file):
    """Read one progress file without writing to it, also while its learner does.

    Never with `immutable`: SQLite would then lock nothing, and read half of what is being written.
    Raises ValueError for a pipe, which SQLite would wait for without end, and all that is no file,
    and for numbers without end.
    """
    whole = file.parent.resolve() / file.name  # which may be a link in a circle
    if not whole.is_file():
        raise ValueError("it is no file")
    with closing(sqlite3.connect(f"{whole.as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
        connection.execute("BEGIN")  # all three as of one moment
        read = record.states_in, record.scores_in, record.answers_in
        try:
            return Learner(name, *(it(connection) for it in read))
        except OverflowError as error:
            raise ValueError(str(error)) from error


def room_table(learners):
    """Show who is where.

    Returns a DataFrame, a row a learner, indexed by `learner`: `at` (the furthest exercise that was
    opened), `done` (how many were passed), a column a lesson ("02") that somebody has opened, with
    a glyph an exercise (✓ passed, ✗ tried, · not tried yet), `guesses` and `quiz` ("3/4": how many
    first answers were right).
    """
    tasks = all_tasks()
    opened = {id.partition("-")[0] for it in learners for id in it.states if id in tasks}
    by_lesson = groupby(tasks, key=lambda id: id.partition("-")[0])
    lessons = {lesson: list(ids) for lesson, ids in by_lesson if lesson in opened}
    rows = {}
    for learner in learners:
        seen = [id for id in tasks if id in learner.states]
        row = rows[learner.name] = {"at": seen[-1] if seen else UNTOUCHED}
        row["done"] = str(sum(learner.states[id].passed for id in seen))
        for lesson, ids in lessons.items():
            row[lesson] = "".join(glyph(learner.states.get(id)) for id in ids)
        for count, kind in COUNTS.items():
            score = learner.scores[kind]
            row[count] = f"{score.right}/{score.given}" if score.given else ""
    table = RoomTable(list(rows.values()), index=list(rows))
    table.index.name = "learner"
    return table


def glyph(state):
    if state is None or not (state.passed or state.attempts):
        return UNTOUCHED
    return PASSED if state.passed else TRIED


class Stuck(NamedTuple):
    """The exercise that most of a room has tried and not passed."""

    task: object
    people: list
    attempts: int
    hints: int


def stuck_on(learners):
    """Find the exercise on which the room is stuck; None where everybody passed what they tried.

    Of two with as many people, it is the one that took more attempts.
    """
    people, attempts = {}, Counter()
    for learner in learners:
        for id, state in learner.states.items():
            if id in all_tasks() and glyph(state) == TRIED:
                people.setdefault(id, []).append(learner)
                attempts[id] += state.attempts
    if not people:
        return None
    id = max(people, key=lambda id: (len(people[id]), attempts[id]))
    hints = sum(learner.states[id].hints for learner in people[id])
    return Stuck(all_tasks()[id], [learner.name for learner in people[id]], attempts[id], hints)
