from classroom.exercises.vocabulary import *

task = Task.of("""
testing-1: Always green (repair, 8 minutes)
https://docs.djangoproject.com/en/5.2/ref/signals/#django.db.models.signals.post_save
== situation
The kitchen has a receiver of `post_save`. It writes down one meal for everybody who is new, and none for an edit or for a
row of a fixture:

```python
def kitchen(sender, instance, created, raw=False, **kwargs):
    if created and not raw:
        meals.append(instance.first_name)
```

Its test has never been red, not even when the kitchen cooked for everybody who had moved house.
== task
Repair `test_kitchen(kitchen, meals)`. It gets a receiver like this one, and the (empty) list that the receiver writes
into. It calls the receiver as Django would, without a database. It passes for a kitchen that is right, and raises
`AssertionError` for one that is wrong. The check tries several wrong ones.
== starter
def test_kitchen(kitchen, meals):
    kitchen(sender=Employees, instance=Employees(first_name="Ada"), created=True)
    assert meals is not None
== hints
- Somebody new, an edit, a row of a fixture: how does the kitchen know which it is, and when should it do nothing?
- Call it once for each case, and each time compare the whole list with what you expect, by ==. A list with one name too
  many is true as well. Django passes created and raw by name.
- A newcomer: created=True, raw=False, then assert meals == ['Ada']. Then an edit (created=False) and a fixture
  (created=True, raw=True): after each, meals is still ['Ada'].
== solution
def test_kitchen(kitchen, meals):
    def saved(name, created, raw):
        kitchen(sender=Employees, instance=Employees(first_name=name), created=created, raw=raw)

    saved("Ada", created=True, raw=False)
    assert meals == ["Ada"]
    saved("Grace", created=False, raw=False)
    assert meals == ["Ada"]
    saved("Alan", created=True, raw=True)
    assert meals == ["Ada"]
== why
A test proves as much as the faults that turn it red. So break the code on purpose, one line at a time. A line that you
can break unseen is guarded by no test. What must *not* happen needs a check for each case.
== equal
no answer
another of its assertions looks at the same list <- without `assert meals == * | `*` comes first*
any name, and any class, will do for a receiver that looks at neither <- '*' for 'Grace'* | '*' for 'Alan'* | EmployeesWithoutHooks for Employees* | always * (line 3: sender=Employees) | always 'Ada' (line 3: first_name=name)
a test may store and log what it likes <- writes to everybody | leaves an event* | writes a line*
a right kitchen raises nothing <- saved swallows*
== others
    def cooked(created, raw):
        meals.clear()
        kitchen(sender=Employees, instance=Employees(first_name="Ada"), created=created, raw=raw)
        return meals

    assert cooked(created=True, raw=False) == ["Ada"]
    assert not cooked(created=False, raw=False)
    assert not cooked(created=True, raw=True)
# or
    ada = Employees(first_name="Ada")
    for created, raw, expected in [(False, False, []), (True, True, []), (False, True, []), (True, False, ["Ada"])]:
        kitchen(ada, instance=ada, created=created, raw=raw, using="default", update_fields=None)
        assert meals == expected, (created, raw)
# or
    from django.db.models.signals import post_save
    with connected(post_save, kitchen, sender=Employees):
        ada = Employees.objects.create(**sample_roster()[0])
        assert meals == ["Ada"]
        ada.save()
        assert meals == ["Ada"]
        Employees(pk=99, **sample_roster()[1]).save_base(raw=True)
        assert meals == ["Ada"]
== mistakes
# one name for all of them -> for a fixture instead
    ada = Employees(first_name="Ada")
    for created, raw in (False, False), (True, True), (True, False):
        kitchen(Employees, ada, created, raw)
    assert meals == ["Ada"]
    kitchen(Employees, ada, False, False)
    assert meals == ["Ada"]
# newcomers only -> cooks for an edit
saved("Grace", created=False, raw=False) =>
# forgets the fixture -> cooks for a fixture
, created=True, raw=True => , created=False, raw=True
# only that there is something -> cooks twice
    ada = Employees(first_name="Ada")
    kitchen(sender=Employees, instance=ada, created=False, raw=False)
    kitchen(sender=Employees, instance=ada, created=True, raw=True)
    assert not meals
    kitchen(sender=Employees, instance=ada, created=True, raw=False)
    assert "Ada" in meals
# takes a meal that is not there -> Another error tells nothing
saved("Ada", created=True, raw=False) => saved("Ada", created=True, raw=False); name = meals[0]
# saves somebody instead -> call kitchen(...) itself
    Employees.objects.create(first_name="Ada", last_name="Quillbrook", address="1 Hill", age=30)
    assert meals == []
# returns and does not assert -> A test that returns
    kitchen(sender=Employees, instance=Employees(first_name="Ada"), created=True, raw=False)
    return meals == ["Ada"]
# green but once -> red for a kitchen that is right
calls = []
    kitchen(sender=Employees, instance=Employees(first_name="Ada"), created=True, raw=False)
    calls.append(1)
    assert calls == [1], "once more"
# a list of its own -> Does it ask the list
    meals = []
    kitchen(sender=Employees, instance=Employees(first_name="Ada"), created=True, raw=False)
    assert meals == ["Ada"], "my list"
""")


