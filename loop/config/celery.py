"""How does background work run? Celery makes things happen sooner; the database holds what must happen.

A task may run never, once or several times: see section 7 of `ARCHITECTURE.md`.
"""

import logging.config
import os
from threading import Thread
from typing import Any

from celery import Celery
from celery.beat import Service
from celery.signals import setup_logging, task_prerun, worker_ready, worker_shutdown
from django.conf import settings
from django.db import reset_queries
from kombu import Queue
from kombu.exceptions import KombuError, OperationalError

from loop.config import schedule

# Before the app is made: only then does Celery look after Django's database connections around a task.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loop.config.settings")

app = Celery("loop")


@app.add_defaults
def options() -> dict[str, Any]:
    """Return Celery's settings; read when first needed, after Django's."""
    return {
        "broker_url": settings.REDIS_URL,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,  # a worker waits for its broker as long as it takes
        "broker_transport_options": {
            # A task whose worker was killed comes back after this many seconds. No task may take longer, and none is
            # planned further ahead: a later time is a column in the database.
            "visibility_timeout": 300,
            "unacked_restore_interval": 2,
            "unacked_restore_throttle": 1,
            # A broker that is away costs a web request a moment, not a minute; the sweep finds what was not told.
            "socket_connect_timeout": 1,
            "socket_timeout": 1,
            "max_retries": 0,
        },
        "task_publish_retry": False,
        # Acknowledged when done, one at a time: a worker killed with -9 loses nothing (early: 10 of 30 lost).
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "worker_soft_shutdown_timeout": 20,
        "task_ignore_result": True,
        "task_time_limit": None,
        "task_queues": [Queue(name) for name in schedule.QUEUES],
        "task_default_queue": "alerts",
        # Also when a bell rings them: mail servers being slow must not hold up what is about cases.
        "task_routes": {job.task: {"queue": job.queue} for job in schedule.JOBS},
        "enable_utc": True,
        "timezone": "UTC",
        "beat_schedule": schedule.beat_schedule(),
        "beat_schedule_filename": str(settings.LOOP_HOME / "beat-schedule"),
    }


@setup_logging.connect
def use_django_logging(**_kwargs: object) -> None:
    """Log as the web does; without this Celery sets up its own format."""
    logging.config.dictConfig(settings.LOGGING)


@worker_ready.connect
def schedule_beside_worker(**_kwargs: object) -> None:
    """Run the scheduler as a thread of this worker when LOOP_SCHEDULER=thread, as `manage.py serve` asks.

    `celery worker --beat` starts a process instead, which takes 55 MB and outlives a worker killed with -9.
    """
    if os.environ.get("LOOP_SCHEDULER") != "thread":
        return
    # It looks every second whether it is to stop.
    service = Service(app, max_interval=1)
    worker_shutdown.connect(lambda **_kwargs: service.stop(wait=True), weak=False)
    Thread(target=service.start, name="scheduler", daemon=True).start()


@task_prerun.connect
def forget_queries(**_kwargs: object) -> None:
    """Drop the queries that DEBUG keeps. A web request does so itself; a worker's threads would keep 9,000 each."""
    reset_queries()


def broker_answers() -> bool:
    """Say whether the broker takes a connection within about a second."""
    try:
        with app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=1)
    except (KombuError, OperationalError, OSError):
        return False
    return True


app.autodiscover_tasks(["feedback", "loop", "notifications"])
