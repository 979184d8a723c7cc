"""Does every line of the schedule name a task that exists, on a queue that a worker takes from?"""

import pytest
from django.db import connection
from kombu.exceptions import OperationalError
from kombu.transport.redis import Transport
from redis import exceptions

from loop.config import schedule
from loop.config.celery import app
from loop.management.commands.serve import worker_arguments

JOBS = pytest.mark.parametrize("job", schedule.JOBS, ids=lambda job: job.name)


@pytest.fixture(scope="module")
def tasks():
    app.loader.import_default_modules()
    return app.tasks


@JOBS
def test_a_job_names_a_task_that_exists(job, tasks):
    assert job.task in tasks


@JOBS
def test_a_tick_is_dropped_when_the_next_one_is_there(job):
    entry = schedule.beat_schedule()[job.name]
    assert entry["options"] == {"queue": job.queue, "expires": entry["schedule"]}


def test_no_two_jobs_share_a_name():
    """Beat keeps them in a dictionary: the second would silently replace the first."""
    assert len(schedule.beat_schedule()) == len(schedule.JOBS)


def test_a_worker_takes_from_every_queue_and_knows_no_other(tasks):
    queues = {queue.name for queue in app.conf.task_queues}
    assert queues == set(schedule.QUEUES)
    assert queues == set(worker_arguments()[worker_arguments().index("--queues") + 1].split(","))
    assert {tasks[job.task].queue for job in schedule.JOBS if getattr(tasks[job.task], "queue", None)} <= queues
    assert app.conf.task_default_queue in queues


def test_a_task_whose_worker_was_killed_comes_back(tasks):
    """Late acknowledgement, one task at a time, and back within five minutes."""
    assert all(tasks[job.task].acks_late and tasks[job.task].reject_on_worker_lost for job in schedule.JOBS)
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.broker_transport_options["visibility_timeout"] == 300


def test_a_broker_that_is_away_is_asked_once(monkeypatch):
    """Kombu's own default is to try for seconds, in the middle of a customer's request."""
    asked = []

    def refuse(transport):
        asked.append(transport)
        raise exceptions.ConnectionError("nobody there")

    monkeypatch.setattr(Transport, "establish_connection", refuse)
    with app.connection_for_write() as connection, pytest.raises(OperationalError):
        connection.default_channel  # noqa: B018 - reading it connects
    assert len(asked) == 1
    assert app.conf.task_publish_retry is False


@pytest.mark.django_db
def test_a_worker_forgets_the_queries_of_the_task_before(tasks, settings):
    """With DEBUG, as `make run` has it, Django keeps them until a web request begins, and a worker sees none."""
    settings.DEBUG = True
    tasks["notifications.tasks.announce"].apply(kwargs={"event_id": 0})
    kept = len(connection.queries)
    tasks["notifications.tasks.announce"].apply(kwargs={"event_id": 0})
    assert 0 < len(connection.queries) <= kept
