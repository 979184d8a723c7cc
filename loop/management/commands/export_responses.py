"""Give out answers as `import_responses` reads them back: `manage.py export_responses [FILE] [--survey KEY]`."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.management.base import CommandError

from feedback.models import Response, Survey
from loop.exports import answers
from loop.management.table_export import TableExportCommand


class Command(TableExportCommand):
    help = "Write all answers that count as CSV. import_responses reads every one of them back as it was."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--survey", metavar="KEY", help="those of one survey; default: of all")

    def table(self, options: dict[str, Any]) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
        wanted, key = Response.objects.counted().order_by("pk"), options["survey"]
        if key and not Survey.objects.filter(key=key).exists():
            raise CommandError(f"There is no survey “{key}”.")
        return answers.HEAD, answers.rows(wanted.filter(survey__key=key) if key else wanted, None)