# How often a kitchen writes down somebody new, an edit, and a row of a fixture; and which name.
KITCHENS = {
    "is right": (1, 0, 0, "first_name"),
    "cooks for nobody": (0, 0, 0, "first_name"),
    "cooks for an edit": (1, 1, 0, "first_name"),
    "cooks for a fixture": (1, 0, 1, "first_name"),
    "cooks twice": (2, 0, 0, "first_name"),
    "writes down another name": (1, 0, 0, "last_name"),
    "cooks for an edit instead": (0, 1, 0, "first_name"),
    "cooks for a fixture instead": (0, 0, 1, "first_name"),
    "raises an error": (1, 0, 0, "first_name"),
}


ITSELF = "Save nothing: call kitchen(...) itself, as Django would."
BREAKS = "Another error tells nothing of the kitchen: let an `assert` compare the whole list."
GREEN = "A test that returns what it found is green, whatever that is."
MORE = "The test is red for a kitchen that is right. Does it ask the list that it was given, and expect no more than was promised?"


@task.judge
def judge(test_kitchen):
    # A test remembers no other run, and cannot count to the right one.
    expected = "a test that calls the kitchen it is given"
    with error_told(ValueError, expected, ITSELF, "must be saved|needs to have a"):
        runs = [(it, tried(test_kitchen, it)) for it in shuffled(*KITCHENS, *["is right"] * 2)]
    for what, (calls, came, error) in sorted(runs, key=lambda it: [*KITCHENS].index(it[0])):
        is_right = what == "is right"
        if not calls:
            wrong(expected, "it was never called", ITSELF)
        if came is not None:
            fails = "an `assert` that fails when something is not as it should be"
            wrong(fails, f"the test returned {came!r}", GREEN)
        if is_right and error:
            wrong("a green test for a right kitchen", f"AssertionError {error}".rstrip(), MORE)
        expect_red(is_right or error, what, "the kitchen")
        if not isinstance(error, AssertionError | AnyError | None):
            fails = f"an `assert` that fails when the kitchen {what}"
            wrong(fails, f"{type(error).__name__}: {error}", BREAKS)


def tried(test_kitchen, what):
    """Run the test with one of the kitchens; return the calls, what it returned, and its error."""
    meals, calls, (new, edit, fixture, name) = [], [], KITCHENS[what]

    def kitchen(sender, instance, created, raw=False, **kwargs):
        times = (fixture if raw else new) if created else 0 if raw else edit
        meals.extend([getattr(instance, name)] * times)
        if what == "raises an error":
            raise AnyError

    def called(*args, **told):
        calls.append(told)
        kitchen(*args, **told)

    kitchen.__qualname__ = "kitchen"  # what an error about its arguments names
    # A test that cannot go on is no red one; with a right kitchen that is the learner's error.
    red = AssertionError if what == "is right" else Exception
    try:
        with taken_back():
            return calls, test_kitchen(Sealed(called), meals), None
    except red as error:
        return calls, None, error
