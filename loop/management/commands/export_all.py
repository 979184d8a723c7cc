"""Give out everything: `manage.py export_all FOLDER`, or `FILE.zip`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from loop.whole import Refused, giving


class Command(BaseCommand):
    help = (
        "Write every table as JSON lines, with a manifest, to a new folder or a new .zip. Work may go on meanwhile: "
        "all of it is as it was at one moment. No passwords, keys and other secrets are in it; what customers said is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", metavar="FOLDER|FILE.zip", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = giving.give(options["path"], now=timezone.now())
        except (Refused, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{sum(rows.values())} rows of {len(rows)} tables are in {options['path']}.")
