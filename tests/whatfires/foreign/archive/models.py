from django.db import models


class Elsewhere(models.Model):
    """Its rows are in the second database."""

    title = models.CharField(max_length=50, unique=True)
    code = models.SlugField(unique=True)


def of_a_crowd(number):
    meta = type("Meta", (), {"app_label": "archive"})
    fields = {"name": models.CharField(max_length=20), "Meta": meta, "__module__": __name__}
    return type(f"Crowd{number}", (models.Model,), fields)


CROWD = [of_a_crowd(number) for number in range(300)]
