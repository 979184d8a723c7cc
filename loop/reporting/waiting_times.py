"""How long do customers wait for the first contact, or for the resolution, when some of them still wait?

Leaving out those who wait flatters, counting them as contacted now is wrong: they are censored (Kaplan and Meier 1958).
A case closed without contact is censored at its closing too. That treats it as one that would have been contacted
like the others, so the median is on the short side when many are closed that way: `closed_otherwise` is counted and
shown beside it. For the resolution it is the cases that were closed without being solved.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


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
        from scipy.stats import CensoredData, ecdf

        data = CensoredData(uncensored=np.asarray(contacted, float), right=np.asarray([*waiting, *closed], float))
        with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
            # The band does not exist where everybody has been contacted; no end of it is looked for there.
            warnings.simplefilter("ignore", RuntimeWarning)
            survival = ecdf(data).sf
            band = survival.confidence_interval(confidence_level=0.95, method="log-log")
        median = _first_at_or_below_half(survival.quantiles, survival.probabilities)
        low = _first_at_or_below_half(band.low.quantiles, band.low.probabilities)
        high = _first_at_or_below_half(band.high.quantiles, band.high.probabilities)
    return MedianWait(median, low, high, n, len(waiting), len(closed))


def _first_at_or_below_half(times: Any, survival: Any) -> float | None:
    import numpy as np

    reached = np.flatnonzero((survival <= 0.5) | np.isclose(survival, 0.5, rtol=1e-9, atol=0))
    return float(times[reached[0]]) if len(reached) else None
