"""One model of each relation that Django knows: what happens to `Person` is what is watched.

See https://docs.djangoproject.com/en/5.2/topics/db/models/#model-inheritance
"""

from django.db import models
from django.db.models.functions import Concat, Left


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


class Captain(Person):
    """A table of its own beside that of `Person`: multi-table inheritance."""


class BadgeQuerySet(models.QuerySet):
    """Removes the spaces around first names."""

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        for badge in objs:
            badge.first_name = badge.first_name.strip()
        return super().bulk_create(objs, *args, **kwargs)


class Badge(models.Model):
    """What a person wears at work: the database keeps some of it right by itself."""

    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    initials = models.GeneratedField(
        expression=Concat(Left("first_name", 1), Left("last_name", 1)),
        output_field=models.CharField(max_length=2),
        db_persist=True,
    )
    copies = models.PositiveSmallIntegerField(db_default=1)

    objects = BadgeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="badge_1_to_9_copies", condition=models.Q(copies__range=(1, 9))
            )
        ]

    def __str__(self):
        return f"badge {self.initials}"
