"""Which of many rows differ from the rest by more than the number of rows explains?

Of twenty segments that are all alike one lies outside its 95 % interval. So each row is compared with all the others
together, and of these tests at most 5 % of those that are called remarkable are so by chance (Benjamini & Hochberg
1995, J. R. Stat. Soc. B 57, 289-300).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from feedback.nps import Difference, Nps, difference

#: Rows of fewer answers are counts, not figures: they are compared with nothing.
FEWEST = 10
FALSE_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class AgainstOthers:
    """A row minus all the other rows; `stands_out` once the number of rows is allowed for."""

    difference: Difference
    stands_out: bool


def against_others(rows: Mapping[str, Nps]) -> dict[str, AgainstOthers]:
    """Compare each row of at least `FEWEST` answers with all the others together, where these are as many.

    The rows are of different people.
    """
    total = sum(rows.values(), Nps())
    compared: dict[str, Difference] = {}
    for key, nps in rows.items():
        rest = Nps(total.detractor - nps.detractor, total.passive - nps.passive, total.promoter - nps.promoter)
        if min(nps.n, rest.n) >= FEWEST and (found := difference(nps, rest)):
            compared[key] = found
    adjusted = adjusted_p([found.p for found in compared.values()])
    return {
        key: AgainstOthers(found, p <= FALSE_SHARE) for (key, found), p in zip(compared.items(), adjusted, strict=True)
    }


def adjusted_p(values: list[float]) -> list[float]:
    """The p-values of several tests as Benjamini and Hochberg adjust them, in the same order."""
    if not values:
        return []
    from scipy.stats import false_discovery_control

    return [float(p) for p in false_discovery_control(values, method="bh")]
