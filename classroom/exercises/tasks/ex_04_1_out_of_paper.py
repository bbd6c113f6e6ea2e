"""04-1: send or send_robust, when a receiver fails."""

import io
import logging
from contextlib import redirect_stdout, suppress
from unittest.mock import patch

from classroom.exercises.engine import Mistake, Task, run_code
from classroom.exercises.outcomes import wrong
from speedy.models import Employees
from whatfires import trace

# Shown to the learner, and run to find out the truth: one text, so they cannot differ.
SCENE = """
from django.db import transaction
from django.dispatch import Signal

newcomer = Signal()

def kitchen(sender, employee, **kwargs):
    print(f"One more meal, for {employee}.")

def badges(sender, employee, **kwargs):
    raise RuntimeError("the badge printer is out of paper")

def payroll(sender, employee, **kwargs):
    print(f"One more wage, for {employee}.")

for receiver in kitchen, badges, payroll:
    newcomer.connect(receiver)

def hire(send):
    with transaction.atomic():
        ada = EmployeesWithoutHooks.objects.create(**sample_roster()[0])
        send(sender=EmployeesWithoutHooks, employee=ada)
        print("The gate opens for Ada.")
"""

task = Task(
    id="04-1",
    title="The printer is out of paper",
    lesson="04_custom_signals",
    kind="predict",
    minutes=5,
    situation=f"""
Three receivers listen to a signal of our own, and the second one fails today:

```python
{SCENE.strip()}
```

One morning Ada is hired by `hire(newcomer.send)`. In another life it is `hire(newcomer.send_robust)`.
""",
    task="""
Before you run anything: what happens in each? Which receivers are called (a text such as `"kitchen, payroll"`)? Does
the gate open, and is Ada in the table afterwards (`"yes"` or `"no"`)?
""",
    answer="morning",
    starter="""
morning = {
    "send: called": ...,
    "send: the gate opens": ...,
    "send: Ada is stored": ...,
    "send_robust: called": ...,
    "send_robust: the gate opens": ...,
    "send_robust: Ada is stored": ...,
}
""",
    hints=(
        "If badges raises inside send(), where does that error come out, and who is next in the line?",
        "send() lets the first error through at once. send_robust() catches each one, goes on, and returns it "
        "in its list. And an error that leaves an atomic() block takes back what was written in it.",
        "send: kitchen and badges are called, payroll is not; the error leaves hire(), so no gate and no row. "
        "send_robust: all three, and all goes on.",
    ),
    link="https://docs.djangoproject.com/en/5.2/topics/signals/#sending-signals",
    solution="""
morning = {
    "send: called": "kitchen, badges",
    "send: the gate opens": "no",
    "send: Ada is stored": "no",
    "send_robust: called": "kitchen, badges, payroll",
    "send_robust: the gate opens": "yes",
    "send_robust: Ada is stored": "yes",
}
""",
    why="`send()` stops at the first error, and the error goes on to the caller: right when the reaction is part of the deed. "
    "`send_robust()` calls everybody and hands the errors back in its list: right when the listeners are none of "
    "the sender's business. But then somebody has to look into that list, or into the log.",
    others=(
        """
morning = {
    "send: called": ["badges", "kitchen"],
    "send: the gate opens": False,
    "send: Ada is stored": "No",
    "send_robust: called": "kitchen and badges and payroll",
    "send_robust: the gate opens": True,
    "send_robust: Ada is stored": "Yes.",
}
""",
    ),
    mistakes=(
        Mistake(
            "send goes on",
            """
morning = {
    "send: called": "kitchen, badges, payroll",
    "send: the gate opens": "no",
    "send: Ada is stored": "no",
    "send_robust: called": "kitchen, badges, payroll",
    "send_robust: the gate opens": "yes",
    "send_robust: Ada is stored": "yes",
}
""",
            "payroll stands behind the one that failed",
        ),
        Mistake(
            "the one that fails is not counted",
            """
morning = {
    "send: called": "kitchen",
    "send: the gate opens": "no",
    "send: Ada is stored": "no",
    "send_robust: called": "kitchen, payroll",
    "send_robust: the gate opens": "yes",
    "send_robust: Ada is stored": "yes",
}
""",
            "badges was called as well",
        ),
        Mistake(
            "the error stays inside the signal",
            """
morning = {
    "send: called": "kitchen, badges",
    "send: the gate opens": "yes",
    "send: Ada is stored": "yes",
    "send_robust: called": "kitchen, badges, payroll",
    "send_robust: the gate opens": "yes",
    "send_robust: Ada is stored": "yes",
}
""",
            "the line after it",
        ),
        Mistake(
            "forgets the transaction",
            """
morning = {
    "send: called": "kitchen, badges",
    "send: the gate opens": "no",
    "send: Ada is stored": "yes",
    "send_robust: called": "kitchen, badges, payroll",
    "send_robust: the gate opens": "yes",
    "send_robust: Ada is stored": "yes",
}
""",
            "left the atomic() block",
        ),
        Mistake(
            "send_robust stops",
            """
morning = {
    "send: called": "kitchen, badges",
    "send: the gate opens": "no",
    "send: Ada is stored": "no",
    "send_robust: called": "kitchen, badges",
    "send_robust: the gate opens": "yes",
    "send_robust: Ada is stored": "yes",
}
""",
            "catches the error and goes on to payroll",
        ),
        Mistake(
            "send_robust raises in the end",
            """
morning = {
    "send: called": "kitchen, badges",
    "send: the gate opens": "no",
    "send: Ada is stored": "no",
    "send_robust: called": "kitchen, badges, payroll",
    "send_robust: the gate opens": "yes",
    "send_robust: Ada is stored": "no",
}
""",
            "no error left",
        ),
    ),
)

