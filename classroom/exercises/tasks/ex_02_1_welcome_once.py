"""02-1: a receiver that reacts too often."""

from django.core import serializers
from django.db.models.signals import post_save

from classroom.exercises.engine import Mistake, Task
from classroom.exercises.outcomes import wrong
from classroom.roster import fields_of
from classroom.tracing import trace
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
Mend `welcome`: it returns the greeting when somebody joins, and `None` when somebody is edited or while a
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
            "has its key already",
        ),
    ),
)


@task.judge
def judge(welcome):
    post_save.connect(welcome, sender=Employees, weak=False)
    ada, said = heard(lambda: Employees.objects.create(**fields_of("Ada Okafor")))
    if said is None:
        wrong(
            "'Welcome, Ada!' when Ada joins",
            "the receiver returned None",
            "In post_save the instance has its key already, so its pk tells nothing."
            * (ada.pk > 0),
        )
    if "Ada" not in str(said):
        wrong("a greeting with Ada's name", f"the receiver returned {said!r}")
    if heard(ada.save)[1] is not None:
        wrong(
            "None when Ada is edited",
            "she was welcomed again",
            "post_save is sent for an edit as well; one of its arguments says which it was.",
        )
    dump = serializers.serialize("json", [ada])
    ada.delete()
    if heard(lambda: [row.save() for row in serializers.deserialize("json", dump)])[1] is not None:
        wrong(
            "None while a fixture loads",
            "Ada was welcomed, though she only came back from a backup",
            "A fixture's rows are new, so `created` is True; another argument says that they are raw.",
        )


def heard(act):
    """Act; return what came of it, and what the learner's receiver, the last one, answered."""
    with trace() as seen:
        result = act()
    *_, delivery = seen.filter(post_save, sender=Employees).filter(kind="delivery")
    answered = delivery.outcome.startswith("returned ")
    return result, delivery.outcome.removeprefix("returned ") if answered else None
