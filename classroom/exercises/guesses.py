"""Guesses made before a cell runs: a question, choices to click, and the reason afterwards.

Question, choices, answer and reason stand in `notebooks/guesses/`, so that no cell shows the answer
before its time. See https://docs.python.org/3/library/tomllib.html for the format of those files.
"""

import tomllib
from calendar import day_name
from string import ascii_uppercase
from typing import NamedTuple

import IPython
from django.utils.html import format_html, format_html_join

from classroom.exercises import record
from classroom.running.kernel import ROOT
from classroom.widgets.faces import WIDGET, is_live
from whatfires.describing import quoted

FOLDER = ROOT / "notebooks" / "guesses"
UNSURE = "I'm not sure"
CARD = "border: 1px solid rgba(128, 128, 128, 0.5); border-radius: 0.4em; padding: 0.6em 0.9em"
GREEN, AMBER, GREY = (
    "rgba(46, 160, 67, 0.28)",
    "rgba(227, 160, 8, 0.28)",
    "rgba(128, 128, 128, 0.12)",
)

DAYS = {day.lower(): day[:3].lower() for day in day_name}
ANSWERS = {"true": "yes", "false": "no"}

_chosen = {}  # id of a guess: what was chosen in this kernel


class GuessError(ValueError):
    """A guess that cannot be asked; a notebook shows its sentence alone."""

    def _render_traceback_(self):
        return [f"{type(self).__name__}: {self}"]


class Guess(NamedTuple):
    """One question, as its file in `notebooks/guesses/` tells it."""

    id: str
    question: str
    choices: tuple  # texts, without UNSURE
    answer: str  # one of the choices
    because: str

    @property
    def offered(self):
        """Every choice by its letter: {"A": "Mon", ...}."""
        return dict(zip(ascii_uppercase, [*self.choices, UNSURE], strict=False))

    def told(self):
        """Say what was right, and why."""
        return f"{self.answer}: {self.because}"


def predict(id, choice=None):
    """Show a question with its choices; `predict("00-1", "Tue")` answers it without a mouse.

    In a notebook you click; elsewhere you give a choice or its letter. Returns None. Raises
    GuessError, a ValueError, for an id that no question has, and for a choice that is not offered.
    """
    guess = guess_of(id)
    if choice is not None:
        _chosen[id] = read_choice(guess, choice)
    show(asked_text(guess), asked_html(guess), card_of(guess))


def reveal(id):
    """Hold what was chosen against what happened, with the reason; returns None.

    The first answer to a question counts in `progress()`; without one nothing is scored. Raises
    GuessError for an id that no question has.
    """
    guess, chosen = guess_of(id), _chosen.get(id)
    if chosen is not None:
        record.answered(record.GUESS, id, chosen == guess.answer)
    show(told_text(guess, chosen), told_html(guess, chosen))


def answer_of(id):
    """Return the answer that the file gives to a question, for the proofs."""
    return guess_of(id).answer


# The files


def guess_of(id):
    """Find a question by its id, such as "00-1" or "matrix-1"."""
    file = file_of(quoted(id).strip("'").rpartition("-")[0])
    if file is None:
        raise GuessError(
            f"There is no guess {quoted(id)}: expected the lesson and a number, such as "
            "predict('00-1')."
        )
    found = guesses_in(file)
    if id not in found:
        raise GuessError(
            f"There is no guess {quoted(id)} in {file.name}: it has {', '.join(found)}."
        )
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
    guesses = [read_guess(table, file) for table in tables]
    return {guess.id: guess for guess in guesses}


