"""Show what goes to the log in a line each: whole tracebacks would fill the page.

See https://docs.djangoproject.com/en/5.2/topics/logging/
"""

import logging
from contextlib import contextmanager

from whatfires.describing import quoted


@contextmanager
def short_log(name="django.dispatch"):
    """Print each record of a logger in one line, without its traceback, while a block runs.

    Nothing else writes these records meanwhile. Yields nothing.
    """

    if not isinstance(name, str):
        raise TypeError(f"short_log() takes the name of a logger, but {quoted(name)} came.")

    def print_line(record):
        print(f"log: {record.levelname} {record.getMessage()}")
        return False

    logger = logging.getLogger(name)
    logger.addFilter(print_line)
    try:
        yield
    finally:
        logger.removeFilter(print_line)
