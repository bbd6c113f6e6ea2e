"""Every exercise is unsolved at first, solvable, and tells typical mistakes apart."""

import pytest

from classroom.exercises.catalogue import all_tasks
from classroom.exercises.engine import KINDS, judged, run_code
from classroom.exercises.outcomes import NOT_ATTEMPTED, RIGHT, WRONG
from classroom.running.kernel import ROOT

TASKS = all_tasks()
MISTAKES = [(id, mistake) for id, task in TASKS.items() for mistake in task.mistakes]
OTHERS = [(id, code) for id, task in TASKS.items() for code in task.others]


JUDGED = {}


def judge(id, code, django_db_blocker):
    """What comes of an answer that stands in a cell as this code; each is judged once."""
    if (id, code) not in JUDGED:
        with django_db_blocker.unblock():
            JUDGED[id, code] = judged(TASKS[id], run_code(code)[TASKS[id].answer])
    return JUDGED[id, code]


@pytest.mark.parametrize("id", TASKS)
def test_the_starter_is_not_attempted(id, django_db_blocker):
    assert judge(id, TASKS[id].starter, django_db_blocker).kind == NOT_ATTEMPTED


@pytest.mark.parametrize("id", TASKS)
def test_the_solution_is_right(id, django_db_blocker):
    outcome = judge(id, TASKS[id].solution, django_db_blocker)
    assert outcome.kind == RIGHT, outcome


# That the solution is right is proven on each database; what is said of other answers, on one.
@pytest.mark.on_one_database
@pytest.mark.parametrize(("id", "code"), OTHERS, ids=[id for id, _ in OTHERS])
def test_another_right_way_is_right(id, code, django_db_blocker):
    outcome = judge(id, code, django_db_blocker)
    assert outcome.kind == RIGHT, outcome


@pytest.mark.on_one_database
@pytest.mark.parametrize(
    ("id", "mistake"), MISTAKES, ids=[f"{id} {mistake.name}" for id, mistake in MISTAKES]
)
def test_a_typical_mistake_is_told_which_it_is(id, mistake, django_db_blocker):
    outcome = judge(id, mistake.code, django_db_blocker)
    assert outcome.kind == WRONG, outcome
    assert mistake.message in outcome.message


@pytest.mark.on_one_database
@pytest.mark.parametrize("id", TASKS)
def test_the_mistakes_have_messages_of_their_own(id, django_db_blocker):
    messages = {judge(id, it.code, django_db_blocker).message for it in TASKS[id].mistakes}
    assert len(messages) == len(TASKS[id].mistakes) >= 2


@pytest.mark.parametrize("id", TASKS)
def test_the_file_is_complete(id):
    task = TASKS[id]
    assert task.kind in KINDS
    assert len(task.hints) == 3
    assert task.hints[0].endswith("?")
    assert task.link.startswith("https://docs.djangoproject.com/en/5.2/")
    assert task.minutes >= 2
    assert task.situation.strip()
    assert task.task.strip()
    assert task.why.strip()
    assert (ROOT / "notebooks" / "source" / f"{task.lesson}.py").exists()
