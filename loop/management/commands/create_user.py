"""Add a person who can sign in: `manage.py create_user EMAIL --role ROLE [--team NAME]... [--name NAME]`."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from loop import people, setup_history
from loop.models import Role


class Command(BaseCommand):
    help = "Add a person who can sign in. Prints the link by which they choose a password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--role", required=True, metavar="|".join(Role.values))
        parser.add_argument("--team", action="append", default=[], metavar="NAME", help="may be given more than once")
        parser.add_argument("--name", default="")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from the first line")

    def handle(self, *args: Any, **options: Any) -> None:
        password = _first_line() if options["password_stdin"] else None
        try:
            with setup_history.on_behalf_of("create_user"):
                user, new_teams = people.add(
                    email=options["email"],
                    role=options["role"],
                    name=options["name"],
                    teams=options["team"],
                    password=password,
                )
        except people.PersonRefused as refusal:
            raise CommandError(str(refusal)) from None
        for team in new_teams:
            self.stderr.write(f"Team “{team.name}” is new.")
        if password is None:
            self.stdout.write(people.set_password_link(user))


def _first_line() -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise CommandError("There is no password on standard input.")
    return password
