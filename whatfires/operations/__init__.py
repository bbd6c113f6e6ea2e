"""Every way in which the ORM is used, as operations that can be tried out on any model.

Nothing here says what an operation fires: `what_fires()` runs it and looks. A module a kind.
See https://docs.djangoproject.com/en/5.2/ref/models/querysets/
"""

from whatfires.operations import elsewhere, keys, kin, links, many, rows
from whatfires.operations.operation import Operation

__all__ = ["OPERATIONS", "Operation"]

OPERATIONS = [it for kind in (rows, many, keys, links, kin, elsewhere) for it in kind.OPERATIONS]
