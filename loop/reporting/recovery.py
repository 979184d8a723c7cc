"""What became of the scores after we followed up, and is it more than would have happened anyway?

A pair is a detractor's answer and a later answer of the same contact, on the same scale. Followed up: somebody reached
the customer before the second answer. Alone: the customer answered again before anyone had reached them, about this or
about an earlier answer. Anonymous answers have no pair; withdrawn cases are left out; silence is in neither group.

The two groups are not drawn by lot. Whatever kept people from being contacted in time (a full queue, no answer on the
phone) may go with their score too; `assumption` says so wherever the verdict is shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from feedback.models import Response
from feedback.models.response import Category
from feedback.reporting import row_names, row_of
from loop.models import Case, Resolution, User, Verdict
from loop.models.case_query import CaseQuerySet
from loop.reporting import recovery_words
from loop.reporting.expected_recovery import Comparison, compare
from loop.reporting.filters import ReportFilters
from loop.reporting.scope import cases_of
from loop.reporting.shares import Share

ANSWERED = Q(outcome__response__isnull=False)
ASKED = Q(recovery_invitation__sent_at__isnull=False) | ANSWERED
FOLLOWED_UP = Q(contacted_at__isnull=False)
SAME_SCALE = Q(outcome__response__survey__scale_min=F("response__survey__scale_min"))


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
    """

    filters: ReportFilters
    funnel: Funnel
    comparison: Comparison
    answer_rate: Share
    answer_rate_unreached: Share
    rows: tuple[RecoveryRow, ...]

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
        }


def recovery_report(reader: User | None, filters: ReportFilters, now: datetime) -> RecoveryReport:
    """Recovery of the detractors whose cases `reader` may see; None is a machine that may read."""
    cases = detractor_cases(cases_of(reader, filters))
    compared = followed_up_pairs(cases)
    comparison = compare(_by_score(compared, Q(outcome__verdict=Verdict.RECOVERED)), _by_score(*pairs_alone(cases)))
    counts = cases.aggregate(
        unreached_asked=Count("pk", filter=ASKED & ~FOLLOWED_UP),
        unreached_answered=Count("pk", filter=ANSWERED & ~FOLLOWED_UP),
        followed_up=Count("pk", filter=FOLLOWED_UP),
        asked=Count("pk", filter=FOLLOWED_UP & ASKED),
        answered=Count("pk", filter=FOLLOWED_UP & ANSWERED),
        other_scale=Count("pk", filter=FOLLOWED_UP & ANSWERED & ~SAME_SCALE),
        **{verdict.value: Count("pk", filter=FOLLOWED_UP & Q(outcome__verdict=verdict)) for verdict in Verdict},
    )
    unreached = Share(counts.pop("unreached_answered"), counts.pop("unreached_asked"))
    return RecoveryReport(
        filters=filters,
        funnel=Funnel(silent=counts.pop("no_answer"), **counts),
        comparison=comparison,
        answer_rate=Share(counts["answered"], counts["asked"]),
        answer_rate_unreached=unreached,
        rows=tuple(_rows(compared, comparison, filters)),
    )


def detractor_cases(cases: CaseQuerySet) -> CaseQuerySet:
    """Cases of detractors we know the name of, without those withdrawn."""
    return cases.filter(response__category=Category.DETRACTOR, contact__isnull=False).exclude(
        resolution=Resolution.WITHDRAWN
    )


def followed_up_pairs(cases: CaseQuerySet) -> CaseQuerySet:
    """Those of `cases` that were contacted and whose customer then answered again on the same scale."""
    return cases.filter(FOLLOWED_UP & ANSWERED & SAME_SCALE)


def pairs_alone(cases: CaseQuerySet) -> tuple[CaseQuerySet, Q]:
    """Those of `cases` whose customer answered again before anyone had contacted them, and which of them recovered."""
    later = (
        Response.objects.counted()
        .filter(
            contact=OuterRef("contact"),
            responded_at__gt=OuterRef("response__responded_at"),
            survey__scale_min=OuterRef("response__survey__scale_min"),
        )
        .order_by("responded_at", "pk")
    )
    contacted_before = Case.objects.filter(contact=OuterRef("contact"), contacted_at__lte=OuterRef("again_at"))
    alone = (
        cases.annotate(again_at=Subquery(later.values("responded_at")[:1]))
        .filter(again_at__isnull=False)
        .exclude(Exists(contacted_before))
        .annotate(again=Subquery(later.values("category")[:1]))
    )
    return alone, ~Q(again=Category.DETRACTOR)


def _by_score(pairs: CaseQuerySet, recovered: Q) -> dict[int, tuple[int, int]]:
    """By first score: how many recovered, of how many."""
    counted = (
        pairs.order_by().values("response__score").annotate(n=Count("pk"), recovered=Count("pk", filter=recovered))
    )
    return {line["response__score"]: (line["recovered"], line["n"]) for line in counted}


def _rows(pairs: CaseQuerySet, comparison: Comparison, filters: ReportFilters) -> Iterable[RecoveryRow]:
    """Only scores that have an expected value; what is left out is named in the verdict."""
    expected_share = {stratum.score: stratum.expected_share for stratum in comparison.strata}
    periods = filters.periods()
    row = row_of(filters.by, "opened_at", periods, response="response__", account="account__")
    found: dict[str, tuple[int, int, float]] = {}
    if filters.by.is_time:
        found = {period.key: (0, 0, 0.0) for period in periods}
    for line in (
        pairs.filter(response__score__in=expected_share)
        .order_by()
        .annotate(row=row)
        .values("row", "response__score")
        .annotate(n=Count("pk"), recovered=Count("pk", filter=Q(outcome__verdict=Verdict.RECOVERED)))
    ):
        n, observed, expected = found.get(line["row"], (0, 0, 0.0))
        expected += line["n"] * expected_share[line["response__score"]]
        found[line["row"]] = (n + line["n"], observed + line["recovered"], expected)
    names = row_names(filters.by, found)
    for key in sorted(found, key=lambda key: (key == "", key)):
        yield RecoveryRow(key, names[key], *found[key])
