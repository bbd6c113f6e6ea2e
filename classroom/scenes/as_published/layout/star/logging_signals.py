"""A harmless module: it needs the class `datetime`, so it imports that."""

from datetime import datetime


def stamp():
    return f"{datetime.now():%d_%m_%Y_%H_%M_%S}"
