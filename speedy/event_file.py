"""The event log as a file: one event a line, whatever its words are, and back again.

A line is `when -- sender -- message -- instance`. Only this module knows that form, so what writes
a line and what reads it cannot disagree.
See https://docs.djangoproject.com/en/5.2/topics/logging/
"""

import errno
import logging
import os
import re
import sys
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

SEPARATOR = " -- "
MOST_READ = 32 * 2**20  # bytes
WHEN = "%d_%m_%Y_%H_%M_%S"
# Categories of what a terminal or an editor obeys, or cannot show: control characters, those that
# turn the direction of writing, those that Unicode has not assigned, and ends of lines.
UNSEEN = "C", "Zl", "Zp"
ESCAPED = re.compile(r"\\(\\|-|u[0-9a-f]{4}|U[0-9a-f]{8})")


class LoggedEvent(NamedTuple):
    """One line of the log; `sender` and `instance` are "None" where there is none."""

    when: datetime
    sender: str
    message: str
    instance: str


def line_of(sender, message, instance):
    """Write the three fields of a line; no field can end the line or begin another field."""
    return SEPARATOR.join(map(escape, (sender, message, instance)))


def escape(field):
    """Escape what could forge a line (control characters) or a field (the separator)."""
    text = str(field).replace("\\", "\\\\")
    text = "".join(
        escaped_character(it) if unicodedata.category(it).startswith(UNSEEN) else it for it in text
    )
    return text.replace("--", "\\--").strip(" ") or " "


def escaped_character(character):
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def unescape(field):
    """Give back what `escape` was given, but for blanks at its ends.

    What is no character by itself stays escaped: half a pair, or what an editor made of a code.
    """

    def original(found):
        if found[1] in ("\\", "-"):
            return found[1]
        code = int(found[1][1:], 16)
        return found[0] if code > sys.maxunicode or 0xD800 <= code <= 0xDFFF else chr(code)

    return ESCAPED.sub(original, field)


def read_events(path, last=None):
    """Return the events of a log file, or its last few; lines that are no events are left out.

    A file that is not there holds no event, nor does what is none: a pipe may never be filled.
    """
    if not Path(path).is_file():
        return []
    try:
        if last is None:
            return events_in(Path(path).read_bytes())
        with Path(path).open("rb") as file:
            return last_events(file, last)
    except FileNotFoundError:
        return []


def last_events(file, number, block=8192):
    """Read a file from its end, more and more of it, until it holds that many events.

    So they are found however long they are; beyond the last 32 MB nobody looks.
    """
    size = file.seek(0, os.SEEK_END)
    while True:
        begin = max(0, size - block)
        file.seek(begin)
        text = file.read(size - begin)
        # The first line may have been cut in two, unless the file was read from its start.
        events = events_in(text.partition(b"\n")[2] if begin else text)
        if begin == 0 or len(events) >= number or block >= MOST_READ:
            return events[-number:] if number else []
        block *= 4


def events_in(text):
    lines = text.decode("utf-8", errors="replace").split("\n")
    return [event for line in lines if (event := event_of(line))]


def event_of(line):
    """Read one line; None for what is no event."""
    fields = line.split(SEPARATOR)
    if len(fields) != 4:
        return None
    try:
        when = datetime.strptime(fields[0], WHEN)
    except ValueError:
        return None
    return LoggedEvent(when, *map(unescape, fields[1:]))


class EventFileHandler(logging.Handler):
    """Append each record to `settings.EVENT_LOG` by one write, which no other process can split.

    logging.FileHandler would keep the file open and cut long lines into several writes. What
    cannot be written is reported in a line on stderr: a log that fails must not break a hire.
    """

    def emit(self, record):
        try:
            line = self.format(record).replace("\n", "\\u000a") + "\n"
            with Path(settings.EVENT_LOG).open("ab+", buffering=0) as file:
                write_whole(file, line.encode("utf-8", errors="backslashreplace"))
        except OSError as error:
            print(
                f"The event log {Path(settings.EVENT_LOG).name} cannot be written "
                f"({error.strerror}), so this event is only here: {record.getMessage()}",
                file=sys.stderr,
            )


def write_whole(file, line):
    """Append a line; raise OSError where only a part of it found room.

    Such a part has no end, and would swallow the next line: that one begins on a line of its own.
    """
    if size := file.seek(0, os.SEEK_END):
        file.seek(size - 1)
        if file.read(1) != b"\n":
            line = b"\n" + line
    if file.write(line) < len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
