"""Of a traceback, what happened in the cells.

The frames of libraries hide the learner's own, bear paths, and change with every release.
See https://ipython.readthedocs.io/en/stable/interactive/magics.html#magic-xmode
"""

import re

IN_CELL = re.compile(r"\bIn\[(\d+)\]")
# What Python writes between an error and the one that came out of it.
CHAINS = {
    "The above exception was the direct cause of the following exception:",
    "During handling of the above exception, another exception occurred:",
}


def own_frames(traceback):
    """Leave out the frames of files, and an inner cause that never touched a cell.

    (Such a cause is a database driver's error, say.) A traceback without any cell is left whole.
    """
    if not any(IN_CELL.search(plain(frame)) for frame in traceback):
        return traceback
    kept = []
    for frame in traceback:
        words = plain(frame)
        if words.strip() in CHAINS and not any(IN_CELL.search(plain(it)) for it in kept):
            kept = kept[:1] if kept and set(plain(kept[0])) == {"-"} else []  # the opening rule
        elif not words.startswith("File "):
            kept.append(frame)
    return kept


def plain(text):
    """Take the terminal colours out."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
