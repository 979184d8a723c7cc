"""What does a test get from its surroundings? A database that can be emptied, a broker when asked for, or a skip that
says what the machine lacks."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.utils import translation

from loop import embedded
from tests.loop.uploading import ada, own_home  # noqa: F401  fixtures
from tests.people import people  # noqa: F401  a fixture

REQUIRE_SERVICES = os.environ.get("LOOP_REQUIRE_SERVICES") == "1"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ON_POSTGRESQL = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as `once` what touches no database, and what is seen in a browser: the pages are the same on both."""
    for item in items:
        touches = item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(
            getattr(item, "fixturenames", ())
        )
        if not touches or item.get_closest_marker("browser"):
            item.add_marker("once")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what belongs to the other half of `make test`, or needs what is missing (fail, where it must be there)."""
    if item.get_closest_marker("postgres") and not ON_POSTGRESQL:
        pytest.skip("about PostgreSQL: runs in the half of `make test` that has DATABASE_URL=postgres://...")
    if item.get_closest_marker("redis") and not os.environ.get("REDIS_URL"):
        pytest.skip("about a Redis server: runs in the half of `make test` that has REDIS_URL=redis://...")
    if item.get_closest_marker("browser") and not CHROMIUM:
        if REQUIRE_SERVICES:
            pytest.fail("needs Chromium, and LOOP_REQUIRE_SERVICES=1 says it is here")
        pytest.skip("needs Chromium (Debian: apt-get install chromium)")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser that tests marked `browser` drive."""
    assert CHROMIUM
    return CHROMIUM


@pytest.fixture(scope="session")
def broker() -> Iterator[str]:
    """The address of a running broker, the one Celery uses in this process; it is empty when the session starts.

    That is the embedded server in this process's own folder, or, with REDIS_URL, a database of that server which
    `tests/settings.py` picked for this process.
    """
    if os.environ.get("REDIS_URL"):
        client = redis.Redis.from_url(settings.REDIS_URL)
        client.flushdb()
        yield settings.REDIS_URL
        client.flushdb()
        client.close()
    else:
        process = embedded.start_broker(settings.EMBEDDED_BROKER, settings.LOOP_HOME / "broker")
        assert process is not None
        yield settings.REDIS_URL
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture(autouse=True)
def language_of_the_project() -> Iterator[None]:
    """Let each test begin in the project's language: a request leaves its reader's language active in the thread."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def django_capture_on_commit_callbacks(
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[Any]],
) -> Callable[..., AbstractContextManager[Any]]:
    """As pytest-django's, and what happened before is committed: its bells do not ring for what follows."""

    @contextmanager
    def captured(**options: Any) -> Iterator[Any]:
        connection.run_on_commit.clear()
        with django_capture_on_commit_callbacks(**options) as callbacks:
            yield callbacks

    return captured


@pytest.fixture(scope="session", autouse=True)
def flush_past_the_guards() -> Iterator[None]:
    """Let transactional tests empty SQLite tables that refuse DELETE.

    PostgreSQL empties by TRUNCATE, which row triggers do not see. SQLite has only DELETE, so the triggers step aside
    for the flush and come back as they were.
    """
    operations = DatabaseWrapper.ops_class
    flush = operations.execute_sql_flush

    def flush_unguarded(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'loop_guard_*'")
            guards = cursor.fetchall()
            for name, _sql in guards:
                cursor.execute(f'DROP TRIGGER "{name}"')
            try:
                flush(self, sql_list)
            finally:
                for _name, sql in guards:
                    cursor.execute(sql)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", flush_unguarded)
        yield
