"""Where do plants and proofs get an empty, migrated database of their own? Copies of one that was migrated once.

Making the tables takes longer than most of what is done with them.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[2]

_numbers = count(1)


def _new_name(start: str) -> str:
    return f"{start}_{os.getpid()}_{next(_numbers)}"


class Stock:
    """One migrated database, and copies of it.

    Args:
        folder: where SQLite's files and the settings' data folder lie.
        server: a PostgreSQL server such as postgres://user@host:5432, without a database; empty for SQLite.
        name: of a database another process has filled.
    """

    def __init__(self, folder: Path, server: str, name: str = "") -> None:
        self.folder = folder
        self.server = server
        self.name = name or _new_name("loop_stock")

    @property
    def url(self) -> str:
        return f"{self.server}/{self.name}" if self.server else f"sqlite:///{self.folder / 'loop.sqlite3'}"

    def fill(self) -> None:
        """Make the database and its tables."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.server:
            self._administer(f'CREATE DATABASE "{self.name}"')
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "loop.config.settings",
            "LOOP_ENV_FILE": os.devnull,
            "LOOP_HOME": str(self.folder),
            "DATABASE_URL": self.url,
            "DEBUG": "1",
        }
        subprocess.run([sys.executable, "-m", "django", "migrate", "--verbosity", "0"], cwd=ROOT, env=env, check=True)

    @contextmanager
    def copy(self, folder: Path) -> Iterator[str]:
        """The address of a copy; SQLite's lies in `folder`. It is gone afterwards."""
        folder.mkdir(parents=True, exist_ok=True)
        if not self.server:
            shutil.copy(self.folder / "loop.sqlite3", folder)
            yield f"sqlite:///{folder / 'loop.sqlite3'}"
            return
        name = _new_name("loop_copy")
        self._administer(f'CREATE DATABASE "{name}" TEMPLATE "{self.name}"')
        try:
            yield f"{self.server}/{name}"
        finally:
            self._administer(f'DROP DATABASE "{name}" WITH (FORCE)')

    def throw_away(self) -> None:
        if self.server:
            self._administer(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _administer(self, statement: str) -> None:
        with psycopg.connect(f"{self.server}/postgres", autocommit=True) as connection:
            connection.execute(statement)
