"""02-1: a receiver that reacts too often."""

import io
from contextlib import redirect_stdout

from django.core import serializers
from django.db.models.signals import post_save
from django.utils.inspect import func_accepts_kwargs

from classroom.exercises.engine import Mistake, Task
from classroom.exercises.outcomes import expect_callable, wrong
from classroom.scenes.roster import fields_of
from speedy.models import Employees

task = Task(
    id="02-1",
    title="Welcome, once",
    lesson="02_built_in_signals",
    kind="repair",
    minutes=5,
    situation="""
`welcome` is a receiver of `post_save` of `Employees`. It returns a greeting, which a screen in the hall
shows. But Ada is greeted again whenever her address changes, and the morning on which a backup was
loaded, all thirty people were welcomed at once.
""",
    task="""
Repair `welcome`: it returns the greeting when somebody joins, and `None` when somebody is edited or while a
fixture loads.
""",
    answer="welcome",
    starter="""
def welcome(sender, instance, **kwargs):
    return f"Welcome, {instance.first_name}!"
""",
    hints=(
        "What does post_save tell its receivers besides the instance? Which of it is different for an edit?",
        "Two arguments matter, and you can name them in the function's signature: created and raw.",
        "def welcome(sender, instance, created, raw, **kwargs): then return the greeting only "
        "if created and not raw.",
    ),
    link="https://docs.djangoproject.com/en/5.2/ref/signals/#post-save",
    solution="""
def welcome(sender, instance, created, raw, **kwargs):
    if created and not raw:
        return f"Welcome, {instance.first_name}!"
""",
    why="The guard comes first. `created` is True for a new row only, and `raw` while a fixture loads: "
    "then rows are new as well, but nobody joins.",
    others=(
        """
def welcome(sender, **told):
    if told["raw"] or not told["created"]:
        return None
    return "Welcome, %s!" % told["instance"].first_name
""",
    ),
    mistakes=(
        Mistake(
            "looks only at created",
            """
def welcome(sender, instance, created, **kwargs):
    if created:
        return f"Welcome, {instance.first_name}!"
""",
            "while a fixture loads",
        ),
        Mistake(
            "looks only at raw",
            """
def welcome(sender, instance, raw, **kwargs):
    if not raw:
        return f"Welcome, {instance.first_name}!"
""",
            "an edit",
        ),
        Mistake(
            "looks at the key",
            """
def welcome(sender, instance, **kwargs):
    if instance.pk is None:
        return f"Welcome, {instance.first_name}!"
""",
            "neither its pk",
        ),
        Mistake(
            "prints",
            """
def welcome(sender, instance, created, raw, **kwargs):
    if created and not raw:
        print(f"Welcome, {instance.first_name}!")
""",
            "printed the greeting",
        ),
        Mistake(
            "returns an empty text",
            """
def welcome(sender, instance, created, raw, **kwargs):
    return f"Welcome, {instance.first_name}!" if created and not raw else ""
""",
            "is not None",
        ),
        Mistake(
            "takes a few arguments only",
            """
def welcome(sender, instance, created, raw):
    if created and not raw:
        return f"Welcome, {instance.first_name}!"
""",
            "refuses a receiver",
        ),
    ),
)


@task.judge
def judge(welcome):
    expect_callable(welcome, "welcome(sender, instance, ...)")
    if not func_accepts_kwargs(welcome):
        wrong(
            "a receiver that takes whatever arguments a signal sends",
            "welcome() has no **kwargs",
            "With DEBUG on, connect() refuses a receiver without **kwargs: later versions may send more.",
        )
    heard = connected(welcome)
    ada, said, printed = heard(lambda: Employees.objects.create(**fields_of("Ada Okafor")))
    if said is None:
        wrong(
            "'Welcome, Ada!' when Ada joins",
            "the receiver returned None",
            "It printed the greeting, and nobody was given it: return it."
            if "Ada" in printed
            else "Is there a return for her? In post_save the row is stored already, so neither its pk nor joins() nor "
            "_state.adding tells that she is new: one of the arguments does.",
        )
    if not isinstance(said, str) or "Ada" not in said:
        wrong("the greeting, with Ada's name", f"the receiver returned {said!r}")
    _, said, _ = heard(ada.save)
    expect_none(
        said,
        "when Ada is edited",
        "post_save is sent for an edit as well; one of its arguments says which it was.",
    )
    dump = serializers.serialize("json", [ada])
    ada.delete()
    _, said, _ = heard(lambda: [row.save() for row in serializers.deserialize("json", dump)])
    expect_none(
        said,
        "while a fixture loads and Ada only comes back from a backup",
        "A fixture's rows are new, so `created` is True; another argument says that they are raw.",
    )


def connected(welcome):
    """Connect the learner's receiver; return a function that acts and tells how it answered."""
    answers = []

    def listen(**told):
        with redirect_stdout(io.StringIO()) as printed:
            said = welcome(**told)
        print(printed.getvalue(), end="")
        answers.append((said, printed.getvalue()))

    def heard(act):
        result = act()
        return result, *answers[-1]

    post_save.connect(listen, sender=Employees, weak=False)
    return heard


def expect_none(said, when, mistake):
    if said is not None:
        wrong(
            f"None {when}",
            f"the receiver returned {said!r}",
            mistake if said else f"{said!r} is not None: return nothing where nobody is welcomed.",
        )
