"""Fill an empty database with a believable company: `manage.py seed_demo [--accounts N] [--responses N] [--seed S]`."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from loop import demo
from loop.demo.year import NotEmpty


class Command(BaseCommand):
    help = "Fill an empty database with a believable company and its last year. The same seed gives the same data."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--accounts", type=int, default=40)
        parser.add_argument("--responses", type=int, default=340)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ("accounts", "responses"):
            if options[name] < 1:
                raise CommandError(f"--{name} must be at least 1.")
        try:
            made = demo.seed(
                accounts=options["accounts"], answers=options["responses"], seed=options["seed"], now=timezone.now()
            )
        except NotEmpty as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(made))
        else:
            self.stdout.write(", ".join(f"{count} {name}" for name, count in made.items()))
