"""What is the NPS of this file? `manage.py nps FILE|- [--column NAME] [--scale 0-10|1-10] [--json]`, no database."""

from __future__ import annotations

import json
import shutil
import sys
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError

from feedback.importing.columns import Unclear
from feedback.importing.tally import Tally, tally_list, tally_table
from feedback.nps import Scale


class Command(BaseCommand):
    help = "Print the NPS of a file of answers, or of a list of scores on standard input, with its 95% interval."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a CSV or XLSX file, or - for one score a line")
        parser.add_argument("--column", help="the column of the score, when it is not clear which one it is")
        parser.add_argument("--scale", default="0-10", help="0-10 (default) or 1-10")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            scale = Scale.parse(options["scale"])
            if options["file"] == "-":
                with TemporaryFile() as copy:
                    shutil.copyfileobj(sys.stdin.buffer, copy)
                    tally = self._tally(copy, options["column"], scale, is_list=not options["column"])
            else:
                with Path(options["file"]).open("rb") as file:
                    tally = self._tally(file, options["column"], scale, is_list=False)
        except Unclear as error:
            raise CommandError(f"{error} Say which one it is: --column NAME.") from error
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(_as_json(tally)) if options["json"] else _as_text(tally))
        if tally.invalid:
            self.stderr.write(f"{tally.invalid} are no score from {scale.low} to {scale.high}; {tally.first_invalid}")

    @staticmethod
    def _tally(file: BinaryIO, column: str | None, scale: Scale, *, is_list: bool) -> Tally:
        return tally_list(file, scale=scale) if is_list else tally_table(file, column=column, scale=scale)


def _as_json(tally: Tally) -> dict[str, object]:
    nps, interval = tally.nps, tally.nps.interval
    return {
        "n": nps.n,
        "promoter": nps.promoter,
        "passive": nps.passive,
        "detractor": nps.detractor,
        "nps": None if nps.nps is None else round(nps.nps, 4),
        "interval": None if interval is None else [round(interval.low, 4), round(interval.high, 4)],
        "invalid": tally.invalid,
        "blank": tally.blank,
    }


def _as_text(tally: Tally) -> str:
    nps, interval = tally.nps, tally.nps.interval
    left_out = f"{tally.blank} blank, {tally.invalid} invalid."
    if nps.nps is None or interval is None:
        return f"No answers. {left_out}"
    column = f"Column “{tally.column}”. " if tally.column else ""
    counts = f"{nps.promoter} promoters, {nps.passive} passives, {nps.detractor} detractors"
    return (
        f"NPS {nps.nps:+.2f} (95% interval {interval.low:+.2f} to {interval.high:+.2f})\n"
        f"{column}{nps.n} answers: {counts}; {left_out}"
    )
