"""Exercises that are checked where they are solved: `exercise("02-1").check(answer)`.

Each is one file in `tasks/`; adding one touches nothing else.
"""
