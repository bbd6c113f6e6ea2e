"""No wrong answer passes that a machine made of a solution; `make mutants` judges them all."""

from fnmatch import fnmatch

import pytest

from classroom.exercises.catalogue import all_tasks
from classroom.exercises.engine import judged, run_code
from classroom.exercises.mutants import mutants_of, tally, why_equal
from classroom.exercises.outcomes import WRONG

TASKS = all_tasks()
# A part, so that it takes seconds: every ninth mutant, and another ninth in each exercise.
CHOSEN = {id: mutants_of(task)[place % 9 :: 9] for place, (id, task) in enumerate(TASKS.items())}
# Words that are read by everybody who makes a slip of these, whatever the exercise.
SAID = {
    "async def *": "`async def`",
    "is a class": "Write `def` in place of `class`",
    "yields the answer": "`return` the answer",
    "prints the answer": "It was printed",
    "answers with None": "has no return",
    "no **kwargs in *": "**",
}
# No slip there: None is what a receiver of counting-1 may return, and Django runs an async test.
NO_SLIPS = {("counting-1", "answers with None"), ("testing-2", "async def *")}
SLIPS = [
    (id, slip, words)
    for id, task in TASKS.items()
    for slip in mutants_of(task)
    for name, words in SAID.items()
    if fnmatch(slip.name, name) and (id, name) not in NO_SLIPS
    if not why_equal(task, slip.name)
]


@pytest.mark.on_one_database
@pytest.mark.parametrize("id", CHOSEN)
def test_no_mutant_passes_and_no_check_fails(id, django_db_blocker):
    with django_db_blocker.unblock():
        came = tally(TASKS[id], CHOSEN[id])
    assert (came.accepted, came.defects) == ([], [])


@pytest.mark.on_one_database
@pytest.mark.parametrize(
    ("id", "slip", "words"), SLIPS, ids=[f"{it[0]}-{it[1].name:.20}" for it in SLIPS]
)
def test_a_usual_slip_is_named_in_every_exercise(id, slip, words, django_db_blocker):
    with django_db_blocker.unblock():
        outcome = judged(TASKS[id], run_code(slip.code)[TASKS[id].answer])
    assert outcome.kind == WRONG and words in outcome.message, outcome
