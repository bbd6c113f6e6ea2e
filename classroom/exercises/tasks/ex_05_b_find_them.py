from classroom.exercises.vocabulary import *

task = Task.of('''
05-b: Find them, and place them (write, 2 minutes)
https://docs.djangoproject.com/en/5.2/topics/db/queries/#querysets-are-lazy
== starter
def repair():
    """Place everybody who has no shift; return how many there were."""
== hints
- Which query in the lesson shows them, and which function gives one person a shift?
- Make a list of `Employees.objects.without_shift()`. Call `place()` for each, and return the length of the list.
== solution
from speedy import scheduling


def place(employee):
    scheduling.wipe_expired_shifts()
    scheduling.assign(employee)


def repair():
    forgotten = list(Employees.objects.without_shift())
    for employee in forgotten:
        place(employee)
    return len(forgotten)
== why
The rule is a function, so you can call it again, for anybody.
== equal
no rows
to wipe before or after the shift is given comes to the same here <- `scheduling.assign*comes first*
a proxy of the class, of which no receiver hears anyway <- EmployeesWithoutHooks*
== others
-     forgotten = list(Employees.objects.without_shift())
-     for employee in forgotten:
-         place(employee)
-     return len(forgotten)
+     scheduling.wipe_expired_shifts()
+     return len(scheduling.assign_many(Employees.objects.without_shift()))
== mistakes
# counts when all are placed -> it returned 0
return len(forgotten) => return Employees.objects.without_shift().count()
# assigns, and does not wipe -> yesterday's shift is gone
        place(employee) =>         scheduling.assign(employee)
# places the first alone -> are without a shift
in forgotten: => in forgotten[:1]:
# counts everybody -> it returned
Employees.objects.without_shift() => Employees.objects.all()
# adds to the number of before -> at this call
- def repair():
+ total = []
+ def repair():
-     return len(forgotten)
+     total.extend(forgotten)
+     return len(total)
# the people -> the number itself
len(forgotten) => forgotten
# returns nothing -> it returned None
    return len(forgotten) =>
# saves them again -> are without a shift
        place(employee) =>         employee.save()
# hires others like them -> people stored
        place(employee) =>         place(Employees.objects.create(first_name=employee.first_name, last_name=employee.last_name, address=employee.address, age=employee.age))
# deletes them -> people stored
        place(employee) =>         employee.delete()
# catches the error -> no error came out
-         place(employee)
-     return len(forgotten)
+         try:
+             place(employee)
+         except Exception:
+             pass
+     return len(forgotten)
''')


@task.judge
@muted(employee_created, wipe_before_hire, place_hired)
def judge(repair):
    new_shift(0, *unheard(5, 6))
    new_shift(-1)
    for number in shuffled(3, 4):  # with 2 who work already, 2 would count as many twice
        forgotten = [EmployeesWithoutHooks.objects.create(**stranger()) for _ in range(number)]
        seats, people = seats_by_key(), Employees.objects.count()
        said = repair()
        if (now := Employees.objects.count()) != people:
            wrong(f"{people} people stored, as before", f"there are {now}")
        if left := len(unplaced(forgotten)):
            wrong("everybody has a shift", f"{left} of {number} are without a shift")
        if not seats.items() <= seats_by_key().items():
            wrong("everybody else where they were", "somebody who had a shift lost that seat")
        if not is_just(said, number):
            mistake = "Count them before you place them."
            if type(said) is not int:
                mistake = "Return the number itself."
            elif said > number:
                mistake = "Count those alone who have no shift at this call."
            wrong(f"{number}, which is how many had none", f"it returned {said!r}", mistake)
    if Shifts.objects.expired().exists():
        wrong("yesterday's shift is gone", "it is still there", "place() wipes it.")
    EmployeesWithoutHooks.objects.create(**stranger())
    with no_seats():
        expect_error(repair, BrokenRule, "the error of the rule comes out")


def seats_by_key():
    return dict(ShiftsEmployees.objects.values_list("pk", "shift"))
