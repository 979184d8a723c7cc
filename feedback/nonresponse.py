"""What could those who did not answer have made of the figure?

Pure arithmetic. Nobody knows what they think; that it cannot be known better than within these ends is the point
(Manski, "Partial Identification of Probability Distributions", 2003, chapter 1).
"""

from feedback.nps import Interval, Nps


def worst_case(answered: Nps, asked: int) -> Interval | None:
    """The NPS of everybody asked, had all the silent ones been detractors, or all promoters. None when nobody was.

    Raises:
        ValueError: more answered than were asked.
    """
    silent = asked - answered.n
    if silent < 0:
        raise ValueError(f"{answered.n} of {asked} cannot have answered.")
    if not asked:
        return None
    known = answered.promoter - answered.detractor
    return Interval(100 * (known - silent) / asked, 100 * (known + silent) / asked)


def share_bounds(count: int, answered: int, asked: int) -> tuple[float, float] | None:
    """The share of `count` among all asked, had nobody or everybody of the silent ones been counted; 0 to 1.

    Raises:
        ValueError: not count <= answered <= asked.
    """
    if not 0 <= count <= answered <= asked:
        raise ValueError(f"{count} of {answered} answers of {asked} asked cannot be.")
    return (count / asked, (count + asked - answered) / asked) if asked else None


def bias(rate: float, among_answering: float, among_silent: float) -> float:
    """How far the mean of those who answer lies above that of everybody asked, in the unit of the means.

    Args:
        rate: the share who answered, 0 to 1.
    """
    if not 0 <= rate <= 1:
        raise ValueError(f"A share lies between 0 and 1, not at {rate}.")
    return (1 - rate) * (among_answering - among_silent)
