from classroom.exercises.vocabulary import *

task = Task.of('''
02-3: Nobody imports it (repair, 4 minutes)
https://docs.djangoproject.com/en/5.2/ref/applications/#django.apps.AppConfig.ready
== seconds: 60
== situation
A colleague sends you `polls`, an app with a `signals.py`. Its receivers are right, and each has its `@receiver`. But
nothing is announced, on the web site or in a shell, and there is no error.
== task
Repair `apps_py`, the whole text of `polls/apps.py`. In each process that starts Django, every receiver of
`polls/signals.py` is connected. Leave the receivers where they are: the check runs your file with several `signals.py`,
in a shell, in another command, and as a web server does, with `DEBUG` off.
== starter
apps_py = """
from django.apps import AppConfig


class PollsConfig(AppConfig):
    name = "polls"
"""
== hints
- `@receiver` works when Python runs the file. Which method does Django call once, when all models are loaded?
- An app config may have a method `ready(self)`. Import the file in it. At the top of `apps.py` the import would be too
  early, because no model is loaded yet.
- Below `name`, inside the class: `def ready(self):`, and in it `from polls import signals`.
== solution
      name = "polls"
+
+     def ready(self):
+         from polls import signals
== why
In each process Django calls `ready()` of each app once, when all models are loaded. The import runs the file, and
`@receiver` connects what is in it. Nobody uses the name `signals`, so tell your linter to leave that line alone.
== others
from polls import signals => import polls.signals
# or
from polls import signals => from . import signals
# or
        from importlib import import_module
        import_module("polls.signals")
== mistakes
# imports it at the top -> no model is loaded yet
  from django.apps import AppConfig
+ from polls import signals
-     def ready(self):
-         from polls import signals
# in a shell only -> in each process
        import sys
        if "shell" in sys.argv:
            from polls import signals
# not in a web server -> in each process
        import sys
        if sys.argv[0].endswith("manage.py"):
            from polls import signals
# another name for ready() -> calls one method of a config
ready => on_ready
# outside of the class -> Does your method stand inside the class
    def ready => def ready
        from =>     from
# without self -> ready() is a method
ready(self) => ready()
# a module that is not there -> the name of its app or package stands before
from polls import signals => import signals
# names it only -> and does nothing with it
from polls import signals => "polls.signals"
# the signals of Django -> of Django's own
from polls import signals => from django.db.models import signals
# names one receiver -> import the file itself
import signals => import signals; from polls.signals import announce
# moves the receiver here -> stay in `signals.py`
        from django.db.models.signals import post_save
        from polls.models import Question
        def announce(sender, instance, **kwargs):
            print("Question:", instance)
        post_save.connect(announce, sender=Question, weak=False)
# connects it once more -> connected it already
        from django.db.models.signals import post_save
        from polls import signals
        post_save.connect(signals.announce)
# keeps the error of the file back -> is caught in yours
        try:
            from polls import signals
        except ImportError as error:
            print(error)
# no config of the app any more -> PollsConfig
class PollsConfig => class Polls
# no parent -> names its parent
(AppConfig) =>
# loses the name -> the line `name = "polls"`
-     name = "polls"
''')

RECEIVER = """
from django.db.models.signals import post_save
from django.dispatch import receiver

from polls.models import {model}


@receiver(post_save, sender={model})
def {function}(sender, instance, **kwargs):
    print("{token} {model}:", instance)
"""
ACTS = """
from polls.models import Question

question = Question.objects.create(question_text="Tea or coffee?")
question.choice_set.create(choice_text="Tea")
"""
SERVER = """
from django.core.wsgi import get_wsgi_application

get_wsgi_application()

import acts
"""
COMMAND = """
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    requires_system_checks = []

    def handle(self, **options):
        import acts
"""
STARTS = (
    ("manage.py", "shell", "--verbosity", "0", "--command", ACTS),
    ("manage.py", "act"),
    ("serve.py",),  # as a web server does
)
RECEIVERS = (
    ("Question", "announce", "Tea or coffee?"),
    ("Choice", "tell", "Tea"),
    ("Choice", "notify", "Tea"),
)
# Words of an error of the process, and what they mean here.
MEANS = {
    "cannot import name .* from 'polls.signals'": "Not every `signals.py` has a receiver of that name: import the file itself.",
    "aren't loaded": "Django reads this line before it has the models, and no model is loaded yet. Import later.",
    "positional argument": "ready() is a method, so its first argument is `self`.",
    "does not contain": "INSTALLED_APPS of this project names `polls.apps.PollsConfig`: keep the class.",
    "does not have a 'PollsConfig'": "INSTALLED_APPS names `polls.apps.PollsConfig`: keep the class.",
    "isn't a subclass": "The class of a config names its parent: `AppConfig`, in brackets.",
    "must supply a name": 'Django knows an app by the line `name = "polls"` in the config.',
}


@task.judge
def judge(apps_py):
    if not isinstance(apps_py, str):
        wrong("the text of apps.py", f"it is {apps_py!r}", "Keep it between the three quotes.")
    for number, (model, function, text) in enumerate(RECEIVERS):
        token = f"heard {randint(1_000, 9_999)}, a"  # no other file can know it
        came = printed_with(apps_py, number, model=model, function=function, token=token)
        expected = f"{token} {model}: {text}"
        if came == [expected]:
            continue
        error = meaning(MEANS, " ".join(came))
        if error or any("Error" in it for it in came):
            wrong("that Django starts with your file", came[-1], error or nudge(came[-1]))
        which = ("the first", "the other", "the last")[number]
        wanted = f"one line from the receiver in {which} `signals.py`"
        happened = f"it printed {'; '.join(came)}" if came else "nothing was printed"
        wrong(wanted, happened, why(apps_py, number, came, expected in came))
    came = printed_with(apps_py, number, model="Nobody", function="announce", token=token)
    if not came or not re.match(r"[\w.]+: ", came[-1]):  # as an error that ends the process
        kept = "An error in that file is caught in yours, and Django starts without its receivers."
        wrong("the error of a `signals.py` that cannot be imported", "Django started", kept)


def printed_with(apps_py, number, **receiver):
    """Run the learner's file in a project whose `signals.py` has this receiver."""
    mysite = own_project()
    mysite.write("polls/apps.py", apps_py)
    mysite.write("polls/signals.py", RECEIVER.format(**receiver))
    mysite.write("acts.py", ACTS)
    mysite.write("polls/management/commands/act.py", COMMAND)
    mysite.write("serve.py", SERVER)
    if number:
        settings = mysite.read("mysite/settings.py")
        mysite.write("mysite/settings.py", settings.replace("DEBUG = True", "DEBUG = False"))
    return mysite.run(*STARTS[number]).strip().splitlines()


def why(apps_py, number, came, is_heard):
    if "async def" in apps_py:
        return "Django awaits nothing here: write `def` alone."
    if number and not came:
        return "Is the file imported in each process, and does somebody hold its receivers?"
    if is_heard:
        return "`@receiver` has connected it already: import the file, and connect nothing."
    if came:
        return "The receivers stay in `signals.py`: your file only imports it."
    if re.search("django.* import signals", apps_py):
        return "That is a file of Django's own: import the one of `polls`."
    if "signals" not in apps_py:
        return "Nothing in your file names `signals.py`, so nobody imports it."
    if "def ready(" not in apps_py:
        return "Django calls one method of a config when the models are loaded. Is that its name?"
    if "import" not in apps_py.partition("def ready(")[2]:
        return "Your method names the file, and does nothing with it."
    return "The import was not run. Does your method stand inside the class, without an `if` before it?"
