"""Do everything that is due, without a broker: `manage.py sweep [--once] [--every SECONDS] [--now TIME] [--json]`."""

import json
import signal
import threading
from argparse import ArgumentParser
from contextlib import nullcontext
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from feedback import asking_hours
from loop import sweeping
from loop.management.instants import instant


class Command(BaseCommand):
    help = (
        "Do everything that is due: open missed cases, remind, escalate, invite, deliver. Once, unless --every says "
        "how many seconds to wait between one run and the next; then until SIGTERM or Ctrl-C."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        often = parser.add_mutually_exclusive_group()
        often.add_argument("--once", action="store_true", help="one run (this is what happens anyway)")
        often.add_argument("--every", type=int, metavar="SECONDS", help="run again and again, this far apart")
        parser.add_argument("--now", metavar="ISO-8601", help="act as if it were this time; for trials")
        parser.add_argument("--yes-really", action="store_true", help="allow --now although DEBUG is off")
        parser.add_argument("--json", action="store_true", help="print one JSON object a run")

    def handle(self, *args: Any, **options: Any) -> None:
        now = instant(options["now"]) if options["now"] else None
        if now and not (settings.DEBUG or options["yes_really"]):
            raise CommandError("--now does what is not due yet, and DEBUG is off: add --yes-really if you want that.")
        if options["every"] is None:
            self.run_once(now, as_json=options["json"])
        elif options["every"] < 1 or now:
            raise CommandError("--every takes a number of seconds from 1 upwards, and no --now.")
        else:
            self.run_every(options["every"], as_json=options["json"])

    def run_every(self, seconds: int, *, as_json: bool) -> None:
        """Run until told to stop. A job that failed is tried again by the next run."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            try:
                self.run_once(None, as_json=as_json)
            except CommandError as error:
                self.stderr.write(str(error))
            stop.wait(seconds)

    def run_once(self, now: datetime | None, *, as_json: bool) -> None:
        wall_clock = timezone.now()
        # A clock that is played never stood still: what was due before that instant left in its own working hours.
        played = asking_hours.never_closed() if now else nullcontext()
        now = now or wall_clock
        try:
            with played:
                done, failed = sweeping.run_all(now=now, wall_clock=wall_clock), []
        except sweeping.SweepFailed as error:
            done, failed = error.done, error.failed
        if as_json:
            self.stdout.write(json.dumps({"now": now.isoformat(), "done": done, "failed": failed}))
        else:
            self.stdout.write("\n".join(f"{count:6} {job}" for job, count in done.items()))
        if failed:
            raise CommandError(f"These jobs failed, see the log: {', '.join(failed)}. The others were done.")
