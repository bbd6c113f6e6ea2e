"""04-a: a receiver for a signal of the project, by its contract."""

from classroom.exercises.vocabulary import *

task = Task(
    id="04-a",
    title="A meal for each newcomer",
    kind="write",
    call="order_meal(sender, employee, ...)",
    starter='''
def order_meal():
    """Log a meal for each person who is hired."""
''',
    hints=(
        "By which name does the contract of `employee_hired` pass the person?",
        "`def order_meal(sender, employee, **kwargs):`, then "
        '`log_event(f"A meal for {employee}.", "kitchen")`.',
    ),
    link="https://docs.djangoproject.com/en/5.2/topics/signals/#receiver-functions",
    solution="""
from speedy.signals.event_logging import log_event


def order_meal(sender, employee, **kwargs):
    log_event(f"A meal for {employee}.", "kitchen")
""",
    why="It takes `employee` by name, as the contract says, and `**kwargs` for the rest.",
    equal=NO_ANSWER | NO_ERRORS,
    others=(
        """
def order_meal(**payload):
    person = payload["employee"]
    log_event(message=f"A meal for {person.first_name} {person.last_name}.", sender="kitchen")
""",
    ),
    mistakes=slips("""
# nobody says so -> the second argument
, "kitchen" =>
# the sender of the signal -> the second argument
"kitchen" => sender
# no **kwargs -> has no **kwargs
def order_meal(sender, employee):
    pass

# async -> async def
async def order_meal(sender, employee, **kwargs):
    pass

# asks for an instance -> `employee`
def order_meal(sender, employee, **kwargs): => def order_meal(sender, instance, **kwargs):
log_event(f"A meal for {employee}.", "kitchen") => log_event(f"A meal for {instance}.", "kitchen")
# prints -> no line of the kitchen
def order_meal(sender, employee, **kwargs):
    print(f"A meal for {employee}.")

# the one who was stored last -> somebody else
for {employee} => for {Employees.objects.last()}
# one class alone -> no line of the kitchen
-     log_event(f"A meal for {employee}.", "kitchen")
+     if sender is EmployeesWithoutHooks:
+         log_event(f"A meal for {employee}.", "kitchen")

# asks for more than is sent -> it asks for something else
employee, **kwargs => employee, team, **kwargs
# saves as well -> no change in the database
log_event(f"A meal for {employee}.", "kitchen") => log_event(f"A meal for {employee}.", "kitchen"); employee.save()
# the young alone -> no line of the kitchen
-     log_event(f"A meal for {employee}.", "kitchen")
+     if employee.age < 99:
+         log_event(f"A meal for {employee}.", "kitchen")

# always the same -> somebody else
log_event(f"A meal for {employee}.", "kitchen") => log_event("A meal for Ada Quillbrook.", "kitchen")
"""),
)


@task.judge
def judge(order_meal):
    earlier = [*unheard(0, 2), EmployeesWithoutHooks(**stranger())]  # a namesake among them
    earlier[-1].save()
    for fields in sample_roster()[1::-1]:
        expect_meal(order_meal, EmployeesWithoutHooks.objects.create(**fields), team="night")
    for person in earlier:
        expect_meal(order_meal, person)


def expect_meal(order_meal, person, **more):
    before = len(read_log())

    def ask(**told):
        with only_asked():
            order_meal(**told)

    with connected(employee_hired, ask):
        try:
            employee_hired.send(type(person), employee=person, **more)
        except TypeError as error:
            if "required" not in str(error):
                raise
            wrong("what the contract names, `employee`", f"it asks for something else: {error}")
    new = read_log()[before:]
    if len(new) != 1:
        wrong(
            f"one line for {person}",
            "there is no line of the kitchen" if new.empty else f"{len(new)} lines",
            "log_event() writes it: neither print() nor return does." if new.empty else "",
        )
    [line] = new.itertuples()
    if line.message != f"A meal for {person}.":
        wrong(
            f"`A meal for {person}.`",
            f"`{line.message}`",
            "Is the meal for somebody else?" if "A meal for" in line.message else "",
        )
    if line.who != "kitchen":
        wrong("`kitchen`, the second argument of log_event()", f"it is `{line.who}`")
