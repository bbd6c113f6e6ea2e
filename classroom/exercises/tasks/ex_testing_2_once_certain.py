from classroom.exercises.vocabulary import *
from classroom.experiments.testing import FAILED, OK

task = Task.of("""
testing-2: Once it is certain (repair, 10 minutes)
https://docs.djangoproject.com/en/5.2/topics/testing/tools/#django.test.TestCase.captureOnCommitCallbacks
== situation
`hire(name, letters)` stores somebody in a transaction, and writes a letter of welcome once that is committed, because
the hire may still be rolled back. The code is right. Its test is red.
== task
Repair the class `LetterTest`. Its tests call `self.hire(name, letters)`, which the check provides. All of them pass if
`hire` is right: after the commit, `letters` is `["Welcome, Ada!"]`. At least one is red if no letter comes, if two
come, and **if it is written before the commit**.
== starter
from django.test import TestCase


class LetterTest(TestCase):
    def test_ada_gets_a_letter(self):
        letters = []
        self.hire("Ada", letters)
        self.assertEqual(letters, ["Welcome, Ada!"])
== hints
- When does a TestCase commit? What happens to a function that waits for the commit?
- TestCase has a context manager that collects what waits for the commit, and can call it when its block ends. Inside
  the block you see the letters before the commit, and below it the letters after.
- with self.captureOnCommitCallbacks(execute=True): call self.hire, and assert that letters is still []. After the block
  assert that the letter is there.
== solution
-     def test_ada_gets_a_letter(self):
+     def test_ada_gets_a_letter_once_it_is_certain(self):
-         self.hire("Ada", letters)
+         with self.captureOnCommitCallbacks(execute=True):
+             self.hire("Ada", letters)
+             self.assertEqual(letters, [])
== why
A `TestCase` rolls its transaction back, so nothing that waits for a commit is called. A test that expects a letter is
red, and one that expects none is green, though the code sends one at every commit. `captureOnCommitCallbacks` runs what
waits. A `TransactionTestCase` really commits, and empties the tables afterwards.
== others
from django.test import TransactionTestCase
class LetterTest(TransactionTestCase):
    def test_no_letter_before_the_commit(self):
        letters = []
        with transaction.atomic():
            self.hire("Ada", letters)
            assert not letters
        assert letters == ["Welcome, Ada!"]
# or
class LetterTest(TestCase):
    def test_the_letter_waits(self):
        letters = []
        with self.captureOnCommitCallbacks() as waiting:
            self.hire("Ada", letters)
        self.assertFalse(letters)
        self.assertEqual(len(waiting), 1)
        waiting[0]()
        self.assertEqual(letters, ["Welcome, Ada!"])
== mistakes
# captures and never executes -> called what waits for the commit
captureOnCommitCallbacks(execute=True => captureOnCommitCallbacks(
# waits for another letter -> letter by letter
Welcome, Ada! => Welcome Ada!
# a name that does not exist -> look at that error first
captureOnCommitCallbacks => captureOnCommitCallback
# only that there is one -> two letters
assertEqual(letters, ["Welcome, Ada!"] => assertIn("Welcome, Ada!", letters
# one list for all runs -> when they run again
letters = []
        with self.captureOnCommitCallbacks(execute=True):
            self.hire("Ada", letters)
        self.assertEqual(letters, ["Welcome, Ada!"])
# counts its runs -> after some runs
- class LetterTest(TestCase):
+ runs = []
+ class LetterTest(TestCase):
-         self.assertEqual(letters, ["Welcome, Ada!"])
+         runs.append(letters)
+         assert len(runs) < 3
# counts what waits -> written before the commit
(execute=True) => (execute=True) as waiting
            self.assertEqual(letters, []) =>         self.assertEqual(len(waiting), 1)
# counts the letters -> to somebody else
letters, ["Welcome, Ada!"] => len(letters), 1
# no parent -> name `TestCase`
LetterTest(TestCase) => LetterTest
# no test in it -> begins with test_
test_ada_gets_a_letter_once_it_is_certain => ada_gets_a_letter
""")


def hiring(*letters, waits=True, called=None):
    """Make a hire that stores somebody and writes these letters, once that is committed or at once."""

    def hire(name, found):
        EmployeesWithoutHooks.objects.create(**fields_of(f"{name} Quillbrook"))

        def write():
            found.extend(it.format(name) for it in letters)
            if called is not None:
                called.append(name)

        transaction.on_commit(write if waits else str)  # something waits in any case
        if not waits:
            write()

    return hire


LETTER = "Welcome, {}!"
RIGHT, EARLY = hiring(LETTER), hiring(LETTER, waits=False)
BROKEN = {
    "writes no letter at all": hiring(),
    "writes two letters": hiring(LETTER, LETTER),
    "writes to somebody else": hiring("Welcome, Grace!"),
    "has the letter written before the commit": EARLY,
}
MOMENT = "Has anything called what waits for the commit? And do you look before it, or after?"
WORDS = (
    "The letter was there, but the test expects something else: compare the two, letter by letter."
)


@task.judge
def judge(letter_test):
    expect_test_class(letter_test)
    called = []
    outcomes = rehearse(letter_test, hiring(LETTER, called=called))
    expect_tests(outcomes)
    if is_green(outcomes) and not is_green(outcomes := rehearse(letter_test, RIGHT)):
        kept = "What it hears is still in a list of an earlier run: make a new one in each test."
        wrong("green tests when they run again", outcomes[0][3], kept)
    for _, _, outcome, says in outcomes:
        if outcome != OK:
            why = "It could not go on: look at that error first."
            if outcome == FAILED:
                early = not called or "[]" in says or is_green(rehearse(letter_test, EARLY))
                why = MOMENT if early else WORDS
            wrong("green tests when hire is right", says, f"It is red though hire is right. {why}")
    hires = shuffled(*BROKEN.items(), *[("is right", RIGHT)] * 3)  # nobody counts to the right ones
    came = [(what, is_green(rehearse(letter_test, hire))) for what, hire in hires]
    for what in BROKEN:
        expect_red((what, True) not in came, what)
    if ("is right", False) in came:
        runs = "they are red after some runs"
        wrong("green tests whenever hire is right", runs, "Count no runs.")


def is_green(outcomes):
    return all(outcome == OK for _, _, outcome, _ in outcomes)
