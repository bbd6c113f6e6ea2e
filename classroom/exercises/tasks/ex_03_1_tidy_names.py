"""03-1: a save() override that loses its arguments."""

from django.db import IntegrityError, transaction

from classroom.exercises.engine import Mistake, Task
from classroom.exercises.mixing import mixed_into
from classroom.exercises.outcomes import wrong
from classroom.roster import fields_of
from speedy.models import Employees

task = Task(
    id="03-1",
    title="Tidy names",
    lesson="03_save_overrides",
    kind="repair",
    minutes=6,
    situation="""
Names are typed in a hurry, with spaces around them. `TidyNames` is to take these away before a person is stored. It is
a plain class, written as the first base of a model, `class Person(TidyNames, Employees)`, so its `super()` is the
model. But `Person.objects.create(...)` raises a `TypeError`.
""",
    task="""
Mend `TidyNames`, so that every way of saving a `Person` works as it does for `Employees`, with `create()`,
`save(update_fields=[...])` and whatever else Django may pass along; but the first name that is stored has no spaces
around it. (No model is defined in a cell; the check makes `Person` itself.)
""",
    answer="TidyNames",
    starter="""
class TidyNames:
    def save(self):
        self.first_name = self.first_name.strip()
        super().save()
""",
    hints=(
        "What does create() pass to save(), and what does your save() do with it?",
        "An override stands in for a method that others call: it takes whatever they may pass, and hands all of it on. "
        "Python writes 'whatever' as *args, **kwargs.",
        "def save(self, *args, **kwargs): tidy the name, and then super().save(*args, **kwargs).",
    ),
    link="https://docs.djangoproject.com/en/5.2/topics/db/models/#overriding-predefined-model-methods",
    solution="""
class TidyNames:
    def save(self, *args, **kwargs):
        self.first_name = self.first_name.strip()
        super().save(*args, **kwargs)
""",
    why="That is the contract of an override: take all arguments and hand them on, for Django calls `save()` with some of its "
    "own. To take them and to drop them is worse than a TypeError: then `create()` may overwrite somebody, and nothing "
    "complains.",
    others=(
        """
class TidyNames:
    def save(self, **kwargs):
        self.first_name = " ".join(self.first_name.split())
        return super().save(**kwargs)
""",
        """
class TidyNames:
    def save(self, force_insert=False, force_update=False, using=None, update_fields=None):
        self.first_name = self.first_name.strip()
        super().save(
            force_insert=force_insert,
            force_update=force_update,
            using=using,
            update_fields=update_fields,
        )
""",
    ),
    mistakes=(
        Mistake(
            "names what create() passes",
            """
class TidyNames:
    def save(self, force_insert=False, using=None):
        self.first_name = self.first_name.strip()
        super().save(force_insert=force_insert, using=using)
""",
            "whatever Django may pass",
        ),
        Mistake(
            "takes them and drops them",
            """
class TidyNames:
    def save(self, *args, **kwargs):
        self.first_name = self.first_name.strip()
        super().save()
""",
            "force_insert",
        ),
        Mistake(
            "drops update_fields",
            """
class TidyNames:
    def save(self, *args, force_insert=False, using=None, **kwargs):
        self.first_name = self.first_name.strip()
        super().save(force_insert=force_insert, using=using)
""",
            "update_fields was dropped",
        ),
        Mistake(
            "stores nothing",
            """
class TidyNames:
    def save(self, *args, **kwargs):
        self.first_name = self.first_name.strip()
""",
            "super().save()",
        ),
        Mistake(
            "tidies too late",
            """
class TidyNames:
    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        self.first_name = self.first_name.strip()
""",
            "only afterwards",
        ),
        Mistake(
            "tidies nothing",
            """
class TidyNames:
    def save(self, *args, **kwargs):
        self.first_name.strip()
        super().save(*args, **kwargs)
""",
            "changes no text",
        ),
    ),
)


@task.judge
def judge(TidyNames):
    with mixed_into(Employees, TidyNames, "Person") as Person:
        ada = created(Person)
        judge_stored(ada)
        judge_force_insert(Person, ada)
        judge_update_fields(Person, ada)


def created(Person):
    how = "Person.objects.create(...), which calls save(force_insert=True, using='default')"
    return told(
        how, lambda: Person.objects.create(**fields_of("Ada Okafor") | {"first_name": " Ada "})
    )


def told(how, act):
    """Act; turn a refused argument into words."""
    try:
        return act()
    except TypeError as error:
        if "argument" not in str(error):
            raise
        wrong(
            f"that this works: {how}",
            f"TypeError: {error}",
            "An override has to take whatever Django may pass, named or not, and hand it on.",
        )


def judge_stored(ada):
    stored = Employees.objects.first()
    if stored is None:
        wrong(
            "a row for Ada after create()",
            "the table is empty",
            "It looks as if super().save() was never called: nobody else stores the row.",
        )
    if stored.first_name != "Ada":
        late = ada.first_name == "Ada"
        wrong(
            "'Ada' in the row of somebody who was created as ' Ada '",
            f"{stored.first_name!r} is stored",
            "The instance was tidied, but only afterwards: super().save() had written the row before."
            if late
            else "strip() changes no text, it returns a new one: put that back on the instance.",
        )


def judge_force_insert(Person, ada):
    """create() with a key that is taken has to fail, and not to overwrite."""
    try:
        with transaction.atomic():
            Person.objects.create(pk=ada.pk, **fields_of("Grace Okafor"))
    except IntegrityError:
        return
    wrong(
        "an IntegrityError from create() with a key that is taken, as for Employees",
        f"{Employees.objects.get(pk=ada.pk)} took the place of Ada, and nothing complained",
        "It looks as if force_insert was dropped: what save() takes it has to hand on.",
    )


def judge_update_fields(Person, ada):
    here = Person.objects.get(pk=ada.pk)
    Employees.objects.filter(pk=ada.pk).update(address="2 Mill Lane")  # somebody else, meanwhile
    here.age, here.first_name = 41, " Adah "
    told("save(update_fields=['age'])", lambda: here.save(update_fields=["age"]))
    stored = Employees.objects.get(pk=ada.pk)
    if (stored.age, stored.first_name, stored.address) != (41, "Ada", "2 Mill Lane"):
        wrong(
            "that save(update_fields=['age']) writes the age alone",
            f"stored are now {stored.first_name!r}, {stored.age} years, {stored.address!r}",
            "It looks as if update_fields was dropped, so the whole row was written, over what others had changed."
            if stored.age == 41
            else "It looks as if the save did not go through.",
        )
    told("save(update_fields=['first_name'])", lambda: here.save(update_fields=["first_name"]))
    if (now := Employees.objects.get(pk=ada.pk).first_name) != "Adah":
        wrong("'Adah' in the row after save(update_fields=['first_name'])", f"{now!r} is stored")
    told("save(force_update=True)", lambda: here.save(force_update=True))
