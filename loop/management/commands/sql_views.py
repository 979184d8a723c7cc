"""Make the views a BI tool reads: `manage.py sql_views`; `--drop` takes them away."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from loop import bi_views


class Command(BaseCommand):
    help = "Make or renew the views named bi_..., which a BI tool may read. Once there, every migrate keeps them so."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--drop", action="store_true", help="take them away")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if options["drop"]:
            bi_views.drop()
            self.stdout.write("The views are gone.")
            return
        bi_views.install()
        self.stdout.write(f"{', '.join(bi_views.VIEWS)} are there.")
