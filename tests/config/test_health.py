"""Does the health page tell a working installation from one where something due is left lying?"""

from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError, connection

from feedback.models import Response
from loop.config import queues
from loop.models import Case, CaseEvent, SweepRun
from loop.views import health
from notifications.models import Message
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

LATE = timedelta(seconds=health.LONGEST_WAIT + 20)


@pytest.fixture(autouse=True)
def stopped_clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(people):
    """Anna's case, opened this moment, with everything done that was due."""
    case = factories.case(owner=people.agent)
    CaseEvent.objects.update(announced_at=NOW)
    return case


def reason(client):
    answer = client.get("/healthz")
    assert answer.status_code == (503 if answer.json()["reason"] else 200)
    return answer.json()["reason"]


def queue_of(client, name):
    return client.get("/healthz").json()["waiting"][name]


def test_all_is_well_when_nothing_is_due(client, case):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "well"
    assert {queue["rows"] for queue in answer.json()["waiting"].values()} == {0}


def test_it_may_not_be_kept_by_a_cache_and_opens_no_session(client, case):
    answer = client.get("/healthz")
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


def test_an_answer_that_nobody_looked_at_shows_and_after_three_minutes_alarms(client, case):
    Response.objects.update(triaged_at=None, received_at=NOW - timedelta(seconds=60))
    assert queue_of(client, "answers to triage") == {"rows": 1, "oldest_seconds": 60}
    assert reason(client) == ""
    Response.objects.update(received_at=NOW - LATE)
    assert reason(client) == "answers to triage: due for 200 s"


def test_a_reminder_that_is_overdue_alarms(client, case):
    Case.objects.update(remind_at=NOW - LATE)
    assert reason(client) == "reminders: due for 200 s"


def test_a_reminder_of_tomorrow_does_not_wait(client, case):
    Case.objects.update(remind_at=NOW + timedelta(days=1))
    assert queue_of(client, "reminders") == {"rows": 0, "oldest_seconds": 0}


def test_an_event_nobody_was_told_about_alarms(client, people):
    factories.case(owner=people.agent, now=NOW - LATE)
    CaseEvent.objects.exclude(kind="opened").update(announced_at=NOW)
    assert "events to announce: due for 200 s" in reason(client)


class TestAMessage:
    @pytest.fixture
    def message(self, people):
        return Message.objects.create(
            key="event:1", kind="case_assigned", user=people.agent, created_at=NOW, send_after=NOW - LATE
        )

    def test_that_does_not_leave_alarms(self, client, message):
        assert reason(client) == "messages: due for 200 s"

    def test_for_tomorrow_does_not_wait(self, client, message):
        Message.objects.update(send_after=NOW + timedelta(days=1))
        assert reason(client) == ""

    def test_whose_sender_died_alarms(self, client, message):
        Message.objects.update(state="sending", lease_until=NOW - LATE)
        assert reason(client) == "messages stuck in sending: due for 200 s"

    def test_that_is_given_up_does_not_wait(self, client, message):
        Message.objects.update(state="dead")
        assert reason(client) == ""


def test_rows_from_the_future_have_not_waited(people):
    """`sweep --now` leaves them in trials."""
    factories.case(owner=people.agent)
    (events,) = (w for w in queues.waiting(NOW - timedelta(days=1)) if w.queue == "events to announce")
    assert events.rows
    assert events.oldest_seconds == 0


def test_a_broker_that_is_away_is_told_but_does_not_alarm(client, case, monkeypatch):
    monkeypatch.setattr(health, "broker_answers", lambda: False)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["broker"]) == (200, "away")


def test_a_broker_that_is_there_is_told(client, broker, case):
    assert client.get("/healthz").json()["broker"] == "ok"


def test_a_database_that_is_away_alarms_without_telling_its_address(client, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise OperationalError("connection to server at 10.1.2.3 failed for user loop")

    monkeypatch.setattr(connection, "cursor", refuse)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert (answer.json()["database"], answer.json()["reason"]) == ("away", "database away: OperationalError")
    assert "loop_database_up 0\n" in client.get("/metrics").content.decode()


def test_the_last_run_of_every_job_is_told(client, case):
    SweepRun.objects.create(job="remind", finished_at=NOW)
    assert client.get("/healthz").json()["last_runs"] == {"remind": NOW.isoformat().replace("+00:00", "Z")}
    assert f'loop_job_last_finished_timestamp_seconds{{job="remind"}} {NOW.timestamp()}\n' in (
        client.get("/metrics").content.decode()
    )


def test_metrics_hold_the_same_figures(client, case):
    Case.objects.update(remind_at=NOW - LATE)
    answer = client.get("/metrics")
    lines = answer.content.decode().splitlines()
    assert answer["Content-Type"].startswith("text/plain")
    assert 'loop_waiting_rows{queue="reminders"} 1' in lines
    assert "loop_up 0" in lines
    assert "# TYPE loop_up gauge" in lines


@pytest.mark.parametrize("path", ["/healthz", "/metrics"])
def test_nothing_can_be_sent_there(client, path):
    assert client.post(path).status_code == 405
