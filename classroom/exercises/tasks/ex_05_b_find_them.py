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
no rows, a proxy
to wipe before or after the shift is given comes to the same here <- `scheduling.assign*comes first*
== others
    scheduling.wipe_expired_shifts()
    return len(scheduling.assign_many(Employees.objects.without_shift()))
== mistakes
# counts when all are placed -> it returned 0
return len(forgotten) => return Employees.objects.without_shift().count()
# assigns, and does not wipe -> yesterday's shift is gone
        place(employee) =>         scheduling.assign(employee)
# places the first alone -> are without a shift
in forgotten: => in forgotten[:1]:
# each name once -> two people of one name
list(Employees.objects.without_shift()) => {str(it): it for it in Employees.objects.without_shift()}.values()
# up to ten -> 2 of 12 are without a shift
without_shift()) => without_shift()[:10])
# None for nobody -> Expected: 0
return len(forgotten) => return len(forgotten) or None
# asks who never had a shift -> one from today on
without_shift() => filter(shifts=None)
# counts from zero -> the first and the last
return len(forgotten) => return max(0, len(forgotten) - 1)
# opens a shift for each -> at most one shift with a free seat
-         place(employee)
+         scheduling.wipe_expired_shifts()
+         day = scheduling.next_day(Shifts.objects)
+         Shifts.objects.create(shift_date=day).employees_shift.add(employee)
# looks for their age -> are without a shift
without_shift()) => without_shift().filter(age=120))
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
# hires others like them -> people stored
        place(employee) =>         place(Employees.objects.create(first_name=employee.first_name, last_name=employee.last_name, address=employee.address, age=employee.age))
# catches the error -> no error came out
-         place(employee)
+         try:
+             place(employee)
+         except Exception:
+             pass
''')


@task.judge
@muted(employee_created, wipe_before_hire, place_hired)
def judge(repair):
    new_shift(0, *unheard(5, 6))
    new_shift(-1)
    for number in (*shuffled(4, 5), 12, 0):  # with 2 at work, 2 would count as many twice
        strangers = [Employees(**stranger()) for _ in range(number - 2)]
        forgotten = Employees.objects.bulk_create(strangers) + (unheard(5, 5) if number else [])
        seats, people = seats_by_key(), Employees.objects.count()
        said = repair()
        if (now := Employees.objects.count()) != people:
            wrong(f"{people} people stored, as before", f"there are {now}")
        if left := unplaced(forgotten):
            names = "There are two people of one name: each of them needs a shift."
            alone = f"{len(left)} of {number} are without a shift"
            alike = len(left) == 1 and left[0] in forgotten[-2:]
            wrong("everybody has a shift", alone, names if alike else "")
        if not seats.items() <= seats_by_key().items():
            wrong("everybody else where they were", "somebody who had a shift lost that seat")
        if not is_just(said, number):
            mistake = "Each of them counts, the first and the last, too."
            if type(said) is not int:
                mistake = "Return the number itself."
            elif said > number:
                mistake = "Count only those who have no shift at this call."
            elif said == 0:
                mistake = "Count them before you place them."
            wrong(f"{number}, which is how many had none", f"it returned {said!r}", mistake)
    if Shifts.objects.expired().exists():
        wrong("yesterday's shift is gone", "it is still there", "place() wipes it.")
    if (free := Shifts.objects.with_room().count()) > 1:
        rule = "Leave the seats to place(), which takes the first shift with room."
        wrong("at most one shift with a free seat", f"there are {free}", rule)
    expect_true_headcounts()
    new_shift(-1, *unheard(7))
    repair()
    if Shifts.objects.expired().exists():
        over = "That shift is over: without_shift() asks for one from today on."
        wrong("everybody has a shift", "somebody still sits on yesterday's, which is none", over)
    EmployeesWithoutHooks.objects.create(**stranger())
    with no_seats():
        expect_error(repair, BrokenRule, "the error of the rule comes out")


def seats_by_key():
    return dict(ShiftsEmployees.objects.values_list("pk", "shift"))
