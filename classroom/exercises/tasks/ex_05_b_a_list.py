from classroom.exercises.vocabulary import *

task = Task.of('''
05-b: A list as payload (write, 2 minutes)
https://docs.djangoproject.com/en/5.2/topics/signals/#receiver-functions
== starter
def place_group():
    """Give each person of the list a shift."""
== hints
- By which name is the list sent along?
- `def place_group(sender, employees, **kwargs):`, then one call of `assign_many`.
== solution
def place_group(sender, employees, **kwargs):
    assign_many(employees)
== why
One signal, one call, one list. Nothing about a signal says that it is for one person.
== equal: no answer, again
== others
from speedy import scheduling
def place_group(**payload):
    return scheduling.assign_many(payload["employees"])
== mistakes
# no **kwargs -> has no **kwargs
, **kwargs =>
# the first alone -> without a shift
employees) => employees[:10])
# in an order of their own -> in the order of the list
(employees) => (sorted(employees, key=str))
# one by one -> one by one
    for employee in employees:
        assign(employee)
# expects one person -> asks for `employee`, and here the signal passes `employees`
def place_group(sender, employee, **kwargs):
    assign_many([employee])
''')


@task.judge
def judge(place_group):
    group_hired = Signal()
    group_hired.connect(place_group)
    roster, alone = sample_roster(), idle()
    for people in (roster[:2], roster[2:]):
        group = [EmployeesWithoutHooks(**it) for it in people]
        EmployeesWithoutHooks.objects.bulk_create(group)
        group.reverse()  # another order than that of the keys
        kept = adds_only(Shifts, ShiftsEmployees)
        with kept, as_given(group), trace() as seen, transaction.atomic():
            group_hired.send(EmployeesWithoutHooks, employees=group)
            left = len(unplaced(group))
        if left:
            now = "Place all of them at once, no matter who sends, and before the signal returns."
            wrong("everybody has a shift", f"{left} of {len(group)} are without a shift", now)
        expect_stored_as_given(group, people[::-1])
        expect_idle(alone)
        days = dict(ShiftsEmployees.objects.values_list("employee", "shift__shift_date"))
        given = [days[it.pk] for it in group]
        if given != sorted(given):
            earlier = "somebody sits on an earlier shift than others who stand before"
            as_it_is = "Hand the list on as it is."
            wrong("the people placed in the order of the list", earlier, as_it_is)
    expect_few_statements(seen, group, each=2)
