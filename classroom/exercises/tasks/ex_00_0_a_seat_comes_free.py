from classroom.exercises.vocabulary import *

task = Parsons.of("""
00-0: A seat comes free (order, 2 minutes)
https://docs.djangoproject.com/en/5.2/ref/models/fields/#django.db.models.CASCADE
== call: left_behind(person)
== builds: left_behind
== situation
Somebody leaves for good, and their seat comes free. How many people are left on that shift?
== task
Put the lines of `left_behind(person)` in order. It deletes the person, and returns how many are left on the shift that
they worked on. One line does not belong.
== lines
    return shift.employees_shift.count()
    shift = Shifts.objects.first()
    person.delete()
def left_behind(person):
    shift = person.shifts.get()
== hints
- Which line needs something that another line takes away?
- A deleted person has no shift any more. And you want their shift, not the first one.
- First the def. Then find the person's shift, delete the person, and return the count.
== solution
order = [4, 5, 3, 1]
== why
A person's seats are deleted with the person: that is CASCADE. What you need afterwards, look up first.
== others
[4, 5, 3, 1] => "4 5 3 1"
# or
[4, 5, 3, 1] => "4531"
# or
order = [
    "def left_behind(person):",
    "    shift = person.shifts.get()",
    "person.delete()",
    "return shift.employees_shift.count()",
]
== mistakes
# asks the person who is gone -> number 2 of yours: `person.
5, 3 => 3, 5
# counts too early -> number 3 of yours: `return
3, 1 => 1, 3
# asks another shift -> number 2 of yours: `shift = Shifts
5, 3 => 2, 3
# a line too many -> one of yours does nothing
4, 5 => 4, 2, 5
# no function -> unexpected indent
4,  =>
# gives up early -> at least one is missing
, 1 =>
# a line twice -> more than once
4, 5 => 4, 5, 5
# a line that is not there -> numbers from 1 to 5
4, 5 => 4, 6
# a name -> such as [3, 1, 2]
[4, 5, 3, 1] => left_behind = 1
# a line of their own -> Copy each as it is
[4, 5, 3, 1] => "def left_behind():"
""")


@task.judge
def judge(left_behind):
    people = [Employees.objects.create(**it) for it in sample_roster()[:6]]
    for person, left in (people[4], 2), (people[5], 1), (people[0], 2):
        said = left_behind(person)
        if Employees.objects.filter(first_name=person.first_name).exists():
            wrong(f"that {person} leaves", "the row is still stored")
        if said != left:
            wrong(f"{left} people on the shift that {person} leaves", f"it returned {said}")
