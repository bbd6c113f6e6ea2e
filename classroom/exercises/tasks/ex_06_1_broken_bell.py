from classroom.exercises.vocabulary import *

# Shown to the learner, and run to find out the truth: one text, so they cannot differ.
SCENE = """
from contextlib import suppress
from django.db import transaction
from django.db.models.signals import post_save, pre_save

class BellIsBroken(Exception):
    pass

def ring_the_bell(**kwargs):
    raise BellIsBroken

def create_ada():
    EmployeesWithoutHooks.objects.create(**sample_roster()[0])

def a():
    with connected(pre_save, ring_the_bell):
        create_ada()

def b():
    with connected(post_save, ring_the_bell):
        create_ada()

def c():
    with connected(post_save, ring_the_bell):
        with transaction.atomic():
            create_ada()

def d():
    with connected(post_save, ring_the_bell):
        with transaction.atomic():
            with suppress(BellIsBroken):
                create_ada()

def e():
    with transaction.atomic():
        create_ada()
        transaction.on_commit(ring_the_bell)
"""

task = Task.of(
    """
06-1: A bell that breaks (predict, 6 minutes)
https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
== answer: stored
== task
Guess before you run anything: is Ada stored after each?
== hints
- For each: was the row written when the bell broke, and was it committed? Did the error leave an atomic() block?
- Outside a transaction a row is committed as it is written. An atomic() block rolls back what was written in it when an
  error *leaves* the block. on_commit() calls its function after the commit.
- a: pre_save comes before the INSERT. b: post_save comes after it, in autocommit. c: the error leaves the block. d: it
  is caught before it can. e: by then everything is committed.
== solution
stored = {"a": "no", "b": "yes", "c": "no", "d": "yes", "e": "yes"}
== why
In (d) the error is caught inside the block, so Ada stays, but receivers after the bell were not called. Do not rely on
that: `delete()` and `add()` have an `atomic()` of their own, and an error that leaves it marks your block to be rolled
back. In (e) the row is committed before the bell rings. The error reaches the caller and stops the callbacks after it,
unless the bell is registered with `robust=True`.
== others
stored = {"a": False, "b": True, "c": False, "d": True, "e": True}
== mistakes
# pre_save comes after -> before the row is written
a": "no => a": "yes
# an error undoes everything -> committed as it was written
b": "yes => b": "no
# atomic does not reach receivers -> left the atomic() block
c": "no => c": "yes
# a caught error still rolls back -> left no atomic() block
d": "yes => d": "no
# on_commit runs inside -> after the commit
e": "yes => e": "no
""",
    situation=f"""
The bell at the gate rings for every newcomer, and today it raises an error. Five ways to create Ada:

```python
{SCENE.strip()}
```

Each is called from a cell, outside any transaction, with an empty table.
""",
    fields=dict.fromkeys("abcde", ("yes", "no")),
)

REASONS = {
    "a": "pre_save is sent before the row is written, so there is no row yet.",
    "b": "The row was committed as it was written, and post_save comes after that.",
    "c": "The error left the atomic() block, which rolls back what was written in it.",
    "d": "The error was caught inside: it left no atomic() block, not even one of Django's, so it commits.",
    "e": "on_commit() calls its function after the commit: nothing can be rolled back by then.",
}


@task.judge
def judge(stored):
    names = run_code(SCENE)
    truth = {letter: is_stored(names, letter) for letter in REASONS}
    expect_guesses(stored, truth, yes_or_no, '"yes" or "no"', REASONS)


def is_stored(names, letter):
    """Run one of the five in an empty table and look."""
    Employees.objects.all().delete()
    with suppress(names["BellIsBroken"]):
        names[letter]()
    return Employees.objects.exists()
