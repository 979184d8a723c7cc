"""Behind every figure: as many rows as it says, for everybody, and nothing that its reader may not see."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain

import pytest

from feedback.reporting import By
from loop import demo
from loop.access import visible_cases
from loop.models import User
from loop.reporting.behind.asked import About, Asked
from loop.reporting.behind.find import NAMES, behind
from loop.reporting.filters import ReportFilters
from loop.reporting.integrity import integrity_report
from loop.reporting.loop_metrics import loop_report
from loop.reporting.nps import nps_overview
from loop.reporting.people import people_report
from loop.reporting.recovery import recovery_report
from loop.reporting.responses import response_report
from tests.factories import NOW

pytestmark = pytest.mark.django_db

Figure = tuple[str, dict[str, object], int]


def of_following_up(user: User, filters: ReportFilters) -> Iterator[Figure]:
    loop = loop_report(user, filters, NOW)
    yield "cases", {}, loop.cases
    yield "in_time", {}, loop.contacted_in_time.count
    yield "decided", {}, loop.contacted_in_time.n
    for name in ("resolved", "not_reached", "withdrawn", "open", "reopened"):
        yield name, {}, getattr(loop, name).count
    yield "confirmed", {}, loop.customer_confirmed.count
    for name, wait in (("contact", loop.contact_waits.customer), ("resolution", loop.resolution_waits.customer)):
        yield f"{name}_timed", {}, wait.n
        yield f"{name}_waiting", {}, wait.waiting
        yield f"{name}_closed", {}, wait.closed_otherwise
    yield "unreminded", {}, loop.details.unreminded.count
    yield "promises", {}, loop.details.promises_kept.n
    yield "promises_kept", {}, loop.details.promises_kept.count
    yield "promises_late", {}, loop.details.promises_kept_late
    for place, age in enumerate(loop.details.ages):
        yield "age", {"row": place}, age.open.count
        yield "age_overdue", {"row": place}, age.overdue
    for team in loop.teams:
        yield "team", {"row": team.row}, team.open
        yield "team_overdue", {"row": team.row}, team.overdue
    for row in loop.rows:
        yield "cases", {"row": row.key}, row.resolved.n
        yield "in_time", {"row": row.key}, row.contacted_in_time.count
        yield "resolved", {"row": row.key}, row.resolved.count


def of_nps(user: User, filters: ReportFilters) -> Iterator[Figure]:
    nps = nps_overview(user, filters, NOW)
    names = {"answers": "n", "promoters": "promoter", "passives": "passive", "detractors": "detractor"}
    for name, field in names.items():
        if nps.report.total is not None:
            yield name, {}, getattr(nps.report.total, field)
        for group in nps.report.groups:
            for row in group.rows:
                yield name, {"row": row.key, "kind_of": group.mark}, getattr(row.nps, field)


def of_recovery(user: User, filters: ReportFilters) -> Iterator[Figure]:
    found = recovery_report(user, filters, NOW)
    for step in (
        "followed_up", "asked", "answered", "recovered", "improved", "unchanged", "worsened", "silent", "waiting",
    ):  # fmt: skip
        yield f"recovery_{step}", {}, getattr(found.funnel, step)
    yield "unreached_asked", {}, found.answer_rate_unreached.n
    yield "unreached_answered", {}, found.answer_rate_unreached.count
    yield "recovery_late", {}, found.contacted_late
    yield "compared", {}, found.comparison.n
    yield "compared_recovered", {}, found.comparison.observed
    yield "alone", {}, found.comparison.n_alone
    yield "alone_recovered", {}, sum(one.recovered_alone for one in found.comparison.strata)
    for one in found.comparison.strata:
        own = {"score": one.score, "setting": one.setting}
        yield "compared", own, one.followed_up
        yield "compared_recovered", own, one.recovered
        yield "alone", own, one.alone
        yield "alone_recovered", own, one.recovered_alone
    for row in found.rows:
        yield "compared", {"row": row.key}, row.n
        yield "compared_recovered", {"row": row.key}, row.observed


def of_responses(user: User, filters: ReportFilters) -> Iterator[Figure]:
    found = response_report(user, filters, NOW)
    yield "sent", {}, found.sent
    yield "came_back", {}, found.came_back
    yield "arrived", {}, found.answered.n
    yield "answered", {}, found.answered.count
    yield "silent", {}, found.silent
    for part, rows in found.rows.items():
        for row in rows:
            own = {"part": part, "row": row.key}
            yield "arrived", own, row.answered.n
            yield "answered", own, row.answered.count
            yield "silent", own, row.silent


def of_people(user: User, filters: ReportFilters) -> Iterator[Figure]:
    for line in people_report(user, filters, NOW).lines:
        yield "person", {"person": line.user.pk}, line.cases


def of_integrity(user: User, filters: ReportFilters) -> Iterator[Figure]:
    for line in integrity_report(user, filters, NOW).lines:
        yield "integrity", {"part": line.key}, line.count


REPORTS = (of_following_up, of_nps, of_recovery, of_responses, of_people, of_integrity)


def rows_of(user: User, filters: ReportFilters, name: str, own: dict[str, object]):
    return behind(name, Asked(user, filters, NOW, {key: str(value) for key, value in own.items()}))


@pytest.mark.slow
def test_every_figure_of_a_year_has_as_many_rows_as_it_says_whoever_reads_it():
    demo.seed(accounts=10, answers=90, seed=3, now=NOW)
    today = NOW.date()
    year, part = (today - timedelta(days=365), today), (today - timedelta(days=120), today - timedelta(days=15))
    looks = (
        ("anna", year, By.MONTH),
        ("otto", part, By.KIND),
        ("lars", part, By.TOUCHPOINT),
        ("lars", year, By.ACCOUNT),
    )
    looks += (("lena", year, By.SEGMENT), ("ada", part, By.QUARTER))
    wrong, names, rows = [], set(), 0
    for who, (first, last), by in looks:
        user, filters = User.objects.get(email=f"{who}@loop.example"), ReportFilters(first, last, by=by)
        seen = set(visible_cases(user).values_list("pk", flat=True))
        for name, own, figure in chain.from_iterable(report(user, filters) for report in REPORTS):
            found = rows_of(user, filters, name, own)
            listed = list(found.rows.values_list("pk", flat=True))
            names.add(name)
            rows += len(listed)
            if len(listed) + found.unseen != figure or len(set(listed)) != len(listed):
                wrong.append((who, by.value, name, own, figure, len(listed)))
            assert found.about != About.CASE or seen.issuperset(listed)
    assert not wrong, "\n".join(map(str, wrong))
    assert names == set(NAMES)
    assert rows > 1000
