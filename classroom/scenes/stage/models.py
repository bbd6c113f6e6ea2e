"""One model of each relation that Django knows: what happens to `Person` is what is watched.

See https://docs.djangoproject.com/en/5.2/topics/db/models/#model-inheritance
"""

from django.db import models


class Named(models.Model):
    """An abstract base: it has no table, and no receiver connected to it ever hears anything."""

    name = models.CharField(max_length=100)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name


class Team(Named):
    """What a person points to; when it goes, its people go."""


class Desk(Named):
    """What a person points to as well; when it goes, its people stay."""


class Skill(Named):
    """Linked to people through an automatic table."""


class Night(Named):
    """Linked to people through an explicit table, `Watch`."""


class Person(Named):
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="people")
    desk = models.ForeignKey(Desk, on_delete=models.SET_NULL, null=True, related_name="people")
    skills = models.ManyToManyField(Skill, related_name="people")
    nights = models.ManyToManyField(Night, through="Watch", related_name="people")


class Watch(models.Model):
    """A person's link to a night."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    night = models.ForeignKey(Night, on_delete=models.CASCADE)

    def __str__(self):
        return f"{self.person} at {self.night}"


class PersonByProxy(Person):
    """The same table, another class."""

    class Meta:
        proxy = True


class Manager(Person):
    """A table of its own beside that of `Person`: multi-table inheritance."""
