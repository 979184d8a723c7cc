"""What share of these, and how sure can we be of it with so few?"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

_Z95 = NormalDist().inv_cdf(0.975)

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

#: Below this many a share is shown as counts: 2 of 3 is a fact, "67 %" suggests knowledge.
FEW = 10


@dataclass(frozen=True)
class Share:
    """`count` out of `n`, with the 95 % interval (Wilson 1927) of the underlying share; all None when n is 0."""

    count: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.count <= self.n:
            raise ValueError(f"{self.count} of {self.n} is no share.")

    @property
    def share(self) -> float | None:
        """Between 0 and 1."""
        return self.count / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Both ends between 0 and 1."""
        if not self.n:
            return None
        # Written out: of two hundred people scipy's own, which checks its arguments each time, took half a second.
        share, z, n = self.count / self.n, _Z95, self.n
        centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        reach = z * sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
        return max(0.0, centre - reach), min(1.0, centre + reach)

    @property
    def few(self) -> bool:
        """Whether counts say more than a percentage would."""
        return self.n < FEW

    def as_dict(self) -> dict[str, object]:
        interval = self.interval
        return {
            "count": self.count,
            "n": self.n,
            "share": None if self.share is None else round(self.share, 4),
            "interval": None if interval is None else [round(end, 4) for end in interval],
        }


def percent(share: float) -> str:
    """A share between 0 and 1 for a sentence: "52 %"."""
    return f"{round(100 * share)}{NO_BREAK_SPACE}%"
