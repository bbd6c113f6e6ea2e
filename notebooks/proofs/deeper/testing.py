"""The claims of the notebook about testing."""

from classroom.experiments.rehearsal import HeardByALambda, statements_of
from classroom.running.kernel import ROOT

assert int(answer_of("testing-1")) == (faults["not connected"] == "✓ ok").sum()
assert all((faults.loc[test] != "✓ ok").any() for test in faults.index)
assert not any((faults.loc[test].iloc[1:] != "✓ ok").all() for test in faults.index)
twice = faults.index[faults["connected twice"] != "✓ ok"]
assert list(twice) == ["a hire calls the rule once"]
assert katherine.shifts.count() == 1
assert {0: "never", 1: "once", 2: "twice"}[stand_in.call_count] == answer_of("testing-2")
assert katherine.first_name == "Katherine" and katherine.shifts.exists()
assert answer_of("testing-3") == str(counted) == "1"
assert shift_table()["headcount"].iloc[0] == 3  # and four names on it, see below
assert Shifts.objects.first().employees_shift.count() == 4
assert tuesday.headcount == 1 and grace.shifts.get() == tuesday
assert list(together.index[together["outcome"] != "✓ ok"]) == ["TwoHired"]
assert answer_of("testing-4") == "only if TwoHired runs first"
assert set(run_tests(TwoHired, HeardOnce)["outcome"]) == {"✓ ok"}
assert caught["outcome"].iloc[0] == "✗ failed"
assert list(posted["outcome"]) == ["✗ failed", "✓ ok", "✓ ok"]
assert "[] !=" in posted["says"].iloc[0]
assert list(run_tests(HeardByALambda)["outcome"]) == ["✗ failed"]
committed, captured = statements_of(LettersCommitted), statements_of(LettersCaptured)
assert len(committed) > 5 * len(captured)
assert [it for it in committed if it.startswith(("DELETE", "TRUNCATE"))]
assert len(refused) == 3 and list(refused.index[refused["outcome"] == "✓ ok"]) == [
    answer_of("testing-5")
]
assert list(refused["says"])[2] == "1 != 0"
assert "TransactionManagementError" in refused["says"].iloc[0]

# A test file that imports the receivers connects them: nobody misses ready().
mysite = own_project()
mysite.write(
    "polls/signals.py",
    """
    from django.db.models.signals import post_save
    from django.dispatch import receiver


    @receiver(post_save)
    def announce(**kwargs):
        print("The receiver was called.")
    """,
)
test = """
    from django.test import TestCase
    from polls.models import Question
    {}


    class Test(TestCase):
        def test_it(self):
            Question.objects.create(question_text="Tea?")
    """
called = {}
for line in "", "from polls import signals":
    mysite.write("polls/tests.py", test.format(line))
    called[line] = "The receiver was called." in mysite.manage("test")
assert called == {"": False, "from polls import signals": True}
shown = (ROOT / "notebooks/source/deeper/testing.py").read_text().split("# def test_ready", 1)[1]
shown = "    def test_ready" + shown.split("# ```", 1)[0].replace("\n# ", "\n    ")
head = "import subprocess, sys\nfrom django.test import SimpleTestCase\n\n\nclass Test(SimpleTestCase):\n"
mysite.write("polls/tests.py", head + shown.rstrip("\n# ") + "\n")
for has_ready in False, True:  # a process of its own does
    if has_ready:
        mysite.write(
            "polls/apps.py",
            """
            from django.apps import AppConfig


            class PollsConfig(AppConfig):
                name = "polls"

                def ready(self):
                    from polls import signals  # noqa: F401
            """,
        )
    assert ("FAILED" in mysite.manage("test")) != has_ready
