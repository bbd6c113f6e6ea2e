from classroom.exercises.vocabulary import *

READY = """
from django.apps import AppConfig


class PollsConfig(AppConfig):
    name = "polls"

    def ready(self):
        from polls import signals
"""
ACTS = """
import asyncio, os
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.db.models.signals import post_save
print("== question")
question = Question.objects.create(question_text="Tea or coffee?")
print("== choice")
tea = question.choice_set.create(choice_text="Tea")
print("== other")
Choice.objects.create(question=question, choice_text="Coffee")
print("== keyed")
Choice.objects.create(pk=55, question=question, choice_text={long!r})
print("== refused")
try:
    with transaction.atomic():
        Choice.objects.create(choice_text="Mud")
except IntegrityError:
    pass
print("== edit")
tea.save()
tea.votes = 1
tea.save()
print("== unheard")
names = ["Milk", *["Soup"] * 12]
Choice.objects.bulk_create(Choice(question=question, choice_text=it) for it in names)
Choice.objects.get(choice_text="Milk").save()
print("== fixture")
cocoa = Choice(pk=77, question=question, choice_text="Cocoa")
cocoa.save_base(raw=True)  # as loaddata does
print("== again")
cocoa.save_base(raw=True)
print("== saves")
with CaptureQueriesContext(connection) as asked:
    question.choice_set.create(pk=33, choice_text="Soup")
print(sum("SELECT" not in it["sql"] for it in asked), "write")
print("== cell")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # as the kernel of a notebook has it
async def cell():
    question.choice_set.create(choice_text="Juice")
asyncio.run(cell())
"""

task = Task.of('''
02-a: A new choice (write, 2 minutes)
https://docs.djangoproject.com/en/5.2/topics/signals/#connecting-receiver-functions
== seconds: 60
== starter
signals_py = """
from django.db.models.signals import post_save
from django.dispatch import receiver
"""
== hints
- The sender has to be imported, too. Which model is it now?
- `@receiver(post_save, sender=Choice)`, then a function that takes sender, instance, created, raw and **kwargs, and
  prints if created and not raw.
== solution
  from django.dispatch import receiver
+
+ from polls.models import Choice
+
+
+ @receiver(post_save, sender=Choice)
+ def announce(sender, instance, created, raw, **kwargs):
+     if created and not raw:
+         print("New choice:", instance)
== why
A file with receivers, the exact class as sender, and the check of `created`. With `not raw` a fixture prints nothing.
`ready()` imports the file.
== others
signals_py = """
from django.db.models.signals import post_save
from polls.models import Choice

def announce(instance, created, raw=False, **kwargs):
    if created and not raw:
        print(f"New choice: {instance.choice_text}")

post_save.connect(announce, sender=Choice)
"""
== mistakes
# forgets the fixture -> where raw is True
 and not raw =>
# listens to everybody -> a question
, sender=Choice =>
# listens to the question -> which class is its
import Choice => import Question as Choice
# remembers whom it has seen -> another process stored
instance, created, raw, => instance, raw, seen=set(),
created and not raw => not raw and instance.pk not in seen and not seen.add(instance.pk)
# whenever the two differ -> over a row that is there
created and not raw => created != raw
# inside of a function -> does it print()? One inside a function
- @receiver(post_save, sender=Choice)
- def announce(sender, instance, created, raw, **kwargs):
-     if created and not raw:
-         print("New choice:", instance)
+ def connect():
+     def announce(sender, instance, created, raw, **kwargs):
+         if created and not raw:
+             print("New choice:", instance)
+     post_save.connect(announce, sender=Choice)
+ connect()
# before it is stored -> when a choice is created with a key
(post_save, => (pre_save,
import post_save => import pre_save
created, raw => raw
created and not raw => instance.pk is None and not raw
# knows short ones -> with a key of its own
created and not raw => created and not raw and len(instance.choice_text) < 9
# names the last of the table -> it printed New choice: Cocoa
:", instance => :", Choice.objects.last()
# changes the case -> Something that Nobody
:", instance => :", str(instance).capitalize()
# stops at ten -> it printed 1 write
created and not raw => created and not raw and Choice.objects.count() < 10
# saves as well -> no write of its own
print( => instance.save(); print(
# calls it otherwise -> what was saved is `instance`
announce(sender, instance => announce(sender, choice
:", instance => :", choice
# calls it at once -> the brackets after it call it at once
          print("New choice:", instance)
+ post_save.connect(announce(), sender=Choice)
# forgets an import -> Else import it
from polls.models import Choice =>
# async -> in a cell of a notebook
def announce( => async def announce(
# no **kwargs -> Give it **kwargs
, **kwargs =>
''')


# What is to be printed by each act above, and what that is.
PRINTED = (
    ("choice", "New choice: Tea", "the choice Tea is created"),
    ("question", "", "a question is created"),
    ("other", "New choice: Coffee", "the choice Coffee is created"),
    ("keyed", "New choice: {long}", "a choice is created with a key of its own"),
    ("refused", "", "the database refuses a choice: before it is stored, it is none"),
    ("edit", "", "an edit is saved"),
    ("unheard", "", "a row is edited that another process stored"),
    ("fixture", "", "a fixture is loaded, where raw is True"),
    ("again", "", "a fixture is loaded over a row that is there"),
    ("saves", "New choice: Soup; 1 write", "a choice is created, and no write of its own"),
    ("cell", "New choice: Juice", "a choice is created in a cell of a notebook"),
)
ASKS = "A receiver asks for what is sent, by its name: what was saved is `instance`."
MEANS = {r"^TypeError: (?!receiver).* missing (?!.*'sender')": ASKS}
VANISHES = (
    "Is it connected, by @receiver(...), does its `if` hold for a new row, and does it print()? One inside a function "
    "vanishes: a signal holds it weakly."
)


@task.judge
def judge(signals_py):
    if not isinstance(signals_py, str):
        kept = "Keep it between the three quotes."
        wrong("the text of signals.py", f"it is {signals_py!r}", kept)
    mysite = own_project()
    mysite.write("polls/apps.py", READY)
    mysite.write("polls/signals.py", signals_py)
    settings = mysite.read("mysite/settings.py")
    mysite.write("mysite/settings.py", settings.replace("DEBUG = True", "DEBUG = False"))
    long = f"Something that Nobody has chosen in {randint(1_000, 9_999)} years, 5 % {{or}} more"
    acts = ACTS.format(long=long)
    printed = mysite.manage("shell", "--verbosity", "0", "--command", acts)
    parts = [part.split("\n") for part in printed.split("== ")[1:]]
    said = {act: "; ".join(lines[:-1]) for act, *lines in parts}
    if len(said) < len(PRINTED):
        error = printed.strip().splitlines()[-1]
        if slip := usual_slip(error):
            raise Wrong(slip)
        wrong("a file that Python can run", error, meaning(MEANS, error) or nudge(error))
    for act, lines, what in PRINTED:
        if said[act] != (expected := lines.format(long=long)):
            mistake = "" if act != "choice" or said[act] else VANISHES
            if said["question"]:
                mistake = "It spoke of a question, so which class is its sender?"
            elif act in ("edit", "unheard") and said[act]:
                mistake = "post_save is sent for an edit, too: look at `created`."
            elif act == "cell":
                mistake = "A signal cannot call an `async def` there: write `def` alone."
            happened = f"it printed {said[act]}" if said[act] else "nothing was printed"
            wrong(f"{expected or 'nothing'} when {what}", happened, mistake)
