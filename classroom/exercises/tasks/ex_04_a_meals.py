from classroom.exercises.vocabulary import *

task = Task.of('''
04-a: A meal for each newcomer (write, 2 minutes)
https://docs.djangoproject.com/en/5.2/topics/signals/#receiver-functions
== starter
def order_meal():
    """Order a meal for the person who was hired."""
== hints
- By which name does the comment above `employee_hired` pass the person?
- `def order_meal(sender, employee, **kwargs):`, then `log_event(f"A meal for {employee}.", "kitchen")`.
== solution
from speedy.signals.event_logging import log_event


def order_meal(sender, employee, **kwargs):
    log_event(f"A meal for {employee}.", "kitchen")
== why
It takes `employee` by name, as the contract says, and `**kwargs` for the rest.
== equal: no answer
== others
def order_meal(**payload):
    person = payload["employee"]
    log_event(message=f"A meal for {person.first_name} {person.last_name}.", sender="kitchen")
== mistakes
# nobody says so -> the second argument
, "kitchen" =>
# no **kwargs -> has no **kwargs
def order_meal(sender, employee):
    pass
# async -> async def
async def order_meal(sender, employee, **kwargs):
    pass
# asks for an instance -> asks for `instance`, and here the signal passes `employee`
def order_meal(sender, employee, **kwargs): => def order_meal(sender, instance, **kwargs):
log_event(f"A meal for {employee}.", "kitchen") => log_event(f"A meal for {instance}.", "kitchen")
# forgets the dot -> The dot at the end
for {employee}. => for {employee}
# swaps the two -> the other way round
f"A meal for {employee}.", "kitchen" => "kitchen", f"A meal for {employee}."
# no f -> an `f` before the quotes
f"A meal => "A meal
# swallows the error of the log -> a line for the event log fails
    try:
        log_event(f"A meal for {employee}.", "kitchen")
    except Exception:
        pass
# sends on -> everybody hears that
from speedy.signals.custom_signals import event_signal
    event_signal.send(sender="kitchen", message=f"A meal for {employee}.", instance=employee)
# prints -> print() and return do not
    print(f"A meal for {employee}.")
# the one who was stored last -> the right person
for {employee} => for {Employees.objects.last()}
# one class alone -> Others got theirs
    if sender is EmployeesWithoutHooks:
        log_event(f"A meal for {employee}.", "kitchen")
# saves as well -> no change in the database
log_event(f"A meal for {employee}.", "kitchen") => log_event(f"A meal for {employee}.", "kitchen"); employee.save()
# the young alone -> Others got theirs
    if employee.age < 99:
        log_event(f"A meal for {employee}.", "kitchen")
# as a title -> stays as it is stored
for {employee}. => for {str(employee).title()}.
# one meal for two of one name -> also two of one name
seen = set()
    if str(employee) not in seen:
        seen.add(str(employee))
        log_event(f"A meal for {employee}.", "kitchen")
# always the same -> the right person
log_event(f"A meal for {employee}.", "kitchen") => log_event("A meal for Ada Quillbrook.", "kitchen")
''')

OTHERS = "Others got theirs: everybody who is hired gets a meal, of any class and age."


@task.judge
@muted(place_hired)  # what it has done nobody else would do again
def judge(order_meal):
    alan, namesake = unheard(2, 0)
    other = EmployeesWithoutHooks.objects.create(**stranger())
    for fields in sample_roster()[1::-1]:
        expect_meal(order_meal, EmployeesWithoutHooks.objects.create(**fields), team="night")
    expect_meal(order_meal, alan, OTHERS)
    expect_meal(order_meal, namesake, "Each gets a meal, also two of one name.")
    expect_meal(order_meal, other, OTHERS)


def expect_meal(order_meal, person, mistake="", **more):
    before = len(read_events(settings.EVENT_LOG))
    with connected(employee_hired, asked(order_meal)), trace() as seen:
        employee_hired.send(type(person), employee=person, **more)
    if seen.filter(event_signal):
        wrong("log_event() called", "event_signal was sent, and everybody hears that")
    expect_meals([person], f"for {person}", mistake, before)
