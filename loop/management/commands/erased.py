"""Whose data was erased, as lines that name nobody: `manage.py erased > list`, `manage.py erased --again list`."""

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from loop import erased_list

LINE = re.compile(r"[0-9a-f]{64}")


class Command(BaseCommand):
    help = (
        "Print a line for everybody whose data was erased, a keyed hash that names nobody. --again FILE erases those "
        "of such a list once more, after a backup from before was restored."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--again", metavar="FILE", help="a list that this command printed")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["again"] is None:
            for line in sorted(erased_list.known() | erased_list.kept()):
                self.stdout.write(line)
            return
        try:
            lines = Path(options["again"]).read_text(encoding="ascii").split()
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{options['again']} cannot be read: {error}") from error
        if odd := next((line for line in lines if not LINE.fullmatch(line)), None):
            raise CommandError(f"'{odd[:80]}' is no line of such a list. Nothing was erased.")
        self.stdout.write(f"{erased_list.erase_again(lines, now=timezone.now())} erased again")
        erased_list.keep()
