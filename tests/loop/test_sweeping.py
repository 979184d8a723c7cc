"""All that is due, done in order without a broker; a job that fails stops no other."""

from datetime import timedelta

import pytest

from feedback.answer_sources import processing
from loop import (
    absences,
    callbacks,
    customer,
    erased_list,
    holds,
    outcomes,
    reminders,
    snoozes,
    solved,
    sweeping,
    tasks,
    thanks,
    triage,
)
from loop.models import IdempotencyRecord, SweepRun
from notifications.models import Message
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def jobs(monkeypatch):
    """An empty list of jobs to fill."""
    table = {}
    monkeypatch.setattr(sweeping, "_jobs", table)
    return table


class TestTheList:
    def test_begins_with_loop_s_own_jobs(self):
        assert list(sweeping._jobs.items())[:13] == [
            ("mind_erased", erased_list.mind),
            ("settle_absences", absences.settle),
            ("read_arrived", processing.read_due),
            ("open_missed_cases", triage.open_missed),
            ("take_customers_at_their_word", solved.take_effect),
            ("close_missed_calls", callbacks.close_missed),
            ("remind_of_calls", callbacks.remind_due),
            ("ask_why", customer.ask_why),
            ("decide_missed_thanks", thanks.decide_missed),
            ("end_holds", holds.end_due),
            ("wake_due", snoozes.wake_due),
            ("remind", reminders.remind_due),
            ("close_recovery_checks", outcomes.close_unanswered),
        ]

    def test_grows_at_its_end_when_a_package_above_registers(self, jobs):
        sweeping.register("first", lambda *, now: 1)
        sweeping.register("second", lambda *, now: 2)
        assert sweeping.run_all(now=NOW) == {"first": 1, "second": 2}

    def test_has_no_job_twice(self, jobs):
        sweeping.register("job", lambda *, now: 1)
        sweeping.register("job", lambda *, now: 2)
        assert sweeping.run_all(now=NOW) == {"job": 2}


class TestRunning:
    def test_tells_each_job_the_time_and_notes_when_it_ended(self, jobs):
        told = []

        def job(*, now):
            told.append(now)
            return 7

        sweeping.register("job", job)
        assert sweeping.run("job", now=NOW) == 7
        sweeping.run("job", now=later(minutes=1))
        assert told == [NOW, NOW + timedelta(minutes=1)]
        noted = SweepRun.objects.get()
        assert (noted.job, noted.finished_at, noted.done) == ("job", later(minutes=1), 7)

    def test_a_job_nobody_knows_is_an_error(self, jobs):
        with pytest.raises(KeyError):
            sweeping.run("tidy up", now=NOW)

    def test_a_job_that_fails_stops_no_other_and_is_named_at_the_end(self, jobs, caplog):
        def fails(*, now):
            raise RuntimeError("a bug")

        sweeping.register("before", lambda *, now: 1)
        sweeping.register("broken", fails)
        sweeping.register("after", lambda *, now: 2)
        with pytest.raises(sweeping.SweepFailed, match="failed: broken") as failure:
            sweeping.run_all(now=NOW)
        assert (failure.value.done, failure.value.failed) == ({"before": 1, "after": 2}, ["broken"])
        assert set(SweepRun.objects.values_list("job", flat=True)) == {"before", "after"}
        assert "sweep: broken failed" in caplog.text

    def test_nothing_due_is_nothing_done(self):
        assert set(sweeping.run_all(now=NOW).values()) == {0}


@pytest.mark.parametrize(
    ("task", "job"),
    [
        (tasks.open_missed_cases, "open_missed_cases"),
        (tasks.end_holds, "end_holds"),
        (tasks.remind, "remind"),
        (tasks.close_recovery_checks, "close_recovery_checks"),
        (tasks.plan_waves, "plan_waves"),
        (tasks.schedule_waves, "schedule_waves"),
        (tasks.close_waves, "close_waves"),
    ],
)
def test_each_task_runs_the_job_of_its_name_and_takes_any_keyword(task, job):
    task(sent_by="a future version")
    assert SweepRun.objects.get().job == job


def test_a_sweep_that_plays_another_time_does_not_take_a_sender_at_work_for_dead(people):
    case = factories.case(owner=people.agent)
    sweeping.run("announce_missed", now=NOW)
    sending = Message.objects.get(case=case)
    Message.objects.filter(pk=sending.pk).update(state="sending", attempts=1, lease_until=later(minutes=5))
    sweeping.run_all(now=later(days=40), wall_clock=later(minutes=1))
    assert Message.objects.get(pk=sending.pk).state == "sending"


def test_a_sweep_forgets_the_requests_nobody_may_repeat_any_more(db):
    IdempotencyRecord.objects.create(principal="key:1", key="old", request_hash="x", created_at=NOW)
    sweeping.run("forget_requests", now=later(days=1))
    assert IdempotencyRecord.objects.count() == 1
    sweeping.run("forget_requests", now=later(days=8))
    assert IdempotencyRecord.objects.count() == 0
