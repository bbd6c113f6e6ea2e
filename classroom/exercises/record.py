"""What a learner has done, kept in a file of their own that survives crashes and two notebooks.

The file is a SQLite database, because that is what both of these need; a damaged one is set aside
and reported, never silently lost.
See https://docs.python.org/3/library/sqlite3.html
"""

import os
import sqlite3
from contextlib import closing, contextmanager
from itertools import chain
from typing import NamedTuple

from django.conf import settings

from classroom.exercises.outcomes import RIGHT
from classroom.running.platform import at_hand
from speedster import environment
from whatfires.describing import quoted

TABLES = """
CREATE TABLE IF NOT EXISTS exercises (
    id TEXT PRIMARY KEY, attempts INTEGER NOT NULL DEFAULT 0, hints INTEGER NOT NULL DEFAULT 0,
    passed INTEGER NOT NULL DEFAULT 0, last TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS answers (
    kind TEXT NOT NULL, question TEXT NOT NULL, was_right INTEGER NOT NULL,
    PRIMARY KEY (kind, question)
);
"""
GUESS, QUIZ = "guess", "quiz"
# Not OR IGNORE, which would drop in silence what a newer version's tables refuse.
NEW = "INSERT INTO exercises (id) VALUES (?) ON CONFLICT DO NOTHING"


class State(NamedTuple):
    """What is known of one exercise; `last` is what came of the last attempt."""

    attempts: int = 0
    hints: int = 0
    passed: bool = False
    last: str = ""


def place():
    """Name the file: in the project's root, unless PROGRESS_FILE names another."""
    return environment.file("PROGRESS_FILE", "progress.sqlite3", settings.BASE_DIR)


class Score(NamedTuple):
    """How many questions of a kind were answered, and how many first answers were right."""

    right: int = 0
    given: int = 0

    def __str__(self):
        return f"{self.right} of {self.given}"


def in_book(act):
    """Return what `act(connection)` returns; what it writes is written whole.

    Where the file takes nothing (a read-only folder, a full disk, the tables of somebody else or of
    a newer version) or holds what is no progress, that is said, and `act` works in memory.
    """
    try:
        with book() as it:
            return act(it)
    except (OSError, sqlite3.DatabaseError, TypeError, ValueError, OverflowError) as error:
        print(f"Your progress is not kept: {place().name} cannot be read or written ({error}).")
    with closing(opened(":memory:")) as it:
        return act(it)


@contextmanager
def book():
    """Open the file for reading and writing; what is written in the block is written whole."""
    with at_hand(place()) as file, closing(opened_or_renewed(file)) as connection, connection:
        yield connection


def opened_or_renewed(file):
    """Open the file; set a damaged one aside, and begin a new one."""
    try:
        return opened(file)
    except sqlite3.OperationalError:  # nothing is wrong with what is in it
        raise
    except sqlite3.DatabaseError as error:
        aside = file.with_name(f"{file.stem}-damaged-{os.getpid()}-{file.stat().st_mtime_ns}.bak")
        file.rename(aside)
        print(
            f"Your progress file cannot be read ({error}). It is kept as {aside.name}, and a new "
            "one begins: what you had done is not lost, ask your teacher."
        )
        return opened(file)


def opened(file):
    """Open a file that is whole and can be written; raise sqlite3.DatabaseError for any other."""
    connection = sqlite3.connect(file, timeout=20)
    try:
        [(said,)] = connection.execute("PRAGMA quick_check(1)")
        if said != "ok":
            raise sqlite3.DatabaseError(said)
        connection.executescript(TABLES)
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def attempted(id, kind):
    """Note what came of an attempt. Once passed, an exercise stays passed."""

    def note(it):
        it.execute(NEW, [id])
        it.execute(
            "UPDATE exercises SET attempts = attempts + ?, passed = passed OR ?, last = ? "
            "WHERE id = ?",
            [kind != "not attempted", kind == RIGHT, kind, id],
        )

    in_book(note)


def hinted(id):
    """Note that a hint was asked for; return how many that makes."""

    def note(it):
        it.execute(NEW, [id])
        it.execute("UPDATE exercises SET hints = hints + 1 WHERE id = ?", [id])
        [(hints,)] = it.execute("SELECT hints FROM exercises WHERE id = ?", [id])
        return hints

    return in_book(note)


def state(id):
    return states().get(id, State())


def states():
    """Return what is known of all exercises that were opened, as {id: State}."""
    return in_book(states_in)


def states_in(connection):
    rows = connection.execute("SELECT id, attempts, hints, passed, last FROM exercises ORDER BY id")
    return {
        id: State(int(attempts), int(hints), bool(passed), last)
        for id, attempts, hints, passed, last in rows
    }


def answered(kind, question, right):
    """Note the answer to a question; return whether it counts. Only the first one does."""
    added = "INSERT INTO answers VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
    return in_book(lambda it: it.execute(added, [kind, question, right]).rowcount == 1)


def scores():
    """Return the scores of the guesses and of the quiz, as {kind: Score}."""
    return in_book(scores_in)


def scores_in(connection):
    rows = connection.execute("SELECT kind, SUM(was_right), COUNT(*) FROM answers GROUP BY kind")
    return {GUESS: Score(), QUIZ: Score()} | {kind: Score(*score) for kind, *score in rows}


def answers_in(connection):
    """Read the first answers from an open file, as {(kind, question): whether it was right}.

    Raises ValueError for a file in which an answer's kind or question is no text.
    """
    rows = connection.execute("SELECT kind, question, was_right FROM answers")
    answers = {(kind, question): bool(right) for kind, question, right in rows}
    for it in chain.from_iterable(answers):
        if not isinstance(it, str):
            raise ValueError(f"expected an answer's kind and question as text, came {quoted(it)}")
    return answers


def forget(id):
    in_book(lambda it: it.execute("DELETE FROM exercises WHERE id = ?", [id]))
