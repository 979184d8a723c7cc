"""What does a study in random order say so far, and what does it take to be decided?

Counted is everybody who was drawn and asked, in the group the lot put them into. An answer counts that came before
those called later were called; there is one a customer. Before the day fixed beforehand there is an interval and no
verdict, however good it looks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from feedback.nps import LOWEST_PASSIVE
from loop import studies
from loop.models import Case, Study, StudyCase, StudyTurn
from loop.reporting.expected_recovery import FEWEST_FOR_A_VERDICT, Finding
from loop.reporting.recovery_words import points
from loop.reporting.shares import percent
from loop.reporting.trial import Arm, Trial, Undecided

#: Over how many days the pace of new cases is taken.
PACE_DAYS = 90

ANSWERED = Q(
    invitation__response__isnull=False,
    invitation__response__retracted_at=None,
    invitation__response__responded_at__lt=F("counts_until"),
)


@dataclass(frozen=True)
class StudyFigures:
    """`drawn` counts the cases in it; those whose survey has not left yet are in no group so far."""

    study: Study
    trial: Trial
    drawn: int
    is_over: bool

    @property
    def undecided(self) -> Undecided | None:
        return self.trial.undecided(is_over=self.is_over, was_stopped=self.study.stopped_at is not None)

    @property
    def finding(self) -> Finding:
        return self.trial.finding(is_over=self.is_over, was_stopped=self.study.stopped_at is not None)

    @property
    def words(self) -> list[str]:
        """What it says, in the active language."""
        return [self._finding(), *self._figures()]

    def as_dict(self) -> dict[str, object]:
        study, undecided = self.study, self.undecided
        return {
            "id": study.pk,
            "survey": study.survey.key,
            "starts_at": study.starts_at,
            "decides_at": study.decides_at,
            "stopped_at": study.stopped_at,
            "stop_reason": study.stop_reason,
            "seed": study.seed,
            "expected_share": study.expected_share,
            "smallest_effect": study.smallest_effect,
            "answers_planned": study.answers_planned,
            "exempt_up_to": study.exempt_up_to,
            "exempt_value": None if study.exempt_value is None else str(study.exempt_value),
            "drawn": self.drawn,
            **self.trial.as_dict(),
            "finding": self.finding.value,
            "reason": undecided.value if undecided else "",
            "words": " ".join(self.words),
        }

    def _finding(self) -> str:
        if self.finding == Finding.MORE:
            return _("Calling makes a difference: more recovered who had been called.")
        if self.finding == Finding.LESS:
            return _("Calling makes a difference for the worse: fewer recovered who had been called.")
        return {
            Undecided.NOT_YET: _("No verdict before the day that was fixed."),
            Undecided.STOPPED: _("No verdict: the study was stopped before its day."),
            Undecided.TOO_FEW: _("Cannot tell: at least %(fewest)d answers are needed in both groups.")
            % {"fewest": FEWEST_FOR_A_VERDICT},
            Undecided.CHANCE: _("Cannot tell: the difference could be chance."),
            Undecided.SILENT: _("Cannot tell: one group answered so much more often that they do not compare."),
        }[self.undecided or Undecided.CHANCE]

    def _figures(self) -> list[str]:
        trial, interval = self.trial, self.trial.interval
        ours, theirs = trial.treated.recovery, trial.waiting.recovery
        if ours.share is None or theirs.share is None or interval is None:
            return []
        told = [
            _(
                "%(ours)s of %(n)d who had been called recovered; %(theirs)s of %(m)d who had not is what to expect "
                "without. The difference is %(points)s points, with a 95%% interval from %(low)s to %(high)s."
            )
            % {
                "ours": percent(ours.share), "n": ours.n, "theirs": percent(theirs.share), "m": theirs.n,
                "points": points(ours.share - theirs.share), "low": points(interval[0]), "high": points(interval[1]),
            }
        ]  # fmt: skip
        bounds, smallest = trial.bounds, trial.smallest_detectable
        if bounds is not None and ours.n + theirs.n < trial.treated.asked + trial.waiting.asked:
            told.append(
                _("Whatever those who did not answer would have said, it lies between %(low)s and %(high)s.")
                % {"low": points(bounds.low), "high": points(bounds.high)}
            )
        if smallest is not None:
            told.append(
                _("With these numbers only a difference of %(points)d points or more would reliably show.")
                % {"points": ceil(100 * smallest)}
            )
        return told


def figures(found: Iterable[Study], now: datetime) -> list[StudyFigures]:
    """The figures of these studies, in one query for all."""
    listed = list(found)
    asked = Q(invitation__sent_at__isnull=False)
    counted = (
        StudyCase.objects.filter(study__in=listed)
        .values("study", "turn")
        .annotate(
            drawn=Count("pk"),
            asked=Count("pk", filter=asked | ANSWERED),
            answered=Count("pk", filter=ANSWERED),
            recovered=Count("pk", filter=ANSWERED & Q(invitation__response__score__gte=LOWEST_PASSIVE)),
        )
    )
    arms = {(line["study"], line["turn"]): line for line in counted}
    return [
        StudyFigures(
            study=study,
            trial=Trial(*(_arm(arms.get((study.pk, turn))) for turn in (StudyTurn.FIRST, StudyTurn.LATER))),
            drawn=sum(arms[study.pk, turn]["drawn"] for turn in StudyTurn.values if (study.pk, turn) in arms),
            is_over=study.decides_at <= now,
        )
        for study in listed
    ]


def latest(now: datetime) -> StudyFigures | None:
    """The study that runs, or the last one that did."""
    return next(iter(figures(list(studies.all_of_them()[:1]), now)), None)


def cases_by(decides_at: datetime, now: datetime) -> int:
    """How many detractors' cases will have opened by then, at the pace of the last three months."""
    lately = Case.objects.filter(
        opened_at__gt=now - timedelta(days=PACE_DAYS), opened_at__lte=now, response__score__lt=LOWEST_PASSIVE
    ).count()
    return round(lately / PACE_DAYS * max(0, (decides_at - now).days))


def _arm(line: Mapping[str, Any] | None) -> Arm:
    return Arm(line["asked"], line["answered"], line["recovered"]) if line else Arm(0, 0, 0)
