"""Lines to put in order, as in a Parsons problem: the code is given, and its order is asked for.

See https://docs.djangoproject.com/en/5.2/topics/signals/ for what the lines are about.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from classroom.exercises.cards import Order
from classroom.exercises.engine import Task, run_code
from classroom.exercises.outcomes import Wrong, expect_callable, wrong
from classroom.exercises.tracebacks import is_of_the_check


@dataclass(kw_only=True)
class Parsons(Task):
    """An exercise whose answer is an order of lines: their numbers, or the lines themselves.

    `lines` are shown as they stand, numbered, so give them shuffled, each with its indentation. No
    two may have the same text. One may be a distractor, which no right order has.
    `given` is code that runs before them, such as imports. `solution` is code such as
    `order = [2, 4, 1]`; `others` are orders that are right as well. `builds` is the name that the
    lines define. What it names is judged by the function that is decorated with `@task.judge`, as
    in any task. They are moved on a card.
    """

    kind: str = "order"
    answer: str = "order"
    lines: str
    builds: str
    given: str = ""

    def __post_init__(self):
        self.texts = self.lines.strip("\n").split("\n")
        super().__post_init__()

    def new_card(self):
        return Order(self.answer, self.title, self.texts, self.given)

    def begun(self):
        return self.new_card()

    @property
    def shown(self):
        """The solution as it is shown: the numbers, and below them the lines in that order."""
        lines = self.assembled(self.order_of(self.solution)).strip("\n")
        return f"{self.solution.strip()}\n\n{lines}"

    def order_of(self, answer):
        """Return the numbers that a right answer stands for."""
        return self.numbers_in(run_code(self.code_of(answer))[self.answer])

    def assembled(self, numbers):
        """Return the code of the cell: what is given, and the lines in this order."""
        return "\n".join([self.given, *(self.texts[number - 1] for number in numbers)])

    def judge(self, function: Callable):
        """Take the function that judges what the lines define, once they are in order."""

        def check(answer):
            numbers = self.numbers_in(answer)
            try:
                names = self.names_from(numbers)  # held: a receiver among them is to stay alive
                if self.call:
                    expect_callable(names[self.builds], self.call)
                function(names[self.builds])
            except Wrong as verdict:
                raise Wrong(f"{verdict}\n{self.out_of_place(numbers)}") from None
            except Exception as error:
                if is_of_the_check(error):
                    raise
                said = f"in your order they raise {type(error).__name__}: {error}"
                wrong("lines that run without an error", said, self.out_of_place(numbers))
            if len(numbers) > len(self.order_of(self.solution)):
                wrong("only lines that are needed", "it works, and one of yours does nothing")

        self.check = check
        return function

    def names_from(self, numbers):
        """Run the lines in this order, and return the names that they define."""
        code = self.assembled(numbers)
        try:
            compile(code, "lines", "exec")
        except SyntaxError as error:
            wrong("lines that Python can read", f"in your order they are not: {error.msg}")
        names = run_code(code)
        if self.builds not in names:
            wrong(f"lines that define `{self.builds}`", "these do not")
        return names

    def numbers_in(self, answer):
        """Read an order: a list of numbers, a text of numbers, or the lines themselves."""
        if isinstance(answer, list | tuple) and all(isinstance(it, str) for it in answer):
            answer = "\n".join(answer)
        if isinstance(answer, str) and re.search("[a-z]", answer):
            answer = [self.number_of(line) for line in answer.splitlines() if line.strip()]
        elif isinstance(answer, str):
            answer = re.findall(r"\d" if len(self.texts) < 10 else r"\d+", answer)
        if not isinstance(answer, list | tuple) or not answer:
            wrong("the numbers of the lines in their order, such as [3, 1, 2]", f"it is {answer!r}")
        known = {str(number): number for number in range(1, len(self.texts) + 1)}
        for it in answer:
            if str(it) not in known:
                wrong(f"numbers from 1 to {len(known)}", f"there is {it!r} among them")
        numbers = [known[str(it)] for it in answer]
        for number in numbers:
            if numbers.count(number) > 1:
                wrong("each line once at most", f"line {number} is there more than once")
        return numbers

    def number_of(self, line):
        """Find a line that was copied, perhaps without its indentation or with its number."""
        bare = re.sub(r"^\s*#?\s*\d*\s*", "", line).rstrip()
        for number, text in enumerate(self.texts, start=1):
            if text.strip() == bare:
                return number
        wrong("lines as they are given", f"`{line.strip()}` is none of them", "Copy each as it is.")

    def out_of_place(self, numbers):
        """Name the first line that is out of place, and not the one that belongs there."""
        right = [self.order_of(it) for it in (self.solution, *self.others)]
        places = range(len(numbers) + 1)
        place = max(at for at in places if numbers[:at] in [it[:at] for it in right])
        if place == len(numbers):
            return "All your lines are in place, and at least one is missing."
        line = self.texts[numbers[place] - 1].strip()
        return f"The first line that is out of place is number {place + 1} of yours: `{line}`."
