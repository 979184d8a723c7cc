"""Did more customers recover than would have by themselves?

Unhappy customers score higher next time even when nobody calls: whoever is picked for a low score was partly unlucky
on the day (regression to the mean). So a recovery rate is never shown alone. It stands beside what customers with the
same first score did whom nobody had contacted: direct standardisation on the first score.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from math import asin, ceil, pi, sin, sqrt
from statistics import NormalDist
from typing import Any

from loop.reporting.adjusted import Adjusted
from loop.reporting.odds import OddsRatio, pooled
from loop.reporting.odds import Stratum as Counts
from loop.reporting.shares import FEW

#: Where more of those compared with were passed over for reasons nobody wrote down, there is no verdict.
MOST_UNRECORDED = 0.05

#: No verdict below this many customers in either group. In simulations without any effect the verdict is then wrong in
#: at most 6 % of runs; without the rule and the one on thin strata in up to 15 %.
FEWEST_FOR_A_VERDICT = 20

#: Growth beyond this factor is no plan: how many more answers are needed is then not said.
MOST_GROWTH = 20

_Z95 = NormalDist().inv_cdf(0.975)
_Z80 = NormalDist().inv_cdf(0.80)


class Finding(StrEnum):
    CANNOT_TELL = "cannot_tell"
    MORE = "more_than_chance"
    LESS = "less_than_expected"


class Reason(StrEnum):
    """Why we cannot tell."""

    NOBODY_ANSWERED = "nobody_answered"
    NOBODY_TO_COMPARE_WITH = "nobody_to_compare_with"
    TOO_FEW = "too_few"
    CHANCE = "chance"
    THIN = "thin"
    BY_CHOICE = "by_choice"
    REASONS = "reasons"


@dataclass(frozen=True)
class Stratum:
    """Customers with one first score: those followed up, and those who answered again before anybody had called.

    `setting` is what else they have in common: how they were asked again, how long after, in which half of which year.
    """

    score: int
    recovered: int
    followed_up: int
    recovered_alone: int
    alone: int
    setting: str = ""

    def __post_init__(self) -> None:
        if not (0 <= self.recovered <= self.followed_up and 0 <= self.recovered_alone <= self.alone):
            raise ValueError(f"More recovered than there are customers with the score {self.score}.")

    @property
    def expected_share(self) -> float:
        """What share of them would have recovered by themselves; there must be customers to compare with."""
        return self.recovered_alone / self.alone


@dataclass(frozen=True)
class Comparison:
    """Observed beside expected recovery. Shares and differences are between -1 and 1.

    `strata` are those compared, `left_out` those with nobody of the same first score to compare with. `observed` and
    `expected` count customers; `n` and `n_alone` are the sizes of the two groups, over the strata compared. Figures
    that need at least one stratum are None without.

    `passed_over` counts those compared with who were not called although others, due later, were; `unrecorded` those
    of them for whom no reason is written down that can be held equal. `adjusted` is the second estimate, with what is
    recorded held equal; a verdict needs both.
    """

    strata: tuple[Stratum, ...]
    left_out: tuple[Stratum, ...]
    passed_over: int = 0
    unrecorded: int = 0
    adjusted: Adjusted | None = None

    def knowing(self, *, passed_over: int, unrecorded: int, adjusted: Adjusted | None) -> "Comparison":
        """The same with what is known of how it came about who was called."""
        return replace(self, passed_over=passed_over, unrecorded=unrecorded, adjusted=adjusted)

    @property
    def n(self) -> int:
        return sum(stratum.followed_up for stratum in self.strata)

    @property
    def n_alone(self) -> int:
        return sum(stratum.alone for stratum in self.strata)

    @property
    def n_left_out(self) -> int:
        return sum(stratum.followed_up for stratum in self.left_out)

    @property
    def observed(self) -> int:
        return sum(stratum.recovered for stratum in self.strata)

    @property
    def expected(self) -> float:
        return sum(stratum.followed_up * stratum.expected_share for stratum in self.strata)

    @property
    def is_few(self) -> bool:
        """Whether one group is so small that counts say more than percentages: of two the interval is a lie."""
        return min(self.n, self.n_alone) < FEW

    @property
    def observed_share(self) -> float | None:
        return self.observed / self.n if self.n else None

    @property
    def expected_share(self) -> float | None:
        return self.expected / self.n if self.n else None

    @property
    def effect(self) -> float | None:
        """Observed minus expected share."""
        return (self.observed - self.expected) / self.n if self.n else None

    @property
    def standard_error(self) -> float | None:
        """Of the effect: binomial in both groups, each stratum weighted by its part of those followed up."""
        return self._standard_error(added=0) if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the effect."""
        if self.effect is None or self.standard_error is None:
            return None
        reach = _Z95 * self.standard_error
        return self.effect - reach, self.effect + reach

    @property
    def odds_ratio(self) -> OddsRatio | None:
        """The same strata weighted otherwise; None where it is not a number."""
        strata = self.strata
        return pooled([Counts(one.recovered, one.followed_up, one.recovered_alone, one.alone) for one in strata])

    @property
    def reason(self) -> Reason | None:
        """Why no verdict can be given, None when one can."""
        if self.effect is None:
            return Reason.NOBODY_TO_COMPARE_WITH if self.left_out else Reason.NOBODY_ANSWERED
        if min(self.n, self.n_alone) < FEWEST_FOR_A_VERDICT:
            return Reason.TOO_FEW
        if self.unrecorded > MOST_UNRECORDED * self.n_alone:
            return Reason.BY_CHOICE
        return self._doubt(self.effect)

    def _doubt(self, effect: float) -> Reason | None:
        """What makes a difference between two groups of comparable customers unsure."""
        if self.interval is None or self.interval[0] <= 0 <= self.interval[1]:
            return Reason.CHANCE
        # Strata of one or two have no variance of their own when all, or none, recovered: too sure of themselves.
        # One recovered and one not are added to each before the error is believed.
        if abs(effect) <= _Z95 * self._standard_error(added=1):
            return Reason.THIN
        return None if self._is_confirmed(effect) else Reason.REASONS

    def _is_confirmed(self, effect: float) -> bool:
        """Whether the second estimate, where there is one, is beyond chance too, and to the same side."""
        if self.adjusted is None:
            return True
        low, high = self.adjusted.interval
        return low > 0 if effect > 0 else high < 0

    @property
    def finding(self) -> Finding:
        if self.reason is not None or self.effect is None:
            return Finding.CANNOT_TELL
        return Finding.MORE if self.effect > 0 else Finding.LESS

    @property
    def smallest_detectable(self) -> float | None:
        """The smallest true rise of the share that groups of these sizes would show in four of five cases.

        80 % power at the 5 % level, two-sided, by the arcsine formula (Cohen 1988). None when even everybody
        recovering would not show, or nothing is compared.
        """
        expected = self.expected_share
        if expected is None:
            return None
        angle = asin(sqrt(expected)) + self._detectable_angle() / 2
        return sin(angle) ** 2 - expected if angle < pi / 2 else None

    @property
    def more_answers_needed(self) -> int | None:
        """How many more second answers, split as now, would show a difference as large as the one seen.

        None unless the difference seen could be chance, or when it would take out of all proportion many.
        """
        observed, expected = self.observed_share, self.expected_share
        if self.reason not in (Reason.CHANCE, Reason.TOO_FEW, Reason.THIN) or observed is None or expected is None:
            return None
        seen = abs(2 * asin(sqrt(observed)) - 2 * asin(sqrt(expected)))
        growth = (self._detectable_angle() / seen) ** 2 if seen else float("inf")
        return ceil((growth - 1) * (self.n + self.n_alone)) if 1 < growth <= MOST_GROWTH else None

    def _standard_error(self, *, added: int) -> float:
        variance = 0.0
        for stratum in self.strata:
            weight = stratum.followed_up / self.n
            ours = (stratum.recovered + added) / (stratum.followed_up + 2 * added)
            alone = (stratum.recovered_alone + added) / (stratum.alone + 2 * added)
            variance += weight**2 * (ours * (1 - ours) / stratum.followed_up + alone * (1 - alone) / stratum.alone)
        return sqrt(variance)

    def _detectable_angle(self) -> float:
        """Cohen's h at 80 % power. The comparison group counts for what its uneven strata leave of it."""
        part_of_alone = sum((stratum.followed_up / self.n) ** 2 / stratum.alone for stratum in self.strata)
        return (_Z95 + _Z80) * sqrt(1 / self.n + part_of_alone)

    def as_dict(self) -> dict[str, object]:
        def rounded(value: float | None) -> float | None:
            return None if value is None else round(value, 4)

        return {
            "n": self.n,
            "n_comparison": self.n_alone,
            "observed": self.observed,
            "expected": round(self.expected, 2),
            "observed_share": rounded(self.observed_share),
            "expected_share": rounded(self.expected_share),
            "effect": rounded(self.effect),
            "standard_error": rounded(self.standard_error),
            "interval": None if self.interval is None else [rounded(end) for end in self.interval],
            "smallest_detectable": rounded(self.smallest_detectable),
            "left_out": [
                {"score": stratum.score, "n": stratum.followed_up, "setting": stratum.setting}
                for stratum in self.left_out
            ],
            "passed_over": self.passed_over,
            "unrecorded": self.unrecorded,
            "adjusted": self.adjusted and self.adjusted.as_dict(),
            "odds_ratio": self.odds_ratio and self.odds_ratio.as_dict(),
            "finding": self.finding.value,
            "reason": self.reason.value if self.reason else "",
        }


