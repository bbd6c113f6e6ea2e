"""The exercise notebooks, written from the exercises themselves: nobody edits them by hand.

See https://jupytext.readthedocs.io/en/latest/formats-scripts.html
"""

from itertools import groupby

from classroom.exercises.engine import all_tasks

LESSONS = {"write": "Write", "repair": "Repair", "predict": "Predict", "judge": "Judge"}
# A comment to whoever opens the text, and to ruff; no notebook shows it.
HEADER = """\
<!--
Generated from classroom/exercises/tasks/ by `manage.py build_notebooks`: edit those files instead.
fmt: off
ruff: noqa
-->"""


def write_texts(folder):
    """Write the texts of the exercise notebooks that are missing or stale below this folder."""
    for path, text in stale_texts(folder).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def stale_texts(folder):
    """Find what is missing or stale below this folder: {path: the text that it should hold}."""
    wanted = {folder / f"{name}.py": text for name, text in exercise_sources().items()}
    return {
        path: text
        for path, text in wanted.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }


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
            f"{HEADER}\n\n# Exercises for lesson {number}\n\n"
            f"They belong to [the lesson](../{lesson}.ipynb). All {len(tasks)} take about "
            f"{minutes} minutes. Change the cell below a task, run it, and run the check beneath "
            "it. Stuck? Take the `#` away before `hint()`, as often as you like."
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
