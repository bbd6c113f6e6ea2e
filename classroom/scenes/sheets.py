"""Rows out of whatever a spreadsheet exports: text with any usual separator, `.gz`, or `.xlsx`.

A file costs what its bytes allow: it is read a row at a time, and each bound below ends in a
sentence. What could be read in two ways (another encoding than UTF-8 or UTF-16) is not guessed.
See https://docs.python.org/3/library/csv.html
"""

import codecs
import csv
import gzip
import io
import re
import tempfile
import warnings
import zipfile
import zlib
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from speedy.event_file import escape

SEPARATORS = ",;\t|"
MOST_ROWS = 200_000
MOST_COLUMNS = 20_000  # a spreadsheet has 16,384 at most
MOST_CHARACTERS = 64 * 2**20
MOST_BYTES = 4 * MOST_CHARACTERS + 4  # of a pipe: as many characters need, and one more
LONGEST_ROW = 2**20  # characters
LONGEST_SHOWN = 60  # of a longer value, a message shows the beginning
UNDECODED = re.compile("[\udc80-\udcff]")  # what surrogateescape makes of a byte
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
AS_CSV = "Save it as “CSV UTF-8” in the spreadsheet."
NO_TABLE = {
    b"PK\x03\x04": "a folder that is packed (.zip, .ods, .docx or the like)",
    b"\xd0\xcf\x11\xe0": "an old workbook (.xls)",
    b"%PDF": "a PDF",
    b"SQLite format 3": "a database",
    b"\x1f\x8b": "a file that is packed twice",
}


class RosterError(Exception):
    """Say why a file as a whole is no roster, and how to make it one."""


def rows_of(path, encoding=None):
    """Yield the rows of a file that are not blank, each with its number: (1, ["Ada", ...]).

    `encoding` is for text that is neither UTF-8 nor UTF-16. Raises RosterError for what cannot be
    read, with what was expected and the way out.
    """
    with ExitStack() as opened:
        try:
            file = opened.enter_context(Path(path).open("rb"))
            if not file.seekable():
                file = opened.enter_context(io.BufferedReader(Pipe(file)))
            packed = file.peek(2).startswith(b"\x1f\x8b")
            if packed:
                file = opened.enter_context(io.BufferedReader(gzip.GzipFile(fileobj=file)))
            beginning = file.peek(1024)
            if beginning.startswith(b"PK\x03\x04") and not packed:
                # It is read from its end, to which nobody goes in a pipe.
                rows = workbook_rows(file if file.seekable() else opened.enter_context(whole(file)))
            else:
                text = io.TextIOWrapper(
                    file, encoding_of(beginning, encoding), errors="surrogateescape", newline=""
                )
                rows = text_rows(text)
            yield from bounded(rows)
        except (OSError, EOFError, zlib.error, ValueError) as error:
            raise unreadable(error, encoding) from error


class Pipe(io.RawIOBase):
    """A pipe, which comes in pieces: the first one is as long as tells what it is."""

    def __init__(self, pipe):
        self.pipe, self.ahead = pipe, pipe.read(1024)

    def readable(self):
        return True

    def readinto(self, into):
        piece = self.ahead[: len(into)] or self.pipe.read1(len(into))
        self.ahead = self.ahead[len(piece) :]
        into[: len(piece)] = piece
        return len(piece)


