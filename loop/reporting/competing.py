"""How many have been contacted by when, where a case may also be closed without contact?

One minus Kaplan-Meier treats a case closed without contact as if it could still be contacted, which is too much. Here
it is an end of its own (Aalen and Johansen 1978): the share contacted by a time plus the share closed otherwise plus
the share still waiting is one.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Incidence:
    """The share that has been contacted, and the share closed otherwise, by each of `times`."""

    times: tuple[float, ...]
    contacted: tuple[float, ...]
    closed: tuple[float, ...]

    def at(self, time: float) -> tuple[float, float]:
        """Both shares at a time; zero before the first."""
        place = bisect_right(self.times, time) - 1
        return (self.contacted[place], self.closed[place]) if place >= 0 else (0.0, 0.0)


def incidence(contacted: Sequence[float], waiting: Sequence[float], closed: Sequence[float]) -> Incidence:
    """Both curves.

    Args:
        contacted: waits that ended with a contact; `closed`: with the case being closed without one; `waiting`: that go
            on. In one unit; at the same time what ended counts before what goes on.
    """
    by_contact, by_closing, going_on = Counter(contacted), Counter(closed), Counter(waiting)
    at_risk, none_yet, first, other = len(contacted) + len(waiting) + len(closed), 1.0, 0.0, 0.0
    times: list[float] = []
    curves: list[tuple[float, float]] = []
    for time in sorted({*by_contact, *by_closing, *going_on}):
        ended = by_contact[time] + by_closing[time]
        if ended:
            first += none_yet * by_contact[time] / at_risk
            other += none_yet * by_closing[time] / at_risk
            none_yet *= 1 - ended / at_risk
            times.append(time)
            curves.append((first, other))
        at_risk -= ended + going_on[time]
    return Incidence(tuple(times), tuple(one for one, _ in curves), tuple(two for _, two in curves))
