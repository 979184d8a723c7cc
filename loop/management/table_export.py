"""What do the commands that give out a table have in common? To the screen or a new file, line by line."""

from __future__ import annotations

from abc import abstractmethod
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from loop import csv_lines
from loop.whole import giving


class TableExportCommand(BaseCommand):
    """Gives out one table as CSV, as it is at one moment; which one, the commands themselves say."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", nargs="?", type=Path, help="a new file; default: standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path | None = options["file"]
        with giving.one_moment():
            head, rows = self.table(options)
            pieces = csv_lines.pieces(head, rows, ",")
            if path is None:
                for piece in pieces:
                    self.stdout.write(piece, ending="")
                return
            try:
                with path.open("x", encoding="utf-8", newline="") as file:
                    file.writelines(pieces)
            except OSError as error:
                raise CommandError(str(error)) from error

    @abstractmethod
    def table(self, options: dict[str, Any]) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
        """The names of the columns, and the rows. Raises CommandError where there is no such table."""
