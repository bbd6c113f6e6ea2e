"""Guesses made before a cell runs: a question, choices to click, and the reason afterwards.

Question, choices, answer and reason stand in `notebooks/guesses/`, so that no cell shows the answer
before its time. See https://docs.python.org/3/library/tomllib.html for the format of those files.
"""

import tomllib
from pathlib import Path
from string import ascii_uppercase
from typing import NamedTuple

import IPython
from django.utils.html import format_html, format_html_join

from classroom import widgets
from classroom.exercises import record
from classroom.exercises.outcomes import marked
from classroom.running.kernel import ROOT
from classroom.widgets.faces import carrying, faces, is_live, piece, written
from whatfires.describing import quoted
from whatfires.rendering import TINTS

FOLDER = ROOT / "notebooks" / "guesses"
CARD_MODULE = Path(widgets.__file__).with_name("guess.js")
UNSURE = "I'm not sure"
CARD = "border: 1px solid gray; border-radius: 0.4em; padding: 0.6em 0.9em"
GREEN, AMBER, GREY = TINTS["right"], TINTS["attention"], TINTS["quiet"]

_chosen = {}  # id of a guess: what was chosen in this kernel
_cards = {}  # id of a guess: the card that can be clicked


class GuessError(ValueError):
    """A guess that cannot be asked; a notebook shows its sentence alone."""

    def _render_traceback_(self):
        return [f"{type(self).__name__}: {self}"]


class Guess(NamedTuple):
    """One question, as its file in `notebooks/guesses/` tells it."""

    id: str
    question: str
    answer: str  # one of the choices; without choices a whole number
    because: str
    choices: tuple = ()  # texts, without UNSURE

    @property
    def offered(self):
        """Every choice by its letter: {"A": "Mon", ...}."""
        return dict(zip(ascii_uppercase, [*self.choices, UNSURE], strict=False))

    def told(self, chosen):
        """What to say to a choice, as pairs of a label and a text: it, the answer, and why."""
        mark = "✓ " if chosen == self.answer else ""
        said = (f"{mark}You said", chosen) if chosen else ("You have not guessed", "")
        return [said, *self.truth()]

    def truth(self):
        return [("The answer", self.answer), ("Why", self.because)]

    def asked(self, told=False):
        """What the card shows, with the answer or without it."""
        choices = list(self.offered.values())
        card = {"id": self.id, "question": self.question, "choices": choices}
        answer = {"answer": self.answer, "told": {"": self.truth()}}
        return card | {"number": not self.choices} | (answer if told else {})


def predict(id, choice=None):
    """Show a question with its choices; `predict("00-1", "Tue")` answers it without a mouse.

    In a notebook you click; elsewhere you give a choice or its letter. Returns None. Raises
    GuessError, a ValueError, for an id that no question has, and for a choice that is not offered.
    """
    guess = guess_of(id)
    if choice is not None:
        _chosen[id] = read_choice(guess, choice)
    show(faces(asked_text(guess), asked_html(guess), CARD_MODULE, guess.asked(), card_of(guess)))


def reveal(id):
    """Hold what was chosen against what happened, with the reason; returns None.

    The first answer to a question counts in `progress()`; without one nothing is scored. Raises
    GuessError for an id that no question has.
    """
    guess, chosen = guess_of(id), _chosen.get(id)
    if chosen is not None:
        record.answered(record.GUESS, id, chosen == guess.answer)
    truth = guess.asked(told=True)
    if id in _cards:
        _cards[id].data = written(truth)  # who clicks from now on is told at once
    html = carrying(told_html(guess, chosen), truth, "reveals", id)
    show({"text/plain": told_text(guess, chosen), "text/html": html})


def answer_of(id):
    """Return the answer that the file gives to a question, for the proofs."""
    return guess_of(id).answer


# The files


def guess_of(id):
    """Find a question by its id, such as "00-1" or "matrix-1"."""
    file = file_of(quoted(id).strip("'").rpartition("-")[0])
    if file is None:
        expected = "expected the lesson and a number, such as predict('00-1')."
        raise GuessError(f"There is no guess {quoted(id)}: {expected}")
    found = guesses_in(file)
    if id not in found:
        has = f"it has {', '.join(found)}."
        raise GuessError(f"There is no guess {quoted(id)} in {file.name}: {has}")
    return found[id]


def file_of(lesson):
    """Find the file of a lesson: 00.toml for "00", deeper_bulk_and_more.toml for "bulk"."""
    if not lesson.isidentifier() and not lesson.isdigit():
        return None
    found = [*FOLDER.glob(f"{lesson}.toml"), *FOLDER.glob(f"deeper_{lesson}*.toml")]
    return min(found, default=None)


