"""Which files are fetched regularly, and fetch one now: `manage.py pull_files [--now NAME]`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from loop.access import NotAllowed
from loop.models import FilePull, PullOutcome
from loop.pulls import fetching, following, setting_up
from loop.pulls.setting_up import PullRefused


class Command(BaseCommand):
    help = "List the files that are fetched regularly, or fetch and import one of them now, without a broker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--now", metavar="NAME", help="fetch this one (its name or number) out of its turn")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["now"]:
            self.fetch(self.found(options["now"]))
            return
        pulls = FilePull.objects.order_by("name", "pk")
        for pull in pulls:
            last = pull.runs.order_by("-at", "-pk").first()
            state = f"next {pull.due_at:%Y-%m-%d %H:%M} UTC" if pull.is_active else "paused"
            told = f"last {last.at:%Y-%m-%d %H:%M}: {last.outcome}" if last else "not fetched yet"
            wrong = f" ({pull.failures} times in a row: {last.problem})" if last and pull.failures else ""
            self.stdout.write(f"{pull.pk:4} {pull.name}: {pull.url or pull.path}; {state}; {told}{wrong}")
        if not pulls:
            self.stdout.write("No file is fetched regularly. Administrators set that up under /setup/pulls/.")

    def found(self, name: str) -> FilePull:
        pulls = FilePull.objects.filter(pk=int(name)) if name.isdecimal() else FilePull.objects.filter(name=name)
        if len(pulls) != 1:
            raise CommandError(f"There is no such file, or more than one: {name}. Without --now they are listed.")
        return pulls[0]

    def fetch(self, pull: FilePull) -> None:
        now = timezone.now()
        try:
            setting_up.ask_now(pull, actor=pull.set_up_by, now=now)
        except PullRefused as refused:
            raise CommandError(refused.message) from None
        except NotAllowed:
            raise CommandError(f"{pull.set_up_by} is no administrator any more: another one saves it anew.") from None
        fetching.go_on(pull.pk, now=now)
        following.follow(now=now)
        last = pull.runs.select_related("file_import").filter(at__gte=now).order_by("-at", "-pk").first()
        if last is None:
            raise CommandError("It is being fetched by another process, or written to; look again in a minute.")
        counts = last.file_import.counts if last.file_import else {}
        rows = f": {counts['accepted']} rows good, {counts['rejected']} not usable" if counts else ""
        self.stdout.write(f"{last.outcome}: {last.filename}{rows}" if last.filename else str(last.outcome))
        if last.outcome in (PullOutcome.FAILED, PullOutcome.WAITS):
            raise CommandError(last.problem)
