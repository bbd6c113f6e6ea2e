"""Put the repository's real name in place of OWNER/speedster; show the badges and the site.

    python3 .github/name_repository.py ada/speedster

Run it again after a move. It changes files that git keeps, and nothing else.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?/[\w.-]{1,100}", re.ASCII)
NOW = re.compile(r'^Source = "https://github\.com/([^"]+)"$', re.MULTILINE)
HIDDEN = re.compile(r"<!-- Shown by \.github/name_repository\.py:\n(.*?)\n-->", re.DOTALL)


def pages(name):
    """Return the address of the web site that the workflow publishes from this repository."""
    return "{}.github.io/{}".format(*name.split("/"))


def rename(root, new):
    """Name the repository in every file that names it; return the files that changed."""
    if not NAME.fullmatch(new):
        raise SystemExit(f"Expected a name such as ada/speedster, came {new!r}.")
    old = NOW.search((root / "pyproject.toml").read_text(encoding="utf-8"))[1]
    listed = subprocess.run(["git", "-C", root, "ls-files", "-z"], capture_output=True, check=True)
    changed = []
    for name in filter(None, listed.stdout.decode().split("\0")):
        file = root / name
        if file == Path(__file__).resolve() or not file.is_file():
            continue
        try:
            before = file.read_bytes().decode()
        except UnicodeDecodeError:
            continue
        after = before.replace(old, new).replace(pages(old), pages(new))
        if name == "README.md":
            after = HIDDEN.sub(lambda found: found[1], after)
        if after != before:
            file.write_bytes(after.encode())
            changed.append(name)
    return changed


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    print("\n".join(rename(ROOT, sys.argv[1])) or "Nothing had to change.")
