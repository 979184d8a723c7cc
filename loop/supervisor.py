"""How do several processes run as one: started together, restarted when they die, stopped together?

The children cannot outlive the supervisor (on Linux the kernel sees to it), and a child that keeps dying is started
again after longer and longer pauses instead of stopping the rest.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from loop.embedded import BrokerFailed, die_with_parent

LONGEST_PAUSE = 30.0  # seconds between two starts of a child that keeps dying
STEADY_AFTER = 60.0  # seconds a child must live for its earlier deaths to be forgotten
LOOK_EVERY = 0.25  # seconds
LOOK_AGAIN_AFTER = 5.0  # seconds until the work somebody else's process does is looked at again
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class NotReady(Exception):
    """The children did not come up; the text says which one and why."""


@dataclass
class Child:
    """One process under supervision.

    Args:
        name: what people call it: web, worker.
        start: starts the process, or returns None where one that somebody else started does the work.
    """

    name: str
    start: Callable[[], "subprocess.Popen[bytes] | None"]
    process: "subprocess.Popen[bytes] | None" = None
    deaths: int = 0
    started_at: float = 0.0
    start_again_at: float = 0.0


class Supervisor:
    """Keeps children running until it is told to stop."""

    def __init__(self, *, say: Callable[[str], None], grace: float = 10.0) -> None:
        """
        Args:
            say: receives a line for people when something is out of the ordinary.
            grace: seconds a child has to stop before it is killed.
        """
        self.children: list[Child] = []
        self.say = say
        self.grace = grace
        self._stop = threading.Event()

    def stop_on_signals(self) -> None:
        """Let Ctrl-C, SIGTERM and a closed terminal end `wait_until_ready` and `run`."""
        for number in STOP_SIGNALS:
            signal.signal(number, lambda _number, _frame: self._stop.set())

    @property
    def stopping(self) -> bool:
        """Whether it has been told to stop."""
        return self._stop.is_set()

    def add(self, child: Child) -> None:
        """Start a child and look after it from now on; whatever its start raises is passed on this first time."""
        self.children.append(child)
        self._start(child)

    def wait_until_ready(self, is_ready: Callable[[], bool], *, patience: float) -> None:
        """Return when `is_ready` says so or a stop was asked for.

        Raises:
            NotReady: a child died meanwhile, or `patience` seconds went by.
        """
        deadline = time.monotonic() + patience
        while not self.stopping:
            for child in self.children:
                if child.process and (code := child.process.poll()) is not None:
                    raise NotReady(f"the {child.name} stopped while starting ({_reason(code)})")
            if is_ready():
                return
            if time.monotonic() > deadline:
                raise NotReady(f"not everything answered within {patience:.0f} s")
            self._stop.wait(LOOK_EVERY)

    def run(self) -> None:
        """Restart what dies, until a stop is asked for."""
        while not self._stop.wait(LOOK_EVERY):
            now = time.monotonic()
            for child in self.children:
                if child.start_again_at:
                    if now >= child.start_again_at:
                        self._restart(child)
                elif child.process and (code := child.process.poll()) is not None:
                    self._plan_restart(child, _reason(code), now)

    def stop(self) -> None:
        """End every child, the last started first; kill what does not go within the grace."""
        for child in reversed(self.children):
            if child.process is None or child.process.poll() is not None:
                continue
            child.process.terminate()
            try:
                child.process.wait(timeout=self.grace)
            except subprocess.TimeoutExpired:
                self.say(f"The {child.name} did not stop within {self.grace:.0f} s and is killed.")
                child.process.kill()
                child.process.wait()

    def _start(self, child: Child) -> None:
        now = child.started_at = time.monotonic()
        child.process = child.start()
        child.start_again_at = now + LOOK_AGAIN_AFTER if child.process is None else 0.0

    def _restart(self, child: Child) -> None:
        try:
            self._start(child)
        except (OSError, BrokerFailed) as error:
            self._plan_restart(child, str(error), time.monotonic())

    def _plan_restart(self, child: Child, reason: str, now: float) -> None:
        child.deaths = 1 if now - child.started_at > STEADY_AFTER else child.deaths + 1
        pause = min(2.0 ** (child.deaths - 1), LONGEST_PAUSE)
        child.start_again_at = now + pause
        self.say(f"The {child.name} stopped ({reason}); it starts again in {pause:.0f} s.")


def spawn(
    argv: Sequence[str], *, env: Mapping[str, str] | None = None, pass_fds: Sequence[int] = ()
) -> "subprocess.Popen[bytes]":
    """Start a Python process with this one's packages and, besides `env`, its environment. It ends with this one.

    It has a session of its own: Ctrl-C reaches the supervisor alone, which then stops the children in order.
    """
    return subprocess.Popen(
        [sys.executable, *argv],
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        pass_fds=pass_fds,
        start_new_session=True,
        preexec_fn=die_with_parent(signal.SIGTERM),
    )


def _reason(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name
