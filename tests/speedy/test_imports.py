"""What speedy imports: Django alone; and what may import its declarations of signals: anybody."""

import ast
import sys
from pathlib import Path

import speedy

FILES = sorted(Path(speedy.__file__).parent.rglob("*.py"))

NEIGHBOUR = """
from django.db import models
from speedy.signals.custom_signals import employee_hired

class Guest(models.Model):
    pass
"""

SETUP = """
import sys
import django
from django.conf import settings
sys.path.insert(0, sys.argv[1])
settings.configure(INSTALLED_APPS=["neighbour", "speedy"], DATABASES={})
django.setup()
from neighbour.models import employee_hired
assert employee_hired.receivers
"""


def test_models_can_import_the_declarations_of_signals(tmp_path, python):
    """S7: also those of an app that is loaded before speedy."""
    folder = tmp_path / "neighbour"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "models.py").write_text(NEIGHBOUR)
    done = python("-c", SETUP, str(tmp_path))
    assert done.returncode == 0, done.stderr


def test_the_declarations_need_no_models(python):
    """S7: so those of speedy can import them, too, before any of them is there."""
    without = (
        "import sys; sys.modules['speedy.models'] = None; import speedy.signals.custom_signals"
    )
    done = python("-c", without)
    assert done.returncode == 0, done.stderr


def test_it_imports_django_alone():
    nodes = [node for file in FILES for node in ast.walk(ast.parse(file.read_text("utf-8")))]
    found = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    found |= {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    known = sys.stdlib_module_names | {"django", "speedy"}
    assert {name.partition(".")[0] for name in found} <= known
