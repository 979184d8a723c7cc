"""How far is a goal, and is the change so far more than chance?

Compared are the days the goal is measured from and as many days up to today (or to its own last day), none of which is
counted twice. That a figure has gone up by as much as was wanted is not said before chance is ruled out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import ceil

import numpy as np
from django.utils.translation import gettext as _

from feedback.answer_days import AnswerDays
from feedback.answer_sums import by_score
from feedback.models import Survey
from feedback.nps import LOWEST_PASSIVE, LOWEST_PROMOTER, Difference, Nps, Scale, difference
from feedback.nps_report import figures, moved
from feedback.planning import answers_for_change
from feedback.reporting import By
from feedback.shared_people import shared
from loop.models import Goal, User
from loop.reporting.answers import AnswersToNarrow
from loop.reporting.filters import ReportFilters
from loop.reporting.shares import FEW

#: Each goal is counted by itself: a page shows the ones that are due next.
MOST_GOALS = 12


class Finding(StrEnum):
    TOO_FEW = "too_few"
    CANNOT_TELL = "cannot_tell"
    FALLEN = "fallen"
    RISEN = "risen"
    REACHED = "reached"


@dataclass(frozen=True)
class GoalProgress:
    """A goal with the NPS before and now, of the days `first` to `last`; no change where either has no answers."""

    goal: Goal
    first: date
    last: date
    baseline: Nps
    current: Nps
    change: Difference | None
    today: date

    @property
    def before(self) -> ReportFilters:
        """What its first figure covers."""
        return _covering(self.goal, self.goal.baseline_first, self.goal.baseline_last)

    @property
    def since(self) -> ReportFilters:
        """What the figure of now covers."""
        return _covering(self.goal, self.first, self.last)

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed."""
        return self.today > self.goal.due_on

    @property
    def finding(self) -> Finding:
        if self.change is None or min(self.baseline.n, self.current.n) < FEW:
            return Finding.TOO_FEW
        low, high = self.change.interval.low, self.change.interval.high
        if low >= self.goal.points:
            return Finding.REACHED
        if low > 0:
            return Finding.RISEN
        return Finding.FALLEN if high < 0 else Finding.CANNOT_TELL

    @property
    def out_of_reach(self) -> bool:
        """Whether even the upper end of what is plausible now lies below the goal."""
        enough = self.finding != Finding.TOO_FEW
        return enough and self.change is not None and self.change.interval.high < self.goal.points

    @property
    def answers_needed(self) -> int | None:
        """How many answers each of both times needs so that a rise as wanted is found four times out of five."""
        variance = self.baseline.variance
        return ceil(answers_for_change(self.goal.points, variance)) if variance else None

    @property
    def target(self) -> float | None:
        """The NPS that is wanted, at most 100; None without a baseline."""
        return None if self.baseline.nps is None else min(100.0, self.baseline.nps + self.goal.points)

    @property
    def words(self) -> str:
        """The honest answer, in the active language."""
        told = {"n": self.baseline.n, "now": self.current.n, "few": FEW, "points": self.goal.points}
        if self.finding == Finding.TOO_FEW or self.change is None:
            return _("Too few answers to tell: %(n)d before, %(now)d now, at least %(few)d of each are needed.") % told
        return {
            Finding.REACHED: _("Reached: the rise is more than chance, and at least %(points)d even at its low end."),
            Finding.RISEN: _("Risen by more than chance; whether by %(points)d cannot be told yet."),
            Finding.FALLEN: _("Fallen by more than chance."),
            Finding.CANNOT_TELL: _("Cannot tell yet: the change so far is within chance."),
        }[self.finding] % told

    def as_dict(self) -> dict[str, object]:
        goal = self.goal
        return {
            "id": goal.pk,
            "points": goal.points,
            "survey": goal.survey.key if goal.survey else "",
            "segment": goal.segment,
            "baseline_first": goal.baseline_first.isoformat(),
            "baseline_last": goal.baseline_last.isoformat(),
            "due_on": goal.due_on.isoformat(),
            "is_active": goal.is_active,
            "is_over": self.is_over,
            "target": None if self.target is None else round(self.target, 2),
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "baseline": figures(self.baseline),
            "current": figures(self.current),
            "change": moved(self.change) if self.change else None,
            "finding": self.finding.value,
            "out_of_reach": self.out_of_reach,
            "answers_needed": self.answers_needed,
            "words": self.words,
        }


def progress(reader: User | None, goal: Goal, now: datetime) -> GoalProgress:
    """How far a goal is, by the answers `reader` may see; None is a machine that may read."""
    return _progress(AnswersToNarrow(reader, *_days_of([goal], now)), goal, now)


def _progress(answers: AnswersToNarrow, goal: Goal, now: datetime) -> GoalProgress:
    before = _covering(goal, goal.baseline_first, goal.baseline_last)
    today = now.astimezone(before.zone).date()
    last = min(today, goal.due_on)
    length = goal.baseline_last - goal.baseline_first
    first = max(last - length, goal.baseline_last + timedelta(days=1))
    earlier = answers.narrowed(before)
    baseline, scale = _nps(earlier, answers.surveys)
    if first > last:  # nothing has come after the baseline yet
        return GoalProgress(goal, first, last, baseline, Nps(), None, today)
    since = _covering(goal, first, last)
    later = answers.narrowed(since)
    current, scale_now = _nps(later, answers.surveys)
    change = None
    if scale == scale_now and baseline.n and current.n:
        change = difference(current, baseline, shared=shared(earlier, later))
    return GoalProgress(goal, first, last, baseline, current, change, today)


def _covering(goal: Goal, first: date, last: date) -> ReportFilters:
    return ReportFilters(first, last, goal.survey, goal.segment, by=By.SURVEY)


def goals_of(
    reader: User | None, now: datetime, filters: ReportFilters | None = None, *, most: int = MOST_GOALS
) -> list[GoalProgress]:
    """The goals in use, those due next first and those that are over last; of the survey and segment of `filters`.

    Args:
        most: how many are looked at.
    """
    goals = Goal.objects.filter(is_active=True).select_related("survey")
    if filters is not None:
        goals = goals.filter(survey=filters.survey, segment=filters.segment)
    today = now.date()
    chosen = sorted(goals, key=lambda goal: (goal.due_on < today, abs((goal.due_on - today).days), goal.pk))
    if not chosen:
        return []
    shown = chosen[:most]
    answers = AnswersToNarrow(reader, *_days_of(shown, now))
    return [_progress(answers, goal, now) for goal in shown]


def _days_of(goals: Sequence[Goal], now: datetime) -> tuple[date, date]:
    """All days that the figures of these goals are of."""
    first = min(goal.baseline_first for goal in goals)
    today = now.astimezone(ReportFilters(first, first).zone).date()
    return first, max(max(min(today, goal.due_on), goal.baseline_last) for goal in goals)


def _nps(answers: AnswerDays, surveys: Mapping[int, Survey]) -> tuple[Nps, Scale | None]:
    """The NPS of these answers and its scale; nothing where answers on two scales must not be added up."""
    sums = by_score(answers)
    asked = [surveys[key] for key in np.unique(sums.survey).tolist()]
    if len({(survey.scale, survey.in_programme) for survey in asked}) != 1:
        return Nps(), None
    of_score = sums.counts.sum(axis=0)
    bands = of_score[:LOWEST_PASSIVE], of_score[LOWEST_PASSIVE:LOWEST_PROMOTER], of_score[LOWEST_PROMOTER:]
    return Nps(*(int(band.sum()) for band in bands)), Scale(*asked[0].scale)
