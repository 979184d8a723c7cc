"""How many have been contacted by when, where a case may also be closed without contact?

One minus Kaplan-Meier treats a case closed without contact as if it could still be contacted, which is too much. Here
it is an end of its own (Aalen and Johansen 1978): the share contacted by a time plus the share closed otherwise plus
the share still waiting is one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Any

_Z95 = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class ByThen:
    """The shares contacted and closed otherwise by a time; the interval is of the contacted, at 95 %."""

    time: float
    contacted: float
    closed: float
    low: float
    high: float

    @property
    def waiting(self) -> float:
        return max(0.0, 1 - self.contacted - self.closed)

    def as_dict(self) -> dict[str, object]:
        return {
            "hours": self.time,
            "contacted": round(self.contacted, 4),
            "interval": [round(self.low, 4), round(self.high, 4)],
            "closed_otherwise": round(self.closed, 4),
            "waiting": round(self.waiting, 4),
        }


@dataclass(frozen=True)
class Incidence:
    """Both curves, as arrays: times at which somebody was contacted or a case closed, and what had happened by then."""

    times: Any
    contacted: Any
    closed: Any
    steps: tuple[Any, ...]  # before each time: at risk and none yet; at it: contacted and ended

    def at(self, time: float) -> ByThen:
        """By a time; zero before the first. Variance as Marubini and Valsecchi (1995) give it."""
        import numpy as np

        upto = int(np.searchsorted(self.times, time, side="right"))
        if not upto:
            return ByThen(time, 0.0, 0.0, 0.0, 0.0)
        share, closed = float(self.contacted[upto - 1]), float(self.closed[upto - 1])
        at_risk, none_yet, first, ended = (step[:upto] for step in self.steps)
        to_come = share - self.contacted[:upto]
        goes_on = np.where(at_risk > ended, at_risk * np.maximum(at_risk - ended, 1), np.inf)
        variance = (
            (to_come**2 * ended / goes_on).sum()
            + (none_yet**2 * first * (at_risk - first) / at_risk**3).sum()
            - 2 * (to_come * none_yet * first / at_risk**2).sum()
        )
        reach = _Z95 * sqrt(max(0.0, float(variance)))
        return ByThen(time, share, closed, max(0.0, share - reach), min(1.0, share + reach))


def incidence(contacted: Sequence[float], waiting: Sequence[float], closed: Sequence[float]) -> Incidence:
    """Both curves.

    Args:
        contacted: waits that ended with a contact; `closed`: with the case being closed without one; `waiting`: that go
            on. In one unit; at the same time what ended counts before what goes on.
    """
    import numpy as np

    ends = [np.sort(np.asarray(those, float)) for those in (contacted, closed, waiting)]
    times = np.unique(np.concatenate(ends[:2]))

    def at(those: Any) -> Any:
        return np.searchsorted(those, times, side="right") - np.searchsorted(those, times, side="left")

    first, other = at(ends[0]), at(ends[1])
    gone = sum(np.searchsorted(those, times, side="left") for those in ends)
    at_risk = sum(len(those) for those in ends) - gone
    survived = np.cumprod(1 - (first + other) / at_risk) if len(times) else np.zeros(0)
    none_yet = np.concatenate([[1.0], survived[:-1]]) if len(times) else survived
    contacts, closings = (np.cumsum(none_yet * those / at_risk) if len(times) else survived for those in (first, other))
    return Incidence(times, contacts, closings, (at_risk, none_yet, first, first + other))
