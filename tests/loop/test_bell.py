"""The bell: it waits for the commit, never raises, and leaves a dead broker alone for a while."""

import pytest
from django.db import transaction
from kombu.exceptions import OperationalError

from loop import bell
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


class Task:
    """Stands for a Celery task; `broker` says what happens when it is published."""

    def __init__(self, error=None):
        self.error = error
        self.published = []

    def apply_async(self, **options):
        self.published.append(options)
        if self.error is not None:
            raise self.error


@pytest.fixture
def clock(monkeypatch):
    """A monotonic clock the test moves."""

    class Clock:
        seconds = 1000.0

        def monotonic(self):
            return self.seconds

    stopped = Clock()
    monkeypatch.setattr(bell, "time", stopped)
    monkeypatch.setattr(bell._Broker, "quiet_until", 0.0)
    return stopped


class TestRinging:
    def test_waits_for_the_commit_and_tells_the_keywords(self, clock, django_capture_on_commit_callbacks):
        task = Task()
        with django_capture_on_commit_callbacks(execute=True):
            bell.ring(task, case_id=7)
            assert task.published == []
        assert task.published == [{"kwargs": {"case_id": 7}, "retry": False}]

    @pytest.mark.django_db(transaction=True)
    def test_does_not_happen_when_the_transaction_is_rolled_back(self, clock):
        task = Task()
        with transaction.atomic():
            bell.ring(task)
            transaction.set_rollback(True)
        assert task.published == []

    @pytest.mark.parametrize(
        "error", [OperationalError("refused"), ConnectionError("reset"), RuntimeError("a transport nobody knows")]
    )
    def test_at_a_dead_broker_raises_nothing_and_is_logged(
        self, clock, caplog, django_capture_on_commit_callbacks, error
    ):
        with django_capture_on_commit_callbacks(execute=True):
            bell.ring(Task(error))
        assert f"broker away, the sweep takes over: {type(error).__name__}" in caplog.text


class TestADeadBroker:
    def test_is_left_alone_for_a_few_seconds_by_everybody(self, clock, django_capture_on_commit_callbacks):
        failing, other = Task(OperationalError()), Task()
        with django_capture_on_commit_callbacks(execute=True):
            bell.ring(failing)
        clock.seconds += bell.QUIET_AFTER_FAILURE - 0.1
        with django_capture_on_commit_callbacks(execute=True):
            bell.ring(failing)
            bell.ring(other)
        assert (len(failing.published), len(other.published)) == (1, 0)

    def test_is_tried_again_after_that(self, clock, django_capture_on_commit_callbacks):
        failing, other = Task(OperationalError()), Task()
        with django_capture_on_commit_callbacks(execute=True):
            bell.ring(failing)
        clock.seconds += bell.QUIET_AFTER_FAILURE
        with django_capture_on_commit_callbacks(execute=True):
            bell.ring(other)
        assert len(other.published) == 1

    def test_costs_a_request_with_many_events_one_attempt(self, clock, django_capture_on_commit_callbacks):
        task = Task(OperationalError())
        with django_capture_on_commit_callbacks(execute=True):
            for _ in range(20):
                bell.ring(task)
        assert len(task.published) == 1

    def test_does_not_keep_an_answer_from_being_stored(self, clock, people, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            bell.ring(Task(OperationalError()))
            assert factories.case(owner=people.agent, now=NOW).state == "new"
