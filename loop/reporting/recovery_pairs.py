"""Which customers are compared: who was followed up, and who recovered alone?

Both are looked at from the same moment, when the first contact was due: followed up is who had been contacted by then,
alone is who had not, and was not before they answered again. Whoever answered before that moment is in neither group,
since nobody can be contacted after they answered: the contacted would be those who waited long enough for it ("immortal
time"). Whoever was contacted late is in neither either.

What makes two pairs comparable is in `loop.reporting.recovery_settings`.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from django.db.models import (
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
)

from feedback.models import Response
from feedback.models.response import Category
from feedback.nps import LOWEST_PASSIVE
from loop import call_order
from loop.case_columns import VERDICT, WITHDRAWN, CaseColumns
from loop.models import Case, Resolution, Verdict
from loop.models.case_query import CaseQuerySet
from loop.reporting.adjusted import Adjusted, adjusted_difference
from loop.reporting.alone import answered_alone, scales_by_survey
from loop.reporting.case_figures import is_within, rows_of
from loop.reporting.expected_recovery import Comparison, compare
from loop.reporting.filters import ReportFilters
from loop.reporting.passed_over import passed_over
from loop.reporting.recovery_settings import Again, Pairs, counted, grouped

ANSWERED = Q(outcome__response__isnull=False)
FOLLOWED_UP = Q(contacted_at__isnull=False)
SAME_SCALE = Q(outcome__response__survey__scale_min=F("response__survey__scale_min"))


def detractor_cases(cases: CaseQuerySet) -> CaseQuerySet:
    """Cases of detractors we know the name of, without those withdrawn."""
    # By the score, which says the same (`response_category_fits_score`): asked by category, PostgreSQL may go through
    # the index of words in comments, which holds only some categories, and takes minutes of a million answers.
    return cases.filter(response__score__lt=LOWEST_PASSIVE, contact__isnull=False).exclude(
        resolution=Resolution.WITHDRAWN
    )


RECOVERED = Q(outcome__verdict=Verdict.RECOVERED)
RECOVERED_ALONE = ~Q(again=Category.DETRACTOR)


def detractors(cases: CaseColumns, filters: ReportFilters) -> CaseColumns:
    """As `detractor_cases`, of columns: those of them that were opened on the days of the filters."""
    known = (cases.score < LOWEST_PASSIVE) & (cases.contact > 0) & (cases.end != WITHDRAWN)
    return cases.where(known & is_within(cases, filters))


def on_same_scale(cases: CaseColumns) -> Any:
    """Whether the second answer, where there is one, was on the scale of the first."""
    scales = scales_by_survey()
    return scales[cases.again_survey] == scales[cases.survey]


def were_contacted_late(cases: CaseColumns) -> Any:
    """As `CONTACTED_LATE`."""
    return cases.was_contacted & ~cases.in_time & cases.has_answered_again & on_same_scale(cases)


def followed_up(cases: CaseColumns, filters: ReportFilters) -> list[Pairs]:
    """How many `followed_up_cases` there are, by what they have in common and by row of the report."""
    later = cases.has_answered_again & (cases.again_at > cases.contact_due)
    cases = cases.where(cases.in_time & later & on_same_scale(cases))
    place, keys = rows_of(cases, filters)
    again = Again(cases.again_at, cases.again_survey, cases.verdict == VERDICT[Verdict.RECOVERED])
    return [replace(pairs, row=keys[row]) for pairs, row in grouped(cases, again, filters, place)]


def followed_up_cases(cases: CaseQuerySet) -> CaseQuerySet:
    """Those of `cases` contacted in time whose customer answered again, on the same scale, after the time was over."""
    return cases.filter(
        FOLLOWED_UP & ANSWERED & SAME_SCALE,
        contacted_at__lte=F("contact_due_at"),
        outcome__response__responded_at__gt=F("contact_due_at"),
    ).annotate(again_at=F("outcome__response__responded_at"), again_kind=F("outcome__response__survey__kind"))


def alone(cases: CaseColumns, filters: ReportFilters) -> list[Pairs]:
    """How many `alone_cases` there are, by what they have in common and by why they were passed over."""
    found = answered_alone(cases)
    over = passed_over(found.cases)
    pairs = []
    for one, place in grouped(found.cases, found.again, filters, over.place):
        why = over.reasons[place]
        passed = 0 if why is None else one.n
        pairs.append(replace(one, passed_over=passed, unrecorded=0 if why in call_order.HELD_EQUAL else passed))
    unclear = found.unclear
    return pairs + (alone_by_database(Case.objects.filter(pk__in=unclear), filters) if unclear else [])


def alone_by_database(cases: CaseQuerySet, filters: ReportFilters) -> list[Pairs]:
    """The same as `alone`, each case asked for its next answer: for few of them."""
    pairs = alone_cases(cases)
    over = call_order.passed_over(pairs).annotate(why=call_order.reason())
    found = counted(pairs.exclude(pk__in=over.values("pk")), RECOVERED_ALONE, filters)
    for why in counted(over, RECOVERED_ALONE, filters, "why"):
        is_held_equal = why.row in call_order.HELD_EQUAL
        found.append(
            Pairs(
                why.score, why.setting, why.worth, why.asked_for_call, why.n, why.recovered,
                passed_over=why.n, unrecorded=0 if is_held_equal else why.n,
            )
        )  # fmt: skip
    return found


def alone_cases(cases: CaseQuerySet) -> CaseQuerySet:
    """Those of `cases` whose customer answered again after the time was over, before anyone had contacted them."""
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
    return (
        cases.annotate(again_at=Subquery(later.values("responded_at")[:1]))
        .filter(again_at__gt=F("contact_due_at"))
        .exclude(Exists(contacted_before))
        .annotate(
            again=Subquery(later.values("category")[:1]),
            again_kind=Subquery(later.values("survey__kind")[:1]),
        )
    )


#: Who answered again whom we had contacted too late to be in either group.
CONTACTED_LATE = FOLLOWED_UP & ANSWERED & SAME_SCALE & Q(contacted_at__gt=F("contact_due_at"))


def contacted_late(cases: CaseQuerySet) -> CaseQuerySet:
    """Those of `cases` that are `CONTACTED_LATE`."""
    return cases.filter(CONTACTED_LATE)


def comparison_of(ours: Sequence[Pairs], theirs: Sequence[Pairs]) -> Comparison:
    """Both groups side by side, with what is known of how somebody came to be in one of them."""
    found = compare(_by_group(ours), _by_group(theirs))
    groups = {(stratum.score, stratum.setting) for stratum in found.strata}
    compared = [one for one in theirs if one.group in groups]
    return found.knowing(
        passed_over=sum(one.passed_over for one in compared),
        unrecorded=sum(one.unrecorded for one in compared),
        adjusted=_adjusted([one for one in ours if one.group in groups], compared),
    )


def _by_group(pairs: Sequence[Pairs]) -> dict[tuple[int, str], tuple[int, int]]:
    found: dict[tuple[int, str], tuple[int, int]] = {}
    for one in pairs:
        recovered, n = found.get(one.group, (0, 0))
        found[one.group] = (recovered + one.recovered, n + one.n)
    return found


def _adjusted(ours: Sequence[Pairs], theirs: Sequence[Pairs]) -> Adjusted | None:
    """The second estimate: score, setting, worth of the account and the wish for a call held equal."""
    lines = [
        (group, recovered, times, (one.score, one.setting, one.worth, one.asked_for_call))
        for group, pairs in ((True, ours), (False, theirs))
        for one in pairs
        for recovered, times in ((1.0, one.recovered), (0.0, one.n - one.recovered))
        if times
    ]
    if not lines:
        return None
    treated, outcome, times, facts = zip(*lines, strict=True)
    columns: list[Any] = []
    for fact in zip(*facts, strict=True):
        levels, level = np.unique([str(value) for value in fact], return_inverse=True)
        columns += [level.ravel() == place for place in range(1, len(levels))]
    return adjusted_difference(outcome, treated, columns, times)
