"""Answers that are clicked: a card with choices for each thing that is asked, or lines to move.

What the card gives is a plain dict or list, so that it can be filled in by code as well.
See https://docs.python.org/3/tutorial/datastructures.html#dictionaries
"""

import json
from pathlib import Path

from django.utils.html import format_html, format_html_join

from classroom import widgets
from classroom.exercises.guesses import CARD
from classroom.widgets.faces import faces, is_live, piece

FORM_MODULE = Path(widgets.__file__).with_name("form.js")

_kept = {}  # id of a task: its card. A cell that runs again shows what was chosen before.


class Several(tuple):
    """Choices of which more than one may be chosen; the answer is a list of them."""


class Card:
    """What a card has beside its answers: its name in the cell, and its faces."""

    def _repr_mimebundle_(self, include=None, exclude=None):
        widget = None
        if is_live():
            widget = piece(FORM_MODULE, self.asked())
            widget.choice = json.dumps(self.chosen())
            widget.observe(lambda change: self.take(json.loads(change.new)), "choice")
        # Only a kernel can check it: elsewhere it stands still, but for the site (docs/conf.py).
        text, html = repr(self), self.html()
        return faces(text, html, widget and FORM_MODULE, self.asked(), widget)


class Choices(Card, dict):
    """Answers by what is asked, each None at first; `fields` are {what is asked: its choices}.

    Without choices it is a whole number.
    """

    def __init__(self, name, title, fields):
        self.name, self.title, self.fields = name, title, fields
        super().__init__(dict.fromkeys(fields))

    def blank(self):
        return Choices(self.name, self.title, self.fields)

    def chosen(self):
        return dict(self)

    def take(self, chosen):
        self.update(chosen)

    def asked(self):
        asked = [
            {"name": name, "choices": list(it), "several": isinstance(it, Several)}
            for name, it in self.fields.items()
        ]
        return {"title": self.title, "asked": asked}

    def rows(self):
        """What is asked, what may be chosen, and what was, as texts."""
        for name, choices in self.fields.items():
            yield name, " · ".join(choices) or "a whole number", said(self[name])

    @property
    def by_hand(self):
        first, choices = next(iter(self.fields.items()))
        values = "one of these, in quotes" if choices else "a number"
        values = "a list of these, in quotes" if isinstance(choices, Several) else values
        return f'Without buttons, set {self.name}["{first}"] and the others: each to {values}.'

    def __repr__(self):
        rows = (f"  {name}: {offered}{chosen}" for name, offered, chosen in self.rows())
        return "\n".join([self.title, *rows, self.by_hand])

    def html(self):
        row = "<div style='padding: 0.2em 0'><b>{}</b>&ensp;{}<b>{}</b></div>"
        return drawn(self.title, format_html_join("", row, self.rows()), self.by_hand)


class Order(Card, list):
    """The numbers of lines in their order: as they stand, until somebody moves them."""

    def __init__(self, name, title, lines, given=""):
        self.name, self.title, self.lines, self.given = name, title, lines, given
        super().__init__(range(1, len(lines) + 1))

    def blank(self):
        return Order(self.name, self.title, self.lines, self.given)

    def chosen(self):
        return list(self)

    def take(self, chosen):
        self[:] = chosen

    def asked(self):
        return {"title": self.title, "lines": self.lines, "given": self.given}

    @property
    def by_hand(self):
        return (
            f"{self.name} is {self.chosen()}. Without buttons, set it to the numbers in their "
            "order, such as [3, 1, 2], without those that are not needed."
        )

    @property
    def numbered(self):
        lines = (f"{number:2}  {text}" for number, text in enumerate(self.lines, start=1))
        return "\n".join([*self.given.strip("\n").splitlines(), *lines])

    def __repr__(self):
        return "\n".join([self.title, self.numbered, self.by_hand])

    def html(self):
        return drawn(self.title, format_html("<pre>{}</pre>", self.numbered), self.by_hand)


def card_of(task):
    """Return the card of a task, as it was last filled in; None for a task without one."""
    if task.id not in _kept:
        _kept[task.id] = task.new_card()
    return _kept[task.id]


def forget(id):
    _kept.pop(id, None)


def said(answer):
    """Write an answer behind its choices; nothing where there is none."""
    if answer is None:
        return ""
    return f" → {', '.join(map(str, answer)) if isinstance(answer, list) else answer}"


def drawn(title, body, by_hand):
    head = format_html("<div style='font-size: 1.25em; padding-bottom: 0.3em'>{}</div>", title)
    return format_html("<div style='{}'>{}{}<div>{}</div></div>", CARD, head, body, by_hand)
