"""The page that tells an administrator whether everything is running, and what to do about what is not."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from loop.config.schedule import JOBS
from loop.models import SweepRun
from notifications import announce, delivery
from notifications.job_words import JOB_WORDS
from notifications.models import Message, MessageState
from tests import factories
from tests.factories import NOW
from tests.notifications.mailbox import refuse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stopped_clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ada(people):
    client = Client()
    client.force_login(people.admin)
    return client


def page(client):
    answer = client.get(reverse("running"))
    assert answer.status_code == 200
    return answer


def test_an_idle_installation_is_well(ada):
    assert "Nothing that is due waits" in page(ada).text


def test_work_that_waits_for_three_minutes_is_told_by_its_name(ada, people):
    factories.case(owner=people.agent, now=NOW - timedelta(minutes=10))
    shown = page(ada)
    assert "Something has been due for more than three minutes" in shown.text
    late = [queue.name for queue in shown.context["queues"] if queue.is_late]
    assert late == ["Events to tell of"]


def test_a_job_that_has_not_run_for_long_comes_first(ada):
    SweepRun.objects.create(job="remind", finished_at=NOW - timedelta(seconds=20))
    SweepRun.objects.create(job="deliver_due", finished_at=NOW - timedelta(hours=2))
    jobs = {job.name: job.is_late for job in page(ada).context["jobs"]}
    assert (
        jobs["Reminds and escalates"],
        jobs["Sends messages that are due"],
        jobs["Draws who is asked in a wave"],
    ) == (False, True, True)
    assert list(jobs.values()) == sorted(jobs.values(), reverse=True)


def test_every_job_is_called_by_what_it_does(ada):
    assert {job.task.rpartition(".")[2] for job in JOBS} == set(JOB_WORDS)


def test_what_failed_for_good_is_sent_again_or_discarded_from_here(ada, people, server):
    factories.case(owner=people.agent)
    server.behave = refuse(550, "no such mailbox", whom=people.agent.email)
    announce.announce_missed(now=NOW)
    delivery.deliver_due(now=NOW)
    failed = Message.objects.get(state=MessageState.DEAD)
    shown = page(ada).text
    assert "no such mailbox" in shown
    assert "1 message failed for good" in shown
    ada.post(reverse("message-retry", args=[failed.pk]))
    assert Message.objects.get().state == MessageState.PENDING
    shown = page(ada)
    assert [row.pk for row in shown.context["next"]] == [failed.pk]


def test_the_figures_of_the_day_are_those_of_the_metrics(ada, people, server):
    factories.case(owner=people.agent)
    announce.announce_missed(now=NOW)
    delivery.deliver_due(now=NOW)
    [of_mail] = page(ada).context["health"].left
    assert (of_mail.channel, of_mail.sent, of_mail.dead, of_mail.retried) == ("email", 1, 0, 0)
    metrics = ada.get("/metrics").text
    assert 'loop_messages_of_the_last_day{channel="email",became="sent"} 1' in metrics
