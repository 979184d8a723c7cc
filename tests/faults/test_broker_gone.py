"""Redis is stopped while answers come in: every case is there, and the mails leave by `sweep`, or once it is back."""

import pytest

from tests.faults.plant import MESSAGES

pytestmark = pytest.mark.slow

ANSWERS = 20


@pytest.fixture
def stopped(plant):
    """A plant whose broker went away a moment ago, and in which customers have answered since."""
    broker = plant.start_broker()
    plant.inside("ring")
    broker.terminate()
    broker.wait(timeout=10)
    assert plant.inside("answers", str(ANSWERS)) == plant.count("feedback_response") == ANSWERS
    assert plant.count("loop_caseevent", "announced_at IS NULL") == 2 * ANSWERS
    assert plant.mails() == []
    return plant


def assert_everybody_was_told_once(plant):
    assert plant.query(f"SELECT DISTINCT kind, state FROM {MESSAGES}") == [("case_assigned", "sent")]
    assert plant.count(MESSAGES) == len(plant.mails()) == ANSWERS


def test_the_mails_leave_by_sweep(stopped):
    stopped.inside("sweep")
    assert_everybody_was_told_once(stopped)
    stopped.inside("sweep", "1")
    assert_everybody_was_told_once(stopped)


def test_the_mails_leave_once_it_is_back(stopped):
    stopped.start_broker()
    stopped.start_worker()
    stopped.inside("ring")
    stopped.wait_for(ANSWERS, MESSAGES, "state = 'sent'")
    assert_everybody_was_told_once(stopped)
