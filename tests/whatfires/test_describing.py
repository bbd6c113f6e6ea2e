"""A trace describes what it meets by a copy, and runs no code on the original."""

import gc
import warnings

import pytest
from django.core.files.base import ContentFile
from django.db import models
from django.db.models.signals import post_init, pre_init
from django.dispatch import Signal
from django.test.utils import isolate_apps
from django.utils.functional import cached_property

from speedy.models import Employees, Shifts, ShiftsEmployees
from whatfires import describing, listening, trace
from whatfires.describing import introduced, spelled

BELL = Signal()


def shown(instance):
    """What a trace calls an instance."""
    with trace() as seen:
        BELL.send(sender=None, instance=instance)
    [event] = seen
    return event.instance


@pytest.fixture
def guest():
    with isolate_apps("speedy"):

        class Guest(models.Model):
            name = models.CharField(max_length=200)
            photo = models.FileField()

            class Meta:
                app_label = "speedy"

            def __str__(self):
                warnings.warn("asked for its name", stacklevel=2)
                Shifts()  # sends pre_init and post_init
                return f"{self.shouted} {self.photo}"

            @cached_property
            def shouted(self):
                return self.name.upper()

        yield Guest(pk=7, name="Ada", photo="ada.jpg")


def test_no_cached_property_is_filled_and_nothing_is_sent_or_warned(guest):
    sent = []

    def note(sender, **kwargs):
        sent.append(sender)

    for signal in (pre_init, post_init):
        signal.connect(note)
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            assert shown(guest) == "ADA ada.jpg"
            with listening(BELL) as heard:
                BELL.send(sender=None, instance=guest)
    finally:
        for signal in (pre_init, post_init):
            signal.disconnect(note)
    assert heard[0]["instance"] == "ADA ada.jpg"
    assert "shouted" not in guest.__dict__
    assert sent == [] and warned == []


def test_a_file_still_belongs_to_the_original(guest):
    photo = guest.photo
    photo.file = ContentFile(b"")
    assert shown(guest) == "ADA ada.jpg"
    assert photo.instance is guest


@pytest.mark.django_db
def test_a_name_that_asks_the_database_is_refused_before_a_query_is_made(hire, monkeypatch):
    [ada] = hire("Ada")
    seat = ShiftsEmployees.objects.get(employee=ada)
    made, init = [], models.QuerySet.__init__
    monkeypatch.setattr(
        models.QuerySet, "__init__", lambda self, *a, **k: made.append(self) or init(self, *a, **k)
    )
    assert shown(seat) == f"ShiftsEmployees #{seat.pk}"
    assert made == []
    assert str(seat) and made


def test_a_name_is_one_line_and_not_long():
    assert introduced(Employees(first_name="Ada\n├─ ", last_name="\tQ")) == "Ada\\n├─  \\tQ"
    assert len(introduced(Employees(first_name="A" * 500))) == 80
    assert introduced(ShiftsEmployees()) == "ShiftsEmployees"


def test_sets_are_in_order():
    assert spelled({10, 9, 2}) == "{2, 9, 10}"
    assert spelled({"b", "a"}, repr) == "{'a', 'b'}"
    assert spelled({"b", None}) == "{None, b}"


def test_a_mixin_that_others_share_works_while_a_trace_is_open():
    class Keeps:
        def save(self):
            return "kept"

    class Note(Keeps):
        """No model."""

    with isolate_apps("speedy"):

        class Memo(Keeps, models.Model):  # noqa: DJ008
            class Meta:
                app_label = "speedy"

    with trace() as seen:
        assert Note().save() == "kept"
        assert Memo().save() == "kept"
    assert [event.sender for event in seen.filter(kind="method")] == ["Memo"]


def test_a_warning_names_the_line_that_called_save():
    with isolate_apps("speedy"):

        class Old(models.Model):  # noqa: DJ008
            class Meta:
                app_label = "speedy"

            def save(self, **kwargs):
                warnings.warn("Old is old", stacklevel=2)

    with trace(), pytest.warns(UserWarning, match="old") as warned:
        Old().save()
    assert warned[0].filename == __file__


@pytest.fixture
def branch():
    with isolate_apps("speedy"):

        class Branch(models.Model):
            name = models.CharField(max_length=9)
            parent = models.ForeignKey("self", models.CASCADE)
            twin = models.OneToOneField("self", models.CASCADE, related_name="other")

            class Meta:
                app_label = "speedy"

            def __str__(self):
                self.twin.name += "!"
                return f"{self.twin.other.twin.name} {self.twin.other is self}"

        twin = Branch(name="twin")
        one = Branch(name="one", twin=twin, parent=Branch(name="parent"))
        yield one


def test_what_a_copy_is_linked_to_is_a_copy_too_and_made_as_it_is_asked_for(branch, monkeypatch):
    made, copy_of = [], describing.copy_of
    monkeypatch.setattr(
        describing, "copy_of", lambda it, all: made.append(it.name) or copy_of(it, all)
    )
    assert introduced(branch) == "twin! True"
    assert "twin" in made and "parent" not in made
    assert branch.twin.name == "twin"


def test_no_cycle_of_copies_waits_for_the_collector(branch):
    gc.collect()
    gc.disable()
    try:
        introduced(branch)
        assert not [it for it in gc.get_objects() if type(it) is describing.Linked]
    finally:
        gc.enable()
