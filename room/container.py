"""A desk in a container: lay it out in the home folder, then run a command in its environment.

See https://z2jh.jupyter.org/en/stable/jupyterhub/customizing/user-environment.html
"""

import os
import sys
from pathlib import Path

from classroom.publishing import desk as copies
from room.desks import PROGRESS, ROOT


def main(command):
    """Become the command. What lies on the desk already stays; a home that cannot be written is
    named, and the command runs all the same."""
    home = Path.home()
    try:
        for said in copies.lay_out(ROOT, home):
            print(said)
    except OSError as error:
        print(f"{home} expected to be a folder that can be written, but: {error}", file=sys.stderr)
    given = {
        "PROGRESS_FILE": str(home / PROGRESS),
        "DATABASE_URL": f"sqlite:///{home}/.board.db",
    }
    os.environ.update({name: value for name, value in given.items() if name not in os.environ})
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:] or ["jupyter", "lab"])
