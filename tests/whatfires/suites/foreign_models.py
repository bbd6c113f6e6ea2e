"""Ask `who_listens()` and `what_fires()` about every model of a project, and write down what came.

See https://docs.djangoproject.com/en/5.2/ref/applications/
"""

import json
import os
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from time import process_time

import django


def asked(model):
    """Return what came of both: seconds of CPU, cells, those that are "?", and the reasons."""
    from whatfires import what_fires, who_listens
    from whatfires.firings import HOOKS, UNKNOWN

    came = {"cells": 0, "unknown": 0, "reasons": {}, "error": "", "seconds": 0.0}
    start = process_time()
    try:
        assert repr(who_listens(model)) is not None
        table = what_fires(model)
        assert repr(table) and table._repr_html_() and repr(table.surprises())
    except Exception as error:
        came["error"] = f"{type(error).__name__}: {error}"
    else:
        unknown = [row for row in table if row[HOOKS[0]] == UNKNOWN]
        came |= {"cells": len(table), "unknown": len(unknown)}
        came["reasons"] = {row["operation"]: row["passed"] for row in unknown}
    came["seconds"] = process_time() - start
    return came


def main():
    django.setup()
    for name in sys.argv[1:]:
        package = import_module(name)
        for found in iter_modules(package.__path__):
            import_module(f"{name}.{found.name}")
    from django.apps import apps

    models, results = list(apps.get_models()), {}
    for model in models:
        results[model._meta.label] = asked(model)
        Path(os.environ["FOREIGN_PROGRESS"]).write_text(f"{len(results)} {len(models)}")
    Path(os.environ["FOREIGN_REPORT"]).write_text(json.dumps({"models": results}))


if __name__ == "__main__":
    main()
