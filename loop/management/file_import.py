"""What do the commands that import a file have in common? Their arguments, their refusals and how they report."""

from __future__ import annotations

import gc
import json
from abc import abstractmethod
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Generic, Protocol, TypeVar

from django.core.management.base import BaseCommand, CommandError

from feedback.importing import UnusableFile
from feedback.importing.columns import Unclear
from feedback.importing.rows import Problem
from feedback.importing.written import ENCODINGS, Written

_TAB = "tab"
PROBLEMS_SHOWN = 20  # on the screen; --json holds all of them


class Report(Protocol):
    """What an import hands back."""

    def as_json(self) -> dict[str, Any]: ...


ReportT = TypeVar("ReportT", bound=Report)


class FileImportCommand(BaseCommand, Generic[ReportT]):
    """Imports one file; what it is imported as, the commands themselves say."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="CSV or XLSX")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument(
            "--map",
            metavar="COLUMN=FIELD",
            action="append",
            default=[],
            help="what a column means, if not what it says",
        )
        parser.add_argument("--encoding", choices=list(ENCODINGS), help="how it is written, if not as recognised")
        parser.add_argument(
            "--delimiter", choices=[";", ",", "|", _TAB], help="what parts the columns, if not what is recognised"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        said = dict(map(_column_and_field, options["map"]))
        try:
            with Path(options["file"]).open("rb") as file, _garbage_looked_for_less_often():
                report = self.take(file, said, options)
        except Unclear as error:
            raise CommandError(f"{error} Say which one it is: --map COLUMN={error.field}.") from error
        except (OSError, UnusableFile) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json()))
        else:
            self.stdout.write("\n".join(self.tell(report)))
        self.raise_if_failed(report)

    @abstractmethod
    def take(self, file: BinaryIO, said: dict[str, str], options: dict[str, Any]) -> ReportT:
        """Import the file."""

    @abstractmethod
    def tell(self, report: ReportT) -> list[str]:
        """Say what became of it, line by line."""

    def raise_if_failed(self, report: ReportT) -> None:
        """Raise CommandError when the import is to count as failed although the file could be read."""


def written_in(options: dict[str, Any]) -> Written:
    """What the arguments say about how the file is written."""
    delimiter = options.get("delimiter") or ""
    return Written(options.get("encoding") or "", "\t" if delimiter == _TAB else delimiter)


def columns_line(mapping: dict[str, str]) -> str:
    """Say which column was read as what."""
    return "Columns: " + ", ".join(f"“{column}” as {field}" for column, field in mapping.items()) + "."


def problem_lines(problems: Iterable[Problem]) -> list[str]:
    """Write out the first problems and count the others."""
    problems = list(problems)
    lines = [str(problem) for problem in problems[:PROBLEMS_SHOWN]]
    if len(problems) > PROBLEMS_SHOWN:
        lines.append(f"... and {len(problems) - PROBLEMS_SHOWN} more; --json lists them all.")
    return lines


@contextmanager
def _garbage_looked_for_less_often() -> Iterator[None]:
    """Thousands of rows at a time come and go: Python would look through all of them, and the program, again and again.

    What is left of them is looked for when they have gone: see `rows_at_once.chunks`. It saves a fifth of the time.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(400_000, 5, 3)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _column_and_field(text: str) -> tuple[str, str]:
    column, _equals, field = text.rpartition("=")
    if not (column.strip() and field.strip()):
        raise CommandError(f"--map is written COLUMN=FIELD, not “{text}”.")
    return column.strip(), field.strip()
