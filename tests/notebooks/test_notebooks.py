"""Every notebook is current, runs anywhere and any day; lessons and exercises have their form."""

import re
import statistics

import pytest

from classroom.exercises.catalogue import all_tasks
from classroom.exercises.guesses import FOLDER as FOLDER_OF_GUESSES
from classroom.exercises.guesses import guesses_in
from classroom.exercises.questions import QUESTIONS
from classroom.publishing import notebooks

NOTEBOOKS = notebooks.notebooks()
LESSONS = [path for path in NOTEBOOKS if path.parent == notebooks.FOLDER]
DEEPER = [path for path in NOTEBOOKS if path.parent == notebooks.FOLDER / "deeper"]
EXERCISES = [path for path in NOTEBOOKS if path.parent == notebooks.FOLDER / "exercises"]
# What is made in one way is run a second time once: it takes its time.
RUN_TWICE = [path for path in NOTEBOOKS if path not in EXERCISES[1:]]
START = "00_start_here"


def each(paths):
    names = [str(path.relative_to(notebooks.FOLDER).with_suffix("")) for path in paths]
    return pytest.mark.parametrize("path", paths, ids=names)


def code(path):
    return [cell for cell in notebooks.read(path).cells if cell.cell_type == "code"]


def prose(path):
    """The Markdown of a notebook as one text, without blocks of code and of pictures."""
    cells = [cell.source for cell in notebooks.read(path).cells if cell.cell_type == "markdown"]
    return re.sub(r"^```.*?^```", "", "\n\n".join(cells), flags=re.DOTALL | re.MULTILINE)


def words_in(path):
    """Count the words of the prose, without the addresses of links."""
    return len(re.findall(r"[\w’'-]+", re.sub(r"\]\(\S+\)", "]", prose(path))))


def expect_none(differences):
    """Fail with the differences alone: they are what there is to read."""
    if differences:
        pytest.fail("\n\n".join(differences), pytrace=False)


# Text and notebook


def test_every_text_has_its_notebook_and_every_notebook_its_text():
    assert {notebooks.notebook_of(source) for source in notebooks.sources()} == set(NOTEBOOKS)
    assert START in {path.stem for path in LESSONS}


@each(NOTEBOOKS)
def test_text_and_notebook_have_the_same_cells(path):
    source = notebooks.source_of(path)
    steps = notebooks.out_of_step(notebooks.read(path), notebooks.convert(source))
    expect_none(["Run `python manage.py build_notebooks`.\n" + "\n".join(steps)] if steps else [])


# Running


@pytest.mark.slow
@each(NOTEBOOKS)
def test_a_run_gives_the_committed_outputs(path, rehearsal):
    expect_none(rehearsal.first)


@pytest.mark.slow
@each(LESSONS + DEEPER)
def test_what_a_notebook_claims_is_proven(path, rehearsal):
    assert notebooks.proof_of(notebooks.source_of(path)).exists()
    assert rehearsal.failed_proof == ""


@pytest.mark.slow
@pytest.mark.on_one_django
@each(RUN_TWICE)
def test_a_second_run_in_the_same_kernel_on_a_day_far_ahead_gives_them_again(path, two_rehearsals):
    expect_none(two_rehearsals.again)


@pytest.mark.slow
@each(NOTEBOOKS)
def test_a_run_leaves_no_receiver_connected_and_no_transaction_open(path, rehearsal):
    assert rehearsal.listeners_after == rehearsal.listeners_before
    assert rehearsal.listeners_before  # the project's own: the count does see receivers
    assert rehearsal.open_transactions == []


@pytest.mark.slow
def test_two_notebooks_open_at_once_never_meet():
    hire = "Employees.objects.create(first_name='Ada', last_name='Lovelace', address='', age=36)"
    folder = notebooks.FOLDER
    with notebooks.open_kernel(folder) as one, notebooks.open_kernel(folder) as other:
        for kernel in (one, other):
            kernel.ask("None", after="fresh_database()")
        one.ask("None", after=hire)
        counts = [kernel.ask("Employees.objects.count()") for kernel in (one, other)]
        other.ask("None", after="fresh_database()")
        counts.append(one.ask("Employees.objects.count()"))
    assert counts == [1, 0, 1]


# The file


@each(NOTEBOOKS)
def test_the_file_is_small_run_in_order_and_tells_nothing_of_a_machine(path):
    assert path.stat().st_size < 300 * 1000
    notebook = notebooks.read(path)
    assert notebook.metadata == notebooks.METADATA
    counts = [cell.execution_count for cell in code(path) if cell.source.strip()]
    assert counts == list(range(1, len(counts) + 1))
    texts = [text for cell in notebook.cells for text in notebooks.texts(cell)]
    assert [found for text in texts if (found := notebooks.machine_path(text))] == []
    for cell in code(path):
        failed = any(output.output_type == "error" for output in cell.outputs)
        assert failed == ("raises-exception" in notebooks.tags(cell)), cell.source


@each(NOTEBOOKS)
def test_links_inside_the_project_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)\s]+)", prose(path)):
        if not re.match(r"[a-z]+:", target):
            file, _, heading = target.partition("#")
            found = path.parent / file if file else path
            assert found.resolve().is_relative_to(notebooks.ROOT), target
            assert found.exists(), f"{target} leads nowhere"
            assert not heading or heading in anchors(found), f"{target}: no such heading"


