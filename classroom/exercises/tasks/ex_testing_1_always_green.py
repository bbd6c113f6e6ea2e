"""testing-1: a test that is green whatever the receiver does."""

from classroom.exercises.engine import Task, slips
from classroom.exercises.outcomes import expect_callable, wrong
from classroom.exercises.trying import NO_ANSWER

task = Task(
    id="testing-1",
    title="Always green",
    lesson="deeper/testing",
    kind="repair",
    minutes=8,
    situation="""
The kitchen has a receiver of `post_save`. It writes down a meal for everybody who is new, once, and none for an edit or for a
row out of a fixture:

```python
def kitchen(sender, instance, created, raw=False, **kwargs):
    if created and not raw:
        meals.append(instance.first_name)
```

There is a test. It has never been red, also not on the day when the kitchen cooked for everybody who had moved house.
""",
    task="""
Repair `test_kitchen(kitchen, meals)`. It is given a receiver like this one and the (empty) list that it writes into, and calls it
as Django would; no database is needed. It passes for a kitchen that is right, and raises `AssertionError` for one that is not.
The check tries several that are not.
""",
    answer="test_kitchen",
    starter="""
def test_kitchen(kitchen, meals):
    kitchen(sender=Employees, instance=Employees(first_name="Ada"), created=True)
    assert meals is not None
""",
    hints=(
        "Somebody new, an edit, a row out of a fixture: how does the kitchen learn which it is, and for which should it do nothing?",
        "Call it once for each case, and after each call hold the whole list against what you expect: with ==, for a "
        "list with one name too many is a list, too. Django passes created and raw as keyword arguments.",
        "A newcomer: created=True, raw=False, then assert meals == ['Ada']. Then an edit (created=False) and a fixture "
        "(created=True, raw=True), after each of which meals is still ['Ada'].",
    ),
    link="https://docs.djangoproject.com/en/5.2/ref/signals/#django.db.models.signals.post_save",
    solution="""
def test_kitchen(kitchen, meals):
    def saved(name, created, raw):
        kitchen(sender=Employees, instance=Employees(first_name=name), created=created, raw=raw)

    saved("Ada", created=True, raw=False)
    assert meals == ["Ada"]
    saved("Grace", created=False, raw=False)
    assert meals == ["Ada"]
    saved("Alan", created=True, raw=True)
    assert meals == ["Ada"]
""",
    why="A test proves as much as the faults that would turn it red. So break the code on purpose, one line at a time, and see: "
    "whatever you can break unseen, nobody guards. What must *not* happen needs a test of its own for each case.",
    equal=NO_ANSWER
    | {
        "another of its assertions looks at the same list": (
            "without `assert meals == *",
            "`*` comes first*",
        ),
        "any name, and any class, will do for a receiver that looks at neither": (
            *("'*' for 'Grace'*", "'*' for 'Alan'*", "EmployeesWithoutHooks for Employees*"),
            *("always * (line 3: sender=Employees)", "always 'Ada' (line 3: first_name=name)"),
        ),
        "a right kitchen raises nothing": ("saved swallows*", "raises another error"),
    },
    others=(
        """
def test_kitchen(kitchen, meals):
    def cooked(created, raw):
        meals.clear()
        kitchen(sender=Employees, instance=Employees(first_name="Ada"), created=created, raw=raw)
        return meals

    assert cooked(created=True, raw=False)[0] == "Ada" and len(meals) == 1
    assert not cooked(created=False, raw=False)
    assert not cooked(created=True, raw=True)
""",
        """
def test_kitchen(kitchen, meals):
    ada = Employees(first_name="Ada")
    for created, raw, expected in [(False, False, []), (True, True, []), (False, True, []), (True, False, ["Ada"])]:
        kitchen(ada, instance=ada, created=created, raw=raw, using="default", update_fields=None)
        assert meals == expected, (created, raw)
""",
    ),
    mistakes=slips("""
# newcomers only -> cooks for an edit
-     saved("Grace", created=False, raw=False)
-     assert meals == ["Ada"]

-     saved("Alan", created=True, raw=True)
-     assert meals == ["Ada"]

# forgets the fixture -> cooks for a fixture
-     saved("Alan", created=True, raw=True)
+     saved("Alan", created=False, raw=True)

# only that there is something -> cooks twice
def test_kitchen(kitchen, meals):
    ada = Employees(first_name="Ada")
    kitchen(sender=Employees, instance=ada, created=False, raw=False)
    kitchen(sender=Employees, instance=ada, created=True, raw=True)
    assert not meals
    kitchen(sender=Employees, instance=ada, created=True, raw=False)
    assert "Ada" in meals

# only what must not happen -> cooks for nobody
-     saved("Ada", created=True, raw=False)
-     assert meals == ["Ada"]
-     saved("Grace", created=False, raw=False)
-     assert meals == ["Ada"]
-     saved("Alan", created=True, raw=True)
-     assert meals == ["Ada"]
+     saved("Grace", created=False, raw=False)
+     saved("Alan", created=True, raw=True)
+     assert meals == []

# counts the meals -> writes down another name
-     assert meals == ["Ada"]
-     saved("Grace", created=False, raw=False)
-     assert meals == ["Ada"]
-     saved("Alan", created=True, raw=True)
-     assert meals == ["Ada"]
+     saved("Grace", created=False, raw=False)
+     saved("Alan", created=True, raw=True)
+     assert len(meals) == 1

# saves somebody instead -> call kitchen(...) itself
def test_kitchen(kitchen, meals):
    Employees.objects.create(first_name="Ada", last_name="Quillbrook", address="1 Hill", age=30)
    assert meals == []

# returns and does not assert -> A test that returns
def test_kitchen(kitchen, meals):
    kitchen(sender=Employees, instance=Employees(first_name="Ada"), created=True, raw=False)
    return meals == ["Ada"]

# expects too much -> red for a kitchen that is right
def test_kitchen(kitchen, meals):
    ada = Employees(first_name="Ada", last_name="Quillbrook")
    kitchen(sender=Employees, instance=ada, created=True, raw=False)
    assert meals == ["Ada Quillbrook"]
"""),
)


