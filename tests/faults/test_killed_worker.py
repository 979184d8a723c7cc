"""`kill -9` of the worker while 200 reminders are due, and again after its restart: none is lost, none is doubled."""

import signal
from collections import Counter

import pytest

from tests.faults.plant import MESSAGES

pytestmark = pytest.mark.slow

CASES = 200
CLAIMED_AT_MOST = 2 * 4  # two kills of a worker with four threads
REMINDERS = "kind = 'reminder_half_time'"


def test_none_of_200_reminders_is_lost_or_doubled(plant):
    assert plant.inside("fill", str(CASES)) == CASES
    plant.start_broker()
    plant.inside("ring")

    # Twice the worker is killed in the middle of its work: as soon as reminders are given, and while they are sent.
    for table, where in (("loop_caseevent", REMINDERS), (MESSAGES, "state = 'sent'")):
        worker = plant.start_worker()
        plant.wait_for(plant.count(table, where) + 20, table, where)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert plant.count(MESSAGES, "state = 'sent'") < CASES
        plant.inside("ring")

    # The third one finishes: what the killed ones had only put aside is due again after seconds, what they had claimed
    # is taken back when its lease has run out.
    plant.start_worker()
    plant.wait_for(CASES - CLAIMED_AT_MOST, MESSAGES, "state = 'sent'", ringing=True)
    plant.inside("sweep", "6")

    assert plant.count("loop_caseevent", REMINDERS) == CASES
    assert plant.count("loop_case", "remind_level = 'due'") == CASES
    messages = plant.query(f"SELECT case_id, state FROM {MESSAGES} WHERE {REMINDERS}")
    assert Counter(case for case, _state in messages) == Counter({case: 1 for case, _state in messages})
    assert Counter(state for _case, state in messages) == Counter(sent=CASES)

    # Each mail has left. One that a killed worker was just handing over leaves again, as the same mail.
    ids = Counter(mail["Message-ID"] for mail in plant.mails())
    assert len(ids) == CASES
    assert sum(ids.values()) - CASES <= CLAIMED_AT_MOST