RECEIVERS = ("kitchen", "badges", "payroll")
YES, NO = {"yes", "true", "y", "1"}, {"no", "false", "n", "0"}
REASONS = {
    "send: called": "send() calls one after the other and stops at the first error, "
    "and payroll stands behind the one that failed.",
    "send: the gate opens": "The error comes out of send(), so the line after it never runs.",
    "send: Ada is stored": "The error left the atomic() block, which takes back all that was written in it.",
    "send_robust: called": "send_robust() catches the error and goes on to payroll.",
    "send_robust: the gate opens": "send_robust() hands the error back in its list, and the next line runs.",
    "send_robust: Ada is stored": "There is no error left that could leave the atomic() block, so it commits.",
}


@task.judge
def judge(guess):
    if not isinstance(guess, dict) or set(guess) != set(REASONS):
        wrong(f"a dict with the keys {', '.join(REASONS)}", f"it is {guess!r}")
    happened = observed("send") | observed("send_robust")
    for question, reason in REASONS.items():
        said = guess[question]
        if said is ...:
            wrong(f"a guess for {question!r}", "it is still ...")
        if gist(question, said) is None:
            forms = (
                "names, such as 'kitchen, payroll'," if question.endswith("called") else "yes or no"
            )
            wrong(f"{forms} for {question!r}", f"you wrote {said!r}")
        if gist(question, said) != happened[question]:
            if question.endswith("called") and "badges" not in gist(question, said):
                reason = "Whoever raises was called, too: badges was called as well, and failed."
            wrong(
                f"{spelled(happened[question])}, for {question!r}, when it is run",
                f"you wrote {said!r}",
                reason,
            )


def observed(name):
    """Run the scene in a fresh table and tell what happened."""
    Employees.objects.all().delete()
    names, printed = run_code(SCENE), io.StringIO()
    quiet = patch.object(logging.getLogger("django.dispatch"), "disabled", True)
    with quiet, trace() as seen, redirect_stdout(printed), suppress(RuntimeError):
        names["hire"](getattr(names["newcomer"], name))
    heard = seen.filter(names["newcomer"], kind="delivery")
    return {
        f"{name}: called": {event.what for event in heard},
        f"{name}: the gate opens": "The gate opens" in printed.getvalue(),
        f"{name}: Ada is stored": Employees.objects.exists(),
    }


def gist(question, said):
    """Read a guess: names in any order and form, or yes and no."""
    text = str(said).lower()
    if question.endswith("called"):
        found = {name for name in RECEIVERS if name in text}
        return set(RECEIVERS) if text.startswith("all") else found or None
    word = text.strip(" .!")
    return word in YES if word in YES | NO else None


def spelled(answer):
    if isinstance(answer, set):
        return ", ".join(name for name in RECEIVERS if name in answer)
    return "yes" if answer else "no"