def kitchens(meals):
    """Map what a kitchen does to a receiver that does it: the first two are right."""

    def right(sender, instance, created, raw=False, **kwargs):
        if created and not raw:
            meals.append(instance.first_name)

    def right_in_other_words(sender, **told):
        if told["created"] and not told.get("raw"):
            meals.extend([told["instance"].first_name])

    def nobody(sender, **kwargs):
        pass

    def edits_too(sender, instance, raw=False, **kwargs):
        if not raw:
            meals.append(instance.first_name)

    def fixtures_too(sender, instance, created, **kwargs):
        if created:
            meals.append(instance.first_name)

    def twice(sender, instance, created, raw=False, **kwargs):
        if created and not raw:
            meals.extend([instance.first_name] * 2)

    def another_name(sender, instance, created, raw=False, **kwargs):
        if created and not raw:
            meals.append(f"{instance.first_name} {instance.last_name}")

    return {
        "is right": right,
        "is right, in other words": right_in_other_words,
        "cooks for nobody": nobody,
        "cooks for an edit": edits_too,
        "cooks for a fixture": fixtures_too,
        "cooks twice": twice,
        "writes down another name": another_name,
    }


@task.judge
def judge(test_kitchen):
    expect_callable(test_kitchen, "test_kitchen(kitchen, meals)")
    for what in kitchens([]):
        is_right = "right" in what
        # A test that cannot go on is red, too; with a kitchen that is right, that is the learner's error.
        calls, came, error = tried(test_kitchen, what, AssertionError if is_right else Exception)
        if not calls:
            wrong(
                "a test that calls the kitchen it is given",
                "it was never called",
                "Save nothing: call kitchen(...) itself, as Django would.",
            )
        if came is not None:
            wrong(
                "an `assert` that fails when something is not as it should be",
                f"the test returned {came!r}",
                "A test that returns what it found is green, whatever that is.",
            )
        if is_right and error:
            wrong(
                f"a green test for a kitchen that {what}",
                f"it is red: AssertionError {error}".rstrip(),
                "The test is red for a kitchen that is right: it expects more than the kitchen promises.",
            )
        if not is_right and not error:
            wrong(
                f"a red test for a kitchen that {what}",
                "it is green",
                f"Nothing in the test would notice that somebody's kitchen {what}.",
            )


def tried(test_kitchen, what, red):
    """Run the test with one of the kitchens; return the calls, what it returned, and its error."""
    meals, calls = [], []
    it = kitchens(meals)[what]

    def kitchen(sender, **told):
        calls.append(told)
        it(sender, **told)

    kitchen.__qualname__ = "kitchen"  # whoever passes too much by place reads this name
    try:
        return calls, test_kitchen(kitchen, meals), None
    except red as error:
        return calls, None, error
