"""`kill -9` while a wave is planned and again while it is scheduled: run again, everybody is asked once."""

import json
import signal
import subprocess
import sys

import pytest

from tests.faults.plant import ROOT

pytestmark = pytest.mark.slow

CONTACTS = 900
MEMBERS, INVITED = "feedback_wavemember", "feedback_invitation"


@pytest.fixture
def launching(plant):
    """Starts the command and kills it once so many rows are in a table, well before the last one is."""

    def kill_at(rows, table):
        process = subprocess.Popen([sys.executable, "-m", "tests.faults.launching", "launch"], cwd=ROOT, env=plant.env)
        plant.processes.append(process)
        plant.wait_for(rows, table, "1 = 1")
        process.send_signal(signal.SIGKILL)
        process.wait()
        return plant.count(table)

    plant.run("-m", "tests.faults.launching", "fill", str(CONTACTS))
    return kill_at


def test_a_wave_that_is_killed_twice_asks_everybody_once(plant, launching):
    assert 100 <= launching(100, MEMBERS) < CONTACTS
    assert plant.query("SELECT state FROM feedback_wave") == [("draft",)]
    assert 50 <= launching(50, INVITED) < CONTACTS // 2
    assert plant.query("SELECT state, scheduled_at FROM feedback_wave") == [("sending", None)]

    told = json.loads(plant.run("-m", "tests.faults.launching", "launch"))

    assert (told["asked"], told["left_out"], told["seed"]) == (CONTACTS // 2, {"not_drawn": CONTACTS // 2}, 5)
    assert plant.count("feedback_wave") == 1
    assert plant.count(MEMBERS) == plant.query(f"SELECT COUNT(DISTINCT contact_id) FROM {MEMBERS}")[0][0] == CONTACTS
    asked = plant.query(f"SELECT contact_id FROM {MEMBERS} WHERE reason = 'drawn' ORDER BY contact_id")
    assert plant.query(f"SELECT contact_id FROM {INVITED} ORDER BY contact_id") == asked
    assert plant.count(INVITED) == plant.query(f"SELECT COUNT(DISTINCT due_at) FROM {INVITED}")[0][0]
