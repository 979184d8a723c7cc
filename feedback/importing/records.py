"""Where does each record of a CSV file begin and end, and what can be saved when its quotes do not match?

A missing closing quote makes a plain CSV reader swallow the rest of the file into one comment. Here the reader notices,
reports the line where the quote was opened, and goes on with the next line.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from typing import TextIO

from django.utils.translation import gettext as _

MAX_FIELD = 10_000  # characters; the longest real survey comment seen has some 4,000
LONGEST_HISTORY = 100_000  # of a cell in a file of ours: what an answer said before it was corrected, all of it
MAX_RECORD = 131_072  # characters in one record; also the csv module's own limit for a field
EXCERPT = 80  # characters of a faulty line that are shown
AT_ONCE = 500  # lines that are cut up together where each of them is a record


@dataclass(slots=True)
class Record:
    """One record: the line of the file where it starts, and its cells, or what is wrong with it."""

    line: int
    cells: list[str] = field(default_factory=list)
    fault: str = ""
    excerpt: str = ""


Plausible = Callable[[list[str]], bool]


class _RecordTooLong(Exception):
    """More text than a record can have, so that a lost quotation mark cannot fill the memory."""


class _Lines:
    """Physical lines for the CSV reader, which can be handed back when a record turns out to have swallowed them."""

    def __init__(self, lines: Iterable[str], first: int) -> None:
        self._source = iter(lines)
        self._returned: deque[str] = deque()
        self.taken: list[str] = []
        self.length = 0
        self.first = first

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else next(self._source)
        self.taken.append(line)
        self.length += len(line)
        if self.length > MAX_RECORD:
            raise _RecordTooLong
        return line

    def begin_record(self) -> None:
        self.first += len(self.taken)
        self.taken.clear()
        self.length = 0

    def has_passed(self, line: int) -> bool:
        """Whether the next line to come is one after this, and none was handed back."""
        return not self._returned and self.first + len(self.taken) > line

    def hand_back_all_but_first(self) -> None:
        self._returned.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]


def physical_lines(text: TextIO) -> Iterator[str]:
    """Yield the lines with their line ends. A line longer than any record is cut off, so that memory stays flat."""
    for line in iter(partial(text.readline, MAX_RECORD + 1), ""):
        yield line
        rest = line
        while len(rest) > MAX_RECORD and not rest.endswith(("\n", "\r")):
            rest = text.readline(MAX_RECORD + 1) or "\n"


def read_records(
    lines: Iterable[str],
    delimiter: str,
    width: int | None = None,
    plausible: Plausible | None = None,
    longest: int = MAX_FIELD,
) -> Iterator[Record]:
    """Yield the records of a CSV file; empty lines are left out.

    Args:
        lines: with their line ends.
        width: the number of columns expected. A record over several lines that has another number is looked at again:
            when a line it swallowed is a record by itself, only its first line is at fault.
        plausible: whether cells look like a record of this file. With it a swallowed line is also found where the
            columns happen to add up: two stray quotation marks can make one comment of everything between them.
        longest: so many characters a cell may have.
    """
    source, first = iter(lines), 1
    while some := list(islice(source, AT_ONCE)):
        last = first + len(some) - 1
        records = _one_a_line(some, delimiter, longest)
        if records is not None:
            for line, cells in enumerate(records, start=first):
                if cells:
                    yield Record(line, cells)
        else:
            feed = _Lines(chain(some, source), first)
            yield from _one_by_one(feed, last, delimiter, width, plausible, longest)
            last = feed.first - 1
        first = last + 1


def some_at_a_time(records: Iterable[Record]) -> Iterator[list[Record]]:
    """The records in lists of some hundreds, for those who look at columns rather than rows."""
    left = iter(records)
    while some := list(islice(left, AT_ONCE)):
        yield some


def _one_a_line(lines: list[str], delimiter: str, longest: int) -> list[list[str]] | None:
    """The cells of each line, where every line is a record and none is at fault: so it is in nearly all files."""
    if max(map(len, lines)) > longest:
        return None
    try:
        records = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return records if len(records) == len(lines) else None


def _one_by_one(
    feed: _Lines, last: int, delimiter: str, width: int | None, plausible: Plausible | None, longest: int
) -> Iterator[Record]:
    """Yield the records up to that line at least, and not from the middle of one."""
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.begin_record()
        if feed.has_passed(last):
            return
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _RecordTooLong:
            fault = _("More than %d characters in one row, or a quotation mark that is never closed.") % MAX_RECORD
        except csv.Error:
            fault = _unmatched_quotes()
        else:
            if len(feed.taken) == 1 or width is None or not _swallowed(feed.taken, cells, delimiter, width, plausible):
                if cells:
                    yield _checked(Record(feed.first, cells), feed.length, longest)
                continue
            fault = _unmatched_quotes()
        yield Record(feed.first, fault=fault, excerpt=feed.taken[0].strip()[:EXCERPT])
        feed.hand_back_all_but_first()


def _unmatched_quotes() -> str:
    return _("The quotation marks do not match: one is opened and never closed, or stands undoubled inside a value.")


def _swallowed(taken: list[str], cells: list[str], delimiter: str, width: int, plausible: Plausible | None) -> bool:
    """Whether a record over several lines holds a line that would be a whole record by itself."""
    if len(cells) == width and plausible is None:
        return False
    for line in taken[1:]:
        alone = next(csv.reader([line], delimiter=delimiter), [])
        if len(alone) == width and (len(cells) != width or (plausible and plausible(alone))):
            return True
    return False


def _checked(record: Record, length: int, longest: int) -> Record:
    if length > longest:
        for number, cell in enumerate(record.cells, start=1):
            if len(cell) > longest:
                message = _("Column %d has %d characters; at most %d are read.") % (number, len(cell), longest)
                return Record(record.line, fault=message, excerpt=cell[:EXCERPT])
    return record
