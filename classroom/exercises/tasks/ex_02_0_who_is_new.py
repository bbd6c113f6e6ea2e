from classroom.exercises.vocabulary import *

task = Parsons.of("""
02-0: Who is new? (order, 2 minutes)
https://docs.djangoproject.com/en/5.2/ref/signals/#post-save
== builds: newcomers
== connects: yes
== situation
For each newcomer there is a cake. So the baker wants a list `newcomers` that fills by itself.
== task
Put the lines in order. They connect a receiver that writes down everybody who joins. One line does not belong.
== given
from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver
== lines
    if created:
@receiver(pre_save, sender=Employees)
        newcomers.append(instance.first_name)
def write_down(sender, instance, created, **kwargs):
newcomers = []
@receiver(post_save, sender=Employees)
== hints
- Which of the two signals says whether a row is new?
- A decorator stands on the line above its def. Only post_save passes `created`.
- The empty list; the decorator of post_save, the def, the if, and the append.
== solution
order = [5, 6, 4, 1, 3]
== why
The decorator connects the function below it. `post_save` passes `created`, which is True for a new row; `pre_save` does
not. The list may also stand last: the receiver looks for it only when it is called.
== equal
the receiver looks for the list when it is called <- the order [6, 4, 1, 3, 5]
== others
5, 6, 4, 1, 3 => 6, 4, 1, 3, 5
== mistakes
# listens before the save -> number 2 of yours: `@receiver(pre
6, 4 => 2, 4
# connects nobody -> number 2 of yours: `def write_down
6,  =>
# writes edits down, too -> number 4 of yours: `newcomers.app
1,  =>
# no list -> define `newcomers`
5,  =>
""")


@task.judge
def judge(newcomers):
    roster = sample_roster()
    people = [Employees.objects.create(**it) for it in roster[:2]]
    for person in (*people, *unheard(2)):
        person.save()
    EmployeesWithoutHooks.objects.create(**roster[3])
    names = [person.first_name for person in people]
    if newcomers != names:
        wrong(f"{names}, who joined, and nobody who was edited", f"newcomers is {newcomers!r}")
