"""Who stands out, and is it more than the luck of few cases and easy ones?

Of each owner of cases that have come to an end: how many were solved, how many of them customers confirm, how many were
contacted in time. Shares stand with their interval and beside the limits within which chance alone puts people with so
many cases; what somebody's cases were like (first scores) is allowed for. Nobody is ranked below twenty cases, and
below five there is no figure about a person. Withdrawn cases were called off and count for nobody.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import Q, QuerySet

from loop import access
from loop.case_columns import SOLVED, WITHDRAWN, CaseColumns
from loop.models import Resolution, Role, State, User
from loop.models.case_query import CaseQuerySet
from loop.reporting.case_figures import case_columns_of
from loop.reporting.filters import ReportFilters
from loop.reporting.funnel_plot import (
    FEWEST_TO_RANK,
    FEWEST_TO_TELL,
    Alike,
    Prior,
    Standing,
    exact_limits,
    fitted_prior,
    mix_difference,
    pooled_prior,
)
from loop.reporting.scope import cases_of
from loop.reporting.shares import Share


@dataclass(frozen=True)
class PersonLine:
    """One owner. `standing` is None where there are too few cases to say anything about a person.

    `may_rank` says whether the place among the others means anything.
    """

    user: User
    cases: int
    standing: Standing | None
    confirmed: Share
    in_time: Share

    @property
    def may_rank(self) -> bool:
        return self.cases >= FEWEST_TO_RANK

    def as_dict(self) -> dict[str, object]:
        standing = self.standing
        told: dict[str, object] = {"email": self.user.email, "name": self.user.display_name, "n": self.cases}
        if standing is None:
            return {**told, "may_rank": False, "figures": None}
        return {
            **told,
            "may_rank": self.may_rank,
            "figures": {
                "solved": standing.share.as_dict(),
                "solved_shrunk": round(standing.shrunk, 4),
                "limits_95": [round(end, 4) for end in standing.limits.usual],
                "limits_998": [round(end, 4) for end in standing.limits.wide],
                "expected": round(standing.mix.expected, 2),
                "observed_minus_expected": round(standing.mix.difference, 4),
                "outside": standing.outside,
                "confirmed": self.confirmed.as_dict(),
                "in_time": self.in_time.as_dict(),
            },
        }


@dataclass(frozen=True)
class PeopleReport:
    """`overall` is the share of all of them, whoever is shown; `lines` in the order of names, never of figures."""

    filters: ReportFilters
    overall: Share
    lines: tuple[PersonLine, ...]

    @property
    def told_of(self) -> list[PersonLine]:
        return [line for line in self.lines if line.standing is not None]

    def as_dict(self) -> dict[str, object]:
        return {
            "filters": self.filters.as_dict(),
            "overall": self.overall.as_dict(),
            "fewest_to_tell": FEWEST_TO_TELL,
            "fewest_to_rank": FEWEST_TO_RANK,
            "people": [line.as_dict() for line in self.lines],
        }


def people_report(reader: User | None, filters: ReportFilters, now: datetime) -> PeopleReport:
    """The people `reader` may be told of: an agent herself, a lead those of their teams, leadership and machines all.

    All are measured against the whole company, which gives away nothing about anybody.
    """
    counted = _counted(case_columns_of(None, filters))
    by_score: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    by_owner: dict[int, list[tuple[int, int, int, int, int]]] = defaultdict(list)
    for owner, score, n, solved, confirmed, in_time in counted:
        by_score[score][0] += solved
        by_score[score][1] += n
        by_owner[owner].append((score, n, solved, confirmed, in_time))
    overall = Share(sum(good for good, _ in by_score.values()), sum(n for _, n in by_score.values()))
    totals = [(sum(row[2] for row in rows), sum(row[1] for row in rows)) for rows in by_owner.values()]
    prior = fitted_prior(totals) or pooled_prior(totals)
    chances = {score: solved / n for score, (solved, n) in by_score.items()}
    found = shown_people(reader).filter(pk__in=by_owner).order_by("name", "email")
    lines = (_line(user, by_owner[user.pk], chances, overall, prior) for user in found)
    return PeopleReport(filters, overall, tuple(lines))


def _counted(cases: CaseColumns) -> Iterator[tuple[int, ...]]:
    """Of `ended_cases`, by owner and score: how many, solved, confirmed, and contacted in time."""
    ended = ~cases.is_open & (cases.end != WITHDRAWN) & (cases.owner > 0)
    alike, place = np.unique(cases.owner[ended].astype(np.int64) * 16 + cases.score[ended], return_inverse=True)
    of_them = (
        np.bincount(place.ravel(), weights=those[ended], minlength=len(alike)).astype(int).tolist()
        for those in (np.ones(len(cases)), cases.end == SOLVED, cases.confirmed, cases.in_time)
    )
    for key, *counts in zip(alike.tolist(), *of_them, strict=True):
        yield key // 16, key % 16, *counts


def ended_cases(filters: ReportFilters) -> CaseQuerySet:
    """Everybody's cases that have come to an end and were not called off."""
    ended = cases_of(None, filters).filter(state=State.RESOLVED, owner__isnull=False)
    return ended.exclude(resolution=Resolution.WITHDRAWN)


def shown_people(reader: User | None) -> QuerySet[User]:
    """Of whom figures may be shown to `reader`."""
    if reader is None or reader.role in (Role.LEADERSHIP, Role.ADMIN):
        return User.objects.all()
    theirs = Q(pk=reader.pk)
    if reader.role == Role.LEAD:
        theirs |= Q(pk__in=access.members(access.led_teams(reader)))
    return User.objects.filter(theirs)


def _line(
    user: User,
    rows: Sequence[tuple[int, int, int, int, int]],
    chances: dict[int, float],
    overall: Share,
    prior: Prior,
) -> PersonLine:
    n, solved, confirmed, in_time = (sum(row[place] for row in rows) for place in range(1, 5))
    standing = None
    if n >= FEWEST_TO_TELL:
        mix = mix_difference([Alike(of_score, good, chances[score]) for score, of_score, good, _c, _t in rows])
        standing = Standing(
            share=Share(solved, n),
            shrunk=prior.shrunk(solved, n),
            limits=exact_limits(n, overall.share or 0.0),
            mix=mix,
        )
    return PersonLine(user, n, standing, Share(confirmed, solved), Share(in_time, n))
