"""What is in this file, and what would importing it do? A dry run by the functions of the commands.

What stands in the database is counts and names of columns; the first rows and faults, with their values, wait in a file
beside the upload and go with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from feedback.importing import UnusableFile
from feedback.importing.columns import Unclear
from feedback.importing.headers import Column
from feedback.importing.records import Record
from feedback.importing.rows import AnswerFile, Problem
from feedback.importing.scores import is_blank
from feedback.importing.table import Table, open_table
from feedback.importing.written import AS_RECOGNISED
from loop import rows_at_once
from loop.imports import claims, files, steps
from loop.imports.claims import Clock
from loop.imports.kinds import Reading, Told, cells_of, shown, written_in
from loop.imports.reasons import Reasons
from loop.models import FileImport, ImportState

ROWS_SHOWN = 20
PROBLEMS_SHOWN = 100
COLUMNS_SHOWN = 200  # of these one may choose
MARKS_SHOWN = 20


class _Overtaken(Exception):
    """Somebody corrected or discarded it meanwhile, or another run took over."""


def check(one: FileImport, *, clock: Clock) -> bool:
    """Look through a claimed file and keep what was found. Returns whether it was kept.

    Raises:
        FileNotFoundError: the file is gone.
    """
    with claims.words_for(one.uploaded_by), files.upload_of(one).open("rb") as file:
        try:
            look = _Look(one, Reading(one, file, dry_run=True, now=clock()))
            look.through(clock)
        except _Overtaken:
            return False
        except UnusableFile as unusable:
            look = _Look(one, None, _table(one, file), unusable)
    with transaction.atomic():
        held = claims.held(one)
        if held is None:
            return False
        files.keep_seen(held, look.seen)
        held.found, held.rows, held.position = look.found, look.rows, 0
        steps.move(held, ImportState.CHECKED, actor=None, now=clock())
    return True


def _table(one: FileImport, file: BinaryIO) -> Table | None:
    """The table of a file that cannot be imported so, as a person says that it is written, or as it was recognised."""
    for written in (written_in(one.choices), AS_RECOGNISED):
        with suppress(UnusableFile):
            return open_table(file, written)
    return None


class _Look:
    """One time through a file."""

    def __init__(
        self,
        one: FileImport,
        reading: Reading | None,
        table: Table | None = None,
        unusable: UnusableFile | None = None,
    ) -> None:
        self.one, self.reading, self.rows = one, reading, 0
        table = reading.table if reading is not None else table
        columns: Mapping[str, Column] = reading.columns if reading is not None else {}
        if isinstance(unusable, Unclear):  # whoever settles it sees beside it what is clear
            columns = unusable.found
        every = table.columns if table is not None else ()
        self.names = [name for name, _column in sorted(columns.items(), key=lambda item: item[1].index)]
        self.found: dict[str, Any] = {
            "columns": {name: column.index + 1 for name, column in columns.items()},
            "of_columns": len(every),
            "warnings": [],
        }
        if unusable is not None:
            self.found["problem"] = shown(str(unusable), 1_000)
            self.found["unclear"] = unusable.field if isinstance(unusable, Unclear) else ""
            self.found["misread"] = not isinstance(unusable, Unclear)
        if table is not None:
            self.found |= {
                "tool": str(table.tool),
                "encoding": table.encoding.name,
                "delimiter": table.delimiter,
                "header_rows": table.header.rows,
            }
        self.seen: dict[str, Any] = {
            "columns": [shown(column.name, 60) for column in every[:COLUMNS_SHOWN]],
            "ignored": [shown(column.name, 60) for column in every if column not in columns.values()][:50],
            "fields": self.names,
            "rows": [],
            "errors": [],
            "remarks": [],
        }
        self.reasons, self.blanks, self.owners = Reasons(), Counter[str](), Counter[tuple[str, str]]()

    def through(self, clock: Clock) -> None:
        """Read all of it, store nothing, and count."""
        assert self.reading is not None  # noqa: S101
        file = self.reading.file
        if isinstance(file, AnswerFile) and "responded_at" in file.columns:
            self.found |= {"dates": file.dates.order, "dates_certain": file.dates.certain}
        for pairs in rows_at_once.chunks(self.reading.pairs()):
            with transaction.atomic():
                told = self.reading.take([row for _record, row in pairs])
                transaction.set_rollback(True)
            for (record, row), one in zip(pairs, told, strict=True):
                self._note(record, row, one)
            self.rows += len(pairs)
            self._go_on(clock)
        self.seen["changes"] = self.reading.changes()
        self.found |= {
            "counts": self.reading.counts({}),
            "reasons": self.reasons.stored(),
            "warnings": [shown(warning, 500) for warning in self.reading.warnings],
            "blanks": dict(self.blanks.most_common(MARKS_SHOWN)),
            "owners": [[who, why, n] for (who, why), n in self.owners.most_common(50)],
        }

    def _go_on(self, clock: Clock) -> None:
        mine = FileImport.objects.filter(pk=self.one.pk, runner=self.one.runner, state=self.one.state)
        if not mine.filter(version=self.one.version).update(position=self.rows, claimed_until=claims.until(clock)):
            raise _Overtaken

    def _note(self, record: Record, row: Any, told: Told) -> None:
        self.reasons.add(told)
        for name, problems in (("errors", told.errors), ("remarks", told.remarks)):
            room = PROBLEMS_SHOWN - len(self.seen[name])
            self.seen[name] += [_as_seen(problem) for problem in problems[:room]]
        self._note_marks(record)
        self._note_owners(told)
        if len(self.seen["rows"]) < ROWS_SHOWN:
            zone = ZoneInfo(self.one.choices.get("zone") or settings.TIME_ZONE)
            wrong = [str(problem.message) for problem in told.errors]
            cells = cells_of(row, self.names, zone) if not wrong else []
            line = {"line": record.line, "outcome": told.outcome, "cells": cells, "wrong": " ".join(wrong)}
            self.seen["rows"].append(line)

    def _note_marks(self, record: Record) -> None:
        """How the file writes that there is no answer."""
        column = self.reading.columns.get("score") if self.reading is not None else None
        if column is not None and column.index < len(record.cells):
            cell = record.cells[column.index].strip()
            if cell and is_blank(cell):
                self.blanks[cell] += 1

    def _note_owners(self, told: Told) -> None:
        """Which colleagues it names that cannot look after anybody: they have left, or nobody is called that."""
        column = self.reading.columns.get("owner") if self.reading is not None else None
        for problem in told.remarks if column is not None else ():
            if column is not None and problem.column == column.name:
                self.owners[shown(problem.value), shown(problem.message, 300)] += 1


def _as_seen(problem: Problem) -> dict[str, Any]:
    return {
        "line": problem.line,
        "column": shown(problem.column),
        "value": shown(problem.value),
        "message": shown(problem.message, 500),
    }
