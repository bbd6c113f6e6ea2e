"""No wrong answer passes that a machine made of a solution; `make mutants` judges them all."""

from fnmatch import fnmatch

import pytest

from classroom.exercises.catalogue import all_tasks
from classroom.exercises.engine import judged, run_code
from classroom.exercises.mutants import mutants_of, tally, why_equal
from classroom.exercises.outcomes import WRONG

TASKS = all_tasks()
PART = 9  # A part, so that it takes seconds: every ninth mutant, another ninth in each exercise.
# Words that are read by everybody who makes a slip of these, whatever the exercise.
SAID = {
    "async def *": "`async def`",
    "is a class": "Write `def` in place of `class`",
    "yields the answer": "`return` the answer",
    "prints the answer": "It was printed",
    "answers with None": "reaches no `return`",
    "no **kwargs in *": "**",
    "durable=True*": "durable=True refuses that",
    "savepoint=False*": "savepoint=False",
}
# No slip there: None is what a receiver of counting-1 may return, Django runs an async test, and of
# two blocks one stands inside the other.
NO_SLIPS = {("counting-1", "answers with None"), ("testing-2", "async def *")}
BLOCKS = "durable=True*", "savepoint=False*"
NO_SLIPS |= {(id, it) for id in ("caught_errors-1", "race-1") for it in BLOCKS}
NO_SLIPS.add(("06-b", "savepoint=False*"))

pytestmark = [pytest.mark.on_one_database, pytest.mark.usefixtures("passed_over")]


def words_for(task, slip):
    """The words that somebody reads who makes this slip; none for a mutant of another kind."""
    if why_equal(task, slip.name):
        return []
    names = [it for it in SAID if fnmatch(slip.name, it) and (task.id, it) not in NO_SLIPS]
    return [SAID[it] for it in names]


@pytest.mark.parametrize("id", TASKS)
def test_no_mutant_passes_and_no_check_fails(id, django_db_blocker):
    chosen = mutants_of(TASKS[id])[list(TASKS).index(id) % PART :: PART]
    others = [it for it in chosen if not words_for(TASKS[id], it)]  # slips are tried below
    with django_db_blocker.unblock():
        came = tally(TASKS[id], others)
    assert (came.accepted, came.defects) == ([], [])


@pytest.mark.parametrize("id", TASKS)
def test_a_usual_slip_is_named_in_every_exercise(id, django_db_blocker):
    for slip in mutants_of(TASKS[id]):
        for words in words_for(TASKS[id], slip):
            with django_db_blocker.unblock():
                outcome = judged(TASKS[id], run_code(slip.code)[TASKS[id].answer])
            assert outcome.kind == WRONG and words in outcome.message, (slip.name, outcome)
