"""Forget what is half installed, so that the next `pip install` installs it whole.

Where an installation was killed, a package has its name already and lacks files; pip and uv then
take it for installed. It must run before there is an environment, with any Python and as a file.
See https://packaging.python.org/en/latest/specifications/recording-installed-packages/
"""

import csv
import shutil
import sys
from pathlib import Path


def half_installed(environment):
    """List the folders of what an environment knows to be installed and lacks files of."""
    known = sorted(Path(environment).glob("lib/python*/site-packages/*.dist-info"))
    return [folder for folder in known if lacks_files(folder)]


def lacks_files(folder):
    """Tell whether a file is gone that was installed; compiled ones may go."""
    try:
        rows = list(csv.reader((folder / "RECORD").read_text("utf-8").splitlines()))
        names = [row[0] for row in rows if not row[0].endswith(".pyc")]
    except (OSError, ValueError, LookupError, csv.Error):
        return True
    return not all((folder.parent / name).exists() for name in names)


def name_of(folder):
    return folder.name.partition("-")[0]


if __name__ == "__main__":
    for folder in half_installed(sys.argv[1]):
        shutil.rmtree(folder, ignore_errors=True)
        print(f"{name_of(folder)} was half installed: it is installed again.")