def guesses_in(file):
    """Read a file of guesses: {id: Guess}."""
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8")).get("guess", [])
    except tomllib.TOMLDecodeError as error:
        raise GuessError(f"{file.name} is not TOML: {error}.") from None
    return {guess.id: guess for guess in (read_guess(table, file) for table in tables)}


def read_guess(table, file):
    """Read one table of a file; a wrong one is named."""
    where = f"{file.name}, guess {table.get('id', 'without an id')}"
    expected = set(Guess._fields) - ({"choices"} if type(table.get("answer")) is int else set())
    if set(table) != expected:
        raise GuessError(
            f"{where}: expected {', '.join(Guess._fields)}, without choices where the answer is a "
            f"whole number; got {', '.join(table)}."
        )
    if "choices" not in table:
        table = table | {"answer": str(table["answer"]), "choices": []}
    elif not isinstance(table["choices"], list) or len(table["choices"]) < 2:
        raise GuessError(f"{where}: expected a list of two or more choices.")
    texts = [*{**table, "choices": ""}.values(), *table["choices"]]
    if not all(isinstance(it, str) for it in texts):
        raise GuessError(f"{where}: expected texts in quotes.")
    if table["choices"] and table["answer"] not in table["choices"]:
        raise GuessError(f"{where}: the answer {table['answer']!r} is none of its choices.")
    return Guess(**table | {"choices": tuple(table["choices"])})


def read_choice(guess, choice):
    """Return the choice that was meant: its words in any case, or its letter; or a number."""
    meant = (choice if isinstance(choice, str) else quoted(choice)).strip().casefold()
    if not guess.choices and meant.lstrip("-").isdecimal():
        return str(int(meant))
    by_words = {says.casefold(): says for says in guess.offered.values()}
    by_letter = {letter.casefold(): says for letter, says in guess.offered.items()}
    found = by_words.get(meant) or by_letter.get(meant.strip("()."))
    if found is None:
        offered = ", ".join(repr(it) for it in guess.offered.values())
        offered = offered if guess.choices else f"a whole number, or {offered}"
        raise GuessError(f"{quoted(choice)} is none of the choices of {guess.id}: {offered}.")
    return found


# Faces


def show(faces):
    """Show the faces in a notebook; in a terminal the text alone."""
    if IPython.get_ipython() is None:
        print(faces["text/plain"])
    else:
        IPython.display.display(faces, raw=True)


def card_of(guess):
    """Make the card that can be clicked, where a frontend is live; None elsewhere."""
    if not is_live():
        return None
    card = _cards[guess.id] = piece(CARD_MODULE, guess.asked())
    card.choice = _chosen.get(guess.id, "")
    card.observe(lambda change: _chosen.__setitem__(guess.id, change.new), "choice")
    return card


def asked_text(guess):
    lines = [guess.question] if guess.choices else [guess.question, "  a whole number, or"]
    lines += [f"  {letter}) {says}" for letter, says in guess.offered.items()]
    chosen = _chosen.get(guess.id)
    return "\n".join([*lines, f"You said: {chosen}"] if chosen else lines)


def asked_html(guess):
    offered = [(letter, marked(says)) for letter, says in guess.offered.items()]
    offered = offered if guess.choices else [("#", "a whole number, or"), *offered]
    row = "<div style='padding: 0.2em 0'><b>{}</b>&ensp;{}</div>"
    chosen = _chosen.get(guess.id)
    said = format_html("<div>You said: <b>{}</b></div>", chosen) if chosen else ""
    head = "<div style='font-size: 1.25em; padding-bottom: 0.3em'>{}</div>"
    parts = format_html(head, marked(guess.question)), format_html_join("", row, offered), said
    return format_html("<div style='{}'>{}{}{}</div>", CARD, *parts)


def told_text(guess, chosen):
    return "\n".join(f"{label}: {text}" if text else label for label, text in guess.told(chosen))


def told_html(guess, chosen):
    colour = GREEN if chosen == guess.answer else AMBER if chosen else GREY
    told = [(it, ": " if text else ".", marked(text)) for it, text in guess.told(chosen)[:-1]]
    lines = format_html_join("", "<div>{}{}<b>{}</b></div>", told)
    box = "<div style='{}; {}; font-size: 1.15em'>{}<div>Why: {}</div></div>"
    return format_html(box, CARD, colour, lines, marked(guess.because))
