"""A learner's class with a save() of its own, mixed into a model for the time of a check.

No model is defined in a cell: Django would keep it for good. So the cell holds a plain class, and
the model that has it for a base lives in a registry of its own, beside the project's.
See https://docs.djangoproject.com/en/5.2/topics/db/models/#proxy-models
"""

from contextlib import contextmanager

from django.db.models import Model
from django.test.utils import isolate_apps

from classroom.exercises.outcomes import wrong


@contextmanager
def mixed_into(model, mixin, name):
    """Yield a proxy of the model as `class Name(Mixin, Model)` would make it."""
    if not isinstance(mixin, type) or issubclass(mixin, Model):
        first = getattr(mixin, "__name__", "YourClass")
        wrong(
            f"a plain class with a save(), for class {name}({first}, {model.__name__})",
            f"it is {'a model' if isinstance(mixin, type) else repr(mixin)}",
            "Hand the class itself to the check, by its name and without brackets.",
        )
    meta = type("Meta", (), {"proxy": True, "app_label": model._meta.app_label})
    with isolate_apps(model._meta.app_label):
        yield type(model)(name, (mixin, model), {"__module__": model.__module__, "Meta": meta})
