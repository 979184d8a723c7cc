"""What became of the scores after we followed up, and is it more than would have happened anyway?

A pair is a detractor's answer and a later answer of the same contact, on the same scale. Followed up: somebody reached
the customer in time. Alone: the customer answered again before anyone had reached them, about this or about an earlier
answer; see `loop.reporting.recovery_pairs`. Anonymous answers have no pair; withdrawn cases are left out; silence is in
neither group.

The two groups are not drawn by lot. Whatever kept people from being contacted in time (a full queue, no answer on the
phone) may go with their score too; `assumption` says so wherever the verdict is shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from django.db.models import Q

from feedback.reporting import row_names
from loop.case_columns import VERDICT, CaseColumns
from loop.models import User, Verdict
from loop.reporting import recovery_pairs, recovery_words
from loop.reporting.bounds import Bounds, bounds
from loop.reporting.case_figures import columns_at_any_time
from loop.reporting.expected_recovery import Comparison
from loop.reporting.filters import ReportFilters
from loop.reporting.recovery_pairs import ANSWERED, FOLLOWED_UP
from loop.reporting.recovery_settings import Pairs
from loop.reporting.shares import Share

ASKED = Q(recovery_invitation__sent_at__isnull=False) | ANSWERED
UNREACHED_ASKED = ASKED & ~FOLLOWED_UP
UNREACHED_ANSWERED = ANSWERED & ~FOLLOWED_UP

#: Which cases of detractors are in each step of the funnel.
FUNNEL = {
    "followed_up": FOLLOWED_UP,
    "asked": FOLLOWED_UP & ASKED,
    "answered": FOLLOWED_UP & ANSWERED,
    "recovered": FOLLOWED_UP & Q(outcome__verdict=Verdict.RECOVERED),
    "improved": FOLLOWED_UP & Q(outcome__verdict=Verdict.IMPROVED),
    "unchanged": FOLLOWED_UP & Q(outcome__verdict=Verdict.UNCHANGED),
    "worsened": FOLLOWED_UP & Q(outcome__verdict=Verdict.WORSENED),
    "silent": FOLLOWED_UP & Q(outcome__verdict=Verdict.NO_ANSWER),
}


@dataclass(frozen=True)
class Funnel:
    """The detractors followed up, how many of them were asked again and answered, and by what verdict.

    `silent` were asked and let the time pass; the rest of those asked still have time. `other_scale` answered again on
    a scale that does not compare.
    """

    followed_up: int
    asked: int
    answered: int
    recovered: int
    improved: int
    unchanged: int
    worsened: int
    silent: int
    other_scale: int

    @property
    def waiting(self) -> int:
        """Asked, with time left to answer."""
        return self.asked - self.answered - self.silent

    def as_dict(self) -> dict[str, object]:
        return {**vars(self), "waiting": self.waiting}


@dataclass(frozen=True)
class RecoveryRow:
    """One period, survey or segment: how many pairs, how many recovered, how many were expected to.

    Without interval or verdict: rows are for finding where to look, and some of many rows always stand out.
    """

    key: str
    name: str
    n: int
    observed: int
    expected: float

    def as_dict(self) -> dict[str, object]:
        return {**vars(self), "expected": round(self.expected, 2)}


@dataclass(frozen=True)
class RecoveryReport:
    """Observed beside expected recovery. `answer_rate` and `answer_rate_unreached` say who answers the second time.

    When they differ by much the comparison is not safe: those who stay silent may be the ones who did not recover.
    `silence` is where the difference lies whatever they would have said; None where nobody was asked in one group.
    `contacted_late` are in neither group.
    """

    filters: ReportFilters
    funnel: Funnel
    comparison: Comparison
    answer_rate: Share
    answer_rate_unreached: Share
    rows: tuple[RecoveryRow, ...]
    silence: Bounds | None
    contacted_late: int

    @property
    def rows_compared(self) -> list[RecoveryRow]:
        """The rows in which anybody is compared."""
        return [row for row in self.rows if row.n]

    @property
    def words(self) -> list[str]:
        """The verdict in words, in the active language."""
        return recovery_words.sentences(self.comparison)

    @property
    def assumption(self) -> str:
        """What must be true for a difference to be due to the follow-up; "" where none is shown."""
        return recovery_words.assumption() if self.comparison.n else ""

    def as_dict(self) -> dict[str, object]:
        compared = self.comparison.as_dict()
        verdict = {key: compared.pop(key) for key in ("finding", "reason")}
        return {
            "filters": self.filters.as_dict(),
            "by": self.filters.by.value,
            **compared,
            "verdict": {**verdict, "words": " ".join(self.words), "assumption": self.assumption},
            "funnel": self.funnel.as_dict(),
            "answer_rate": self.answer_rate.as_dict(),
            "answer_rate_unreached": self.answer_rate_unreached.as_dict(),
            "rows": [row.as_dict() for row in self.rows],
            "bounds": None if self.silence is None else [round(self.silence.low, 4), round(self.silence.high, 4)],
            "contacted_late": self.contacted_late,
        }


def recovery_report(reader: User | None, filters: ReportFilters, now: datetime) -> RecoveryReport:
    """Recovery of the detractors whose cases `reader` may see; None is a machine that may read."""
    cases = recovery_pairs.detractors(columns_at_any_time(reader, filters), filters)
    ours, theirs = recovery_pairs.followed_up(cases, filters), recovery_pairs.alone(cases, filters)
    comparison = recovery_pairs.comparison_of(ours, theirs)
    funnel, unreached = _funnel(cases), _asked(cases, ~cases.was_contacted)
    silence = None
    if funnel.asked and unreached.n:
        silence = bounds(funnel.asked, funnel.answered, funnel.recovered).minus(
            bounds(unreached.n, unreached.answered.count, unreached.recovered)
        )
    return RecoveryReport(
        filters=filters,
        funnel=funnel,
        comparison=comparison,
        answer_rate=Share(funnel.answered, funnel.asked),
        answer_rate_unreached=unreached.answered,
        rows=tuple(_rows(ours, comparison, filters)),
        silence=silence,
        contacted_late=_count(recovery_pairs.were_contacted_late(cases)),
    )


class _Asked(NamedTuple):
    """How many were asked again, the share of them that answered, and how many recovered."""

    n: int
    answered: Share
    recovered: int


def _asked(cases: CaseColumns, those: Any) -> _Asked:
    n = _count(those & (cases.asked_again.astype(bool) | cases.has_answered_again))
    answered = _count(those & cases.has_answered_again)
    return _Asked(n, Share(answered, n), _count(those & (cases.verdict == VERDICT[Verdict.RECOVERED])))


def _funnel(cases: CaseColumns) -> Funnel:
    """As `FUNNEL` has it; `other_scale` answered again on a scale that does not compare."""
    ours = cases.was_contacted
    asked = _asked(cases, ours)
    by_verdict = np.bincount(cases.verdict[ours], minlength=len(VERDICT) + 1).tolist()
    return Funnel(
        followed_up=_count(ours),
        asked=asked.n,
        answered=asked.answered.count,
        recovered=by_verdict[VERDICT[Verdict.RECOVERED]],
        improved=by_verdict[VERDICT[Verdict.IMPROVED]],
        unchanged=by_verdict[VERDICT[Verdict.UNCHANGED]],
        worsened=by_verdict[VERDICT[Verdict.WORSENED]],
        silent=by_verdict[VERDICT[Verdict.NO_ANSWER]],
        other_scale=_count(ours & cases.has_answered_again & ~recovery_pairs.on_same_scale(cases)),
    )


def _count(those: Any) -> int:
    return int(np.count_nonzero(those))


def _rows(pairs: Iterable[Pairs], comparison: Comparison, filters: ReportFilters) -> Iterable[RecoveryRow]:
    """Only groups that have an expected value; what is left out is named in the verdict."""
    expected_share = {(stratum.score, stratum.setting): stratum.expected_share for stratum in comparison.strata}
    found: dict[str, tuple[int, int, float]] = {}
    if filters.by.is_time:
        found = {period.key: (0, 0, 0.0) for period in filters.periods()}
    for one in pairs:
        if one.group in expected_share:
            n, observed, expected = found.get(one.row, (0, 0, 0.0))
            expected += one.n * expected_share[one.group]
            found[one.row] = (n + one.n, observed + one.recovered, expected)
    names = row_names(filters.by, found)
    for key in sorted(found, key=lambda key: (key == "", key)):
        yield RecoveryRow(key, names[key], *found[key])