#: Customers who may be compared: by first score, or by first score and setting.
Group = int | tuple[int, str]


def compare(followed_up: Mapping[Any, tuple[int, int]], alone: Mapping[Any, tuple[int, int]]) -> Comparison:
    """Compare recovery by `Group`: each mapping is {group: (recovered, customers)}.

    `followed_up` were contacted before they answered again; `alone` answered again before anyone had contacted them.
    Only the same kind of survey on the same scale, about as long afterwards and at the same time of the year compare:
    what differs in that has another setting, with the score in the key. A missing second answer is in neither: silence
    is not "not recovered". Groups of `alone` that nobody followed up was in are not used.

    Formulas: expected = sum of n_s r_s; effect = (observed - expected) / n; its variance = sum of
    (n_s / n)^2 (p_s (1 - p_s) / n_s + r_s (1 - r_s) / m_s), with p and r the recovered shares of the two groups.
    """
    compared: list[Stratum] = []
    left_out: list[Stratum] = []
    for group in sorted(followed_up, key=_whole):
        recovered, n = followed_up[group]
        if n:
            score, setting = _whole(group)
            stratum = Stratum(score, recovered, n, *alone.get(group, (0, 0)), setting)
            (compared if stratum.alone else left_out).append(stratum)
    return Comparison(tuple(compared), tuple(left_out))


def _whole(group: Group) -> tuple[int, str]:
    return (group, "") if isinstance(group, int) else group
