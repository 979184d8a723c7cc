"""What is a line of `make bench`? A figure of ours, the one of a baseline measured in the same run, and the target."""

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


def row(
    name: str,
    ours: float,
    *,
    unit: str,
    target: float | None = None,
    baseline: float | None = None,
    at_least: bool = False,
    by_ratio: bool = False,
) -> dict[str, Any]:
    """One line.

    Args:
        target: what must hold; None where the figure is only told.
        at_least: higher is better.
        by_ratio: the target is one for ours / baseline; these hardly depend on the machine.
    """
    ratio = round(ours / baseline, 3) if baseline else None
    figure = ratio if by_ratio else ours
    assert figure is not None
    holds = target is None or (figure >= target if at_least else figure <= target)
    return {
        "name": f"{name} ({connection.vendor})",
        "holds": holds,
        "ours": round(ours, 2),
        "baseline": None if baseline is None else round(baseline, 2),
        "ratio": ratio,
        "target": target,
        "target_is": ("at least" if at_least else "at most") + (" x baseline" if by_ratio else ""),
        "unit": unit,
    }


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def median_ms(work: Callable[[], object], times: int = 9) -> float:
    """The median of so many runs after one to warm up."""
    work()
    return statistics.median(seconds(work) for _ in range(times)) * 1000


CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def queries(work: Callable[[], object]) -> int:
    """How many statements, without those that begin and end transactions and savepoints."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return sum(not query["sql"].startswith(CONTROL) for query in captured)
