"""The pages of whatfires: each example runs, and prints what the page shows."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import whatfires
from classroom.running.kernel import ROOT
from whatfires.recording import Recording
from whatfires.steps import SCHEMA

PAGES = sorted(ROOT.glob("docs/whatfires/*.md"))
REFERENCE = (ROOT / "docs/whatfires/reference.md").read_text(encoding="utf-8")
OURS = ("DJANGO_", "DATABASE_", "PYTEST_")


@pytest.mark.slow
@pytest.mark.on_one_database
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_example_of_a_page_gives_what_it_shows(page, tmp_path):
    project = shutil.copytree(Path(__file__).with_name("pages"), tmp_path / "project")
    clean = {name: it for name, it in os.environ.items() if not name.startswith(OURS)}
    came = subprocess.run(
        [sys.executable, "read.py", str(page)],
        cwd=project,
        env={**clean, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert came.returncode == 0, came.stdout + came.stderr


def test_the_reference_names_all_that_is_public():
    methods = [name for name in (*vars(whatfires.Trace), *vars(Recording)) if name[0] != "_"]
    commands = (path.stem for path in ROOT.glob("whatfires/management/commands/[!_]*.py"))
    settings = {
        name
        for path in ROOT.glob("whatfires/**/*.py")
        for name in re.findall(r"WHATFIRES_[A-Z]+", path.read_text(encoding="utf-8"))
    }
    names = {*whatfires.__all__, *methods, *commands, *settings} - UNTOLD
    assert [it for it in sorted(names) if not re.search(rf"\b{it}\b", REFERENCE)] == []


# How a Trace is made, and what its views use.
UNTOLD = {"close", "root", "latest", "keeps", "traces", "depth", "waiting", "trace"}


def test_the_reference_tells_each_key_of_the_json():
    with whatfires.trace() as seen:
        whatfires.who_listens()
        from django.dispatch import Signal

        Signal().send(None)
    document = json.loads(seen.json())
    told = set(re.findall(r"^\| `(\w+)`", REFERENCE.partition("## JSON")[2], re.MULTILINE))
    assert told == set(document["steps"][0])
    assert f'"whatfires": {SCHEMA}' in REFERENCE
