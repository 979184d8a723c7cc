"""Does the supervisor bring back what dies, stop what it started, and leave nobody behind?"""

import signal
import subprocess
import sys
import threading
import time

import pytest

from loop import supervisor
from loop.supervisor import Child, NotReady, Supervisor, spawn

SLEEP = ["-c", "import time; time.sleep(60)"]
STUBBORN = [
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)",
]


@pytest.fixture
def said():
    return []


@pytest.fixture
def looking_after(said):
    """A supervisor, and a thread that runs it until the test is over."""
    watch = Supervisor(say=said.append, grace=2)
    yield watch
    watch._stop.set()
    watch.stop()


def run_in_thread(watch):
    thread = threading.Thread(target=watch.run)
    thread.start()
    return thread


def until(condition):
    for _ in range(200):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("it did not come about within ten seconds")


def test_a_child_that_dies_is_started_again(looking_after, said, monkeypatch):
    monkeypatch.setattr(supervisor, "LOOK_EVERY", 0.01)
    child = Child("worker", lambda: spawn(SLEEP))
    looking_after.add(child)
    first = child.process
    thread = run_in_thread(looking_after)
    first.kill()
    until(lambda: child.process is not first and child.process.poll() is None)
    looking_after._stop.set()
    thread.join()
    assert said == ["The worker stopped (SIGKILL); it starts again in 1 s."]


def test_a_child_that_keeps_dying_is_given_longer_and_longer_pauses(looking_after, said):
    child = Child("web", lambda: None)
    child.started_at = now = 1000.0
    for _ in range(7):
        looking_after._plan_restart(child, "exit code 1", now)
    assert [line.split()[-2] for line in said] == ["1", "2", "4", "8", "16", "30", "30"]


def test_a_child_that_ran_for_long_is_brought_back_at_once(looking_after, said):
    child = Child("web", lambda: None, deaths=6, started_at=1000.0)
    looking_after._plan_restart(child, "exit code 1", 1000.0 + supervisor.STEADY_AFTER + 1)
    assert said == ["The web stopped (exit code 1); it starts again in 1 s."]


def test_work_that_another_process_does_is_looked_at_again(looking_after):
    child = Child("broker", lambda: None)
    looking_after.add(child)
    assert child.start_again_at == child.started_at + supervisor.LOOK_AGAIN_AFTER


def test_a_start_that_fails_later_is_tried_again(looking_after, said):
    def refuse():
        raise OSError("no memory")

    looking_after._restart(Child("worker", refuse))
    assert said == ["The worker stopped (no memory); it starts again in 1 s."]


def test_a_child_that_dies_while_starting_is_named(looking_after):
    looking_after.add(Child("web", lambda: spawn(["-c", "raise SystemExit(3)"])))
    with pytest.raises(NotReady, match=r"the web stopped while starting \(exit code 3\)"):
        looking_after.wait_until_ready(lambda: False, patience=30)


def test_patience_ends(looking_after):
    with pytest.raises(NotReady, match="not everything answered within 0 s"):
        looking_after.wait_until_ready(lambda: False, patience=0)


def test_children_stop_in_the_opposite_order_of_their_start(looking_after):
    stopped = []

    class Note(subprocess.Popen):
        def terminate(self):
            stopped.append(self.args[-1])
            super().terminate()

    for name in ("broker", "worker", "web"):
        looking_after.add(Child(name, lambda name=name: Note([sys.executable, *SLEEP, name])))
    looking_after.stop()
    assert stopped == ["web", "worker", "broker"]


def test_a_child_that_will_not_go_is_killed(looking_after, said):
    looking_after.grace = 0.2
    child = Child("worker", lambda: subprocess.Popen([sys.executable, *STUBBORN], stdout=subprocess.PIPE))
    looking_after.add(child)
    with child.process.stdout as output:
        output.readline()  # now it ignores SIGTERM
        looking_after.stop()
    assert child.process.returncode == -signal.SIGKILL
    assert said == ["The worker did not stop within 0 s and is killed."]