def whole(pipe):
    """Return what comes out of a pipe as a file; of more than may be read, the beginning."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by the caller
    while (room := MOST_BYTES - file.tell()) and (piece := pipe.read1(min(room, 2**20))):
        file.write(piece)
    file.seek(0)
    return file


def bounded(rows):
    """Number the rows, leave out the blank ones, and stop where there are too many."""
    for number, values in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise RosterError(
                f"expected {MOST_ROWS:,} rows at most, came more. Split the file, and import the "
                "parts one after the other."
            )
        if len(values) > MOST_COLUMNS:
            raise RosterError(
                f"expected {MOST_COLUMNS:,} columns at most, came {len(values):,} in row {number}. "
                "Leave the first five."
            )
        if any(map(str.strip, values)):
            yield number, values


def unreadable(error, encoding):
    """Word what went wrong as a file was opened, unpacked or decoded."""
    if isinstance(error, OSError) and error.strerror:
        return RosterError(f"expected a file to read, came: {error.strerror}.")
    if "null" in str(error):
        return RosterError("expected the name of a file, came one with a NUL in it.")
    if encoding and isinstance(error, UnicodeError):
        return RosterError(
            f"expected text in {encoding}, as --encoding says, came something else ({error}). "
            "Leave --encoding out, or name the encoding that the file has."
        )
    return RosterError(f"expected a whole file, came a damaged one ({error}). Copy it once more.")


def encoding_of(beginning, named):
    """Return the encoding of a text: the one that its mark says, the one that was named, UTF-8."""
    for sign in NO_TABLE:
        if beginning.startswith(sign):
            raise no_table(sign)
    marked = next((name for mark, name in MARKS.items() if beginning.startswith(mark)), None)
    if marked or named is None:
        return marked or unmarked(beginning)
    try:
        "".encode(named)
        decoder = codecs.getincrementaldecoder(named)  # idna and punycode, for names of hosts,
        decoder("surrogateescape").decode(b"a")  # refuse what this asks for
        io.TextIOWrapper(io.BytesIO(), named)
    except (LookupError, ValueError) as error:
        raise RosterError(
            f"expected an encoding of files that Python knows, such as cp1252, came {named!r}."
        ) from error
    return named


def no_table(sign):
    return RosterError(f"expected a table, came {NO_TABLE[sign]}. {AS_CSV}")


def unmarked(beginning):
    """Tell UTF-16 by its zeros, as some programs write it without a mark."""
    if beginning[1:8:2] == b"\0" * 4:
        return "utf-16-le"
    return "utf-16-be" if beginning[0:8:2] == b"\0" * 4 else "utf-8"


def text_rows(text):
    """Cut a text into rows; a comma, a semicolon, a tab or | stands between the values."""
    lines = Lines(text)
    first = lines.first()
    named = re.fullmatch(r"sep=(.)\s*", first)  # what Excel writes for itself
    if named:
        next(lines)
        yield []
    separator = named[1] if named else max(SEPARATORS, key=first.count)
    try:
        for values in csv.reader(lines, strict=True, delimiter=separator):
            lines.begin_row()
            yield values
    except csv.Error as error:
        if "field larger" in str(error):
            raise RosterError(
                f"expected {csv.field_size_limit():,} characters at most in a value, came more in "
                f"the row that begins in line {lines.begins}. Is a quote left open there, or is it "
                "no roster?"
            ) from error
        raise RosterError(
            "expected every quote to be closed, and then a separator or the end of the line; the "
            f"row that begins in line {lines.begins} is otherwise ({escape(error)}). Close the "
            'quote, or write a quote within a quoted value twice: "Ada ""The First"" Quillbrook".'
        ) from error


class Lines:
    """The lines of a text, one at a time, as long as the bounds allow."""

    def __init__(self, text):
        self.text, self.ahead = text, []
        self.characters = self.in_row = self.number = 0
        self.begins = 1

    def first(self):
        """Return the first line that is not blank, or nothing; it is read again afterwards."""
        while line := self.text.readline(LONGEST_ROW + 1):
            self.ahead.append(line)
            if line.strip(f"{SEPARATORS} \r\n"):
                return line
            if len(self.ahead) > MOST_ROWS:
                break
        return ""

    def __iter__(self):
        return self

    def __next__(self):
        line = self.ahead.pop(0) if self.ahead else self.text.readline(LONGEST_ROW + 1)
        if not line:
            raise StopIteration
        self.number += 1
        self.characters += len(line)
        self.in_row += len(line)
        if self.in_row > LONGEST_ROW:
            raise RosterError(
                f"expected {LONGEST_ROW:,} characters at most in a row, came more in the one that "
                f"begins in line {self.begins}. Is a quote left open there, or is it no roster?"
            )
        if self.characters > MOST_CHARACTERS:
            raise RosterError(
                f"expected {MOST_CHARACTERS:,} characters at most, came more. Split the file."
            )
        if not line.isascii() and (found := UNDECODED.search(line)):
            raise self.undecodable(line, ord(found[0]) - 0xDC00)
        return line

    def begin_row(self):
        """Forget the row that was read."""
        self.in_row, self.begins = 0, self.number + 1

    def undecodable(self, line, byte):
        """Name the byte, and show how its line would read in the encoding of most old files."""
        encoding = self.text.encoding.upper().removesuffix("-SIG")
        known = line.encode(encoding, "surrogateescape").decode("cp1252", errors="replace")
        return RosterError(
            f"expected text in {encoding}, came the byte 0x{byte:02x} in line {self.number}. "
            f"{AS_CSV} Or name the encoding that it has: with --encoding cp1252 (Windows, Western "
            f"Europe) that line is {known[:LONGEST_SHOWN].rstrip()!r}."
        )


def workbook_rows(file):
    """Yield the rows of the first sheet of an `.xlsx`, as the texts that its CSV would have.

    Of its columns the first 256 are read.
    """
    try:
        parts = zipfile.ZipFile(file).infolist()
        if "xl/workbook.xml" not in [part.filename for part in parts]:
            raise no_table(b"PK\x03\x04")
        if (size := sum(part.file_size for part in parts)) > MOST_CHARACTERS:
            raise RosterError(f"expected {MOST_CHARACTERS:,} bytes at most inside, came {size:,}.")
        from openpyxl import load_workbook

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles that it does not know
            book = load_workbook(file, read_only=True, data_only=True)
            cells = book.worksheets[0].iter_rows(
                values_only=True, max_row=MOST_ROWS + 1, max_col=256
            )
            for values in cells:
                # One cell far below makes every row before it; the blank ones cost next to nothing.
                blank = values.count(None) == len(values)
                yield [] if blank else [text_of(value) for value in values]
    except RosterError:
        raise
    except ImportError as error:
        raise RosterError(
            f"expected openpyxl, to read an .xlsx: pip install it. Or: {AS_CSV}"
        ) from (error)
    except Exception as error:  # of a damaged one: BadZipFile, KeyError, ParseError, ...
        came = "one that is damaged, or has a part that openpyxl does not know"
        raise RosterError(f"expected a whole .xlsx, came {came}. {AS_CSV}") from error


def text_of(value):
    """Write the value of a cell as a CSV has it; a date comes with a midnight, which goes."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else str(value)
