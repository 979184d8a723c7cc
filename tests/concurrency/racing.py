"""How do tests let several people act in the same instant? Threads with a database connection each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Barrier, BrokenBarrierError, Event, Thread
from typing import Any

from django.db import connections

PATIENCE = 30.0  # seconds after which a race has hung


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run each of `works` in its own thread, all starting together. Returns what each returned, or raised."""
    start = Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        try:
            start.wait(PATIENCE)
            results[place] = work()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(place, work), daemon=True) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads), "the race hangs"
    return results


def failures(results: list[Any]) -> list[Exception]:
    """What was raised."""
    return [result for result in results if isinstance(result, Exception)]


class Meeting:
    """A point in the code at which so many threads wait for each other; if they cannot all be there, they go on.

    Put where a lock should keep the second one out: with the lock taken away both arrive, and the race happens every
    time instead of once in a thousand runs.
    """

    def __init__(self, threads: int, patience: float = 1.0) -> None:
        self._barrier = Barrier(threads)
        self._patience = patience
        self.met = Event()

    def wait(self) -> None:
        try:
            self._barrier.wait(self._patience)
        except BrokenBarrierError:
            return
        self.met.set()

    @contextmanager
    def before(self, patch: Any, owner: Any, name: str) -> Iterator[None]:
        """Make every call of `owner.name` wait for the others first."""
        original = getattr(owner, name)

        def meet(*args: Any, **kwargs: Any) -> Any:
            self.wait()
            return original(*args, **kwargs)

        with patch.context() as temporary:
            temporary.setattr(owner, name, meet)
            yield
