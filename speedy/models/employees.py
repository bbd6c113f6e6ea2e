"""The people. What must hold of a person holds in the database, whatever program writes.

See https://docs.djangoproject.com/en/5.2/ref/models/constraints/
"""

import re
from datetime import timedelta
from unicodedata import bidirectional, category, combining, normalize

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

OLDEST = 120

# Control characters, and the two that end a line or a paragraph.
CONTROLS = {"Cc", "Zl", "Zp"}
# What turns the direction of all that is written after it.
TURNS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


# Letters and symbols that are drawn as nothing.
BLANK = "\u2800\u115f\u1160\u3164\uffa0"


def one_line(text):
    """Refuse what a terminal or a log would obey instead of showing, and what nobody could see."""
    if any(category(sign) in CONTROLS or bidirectional(sign) in TURNS for sign in text):
        raise ValidationError("Expected one line, without control characters.", code="one_line")
    if text and not is_visible(text):
        raise ValidationError("Expected something that can be seen.", code="unseen")


def is_visible(text):
    """Tell whether anything of a text can be seen by itself; an accent without a letter cannot."""
    return any(category(it)[0] not in "CMZ" and it.isprintable() and it not in BLANK for it in text)


# The spaces of Unicode, which look alike, and what is not seen at all.
SPACES = re.compile("[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\u3164\uffa0]+")
UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u2060-\u2064\u206a-\u206f\ufe00-\ufe0f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# Two that join or part letters: some scripts are written with them, no other needs them.
JOINERS = re.compile("(.?)([\u200c\u200d]+)", re.DOTALL)
# How keyboards and editors write an apostrophe and a hyphen.
ALIKE = str.maketrans(dict.fromkeys("‘’ʼ′＇´`", "'") | dict.fromkeys("\u2010\u2011", "-"))


def tidy(text):
    """Write a text the one way that stands for all that look like it, with no space around it.

    So somebody who is typed on one keyboard and imported from another's file is one person.
    See https://docs.python.org/3/library/unicodedata.html#unicodedata.normalize
    """
    if not text.isascii():
        text = JOINERS.sub(joined, UNSEEN.sub("", normalize("NFC", text.translate(ALIKE))))
    return SPACES.sub(" ", text.translate(ALIKE)).strip()


def joined(found):
    """Keep a joiner behind an Arabic letter or an Indic virama, where it is spelling."""
    before, joiners = found.groups()
    spells = before and (bidirectional(before) == "AL" or combining(before) == 9)
    return before + joiners[0] if spells else before


def alive(day):
    """Refuse a birth in the future, or longer ago than anybody lives."""
    today = timezone.localdate()
    if not today - timedelta(days=366 * (OLDEST + 1)) <= day <= today:
        raise ValidationError(
            f"Expected a day in the last {OLDEST} years, not later than today.", code="alive"
        )


class TidyField(forms.CharField):
    def to_python(self, value):
        return tidy(super().to_python(value))


class LineField(models.CharField):
    """One line of text. Forms, the admin and `full_clean()` tidy it; `save()` stores what it gets.

    See https://docs.djangoproject.com/en/5.2/ref/models/instances/#validating-objects
    """

    default_validators = [one_line]

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs  # the column is one as any other

    def clean(self, value, model_instance):
        return super().clean(tidy(value) if isinstance(value, str) else value, model_instance)

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": TidyField} | kwargs)


class EmployeesQuerySet(models.QuerySet):
    def without_shift(self, today=None):
        """The people who sit on no shift from today on."""
        return self.exclude(shifts__shift_date__gte=today or timezone.localdate())


class Employees(models.Model):
    """Somebody who works here. Creating one sets the running example off."""

    first_name = LineField(max_length=100)
    last_name = LineField(max_length=100)
    address = LineField(max_length=200)
    age = models.PositiveSmallIntegerField(validators=[MaxValueValidator(OLDEST)])
    date_of_birth = models.DateField(null=True, blank=True, validators=[alive])

    objects = EmployeesQuerySet.as_manager()

    class Meta:
        verbose_name = "employee"
        verbose_name_plural = "employees"
        constraints = [
            models.CheckConstraint(
                name="employee_age_0_to_120",
                condition=Q(age__gte=0, age__lte=OLDEST),
                violation_error_message=f"Age must be a whole number from 0 to {OLDEST}.",
            ),
            models.CheckConstraint(
                name="employee_has_a_name",
                condition=~Q(first_name="") & ~Q(last_name=""),
                violation_error_message="First name and last name must not be empty.",
            ),
        ]

    def __str__(self):
        return f"{self.first_name} {self.last_name}"

    def joins(self, using=None):
        """Tell whether saving this instance to that database will add somebody.

        `created` is known only once the row is written. One built by hand around a stored key is an
        edit: the table tells. One whose save() was rolled back looks stored: make a new object.
        """
        if self.pk is None:
            return True
        stored = Employees.objects.using(using).filter(pk=self.pk)
        return self._state.adding and not stored.exists()


class EmployeesWithoutHooks(Employees):
    """The same people, without receivers of the rule: the code that hires them has to act."""

    class Meta:
        proxy = True
        verbose_name = "employee hired by a function"
        verbose_name_plural = "employees hired by a function"


# Signs that spell a word or turn its direction, and are not seen by themselves. Two people do not
# differ in them alone, though each is written as they write themselves.
SPELLING = re.compile(
    "[\u17b4\u17b5\u180b-\u180f\u200c\u200d\u202a-\u202e\u2066-\u2069\U000e0100-\U000e01ef]"
)


def likeness(text):
    """Return what all spellings of one name share, to compare people by."""
    return tidy(SPELLING.sub("", text))
