"""Let another system call the API: `manage.py create_api_key NAME [--scope ingest|read|write|admin]...`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from loop import api_keys
from loop.models import ApiKey

# What a survey tool or a CRM needs: hand things in and look at what became of them, but change no case.
USUAL_SCOPES = ["ingest", "read"]


class Command(BaseCommand):
    help = "Create an API key and print it: the only time it can be seen. Keep it like a password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what the key is for; shown on timelines")
        parser.add_argument(
            "--scope",
            action="append",
            metavar="|".join(ApiKey.SCOPES),
            help="ingest: hand in accounts, contacts, answers; read: every GET; write: steps on cases, and ingest; "
            f"admin: all. May be given more than once; default: {' and '.join(USUAL_SCOPES)}",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            _key, text = api_keys.create(options["name"], options["scope"] or USUAL_SCOPES, now=timezone.now())
        except ValueError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(text)
