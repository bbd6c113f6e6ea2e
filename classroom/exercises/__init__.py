"""Exercises that are checked where they are solved: `exercise("02-1").check(answer)`.

Each is one file in `tasks/`; adding one touches nothing else. Those with a letter, "02-a", are
asked inside their lesson.
See https://docs.djangoproject.com/en/5.2/topics/signals/ for what most of them are about.
"""

from classroom.exercises.engine import exercise

__all__ = ["exercise"]
