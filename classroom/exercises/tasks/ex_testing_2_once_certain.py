"""testing-2: a test of what happens at the commit, in a test that never commits."""

import io
from contextlib import redirect_stderr

from django.db import transaction
from django.test import SimpleTestCase

from classroom.exercises.engine import Task, slips
from classroom.exercises.outcomes import wrong
from classroom.experiments.testing import FAILED, OK, run_case
from classroom.scenes.roster import fields_of
from speedy.models import EmployeesWithoutHooks

task = Task(
    id="testing-2",
    title="Once it is certain",
    lesson="deeper/testing",
    kind="repair",
    minutes=10,
    situation="""
`hire(name, letters)` stores somebody in a transaction, and writes a letter of welcome as soon as that is committed; not before,
for a hire may still be taken back. The code is right. Its test is red.
""",
    task="""
Repair the class `LetterTest`. Its tests call `self.hire(name, letters)`, which the check provides. All of them pass when `hire` is
right: after the commit, `letters` is `["Welcome, Ada!"]`. At least one is red when no letter comes, when two come, and **when
it is written before the commit**.
""",
    answer="LetterTest",
    starter="""
from django.test import TestCase


class LetterTest(TestCase):
    def test_ada_gets_a_letter(self):
        letters = []
        self.hire("Ada", letters)
        self.assertEqual(letters, ["Welcome, Ada!"])
""",
    hints=(
        "When does a TestCase commit? What becomes of a function that waits for it?",
        "TestCase has a context manager that collects what waits for the commit, and can call it when its block ends. So "
        "inside the block you look at the time before the commit, and after it at the time after.",
        "with self.captureOnCommitCallbacks(execute=True): call self.hire, and assert that letters is still []. After "
        "the block assert that the letter is there.",
    ),
    link="https://docs.djangoproject.com/en/5.2/topics/testing/tools/#django.test.TestCase.captureOnCommitCallbacks",
    solution="""
from django.test import TestCase


class LetterTest(TestCase):
    def test_ada_gets_a_letter_once_it_is_certain(self):
        letters = []
        with self.captureOnCommitCallbacks(execute=True):
            self.hire("Ada", letters)
            self.assertEqual(letters, [])
        self.assertEqual(letters, ["Welcome, Ada!"])
""",
    why="A `TestCase` takes its transaction back, so nothing that waits for a commit is ever called: a test that expects a letter is "
    "red, and one that expects none is green though the code sends one at every commit. `captureOnCommitCallbacks` plays the commit; a "
    "`TransactionTestCase` has a real one, and empties the tables afterwards.",
    others=(
        """
from django.db import transaction
from django.test import TransactionTestCase


class LetterTest(TransactionTestCase):
    def test_no_letter_before_the_commit(self):
        letters = []
        with transaction.atomic():
            self.hire("Ada", letters)
            assert not letters
        assert letters == ["Welcome, Ada!"]
""",
        """
from django.test import TestCase


class LetterTest(TestCase):
    def test_the_letter_waits(self):
        letters = []
        with self.captureOnCommitCallbacks() as waiting:
            self.hire("Ada", letters)
        self.assertFalse(letters)
        self.assertEqual(len(waiting), 1)
        waiting[0]()
        self.assertEqual(letters, ["Welcome, Ada!"])
""",
    ),
    mistakes=slips("""
# does not look before the commit -> written before the commit
-     def test_ada_gets_a_letter_once_it_is_certain(self):
+     def test_ada_gets_a_letter(self):
-             self.assertEqual(letters, [])

# captures and never executes -> called what waits for the commit
-     def test_ada_gets_a_letter_once_it_is_certain(self):
+     def test_ada_gets_a_letter(self):
-         with self.captureOnCommitCallbacks(execute=True):
+         with self.captureOnCommitCallbacks():
-             self.assertEqual(letters, [])

# a name that does not exist -> look at that error first
-     def test_ada_gets_a_letter_once_it_is_certain(self):
+     def test_ada_gets_a_letter(self):
-         with self.captureOnCommitCallbacks(execute=True):
+         with self.captureOnCommitCallback(execute=True):
-             self.assertEqual(letters, [])

# expects what it finds -> no letter at all
from django.test import TestCase


class LetterTest(TestCase):
    def test_ada_gets_a_letter(self):
        letters = []
        self.hire("Ada", letters)
        self.assertEqual(letters, [])

# only that there is one -> two letters
-     def test_ada_gets_a_letter_once_it_is_certain(self):
+     def test_ada_gets_a_letter(self):
-         self.assertEqual(letters, ["Welcome, Ada!"])
+         self.assertIn("Welcome, Ada!", letters)

# counts the letters -> to somebody else
-     def test_ada_gets_a_letter_once_it_is_certain(self):
+     def test_ada_gets_a_letter(self):
-         self.assertEqual(letters, ["Welcome, Ada!"])
+         self.assertEqual(len(letters), 1)

# no test in it -> begins with test_
-     def test_ada_gets_a_letter_once_it_is_certain(self):
+     def ada_gets_a_letter(self):
-             self.assertEqual(letters, [])
"""),
)


def hire(name, letters):
    """Hire somebody, and write the letter once that is committed."""
    store(name)
    transaction.on_commit(lambda: letters.append(f"Welcome, {name}!"))


def hire_without(name, letters):
    store(name)


def hire_too_soon(name, letters):
    store(name)
    letters.append(f"Welcome, {name}!")


def hire_with_two(name, letters):
    store(name)
    transaction.on_commit(lambda: letters.extend([f"Welcome, {name}!"] * 2))


def hire_with_another_letter(name, letters):
    store(name)
    transaction.on_commit(lambda: letters.append("Welcome, Grace!"))


def store(name):
    EmployeesWithoutHooks.objects.create(**fields_of(f"{name} Quillbrook"))


BROKEN = {
    "writes no letter at all": hire_without,
    "writes two letters": hire_with_two,
    "writes to somebody else": hire_with_another_letter,
    "has the letter written before the commit": hire_too_soon,
}


@task.judge
def judge(letter_test):
    if not (isinstance(letter_test, type) and issubclass(letter_test, SimpleTestCase)):
        wrong(
            "a class of tests, a child of one of django.test's",
            f"it is {letter_test!r}",
            "Hand the class itself to the check, by its name and without brackets.",
        )
    outcomes = rehearse(letter_test, hire)
    if not outcomes:
        wrong(
            "at least one test",
            "there is none in the class",
            "A method is a test when its name begins with test_.",
        )
    if unlucky := [(outcome, says) for _, _, outcome, says in outcomes if outcome != OK]:
        outcome, says = unlucky[0]
        wrong(
            "green tests when hire is right",
            says,
            "The test is red though hire is right. "
            + (
                "Has anything called what waits for the commit? And where do you look: before it, or after?"
                if outcome == FAILED
                else "It could not go on: look at that error first."
            ),
        )
    for what, broken in BROKEN.items():
        if all(outcome == OK for _, _, outcome, _ in rehearse(letter_test, broken)):
            wrong(
                f"a red test when hire {what}",
                "all are green",
                f"Nothing in the class would notice a hire that {what}.",
            )


def rehearse(letter_test, hire):
    """Run the learner's tests with one of the hires; return a row a test."""
    case = type(letter_test.__name__, (letter_test,), {"hire": staticmethod(hire)})
    with redirect_stderr(io.StringIO()):
        return run_case(case)