def anchors(path):
    """What a link may name: the headings of a notebook or a page, with dashes for spaces."""
    if path.suffix == ".md":
        headings = re.findall(r"^#+ +(.+?) *$", path.read_text(encoding="utf-8"), re.MULTILINE)
        return [heading.lower().replace(" ", "-") for heading in headings]
    if path.suffix != ".ipynb":
        return []
    headings = re.findall(r"^#+ +(.+?) *$", prose(path), flags=re.MULTILINE)
    return [heading.replace(" ", "-") for heading in headings]


# The form of a lesson


@each(LESSONS)
def test_a_lesson_has_the_length_that_people_read_in_half_an_hour(path):
    assert 12 <= len(notebooks.read(path).cells) <= 24
    assert words_in(path) <= 800


@each(LESSONS + DEEPER)
def test_a_code_cell_of_a_lesson_shows_one_thing(path):
    lines = [len(cell.source.splitlines()) for cell in code(path)]
    assert statistics.median(lines) <= 5


@each(LESSONS + DEEPER)
def test_no_cell_asserts_anything(path):
    """Proofs do that: see the file of the same name in notebooks/proofs."""
    assert [
        cell.source for cell in code(path) if re.search(r"^ *assert\b", cell.source, re.M)
    ] == []


@each(LESSONS)
def test_a_lesson_has_two_tasks_to_do_on_the_spot(path):
    asked = re.findall(r'exercise\("([^"]+)"\)', "\n".join(cell.source for cell in code(path)))
    assert len({id for id in asked if all_tasks()[id].is_your_turn}) >= 2


# Guesses and proofs


@each(LESSONS + DEEPER)
def test_each_guess_is_asked_once_and_answered_after_it(path):
    cells = [cell.source for cell in code(path)]
    asked = [id for it in cells for id in re.findall(r'^predict\("([^"]+)"\)$', it, re.M)]
    told = [id for it in cells for id in re.findall(r'^reveal\("([^"]+)"\)$', it, re.M)]
    assert asked == told == list(guesses_of(path))
    for id in asked:
        before = next(n for n, it in enumerate(cells) if f'predict("{id}")' in it)
        assert before < next(n for n, it in enumerate(cells) if f'reveal("{id}")' in it)


@each(LESSONS)
def test_a_lesson_asks_three_or_four_guesses(path):
    assert 3 <= len(guesses_of(path)) <= 4


@each(LESSONS + DEEPER)
def test_each_guess_has_a_proof(path):
    proof = notebooks.proof_of(notebooks.source_of(path)).read_text(encoding="utf-8")
    assert [id for id in guesses_of(path) if f'answer_of("{id}")' not in proof] == []


def test_every_file_of_guesses_and_of_proofs_has_its_notebook():
    files = {guesses_file(path) for path in LESSONS + DEEPER}
    assert files == set(FOLDER_OF_GUESSES.glob("*.toml"))
    texts = {notebooks.proof_of(source) for source in notebooks.sources()}
    assert set((notebooks.FOLDER / "proofs").rglob("*.py")) <= texts


def guesses_file(path):
    deeper = path in DEEPER
    return FOLDER_OF_GUESSES / f"{f'deeper_{path.stem}' if deeper else path.stem[:2]}.toml"


def guesses_of(path):
    """The guesses of a notebook; an id begins with the number or the name of the notebook."""
    found = guesses_in(guesses_file(path))
    assert all(path.stem.startswith(id.rpartition("-")[0]) for id in found), list(found)
    return found


# The form of an exercise notebook


def test_the_texts_of_exercises_stand_in_no_file():
    """A file there would be a copy of an exercise that nobody reads, and edits in vain."""
    assert not notebooks.exercises().exists()


@each([path for path in EXERCISES if path.stem != "quiz"])
def test_an_untouched_exercise_is_not_attempted_and_spoils_nothing(path):
    tasks = [
        task
        for task in all_tasks().values()
        if task.lesson.rpartition("/")[2] == path.stem and not task.is_your_turn
    ]
    checks = [cell for cell in code(path) if ".check(" in cell.source]
    assert len(checks) == len(tasks) > 0
    for cell in checks:
        assert "Not attempted yet" in cell.outputs[0].data["text/plain"]
    seen = "\n".join("\n".join(notebooks.texts(cell)) for cell in notebooks.read(path).cells)
    for task in tasks:
        assert task.solution.strip() not in seen
        assert task.why not in seen
        assert not any(hint in seen for hint in task.hints)


def test_the_untouched_quiz_is_not_answered_and_spoils_nothing():
    path = notebooks.FOLDER / "exercises" / "quiz.ipynb"
    asked = [cell for cell in code(path) if re.match(r"quiz\(\d+\)", cell.source)]
    assert len(asked) == len(QUESTIONS)
    for cell, question in zip(asked, QUESTIONS, strict=True):
        shown = cell.outputs[0].data["text/plain"]
        assert "Not attempted yet" in shown and question.text in shown
    held = "\n".join("\n".join(notebooks.texts(cell)) for cell in notebooks.read(path).cells)
    seen = re.sub(r"<script.*?</script>", "", held, flags=re.DOTALL)  # for the site; nobody sees it
    assert seen != held
    assert not any(why in seen for question in QUESTIONS for why in question.options.values())
