"""Take in everything another Loop gave out: `manage.py import_all FOLDER|FILE.zip`, into a fresh database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from loop import erased_list
from loop.whole import Refused, taking


class Command(BaseCommand):
    help = (
        "Read what export_all wrote into a migrated database that is still empty, all of it or nothing. Every row "
        "keeps its number. Whoever was erased since is erased again, by the list kept beside the database."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", metavar="FOLDER|FILE.zip", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = taking.take(options["path"])
        except (Refused, OSError) as error:
            raise CommandError(f"{error} Nothing was imported.") from error
        self.stdout.write(f"{sum(rows.values())} rows of {len(rows)} tables came in.")
        again = erased_list.mind(now=timezone.now())
        if again:
            self.stdout.write(f"{again} people who had been erased since were erased again.")
        self.stdout.write("Nobody has a password yet: manage.py changepassword ADDRESS sets one.")
