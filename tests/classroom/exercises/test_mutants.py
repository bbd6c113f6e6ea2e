"""No wrong answer passes that a machine made of a solution; `make mutants` judges them all."""

import pytest

from classroom.exercises.catalogue import all_tasks
from classroom.exercises.mutants import mutants_of, tally

# A part, so that it takes seconds: every ninth mutant, and another ninth in each exercise.
# The small tasks inside the lessons are judged by `make mutants`, and not held yet.
EXERCISES = {id: task for id, task in all_tasks().items() if not task.is_your_turn}
CHOSEN = {
    id: mutants_of(task)[place % 9 :: 9] for place, (id, task) in enumerate(EXERCISES.items())
}


@pytest.mark.on_one_database
# A mutant that is async for plain makes a coroutine, and nobody awaits it: that is its fault.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.parametrize("id", CHOSEN)
def test_no_mutant_passes_and_no_check_fails(id, django_db_blocker):
    with django_db_blocker.unblock():
        came = tally(all_tasks()[id], CHOSEN[id])
    assert (came.accepted, came.defects) == ([], [])
