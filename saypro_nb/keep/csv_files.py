"""CSV files: which letters they are written in, what separates their cells, and the titles of their columns.

A file is never read in letters, or cut at a separator, that it doesn't look like: what then comes out would look like
data and be none.
"""

import codecs
import csv
import io
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import IO

from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.agree.sources import Source

SEPARATORS = {",": "','", ";": "';'", "\t": "tab", "|": "'|'"}
SHOWN = 5  # rows or values of one kind that are listed
_HEAD = 1 << 16  # bytes, more than any header
_CHUNK = 1 << 22


def titles(file: Path, place: str, source: Source) -> list[str]:
    """Return the titles of the columns; raises InputError where the file can't be written as its source says."""
    with file.open("rb") as opened:
        head = opened.read(_HEAD)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not source.encoding.lower().startswith("utf"):
        raise _misread(place, source.encoding)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and "16" not in source.encoding:
        raise InputError(
            [Fault(place, "the text is UTF-16", "Declare `encoding: utf-16` for it in params/review.yaml")]
        )
    try:
        text = codecs.getincrementaldecoder(codec(source))().decode(head)
    except UnicodeDecodeError:
        raise _misread(place, source.encoding) from None
    found = _first(text, source.separator)
    if not found:
        raise InputError([Fault(place, "the file is empty", "Give it a header line and rows")])
    if len(found) == 1:
        _look_for_a_separator(text, place)
    return found


def codec(source: Source) -> str:
    """Return the name of the file's encoding for Python; a byte order mark is no part of the first title."""
    return "utf-8-sig" if source.encoding == "utf-8" else source.encoding


def _first(text: str, separator: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text), delimiter=separator), [])
    except csv.Error:  # of the rows behind it, which are read later
        return text.partition("\n")[0].split(separator)


def _look_for_a_separator(text: str, place: str) -> None:
    widths = {mark: len(_first(text, mark)) for mark in SEPARATORS}
    widest = max(widths, key=lambda mark: widths[mark])
    if widths[widest] > 1:
        remedy = f"Declare `separator: {SEPARATORS[widest]}`, and which `decimal` it has, for it in params/review.yaml"
        raise InputError([Fault(place, f"looks like it is separated by {SEPARATORS[widest]}", remedy)])


def as_utf8(file: Path, place: str, source: Source) -> str:
    """Return the path of the file in UTF-8: its own, or that of a copy which vanishes with this process.

    Raises InputError where the file is not written in the declared letters.
    """
    if codec(source) == "utf-8-sig":
        return str(file)
    state = file.stat()
    copy = _copy(file, place, source.encoding, (state.st_mtime_ns, state.st_size))
    return copy.name if isinstance(copy.name, str) else f"/dev/fd/{copy.name}"  # on POSIX it has no name any more


@cache
def _copy(file: Path, place: str, encoding: str, _state: tuple[int, int]) -> IO[bytes]:
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - it is open for as long as the cache keeps it
    for text in _texts(file, place, encoding):
        copy.write(text.encode())
    copy.flush()
    return copy


def check_letters(file: Path, place: str, source: Source) -> None:
    """Raise InputError where the file is not written in the declared letters; UTF-8 shows as it is read."""
    if codec(source) != "utf-8-sig":
        for _ in _texts(file, place, source.encoding):
            pass


def _texts(file: Path, place: str, encoding: str) -> Iterator[str]:
    """Yield the file's text piece by piece; raises InputError where it isn't in `encoding`, or is in UTF-8 instead."""
    declared = codecs.getincrementaldecoder(encoding)()
    reader = _Utf8()
    with file.open("rb") as opened:
        try:
            while chunk := opened.read(_CHUNK):
                reader.look(chunk)
                yield declared.decode(chunk)
            yield declared.decode(b"", final=True)
        except UnicodeDecodeError:
            raise _misread(place, encoding) from None
    if reader.is_it and (reader.beyond_ascii or "a".encode(encoding) != b"a"):
        found = f"the text is UTF-8, and declared as {encoding}"
        raise InputError([Fault(place, found, "Leave out its `encoding` in params/review.yaml")])


class _Utf8:
    """Whether bytes that come piece by piece are UTF-8; other encodings hardly ever look like it."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.is_it = True
        self.beyond_ascii = False

    def look(self, chunk: bytes) -> None:
        if not self.is_it:
            return
        try:
            self._decoder.decode(chunk)
        except UnicodeDecodeError:
            self.is_it = False
        self.is_it = self.is_it and b"\0" not in chunk
        self.beyond_ascii = self.beyond_ascii or not chunk.isascii()


def misfit(file: Path, place: str, source: Source) -> InputError:
    """Return which rows of a file have more cells than its header."""
    try:
        with file.open(encoding=codec(source), newline="") as lines:
            widths = [len(cells) for cells in csv.reader(lines, delimiter=source.separator)]
    except csv.Error:
        widths = []
    rows = [str(row) for row, width in enumerate(widths, start=1) if width > widths[0]]
    if not rows:
        return InputError([Fault(place, "a quotation mark is opened and never closed", "Close or remove it")])
    shown = ", ".join(rows[:SHOWN]) + (f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else "")
    remedy = f"Put a cell with {'a comma' if source.separator == ',' else SEPARATORS[source.separator]} into quotes"
    return InputError([Fault(f"{place}, row {shown}", "more cells than the header", remedy)])


def not_utf8(place: str) -> InputError:
    """Return what to say of a file that is read as UTF-8 and isn't."""
    return _misread(place, "utf-8")


def _misread(place: str, encoding: str) -> InputError:
    if encoding.lower() in ("utf-8", "utf8"):
        remedy = "Save it as 'CSV UTF-8', or declare how it is written: `encoding: windows-1252` is usual"
        return InputError([Fault(place, "the text is not UTF-8", remedy)])
    return InputError([Fault(place, f"the text is not {encoding}", "Correct its `encoding` in params/review.yaml")])
