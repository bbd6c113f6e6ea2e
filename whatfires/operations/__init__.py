"""Every way in which the ORM is used, as operations that can be tried out on any model.

Nothing here says what an operation fires: `what_fires()` runs it and looks. A module a kind; the
order in which they are imported is that of the table.
See https://docs.djangoproject.com/en/5.2/ref/models/querysets/
"""

from whatfires.operations import rows, many, keys, links, kin, elsewhere  # noqa: F401, I001
from whatfires.operations.registry import OPERATIONS, Operation

__all__ = ["OPERATIONS", "Operation"]
