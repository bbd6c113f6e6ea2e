"""The closing quiz: a question, choices to click or a letter, and why that is right or is not.

See https://docs.djangoproject.com/en/5.2/topics/signals/
"""

from dataclasses import dataclass
from functools import partial
from string import ascii_lowercase

from django.utils.html import format_html

from classroom.exercises import record
from classroom.exercises.guesses import CARD_MODULE, UNSURE
from classroom.exercises.outcomes import NOT_ATTEMPTED, RIGHT, WRONG, Outcome
from classroom.exercises.questions import QUESTIONS
from classroom.widgets.faces import faces, is_live, piece
from whatfires.describing import quoted

AGAIN = "Read again"


@dataclass(frozen=True, repr=False)
class Asked(Outcome):
    """A question of the quiz, with its choices to click where somebody can.

    In the notebook the code that is to be read stands above it, in a terminal nothing does.
    """

    number: int = 0

    def __repr__(self):
        code = QUESTIONS[self.number - 1].code
        return super().__repr__().replace("\n\n", f"\n{code}\n" if code else "\n\n", 1)

    def _repr_mimebundle_(self, include=None, exclude=None):
        question, card = QUESTIONS[self.number - 1], asked(self.number)
        widget = piece(CARD_MODULE, card) if is_live() else None
        if widget:
            note = partial(record.answered, record.QUIZ, question.text)
            widget.observe(lambda it: note(it.new == question.right), "choice")
        return faces(repr(self), self._repr_html_(), CARD_MODULE, card, widget)


class Standing(Outcome):
    """How you stand; a page without a kernel puts its own count in the place of this one."""

    def _repr_html_(self):
        return format_html("<div data-standing>{}</div>", super()._repr_html_())


def quiz(number=None, letter=...):
    """Ask a question of the quiz, or answer it with the letter of an option, such as "b".

    In a notebook you click. Every answer is told why it is right, or is not; the first one counts
    in `progress()`. Without a number it says how you stand. A number that no question has, and a
    letter that no option of it has, are answered with a sentence, and do not count.
    """
    if number is None:
        score = record.scores()[record.QUIZ]
        return Standing(kind_of(score), standing(score))
    if type(number) not in (int, float) or number not in range(1, len(QUESTIONS) + 1):
        expected = f"expected the number of a question, from 1 to {len(QUESTIONS)}."
        return Outcome(NOT_ATTEMPTED, f"quiz({quoted(number)}): {expected}")
    number = int(number)
    question = QUESTIONS[number - 1]
    options = dict(zip(ascii_lowercase, offered(question).items(), strict=False))
    said = [heading(number), "", *(f"{key}) {says}" for key, (says, _) in options.items())]
    if letter is ...:
        answer_it = f'Without a mouse: quiz({number}, "a") answers it.'
        return Asked(NOT_ATTEMPTED, "\n".join([*said, "", answer_it]), number=number)
    chosen = letter_meant(letter, options)
    if chosen is None:
        expected = f"expected the letter of an option, one of {', '.join(options)}"
        again = f"quiz({number}) asks it again."
        return Outcome(NOT_ATTEMPTED, f"quiz({number}, {quoted(letter)}): {expected}. {again}")
    says, why = options[chosen]
    right = says == question.right
    record.answered(record.QUIZ, question.text, right)
    told = f"You chose {chosen}. {why}" + ("" if right else f" {AGAIN}: {question.where}.")
    return Outcome(RIGHT if right else WRONG, "\n".join([*said, "", told]))


def offered(question):
    """Return its options, {what may be chosen: what is told}; the last one is to be unsure."""
    truth = f"The answer is: {question.right}. {question.options[question.right]}"
    return question.options | {UNSURE: truth}


def heading(number):
    return f"Question {number} of {len(QUESTIONS)}. {QUESTIONS[number - 1].text}"


def asked(number):
    """What the card of a question shows; the answer is told at once."""
    question = QUESTIONS[number - 1]
    right, options = question.right, question.options
    answer = [("The answer", right), ("Why", options[right])]
    again = [*answer, (AGAIN, question.where)]
    told = {it: answer if it == right else [("But", why), *again] for it, why in options.items()}
    told[UNSURE] = again
    return {
        "id": f"quiz-{number}",
        "question": heading(number),
        "number": False,
        "choices": list(offered(question)),
        "answer": right,
        "told": told,
    }


def letter_meant(said, options):
    """Read "b", "(B)" or the words of an option as its letter; None for anything else."""
    word = said.strip(" ().").casefold() if issubclass(type(said), str) else None
    words = {says.strip("`").casefold(): key for key, (says, _) in options.items()}
    return word if word in options else words.get(word and word.strip("`"))


def kind_of(score):
    if not score.given:
        return NOT_ATTEMPTED
    return RIGHT if score.right == len(QUESTIONS) else WRONG


def standing(score):
    left = len(QUESTIONS) - score.given
    return f"{score.right} of {len(QUESTIONS)} right at the first try, {left} not answered yet."
