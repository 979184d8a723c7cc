"""Two groups drawn by lot: how large is the difference between them, and how sure is it?

Nothing has to be assumed about who was in which group: the lot decided. People are counted in the group they were drawn
into, whatever happened to them afterwards (intention to treat).
"""

from dataclasses import dataclass
from enum import StrEnum

from loop.reporting.bounds import Bounds, bounds
from loop.reporting.expected_recovery import FEWEST_FOR_A_VERDICT, Finding
from loop.reporting.power import smallest_detectable
from loop.reporting.shares import Share

#: Answer rates further apart than this make a comparison unsafe: who is silent may be who did not recover.
FAR_APART = 0.05


class Undecided(StrEnum):
    """Why a study has no verdict."""

    NOT_YET = "not_yet"
    STOPPED = "stopped"
    TOO_FEW = "too_few"
    CHANCE = "chance"
    SILENT = "silent"


@dataclass(frozen=True)
class Arm:
    """One group: how many were asked, how many of them answered, how many of those had recovered."""

    asked: int
    answered: int
    recovered: int

    def __post_init__(self) -> None:
        if not 0 <= self.recovered <= self.answered <= self.asked:
            raise ValueError("No more recover than answer, no more answer than were asked.")

    @property
    def recovery(self) -> Share:
        return Share(self.recovered, self.answered)

    @property
    def answer_rate(self) -> Share:
        return Share(self.answered, self.asked)

    def as_dict(self) -> dict[str, object]:
        return {
            "asked": self.asked,
            "answered": self.answer_rate.as_dict(),
            "recovered": self.recovery.as_dict(),
        }


@dataclass(frozen=True)
class Trial:
    """`treated` had been called when they were asked, `waiting` had not: their share is what to expect without."""

    treated: Arm
    waiting: Arm

    @property
    def effect(self) -> float | None:
        """Difference of the recovered shares, -1 to 1; None while a group has no answers."""
        ours, theirs = self.treated.recovery.share, self.waiting.recovery.share
        return None if ours is None or theirs is None else ours - theirs

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the effect."""
        if not self.treated.answered or not self.waiting.answered:
            return None
        return difference_interval(self.treated.recovery, self.waiting.recovery)

    @property
    def bounds(self) -> Bounds | None:
        """Where the effect lies whatever those who did not answer would have said; None while nobody was asked."""
        if not self.treated.asked or not self.waiting.asked:
            return None
        return bounds(self.treated.asked, self.treated.answered, self.treated.recovered).minus(
            bounds(self.waiting.asked, self.waiting.answered, self.waiting.recovered)
        )

    @property
    def answers_far_apart(self) -> bool:
        """Whether one group answers so much more often that the comparison is not safe.

        Further apart than `FAR_APART`, and than chance explains.
        """
        ours, theirs = self.treated.answer_rate, self.waiting.answer_rate
        if ours.share is None or theirs.share is None:
            return False
        low, high = difference_interval(ours, theirs)
        return abs(ours.share - theirs.share) > FAR_APART and not low <= 0 <= high

    @property
    def smallest_detectable(self) -> float | None:
        """The smallest rise that groups of these sizes would show in four of five cases; None when none would."""
        expected = self.waiting.recovery.share
        if expected is None or not self.treated.answered:
            return None
        return smallest_detectable(expected, self.treated.answered, self.waiting.answered)

    def undecided(self, *, is_over: bool, was_stopped: bool = False) -> Undecided | None:
        """Why there is no verdict; None when there is one.

        Args:
            is_over: the day fixed beforehand has come. Whoever looks every week and stops at the first good one finds
                an effect where there is none.
            was_stopped: before that day; then there never is one.
        """
        if was_stopped:
            return Undecided.STOPPED
        if not is_over:
            return Undecided.NOT_YET
        if min(self.treated.answered, self.waiting.answered) < FEWEST_FOR_A_VERDICT:
            return Undecided.TOO_FEW
        if self.interval is None or self.interval[0] <= 0 <= self.interval[1]:
            return Undecided.CHANCE
        return Undecided.SILENT if self.answers_far_apart else None

    def finding(self, *, is_over: bool, was_stopped: bool = False) -> Finding:
        if self.undecided(is_over=is_over, was_stopped=was_stopped) is not None:
            return Finding.CANNOT_TELL
        return Finding.MORE if (self.effect or 0) > 0 else Finding.LESS

    def as_dict(self) -> dict[str, object]:
        def rounded(value: float | None) -> float | None:
            return None if value is None else round(value, 4)

        return {
            "called_first": self.treated.as_dict(),
            "called_later": self.waiting.as_dict(),
            "effect": rounded(self.effect),
            "interval": None if self.interval is None else [rounded(end) for end in self.interval],
            "bounds": None if self.bounds is None else [rounded(self.bounds.low), rounded(self.bounds.high)],
            "smallest_detectable": rounded(self.smallest_detectable),
        }


def difference_interval(one: Share, other: Share) -> tuple[float, float]:
    """The 95 % interval of the difference of two independent shares (Newcombe 1998, hybrid score).

    Raises:
        ValueError: a share of nobody has none.
    """
    if one.share is None or other.share is None or one.interval is None or other.interval is None:
        raise ValueError("There is nobody in one of the groups.")
    p, q, (low, high), (low_other, high_other) = one.share, other.share, one.interval, other.interval
    difference = p - q
    down = ((p - low) ** 2 + (high_other - q) ** 2) ** 0.5
    up = ((high - p) ** 2 + (q - low_other) ** 2) ** 0.5
    return difference - down, difference + up
