"""What would the figure be at worst and at best, whatever those who did not answer would have said? (Manski 1989)"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    """Both ends of a share, or of a difference of shares. No probability goes with them: nothing lies outside."""

    low: float
    high: float

    def minus(self, other: "Bounds") -> "Bounds":
        """The ends of the difference."""
        return Bounds(self.low - other.high, self.high - other.low)


def bounds(asked: int, answered: int, recovered: int) -> Bounds:
    """The recovered share of all who were asked: none of the silent recovered, or all of them did.

    Raises:
        ValueError: nobody was asked, or the counts contradict each other.
    """
    if not 0 <= recovered <= answered <= asked or not asked:
        raise ValueError(f"{recovered} of {answered} of {asked} is not possible.")
    return Bounds(recovered / asked, (recovered + asked - answered) / asked)


def bias_of_answerers(rate: float, of_those: float, of_the_silent: float) -> float:
    """By how much the mean of those who answer is too high.

    Args:
        rate: the share that answered.
        of_those, of_the_silent: the means of both.
    """
    return (1 - rate) * (of_those - of_the_silent)
