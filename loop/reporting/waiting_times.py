"""How long do customers wait for the first contact, or for the resolution, when some of them still wait?

Leaving out those who wait flatters, counting them as contacted now is wrong: they are censored (Kaplan and Meier 1958).
A case closed without contact is censored at its closing too. That treats it as one that would have been contacted
like the others, so the median is on the short side when many are closed that way: `closed_otherwise` is counted and
shown beside it. For the resolution it is the cases that were closed without being solved.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

_Z95 = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class MedianWait:
    """The time after which half have been contacted, or solved, in the unit that came in.

    `median` and `high` are None when they are not reached: more than half may still be waiting. That is a result, not
    a gap. `low` is None when there is too little to give it.
    """

    median: float | None
    low: float | None
    high: float | None
    n: int
    waiting: int
    closed_otherwise: int = 0

    def as_dict(self, closed: str = "closed_without_contact") -> dict[str, object]:
        """As JSON; `closed` is what the cases are called that ended in another way."""

        def rounded(value: float | None) -> float | None:
            return None if value is None else round(value, 2)

        return {
            "median": rounded(self.median),
            "interval": [rounded(self.low), rounded(self.high)],
            "n": self.n,
            "waiting": self.waiting,
            closed: self.closed_otherwise,
        }


def median_wait(contacted: Sequence[float], waiting: Sequence[float], closed: Sequence[float] = ()) -> MedianWait:
    """Estimate the median wait and its 95 % interval (log-log, Brookmeyer and Crowley 1982).

    `contacted` holds waits that ended with a contact, `waiting` those of customers who wait still, `closed` those of
    cases that were closed without contact; all in one unit. Where a contact and a censoring fall on the same time the
    contact counts first.
    """
    n = len(contacted) + len(waiting) + len(closed)
    median = low = high = None
    if len(contacted):
        import numpy as np

        times, first, at_risk = _contacts(contacted, [*map(np.asarray, (waiting, closed))])
        survival = np.cumprod(1 - first / at_risk)
        with np.errstate(divide="ignore", invalid="ignore"):
            # Greenwood's variance, of log(-log(survival)). It does not exist where everybody has been contacted: no end
            # of the interval is looked for there.
            greenwood = np.cumsum(first / (at_risk * (at_risk - first)))
            reach = np.exp(_Z95 * np.sqrt(greenwood) / np.abs(np.log(survival)))
            lower, upper = survival**reach, survival ** (1 / reach)
        median, low, high = (_first_at_or_below_half(times, curve) for curve in (survival, lower, upper))
    return MedianWait(median, low, high, n, len(waiting), len(closed))


def _contacts(contacted: Any, censored: Any) -> tuple[Any, Any, Any]:
    """The times at which somebody was contacted, in order; how many were, and how many had waited until then."""
    import numpy as np

    ends = np.sort(np.asarray(contacted, float))
    begins = np.flatnonzero(np.append(True, ends[1:] != ends[:-1]))
    times, first = ends[begins], np.diff(np.append(begins, len(ends)))
    left = np.sort(np.concatenate([np.asarray(those, float) for those in censored]))
    return times, first, len(ends) - begins + len(left) - np.searchsorted(left, times, side="left")


def _first_at_or_below_half(times: Any, survival: Any) -> float | None:
    import numpy as np

    reached = np.flatnonzero((survival <= 0.5) | np.isclose(survival, 0.5, rtol=1e-9, atol=0))
    return float(times[reached[0]]) if len(reached) else None
