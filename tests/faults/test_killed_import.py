"""`kill -9` while a file is imported: whoever goes on ends where the first would have ended."""

import json
import signal
import subprocess
import sys

import pytest

from tests.faults.plant import ROOT

pytestmark = pytest.mark.slow

ROWS = 400


@pytest.mark.parametrize(("kind", "table"), [("answers", "feedback_response"), ("customers", "feedback_contact")])
def test_an_import_that_is_killed_twice_ends_the_same(plant, kind, table):
    plant.run("-m", "tests.faults.importing", "start", kind, str(ROWS))
    for rows in (60, 160):
        process = subprocess.Popen([sys.executable, "-m", "tests.faults.importing", "go_on"], cwd=ROOT, env=plant.env)
        plant.processes.append(process)
        plant.wait_for(rows, table, "1 = 1")
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert rows <= plant.count(table) < ROWS
        assert plant.query("SELECT state FROM loop_fileimport") == [("running",)]

    told = json.loads(plant.run("-m", "tests.faults.importing", "go_on"))

    assert told["state"] == "done"
    assert {name: told["counts"][name] for name in told["found"]} == told["found"]
    assert told["counts"]["accepted"] == plant.count(table) == ROWS
    assert [line.split(",")[:2] for line in told["lines"][1:]] == [
        [str(line), "imported"] for line in range(2, ROWS + 2)
    ]
    if kind == "customers":
        assert plant.count("feedback_contact", "opted_out_at IS NOT NULL") == ROWS // 5
