"""Does one command serve everything, and does nothing of it stay behind when it ends, however it ends?"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="on SQLite of its own: the other half ran it"),
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Serving:
    """`manage.py serve` in a folder of its own."""

    def __init__(self, home, port):
        self.home, self.port = home, port
        environment = {
            name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "BASE_URL"}
        }
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=PROJECT,
            env={
                **environment,
                "DJANGO_SETTINGS_MODULE": "loop.config.settings",
                "LOOP_HOME": str(home),
                "LOOP_DEMO": "0",
                "PORT": str(port),
                "DEBUG": "1",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.output = []

    def wait_until_ready(self):
        for line in self.process.stdout:
            self.output.append(line)
            if line.startswith("Loop is ready at "):
                return line
        pytest.fail("it never was ready:\n" + "".join(self.output))

    def health(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=10) as response:
            return json.load(response)

    def left_behind(self):
        """Processes that serve this folder: every one of them has it in its environment."""
        marker = f"LOOP_HOME={self.home}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and marker in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(f"{entry.name} {(entry / 'cmdline').read_bytes().decode()}")
            except OSError:
                continue  # it ended meanwhile, or is a zombie
        return found

    def nobody_is_left(self):
        for _ in range(150):
            if not self.left_behind():
                return True
            time.sleep(0.1)
        return False

    def find(self, word):
        (process,) = (line for line in self.left_behind() if word in line)
        return int(process.split()[0])


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """One folder for all: only the first start has to make a database."""
    return tmp_path_factory.mktemp("serve") / "home"


@pytest.fixture
def serving(home):
    serving = Serving(home, free_port())
    yield serving
    if serving.process.poll() is None:
        serving.process.kill()
    for process in serving.left_behind():  # after a test that failed
        os.kill(int(process.split()[0]), signal.SIGKILL)
    serving.process.communicate(timeout=30)


class TestServing:
    def test_says_once_where_it_is_and_stops_cleanly_when_asked(self, serving):
        assert serving.wait_until_ready() == f"Loop is ready at http://127.0.0.1:{serving.port}\n"
        health = serving.health()
        assert (health["status"], health["database"], health["broker"]) == ("well", "ok", "ok")

        serving.process.send_signal(signal.SIGTERM)
        rest, _ = serving.process.communicate(timeout=30)
        assert serving.process.returncode == 0
        assert "Loop is ready" not in rest
        assert serving.left_behind() == []

    def test_brings_its_worker_back_and_leaves_nobody_when_it_is_killed(self, serving):
        serving.wait_until_ready()
        os.kill(serving.find("celery"), signal.SIGKILL)
        for line in serving.process.stdout:
            if line.startswith("The worker stopped (SIGKILL)"):
                break
        for line in serving.process.stdout:
            if " ready." in line:  # as Celery says it
                break

        serving.process.kill()
        assert serving.nobody_is_left(), serving.left_behind()

    def test_says_which_port_is_in_use(self, serving, tmp_path):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            second = Serving(tmp_path / "second", taken.getsockname()[1])
            output, _ = second.process.communicate(timeout=30)
        assert second.process.returncode == 1
        assert f"Port {second.port} is in use" in output
