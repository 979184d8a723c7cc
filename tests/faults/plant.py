"""How does a test run an installation of its own, with real processes that it may kill?

A plant has a folder, a database, an embedded broker, workers, and a folder into which its mails are written. Nothing of
it is shared with the test's own database: what is in it is asked for with plain SQL.
"""

import email
import json
import os
import sqlite3
import subprocess
import sys
import time
from email.message import Message as Mail
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from loop import embedded
from loop.management.commands import serve

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0  # seconds until something must have happened

#: The messages that leave Loop, as a table; notices stay inside.
MESSAGES = "(SELECT * FROM notifications_message WHERE channel <> 'in_app') AS leaving"


class Plant:
    """One installation. `close` ends what still runs.

    Args:
        home: its folder.
        database_url: its database, migrated; SQLite's lies in the folder.
    """

    def __init__(self, home: Path, database_url: str) -> None:
        self.home = home
        self.database_url = database_url
        self.processes: list[subprocess.Popen[bytes]] = []

    @property
    def env(self) -> dict[str, str]:
        mine = {name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "EMAIL_URL"}}
        return {
            **mine,
            "DJANGO_SETTINGS_MODULE": "loop.config.settings",
            "LOOP_ENV_FILE": os.devnull,
            "LOOP_HOME": str(self.home),
            "DATABASE_URL": self.database_url,
            "DEBUG": "1",
            "STAFF_HOURS": "0-24",
            "SURVEY_HOURS": "0-24",  # the tests run at any hour
            "LOG_LEVEL": "ERROR",
        }

    # -- Processes --------------------------------------------------------------------------------------------------

    def run(self, *argv: str) -> str:
        """Run Python to its end inside the plant and return what it printed."""
        done = subprocess.run(
            [sys.executable, *argv], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def inside(self, what: str, *args: str) -> Any:
        """Do one of the things `tests.faults.inside` can do, and return its answer."""
        return json.loads(self.run("-m", "tests.faults.inside", what, *args).splitlines()[-1])

    def start_broker(self) -> "subprocess.Popen[bytes]":
        broker = embedded.start_broker(embedded.socket_path(self.home), self.home / "broker")
        assert broker is not None
        self.processes.append(broker)
        return broker

    def start_worker(self) -> "subprocess.Popen[bytes]":
        """A worker as `make run` starts it, without a scheduler: the test rings where a clock would tick."""
        with (self.home / "worker.log").open("ab") as log:
            worker = subprocess.Popen(
                [sys.executable, *serve.worker_arguments()], cwd=ROOT, env=self.env, stdout=log, stderr=log
            )
        self.processes.append(worker)
        return worker

    def close(self) -> None:
        for process in reversed(self.processes):
            if process.poll() is None:
                process.kill()
            process.wait(timeout=10)

    # -- What is in it ----------------------------------------------------------------------------------------------

    def count(self, table: str, where: str = "1 = 1") -> int:
        return self.query(f"SELECT COUNT(*) FROM {table} WHERE {where}")[0][0]

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        if urlsplit(self.database_url).scheme.startswith("postgres"):
            with psycopg.connect(self.database_url) as connection:
                return connection.execute(sql).fetchall()
        connection = sqlite3.connect(self.home / "loop.sqlite3", timeout=20)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def execute(self, sql: str) -> None:
        """Change something past the product."""
        if urlsplit(self.database_url).scheme.startswith("postgres"):
            with psycopg.connect(self.database_url, autocommit=True) as connection:
                connection.execute(sql)
            return
        connection = sqlite3.connect(self.home / "loop.sqlite3", timeout=20, isolation_level=None)
        try:
            connection.execute(sql)
        finally:
            connection.close()

    def mails(self) -> list[Mail]:
        """Every mail that left: the file backend ends each with a line of dashes."""
        folder = self.home / "mail"
        texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*"))] if folder.is_dir() else []
        return [
            email.message_from_string(part.lstrip("\n"))
            for text in texts
            for part in text.split("\n" + "-" * 79 + "\n")
            if part.strip()
        ]

    def wait_for(self, rows: int, table: str, where: str, *, ringing: bool = False) -> None:
        """Return once so many rows are there. `ringing`: meanwhile do what the scheduler does at its ticks."""
        deadline = time.monotonic() + PATIENCE
        while (found := self.count(table, where)) < rows:
            assert time.monotonic() < deadline, f"{found} of {rows} in {table} where {where}; {self.log()}"
            if ringing:
                self.inside("ring")
            time.sleep(0.05)

    def log(self) -> str:
        path = self.home / "worker.log"
        return path.read_text(encoding="utf-8")[-2000:] if path.exists() else "(no worker)"
