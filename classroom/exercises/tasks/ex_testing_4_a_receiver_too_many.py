import sys
from weakref import ReferenceType

from django.core.signals import setting_changed

from classroom.exercises.vocabulary import *
from classroom.experiments.testing import OK, receivers_as_before
from whatfires.connections import receiver_in

task = Task.of("""
testing-4: A receiver too many (repair, 6 minutes)
https://docs.djangoproject.com/en/5.2/topics/signals/#disconnecting-signals
== situation
`HearingTest` proves that a hire is heard of. It is green. But tests in other files are red now, when they run after
this one.
== task
Repair the class `HearingTest`: it leaves **no receiver connected**, when it is green, when it is red, and when `hire`
raises an error. It takes off nobody else's receiver. It still calls `self.hire(name)`, which the check provides. It is
still red for a hire that is heard twice, or never, or that stores somebody else.
== starter
from django.db.models.signals import post_save
from django.test import TestCase


class HearingTest(TestCase):
    def test_a_hire_is_heard_of(self):
        heard = []

        def hear(sender, instance, **kwargs):
            heard.append(instance.first_name)

        post_save.connect(hear, sender=EmployeesWithoutHooks, weak=False)
        self.hire("Ada")
        self.assertEqual(heard, ["Ada"])
== hints
- If `self.hire("Ada")` raises an error, which of the lines below it still run?
- `self.addCleanup(function, ...)` is called when a test ends, red or green. `disconnect()` needs the same pair as
  `connect()`.
- After the connect(): self.addCleanup(post_save.disconnect, hear, sender=EmployeesWithoutHooks).
== solution
          post_save.connect(hear, sender=EmployeesWithoutHooks, weak=False)
+         self.addCleanup(post_save.disconnect, hear, sender=EmployeesWithoutHooks)
== why
What a test connects outlives it: a signal belongs to the process. If a line of the test raises an error, those below it
are not run, but `addCleanup` is. A check around every test names the one that leaves something.
== equal
the cleanup holds the receiver until the test ends <- without the argument `weak=False`* | True for False*
nothing comes between the three lines <- `* comes first (line 6:*
nothing in it can raise here <- hear swallows*
Django runs an async receiver where no event loop runs <- async def hear*
== others
post_save.connect(hear, sender=EmployeesWithoutHooks, weak=False) => with connected(post_save, hear, sender=EmployeesWithoutHooks):
        self.addCleanup(post_save.disconnect, hear, sender=EmployeesWithoutHooks) =>
        self.hire =>             self.hire
# or
class HearingTest(TestCase):
    def setUp(self):
        self.heard = []
        post_save.connect(self.hear, dispatch_uid="hearing")

    def tearDown(self):
        post_save.disconnect(dispatch_uid="hearing")

    def hear(self, instance, **kwargs):
        self.heard.append(instance)

    def test_a_hire_is_heard_of(self):
        self.hire("Ada")
        [ada] = self.heard
        assert ada.first_name == "Ada"
# or
-         self.addCleanup(post_save.disconnect, hear, sender=EmployeesWithoutHooks)
-         self.hire("Ada")
+         try:
+             self.hire("Ada")
+         finally:
+             post_save.disconnect(hear, sender=EmployeesWithoutHooks)
== mistakes
# disconnects at the end -> when hire raises
-         self.addCleanup(post_save.disconnect, hear, sender=EmployeesWithoutHooks)
          self.hire("Ada")
+         post_save.disconnect(hear, sender=EmployeesWithoutHooks)
# counts on the weak reference -> It is held weakly
EmployeesWithoutHooks, weak=False => EmployeesWithoutHooks
        self.addCleanup(post_save.disconnect, hear, sender=EmployeesWithoutHooks) =>
# asks tearDown for what is local -> keep it on `self`
-         self.addCleanup(post_save.disconnect, hear, sender=EmployeesWithoutHooks)
          self.hire("Ada")
          self.assertEqual(heard, ["Ada"])
+     def tearDown(self):
+         post_save.disconnect(hear, sender=EmployeesWithoutHooks)
# calls it at once -> takes a function
disconnect, hear, sender=EmployeesWithoutHooks => disconnect(hear, sender=EmployeesWithoutHooks)
# takes off everybody -> of somebody else
post_save.disconnect, hear, sender=EmployeesWithoutHooks => post_save.receivers.clear
# takes the last one off -> does it name the same pair
disconnect, hear, sender=EmployeesWithoutHooks => receivers.pop
# hires by hand -> nobody called it
self.hire("Ada") => EmployeesWithoutHooks.objects.create(first_name="Ada", last_name="Lace", address="-", age=30)
# hears nobody -> is never heard of
        self.assertEqual(heard, ["Ada"]) =>
# one list for all runs -> ['Ada'
  from django.test import TestCase
+ heard = []
-         heard = []
# only that somebody is heard -> twice
assertEqual(heard, ["Ada"]) => assertIn("Ada", heard)
# counts -> stores somebody else
assertEqual(heard, ["Ada"]) => assertEqual(len(heard), 1)
# hides an error of the hire -> notices that the hire raises
-         self.hire("Ada")
+         try:
+             self.hire("Ada")
+         except LookupError:
+             pass
# mutes the others -> of others connected during a hire
post_save.connect(hear, sender=EmployeesWithoutHooks, weak=False) => with muted(post_save), connected(post_save, hear, sender=EmployeesWithoutHooks):
        self.addCleanup(post_save.disconnect, hear, sender=EmployeesWithoutHooks) =>
        self.hire =>             self.hire
# no parent -> name `TestCase`
HearingTest(TestCase) => HearingTest
# no test in it -> begins with test_
test_a_hire_is_heard_of => a_hire_is_heard_of
""")


