"""The exercise notebooks, written from the exercises themselves: nobody edits them by hand.

See https://jupytext.readthedocs.io/en/latest/formats-scripts.html
"""

from itertools import groupby

from classroom.exercises.catalogue import all_tasks
from classroom.exercises.questions import QUESTIONS, letter_of

KINDS = {
    "write": "Write",
    "repair": "Repair",
    "predict": "Predict",
    "judge": "Judge",
    "order": "Put in order",
}
FIRST_CELL = "fresh_database()"
# A comment to people who open the notebook's file; no notebook shows it.
HEADER = "<!-- Made from classroom/exercises/{place} by `build_notebooks`: edit that instead. -->"


def exercise_sources(solved=False):
    """Write the text of every exercise notebook: {name of the lesson, or quiz: its text}.

    `solved` writes them for the person who teaches: the solutions are in, and the notebooks lie
    in a folder beside `notebooks/`.
    """
    tasks = [task for task in all_tasks().values() if not task.is_your_turn]
    lessons = {
        name_of_lesson(lesson): source_of(lesson, list(group), solved)
        for lesson, group in groupby(tasks, key=lambda task: task.lesson)
    }
    return lessons | {"quiz": source_of_quiz(solved)}


def name_of_lesson(lesson):
    """Name a lesson's exercise notebook: they all lie in one folder, `deeper/` ones as well."""
    return lesson.rpartition("/")[2]


def source_of(lesson, tasks, solved=False):
    """Write the text of one notebook: a cell of code is code, anything else a comment."""
    cells = [
        markdown(solved_head(lesson, tasks) if solved else head(lesson, tasks)),
        code(FIRST_CELL),
    ]
    for task in tasks:
        cells += solved_cells_of(task) if solved else cells_of(task)
    cells += [
        markdown("Where you stand (`progress()` shows the whole course):"),
        code(f'progress("{tasks[0].lesson_id}")'),
    ]
    return "\n".join(cells)


def head(lesson, tasks):
    minutes = sum(task.minutes for task in tasks)
    several = len(tasks) > 1
    belongs = "They belong" if several else "This one belongs"
    how_many = f"All {len(tasks)} take" if several else "It takes"
    cards = "answer on its card if it shows one, " if any(it.new_card() for it in tasks) else ""
    return (
        f"{HEADER.format(place='tasks/')}\n\n# Exercises for {title_of(tasks[0])}\n\n"
        f"{belongs} to [the lesson](../{lesson}.ipynb). {how_many} about {minutes} "
        f"minutes. In a notebook, change the cell below a task, run it, {cards}and run the check "
        "beneath it. Stuck? Take the `#` away before `hint()`, as often as you like."
    )


def title_of(task):
    """Name a lesson in a heading: "lesson 02", or "deeper: matrix"."""
    return f"{'deeper: ' if '/' in task.lesson else 'lesson '}{task.lesson_id}"


def solved_head(lesson, tasks):
    return (
        f"# Solutions for {title_of(tasks[0])}\n\n"
        f"They belong to [the lesson](../notebooks/{lesson}.ipynb). Others are right as well: the "
        "check judges what happens, and what set it off."
    )


def source_of_quiz(solved=False):
    """Write the text of the closing quiz, a cell a question."""
    number, optional = len(QUESTIONS), sum(question.deeper for question in QUESTIONS)
    about = (
        f"{HEADER.format(place='questions.py')}\n\n# The closing quiz\n\n"
        f"{number} questions over the whole course, a quarter of an hour. The last {optional} "
        "are about notebooks of `deeper/`: guess, or come back to them. In a notebook, run the "
        'cell, then click your answer. Without a mouse: `quiz(1, "a")`. Whatever you choose, you '
        "read the answer and why, and after a wrong choice what to read again. Only your first "
        "choice counts. *I'm not sure* counts as a wrong first choice."
    )
    cells = [markdown("# The closing quiz, answered" if solved else about)]
    for number, question in enumerate(QUESTIONS, start=1):
        before = [f"## {question.part}"] if question.part else []
        if question.deeper:
            name, at = name_of_lesson(question.lesson), "../notebooks" if solved else ".."
            before += [f"From the notebook [{name}]({at}/{question.lesson}.ipynb):"]
        if question.code:
            before += [f"Read this for question {number}:\n\n```python{question.code}```"]
        cells += [markdown("\n\n".join(before))] if before else []
        cells += [code(f"quiz({number}{f', {letter_of(question)!r}' if solved else ''})")]
    cells += [
        markdown("Your result so far (`progress()` shows it beside the exercises):"),
        code("quiz()"),
    ]
    return "\n".join(cells)


def cells_of(task):
    return [
        markdown(told(task)),
        code(task.starter.strip("\n")),
        code(checked(task)),
        code(f"# {name_of(task)}.hint()\n# {name_of(task)}.solution()"),
    ]


def solved_cells_of(task):
    return [markdown(told(task)), code(task.solution.strip("\n")), code(checked(task))]


def told(task):
    return (
        f"## {task.id} · {task.title}\n\n"
        f"*{KINDS[task.kind]} · about {task.minutes} minutes*\n\n"
        f"{task.situation.strip()}\n\n**Your task.** {task.task.strip()}"
    )


def checked(task):
    return f'{name_of(task)} = exercise("{task.id}")\n{name_of(task)}.check({task.answer})'


def name_of(task):
    return f"ex_{task.id.replace('-', '_')}"


def markdown(text):
    lines = (f"# {line}".rstrip() for line in text.splitlines())
    return "# %% [markdown]\n" + "\n".join(lines) + "\n"


def code(text):
    return f"# %%\n{text}\n"
