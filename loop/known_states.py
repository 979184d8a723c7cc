"""Is a database at a state from which our migrations go on? From the middle of those of before the first release, none.

They were made one a package. Django takes it for done where all that it replaces was done, and does it where none was.
Of some of them it would say nothing, and leave the rest undone. `migrate` asks before it does anything.
"""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.migrations.loader import MigrationLoader

LAST_WITH_ALL = "14397a4"  # the commit whose migrations lead to where the new ones begin


@register(Tags.database)
def check(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """An error for each package of which a database has some, and not all, of what one migration replaces."""
    return [found for using in databases or () for found in _lacking(using)]


def _lacking(using: str) -> list[CheckMessage]:
    loader = MigrationLoader(connections[using], ignore_no_migrations=True)
    applied = set(loader.applied_migrations)
    found: list[CheckMessage] = []
    for (package, _name), migration in loader.disk_migrations.items():
        missing = sorted(set(migration.replaces) - applied)
        if missing and len(missing) < len(migration.replaces):
            found.append(
                Error(
                    f"This database was made by Loop before its first release and lacks {package}.{missing[0][1]}.",
                    hint=f"Run `manage.py migrate` of commit {LAST_WITH_ALL} first. Nothing was changed.",
                    id="loop.E001",
                )
            )
    return found