def read_guess(table, file):
    """Read one table of a file; a wrong one is named."""
    where = f"{file.name}, guess {table.get('id', 'without an id')}"
    if set(table) != set(Guess._fields):
        raise GuessError(f"{where}: expected {', '.join(Guess._fields)}, got {', '.join(table)}.")
    if not isinstance(table["choices"], list) or len(table["choices"]) < 2:
        raise GuessError(f"{where}: expected a list of two or more choices.")
    if not all(isinstance(it, str) for it in {**table, "choices": ""}.values()) or not all(
        isinstance(it, str) for it in table["choices"]
    ):
        raise GuessError(f"{where}: expected texts in quotes.")
    if table["answer"] not in table["choices"]:
        raise GuessError(f"{where}: the answer {table['answer']!r} is none of its choices.")
    return Guess(**table | {"choices": tuple(table["choices"])})


def read_choice(guess, choice):
    """Return the choice that was meant: its words in any case, or its letter."""
    meant = (choice if isinstance(choice, str) else quoted(choice)).strip().casefold()
    by_words = {says.casefold(): says for says in guess.offered.values()}
    by_letter = {letter.casefold(): says for letter, says in guess.offered.items()}
    found = by_words.get(meant) or by_letter.get(meant.strip("()."))
    if found is None:
        offered = ", ".join(repr(it) for it in guess.offered.values())
        raise GuessError(f"{quoted(choice)} is none of the choices of {guess.id}: {offered}.")
    return found


# Faces


def show(text, html, card=None):
    """Show a text in a terminal and its HTML in a notebook; a card that can be clicked, if any."""
    if IPython.get_ipython() is None:
        print(text)
        return
    faces = {"text/plain": text, "text/html": html}
    IPython.display.display(faces | ({WIDGET: card} if card else {}), raw=True)


def card_of(guess):
    """Make the card that can be clicked, where a frontend is live; None elsewhere."""
    if not is_live():
        return None
    from classroom.widgets.guess import GuessCard  # loads all of ipywidgets: half a second

    card = GuessCard(
        question=guess.question,
        choices=list(guess.offered.values()),
        choice=_chosen.get(guess.id, ""),
    )
    card.observe(lambda change: _chosen.__setitem__(guess.id, change.new), "choice")
    return card._repr_mimebundle_()[0][WIDGET]


def asked_text(guess):
    lines = [guess.question]
    lines += [f"  {letter}) {says}" for letter, says in guess.offered.items()]
    chosen = _chosen.get(guess.id)
    return "\n".join([*lines, f"You say {chosen}."] if chosen else lines)


def asked_html(guess):
    chosen = _chosen.get(guess.id)
    rows = format_html_join(
        "",
        "<div style='padding: 0.2em 0'><b>{}</b>&ensp;{}</div>",
        ((letter, says) for letter, says in guess.offered.items()),
    )
    said = format_html("<div>You say <b>{}</b>.</div>", chosen) if chosen else ""
    return format_html(
        "<div style='{}'><div style='font-size: 1.25em; padding-bottom: 0.3em'>{}</div>{}{}</div>",
        CARD,
        guess.question,
        rows,
        said,
    )


def told_text(guess, chosen):
    if chosen is None:
        return f"You have not guessed. It was {guess.told()}"
    if chosen == guess.answer:
        return f"✓ You said {chosen}, and it was {guess.told()}"
    return f"You said {chosen}. It was {guess.told()}"


def told_html(guess, chosen):
    if chosen is None:
        colour, opening = GREY, "You have not guessed. It was"
    elif chosen == guess.answer:
        colour, opening = GREEN, f"✓ You said {chosen}, and it was"
    else:
        colour, opening = AMBER, f"You said {chosen}. It was"
    return format_html(
        "<div style='{}; background-color: {}; font-size: 1.15em'>{} <b>{}</b>: {}</div>",
        CARD,
        colour,
        opening,
        guess.answer,
        guess.because,
    )


def gist(answer):
    """Reduce an answer in free words, as the exercises take it, to what it says: a list of words.

    "tuesday" is "Tue", "Yes" is True, "2" is 2, and "Mon, Wed" is ["Mon", "Wed"].
    """
    parts = answer if isinstance(answer, list | tuple) else str(answer).split(",")
    words = [str(part).strip().lower() for part in parts]
    return [DAYS.get(word) or ANSWERS.get(word) or word for word in words]
