from classroom.exercises.vocabulary import *

OPERATION = "employees_shift.set([b]) instead of a"

task = Task.of(
    """
matrix-1: Ada swaps with Grace (predict, 3 minutes)
https://docs.djangoproject.com/en/5.2/ref/signals/#m2m-changed
== answer: seats_send
== situation
Ada sits on Monday's shift, alone. Grace takes over, and the planner writes one line:

```python
monday.employees_shift.set([grace])
```

A seat is a row of `ShiftsEmployees`, an explicit table. So Ada's seat goes, and one for Grace comes.
== task
Guess before you run anything: how often does that line set off each of these, with `ShiftsEmployees` as the sender? A
number may be 0. (`save()` is the method of the seat.)
== hints
- If you had no set(), which two other calls would take Ada off the shift and put Grace on it?
- set() is a remove() and an add(). Look up these two in the matrix, in the group of the explicit table.
- remove() and add() send m2m_changed twice each. add() writes its rows by one bulk_create(), without save(). remove()
  deletes the seats with their delete signals.
== solution
seats_send = {"m2m_changed": 4, "save()": 0, "post_save": 0, "post_delete": 1}
== why
`set()` is `remove()` and `add()`, and each sends `m2m_changed` before and after: four times. `add()` sends nothing
else. `remove()` sends the delete signals as well, because the table is an explicit one. See it with `what_fires(Shifts,
"set([b])")`.
== others
seats_send = {"m2m_changed": "◆4", "save()": "0", "post_save": "·", "post_delete": "◆"}
== mistakes
# only one half -> a remove() and an add()
: 4, => : 2,
# add() saves -> no save() runs
0, "post_save": 0 => 1, "post_save": 1
# post_save for the new seat -> sent by save()
_save": 0 => _save": 1
# nobody hears of the old seat -> Ada's seat is deleted
: 1} => : 0}
""",
    fields=dict.fromkeys(("m2m_changed", "save()", "post_save", "post_delete"), ()),
)

REASONS = {
    "m2m_changed": "set() is a remove() and an add(), and each sends it before and after.",
    "save()": "add() writes the new seats with one bulk_create(), and no save() runs.",
    "post_save": "post_save is sent by save(): for a seat that is made by hand, not by add() or set().",
    "post_delete": "In an explicit table remove() sends the delete signals: Ada's seat is deleted.",
}


@task.judge
def judge(guess):
    fired = what_fires(Shifts, OPERATION).fired(OPERATION)
    truth = {hook: fired.get(hook, 0) for hook in REASONS}
    expect_guesses(guess, truth, cell_or_number, "a number, such as 0 or 2,", REASONS)


def cell_or_number(said):
    """Read a number, or a cell as the table draws it; None for what is neither."""
    return {"·": 0, "◆": 1}.get(str(said), number_in(str(said).strip().removeprefix("◆")))
