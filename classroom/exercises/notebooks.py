"""The exercise notebooks, written from the exercises themselves: nobody edits them by hand.

See https://jupytext.readthedocs.io/en/latest/formats-scripts.html
"""

from itertools import groupby

from classroom.exercises.engine import all_tasks

LESSONS = {"write": "Write", "repair": "Repair", "predict": "Predict", "judge": "Judge"}


def exercise_sources():
    """Write the text of every exercise notebook: {name of the lesson: py:percent text}."""
    tasks = sorted(all_tasks().values(), key=lambda task: task.id)
    return {
        lesson: source_of(lesson, list(group))
        for lesson, group in groupby(tasks, key=lambda task: task.lesson)
    }


def source_of(lesson, tasks):
    """Write the text of one notebook: a cell of code is code, anything else a comment."""
    number = lesson[:2]
    minutes = sum(task.minutes for task in tasks)
    cells = [
        markdown(
            f"# Exercises for lesson {number}\n\nThey belong to [the lesson](../{lesson}.ipynb). "
            f"All {len(tasks)} take about {minutes} minutes. Change the cell below a task, run it, "
            "and run the check beneath it. Stuck? Take the `#` away before `hint()`, as often as "
            "you like."
        ),
        code("fresh_database()"),
    ]
    for task in tasks:
        cells += cells_of(task)
    cells += [markdown("Where you stand:"), code("progress()")]
    return "\n".join(cells)


def cells_of(task):
    name = f"ex_{task.id.replace('-', '_')}"
    about = f"{LESSONS[task.kind]} · about {task.minutes} minutes"
    return [
        markdown(
            f"## {task.id} · {task.title}\n\n*{about}*\n\n{task.situation.strip()}\n\n"
            f"**Your task.** {task.task.strip()}"
        ),
        code(task.starter.strip("\n")),
        code(f'{name} = exercise("{task.id}")\n{name}.check({task.answer})'),
        code(f"# {name}.hint()\n# {name}.solution()"),
    ]


def markdown(text):
    lines = (f"# {line}".rstrip() for line in text.splitlines())
    return "# %% [markdown]\n" + "\n".join(lines) + "\n"


def code(text):
    return f"# %%\n{text}\n"
