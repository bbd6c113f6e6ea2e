from classroom.exercises.vocabulary import *

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

RECEIVERS = ("kitchen", "badges", "payroll")

task = Task.of(
    """
04-1: The printer is out of paper (predict, 5 minutes)
https://docs.djangoproject.com/en/5.2/topics/signals/#sending-signals
== answer: morning
== task
Guess before you hire anybody. Each time: which receivers are called? Does the gate open, and is Ada stored afterwards?
== hints
- If badges raises inside send(), where does the error go, and which receiver would be next?
- send() stops at the first error. send_robust() catches each one, goes on, and returns it in its list. An error that
  leaves an atomic() block rolls back what was written in it.
- send: kitchen and badges are called, payroll is not. The error leaves hire(), so the gate stays shut and there is no
  row. send_robust: all three are called, and hire() goes on.
== solution
morning = {
    "send: called": "kitchen, badges",
    "send: the gate opens": "no",
    "send: Ada is stored": "no",
    "send_robust: called": "kitchen, badges, payroll",
    "send_robust: the gate opens": "yes",
    "send_robust: Ada is stored": "yes",
}
== why
`send()` stops at the first error and lets it out. `send_robust()` calls every receiver and returns the errors in its
list: somebody has to read that, or the log. In a transaction take care: an error from a write inside the receiver, or
one that passed through `delete()` or `add()`, still rolls the block back at its end, and nothing is raised.
== others
"kitchen, badges" => ["badges", "kitchen"]
opens": "no" => opens": False
stored": "no" => stored": "No"
kitchen, badges, payroll => kitchen and badges and payroll
opens": "yes" => opens": True
stored": "yes" => stored": "Yes."
== mistakes
# send goes on -> payroll comes after the one that failed
kitchen, badges" => kitchen, badges, payroll"
# the one that fails is not counted -> badges was called as well
"kitchen, badges" => "kitchen"
# the one that fails is the only one -> kitchen was connected first
"kitchen, badges" => "badges"
# the error stays inside the signal -> the next line never runs
opens": "no", => opens": "yes",
# forgets the transaction -> left the atomic() block
stored": "no", => stored": "yes",
# send_robust stops -> catches the error and goes on to payroll
badges, payroll => badges
# send_robust raises in the end -> No error leaves
stored": "yes", => stored": "no",
# says yes where names are asked for -> names of receivers
"kitchen, badges" => "yes"
# explains in place of an answer -> `yes` or `no` alone
stored": "no", => stored": "no, because the error left the block",
""",
    situation=f"""
Three receivers listen to a signal of our own, and the second one fails today:

```python
{SCENE.strip()}
```

Ada is hired with `hire(newcomer.send)`. Then the table is emptied, and she is hired with
`hire(newcomer.send_robust)`.
""",
    fields={
        f"{name}: {what}": Several(RECEIVERS) if what == "called" else ("yes", "no")
        for name in ("send", "send_robust")
        for what in ("called", "the gate opens", "Ada is stored")
    },
)

REASONS = {
    "send: called": "send() stops at the first error, and payroll comes after the one that failed.",
    "send: the gate opens": "The error comes out of send(), so the next line never runs.",
    "send: Ada is stored": "The error left the atomic() block, so the block was rolled back.",
    "send_robust: called": "send_robust() catches the error and goes on to payroll.",
    "send_robust: the gate opens": "send_robust() returns the error in its list, and the next line runs.",
    "send_robust: Ada is stored": "No error leaves the atomic() block, so it commits.",
}


@task.judge
def judge(guess):
    truth = observed("send") | observed("send_robust")
    expect_keys(guess, truth)
    names = partial(names_in, names=RECEIVERS), "names of receivers, such as 'kitchen, payroll',"
    for key, came in truth.items():
        forms = names if key.endswith("called") else (yes_or_no, "`yes` or `no` alone")
        expect_guesses({key: guess[key]}, {key: came}, *forms, why)


def why(question, said):
    if isinstance(said, set) and "badges" not in said:
        return "A receiver that raises was called: badges was called as well, and failed."
    if isinstance(said, set) and "kitchen" not in said:
        return "kitchen was connected first: it is called before the one that failed."
    return REASONS[question]


def observed(name):
    """Run the scene in a fresh table and tell what happened."""
    Employees.objects.all().delete()
    names, printed = run_code(SCENE), io.StringIO()
    with quiet(), trace() as seen, redirect_stdout(printed), suppress(RuntimeError):
        names["hire"](getattr(names["newcomer"], name))
    heard = seen.filter(names["newcomer"], kind="delivery")
    return {
        f"{name}: called": {event.what for event in heard},
        f"{name}: the gate opens": "The gate opens" in printed.getvalue(),
        f"{name}: Ada is stored": Employees.objects.exists(),
    }