def hiring(*names):
    """Make a hire that stores somebody of each name; "" stands for the name that it is given."""

    def hire(name):
        for it in names:
            if it == "Ruin":
                raise LookupError("no desk is free")
            EmployeesWithoutHooks.objects.create(**fields_of(f"{it or name} Quillbrook"))

    return hire


RIGHT, RAISES = "is right", "raises"
HIRES = {
    RIGHT: hiring(""),
    RAISES: hiring("", "Ruin"),
    "is never heard of": hiring(),
    "is heard of twice": hiring("", ""),
    "stores somebody else": hiring("Grace"),
    "stores somebody else, too": hiring("", "Grace"),
    "stores somebody in silence": lambda name: unheard(0),
}


# Words of an error in a test, and what they mean here.
MEANS = {
    "argument 'signal'": "Give the receiver **kwargs: a signal may send more than you name.",
    r"\[\] !=": "Is it still connected in the hire? addCleanup() takes a function, and after it the arguments.",
    "NameError": "It is unknown there: import it, or, if it is local in another method, keep it on `self`.",
    "context manager": "connect() gives nothing to open: for a `with` there is `connected()`.",
    "async": "There is an `async def`: tests and receivers here are plain, so write `def` alone.",
}


@task.judge
def judge(hearing_test):
    expect_test_class(hearing_test)

    def print_badge(**kwargs):
        """Stand for a receiver of somebody else."""

    post_save.connect(print_badge)
    post_save.connect(print_badge, sender=EmployeesWithoutHooks)
    came = {what: [] for what in HIRES}
    for what in (RIGHT, *shuffled(*HIRES, RIGHT)):  # nobody counts to the right ones
        before = living()
        with receivers_as_before():
            came[what].append((before, *heard_by(hearing_test, HIRES[what])))
    for what, (before, outcomes, now, meanwhile) in ((it, run) for it in came for run in came[it]):
        expect_tests(outcomes)
        red = [says for _, _, outcome, says in outcomes if outcome != OK]
        if what == RIGHT and red:
            why = meaning(MEANS, red[0])
            wrong("green tests when hire is right", f"red though hire is right: {red[0]}", why)
        if before - now:
            wrong(f"the receivers of others when hire {what}", "one of somebody else is gone")
        if now - before:
            why = "Which line disconnects it, is it run then, and does it name the same pair?"
            if any(is_weak for *_, is_weak in now - before):
                why = "It is held weakly, and lives on as long as a traceback holds the test."
            expected = f"no receiver left when hire {what}"
            wrong(expected, f"one is still connected when hire {what}", why)
        if not meanwhile:
            wrong("tests that call self.hire(name)", "nobody called it", "The check provides it.")
        if before - meanwhile:
            muted = "A test that mutes describes a project that does not exist."
            wrong("the receivers of others connected during a hire", "one is taken off", muted)
        if not meanwhile - before:
            hears = "Connect it before the hire, and disconnect it when the test ends."
            wrong("a receiver of the test's own, which hears the hire", "there is none then", hears)
        expect_red(red or what == RIGHT, what)


def living():
    """The connections of every signal whose receivers are alive."""
    return {
        (id(it), entry[0], isinstance(entry[1], ReferenceType))
        for it in every_signal()
        if it is not setting_changed  # Django connects to it as it imports its modules
        for entry in list(it.receivers)
        if receiver_in(entry) is not None
    }


def heard_by(hearing_test, hire):
    """Run the learner's tests with one of the hires; return its rows, and who is connected then and in a hire."""
    frames, meanwhile = [], set()  # a traceback keeps what is local in a test as long

    def held(name):
        frames.append(sys._getframe(1))
        meanwhile.update(living())
        post_save.connect(serve_tea, sender=EmployeesWithoutHooks)  # after the test's own
        hire(name)

    outcomes = rehearse(hearing_test, held)
    post_save.disconnect(serve_tea, sender=EmployeesWithoutHooks)
    return outcomes, living(), meanwhile


def serve_tea(**kwargs):
    """Stand for a receiver that somebody connects while the test runs."""
