"""How is background work started sooner without ever depending on the broker?

The database holds every intent; a task is only a bell. Ringing it waits for the commit, never raises, and when the
broker is away it is not tried again for a few seconds, so that no web request waits for a dead broker twice.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from celery import Task
from django.db import transaction

logger = logging.getLogger(__name__)

QUIET_AFTER_FAILURE = 5.0  # seconds


class _Broker:
    """What this process last saw of the broker."""

    quiet_until = 0.0  # time.monotonic() before which it is not worth asking


_silenced: ContextVar[bool] = ContextVar("bell_silenced", default=False)


@contextmanager
def silenced() -> Iterator[None]:
    """Start no background work meanwhile: for replaying the past, whose clock is not the worker's."""
    token = _silenced.set(True)
    try:
        yield
    finally:
        _silenced.reset(token)


def ring(task: "Task[..., Any]", **kwargs: Any) -> None:
    """Start `task` with keyword arguments once the current transaction has committed, if the broker answers.

    Args:
        task: a registered Celery task that takes keywords only.
        kwargs: ids and other JSON values.
    """
    if not _silenced.get():
        transaction.on_commit(lambda: _publish(task, kwargs), robust=True)


def _publish(task: "Task[..., Any]", kwargs: dict[str, Any]) -> None:
    if time.monotonic() < _Broker.quiet_until:
        return
    try:
        task.apply_async(kwargs=kwargs, retry=False)
    except Exception as error:  # kombu wraps what its transports raise in no common class
        _Broker.quiet_until = time.monotonic() + QUIET_AFTER_FAILURE
        logger.warning("broker away, the sweep takes over: %s: %s", type(error).__name__, error)
