"""What do attacks that run in this very process share? Silence for the bell, and threads that knock at once."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any
from unittest import mock

from django.db import connection, connections
from django.db.models import QuerySet

from loop import bell


def silence() -> None:
    """Nobody hears the bell: no task is started in this process."""
    bell.ring = lambda *args, **kwargs: None


def without_locks() -> None:
    """Take out what makes writers wait for each other: row locks, and on SQLite that transactions begin as writers."""
    QuerySet.select_for_update = lambda self, *args, **kwargs: self
    if connection.vendor == "sqlite":
        connection.settings_dict["OPTIONS"]["transaction_mode"] = "DEFERRED"
        connections.close_all()


def in_threads(work: Callable[[Any], Any], over: Iterable[Any], *, threads: int = 8) -> list[Any]:
    """Do the work for each in so many threads, with a database connection each. Returns results, or what was raised."""
    waiting = list(enumerate(over))[::-1]
    done: list[Any] = [None] * len(waiting)

    def run() -> None:
        try:
            while True:
                try:
                    place, each = waiting.pop()
                except IndexError:
                    return
                try:
                    done[place] = work(each)
                except Exception as error:
                    done[place] = error
        finally:
            connections.close_all()

    running = [Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return done


@contextmanager
def patched(owner: Any, name: str, put: Any, *, when: bool = True) -> Iterator[None]:
    """`owner.name` is something else meanwhile."""
    if not when:
        yield
        return
    with mock.patch.object(owner, name, put):
        yield
