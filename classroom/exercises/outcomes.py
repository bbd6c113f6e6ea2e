"""What can come of an answer: it is not there yet, right, wrong, or it raised.

Each has two faces: rich in a notebook, plain in a terminal.
See https://docs.djangoproject.com/en/5.2/ref/utils/#django.utils.html.format_html
"""

from dataclasses import dataclass

from django.utils.html import escape, format_html, format_html_join

from whatfires.rendering import TINTS

NOT_ATTEMPTED, RIGHT, WRONG, RAISED = "not attempted", "right", "wrong", "raised"
BLANK = "\u00a0"  # gives an empty line its height
FACES = {
    NOT_ATTEMPTED: ("○", "Not attempted yet", "room"),
    RIGHT: ("●", "Right", "full"),
    WRONG: ("✗", "Not yet", "alarm"),
    RAISED: ("!", "Your code raised an error", "alarm"),
}


class Wrong(Exception):
    """An answer that does not do what was asked; its words are for the learner."""


def wrong(expected, happened, mistake=""):
    """Judge an answer wrong: what was expected, what happened, and which mistake it looks like.

    Raises Wrong. Each is a sentence, or the end of "Expected: " and "What happened: ".
    """
    lines = [f"Expected: {expected}", f"What happened: {happened}"]
    raise Wrong("\n".join([*lines, mistake] if mistake else lines))


def expect_callable(answer, call):
    """Judge an answer wrong that cannot be called; `call` shows how it is to be called."""
    if not callable(answer):
        wrong(
            f"a function, to be called as {call}",
            f"it is {answer!r}",
            "Hand the function itself to the check, by its name and without brackets.",
        )


def marked(text):
    """Escape a text, and show what stands between backticks as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a backtick without its fellow is one
        return escape(text)
    faces = ("{}", "<code>{}</code>")
    return format_html_join(
        "", "{}", ((format_html(faces[n % 2], it),) for n, it in enumerate(parts))
    )


@dataclass(frozen=True)
class Outcome:
    """What came of a check: its kind, what to say of it, and what the learner's code printed."""

    kind: str
    message: str = ""
    printed: str = ""

    @property
    def right(self):
        return self.kind == RIGHT

    def __repr__(self):
        glyph, title, _ = FACES[self.kind]
        said = [f"{glyph} {title}.", self.message]
        if self.printed:
            said.append(f"Your code printed:\n{self.printed}")
        return "\n".join(filter(None, said))

    def _repr_html_(self):
        glyph, title, tint = FACES[self.kind]
        lines = format_html_join(
            "", "<div>{}</div>", ((marked(it) or BLANK,) for it in self.message.splitlines())
        )
        printed = ""
        if self.printed:
            printed = format_html(
                "<div>Your code printed:</div><pre style='background: none'>{}</pre>", self.printed
            )
        return format_html(
            "<div style='{}; padding: 0.6em 0.9em; border-radius: 0.4em; white-space: pre-wrap'>"
            "<strong>{} {}.</strong>{}{}</div>",
            TINTS[tint],
            glyph,
            title,
            lines,
            printed,
        )
