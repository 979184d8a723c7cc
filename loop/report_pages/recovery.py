"""Did following up make a difference? The page of the recovery report."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from loop import access
from loop.models import User
from loop.report_pages.lines import figures_table, line, share_line
from loop.report_pages.table import Cell, Look, Number, Table, percent, points, tenths
from loop.reporting import recovery_words, studies
from loop.reporting.change import change_report
from loop.reporting.expected_recovery import Comparison
from loop.reporting.filters import ROWS_BY, ReportFilters
from loop.reporting.paired import BeforeAfter
from loop.reporting.recovery import RecoveryReport, recovery_report
from loop.reporting.studies import StudyFigures
from loop.templatetags.figures import named


def figures(user: User, filters: ReportFilters, now: datetime, own: Mapping[str, str]) -> dict[str, Any]:
    """Whether customers who were followed up recovered more than they would have by themselves."""
    found: dict[str, Any] = {
        "recovery": recovery_report(user, filters, now),
        "study": studies.latest(now) if access.sees_programme(user) else None,
    }
    if own.get("change"):  # looks at every answer, so only when somebody wants to see it
        found["change"] = change_report(user, filters, now).pairs
    return found


def tables(found: dict[str, Any], filters: ReportFilters) -> list[Table]:
    """The verdict, observed beside expected, the funnel, the customers before and after, and where to look."""
    report: RecoveryReport = found["recovery"]
    told = [*([_study(found["study"])] if found["study"] else []), verdict(report), _figures(report)]
    if report.comparison.strata:
        told.append(_strata(report.comparison))
    told.append(_funnel(report))
    if "change" in found:
        told += _change(found["change"])
    if report.rows:
        rows = [[named(row.name, filters.by), row.n, row.observed, tenths(row.expected)] for row in report.rows]
        head = (str(capfirst(ROWS_BY[filters.by])), _("Compared"), _("Recovered"), _("Expected"))
        note = _("Without a verdict: of many rows some always stand out.")
        told.append(Table(_("Where to look"), head, rows, note))
    return told


def verdict(report: RecoveryReport) -> Table:
    """What the comparison says, a sentence a line."""
    rows = [[sentence] for sentence in report.words]
    return Table(_("Does following up work?"), (_("In words"),), rows, report.assumption)


def compared_line(found: Comparison) -> list[Cell]:
    """The recovered share beside the one expected without a contact; never one of them alone."""
    if not found.n:
        return line(_("Recovered"), note=_("cannot tell yet"))
    beside = _("expected by itself %(expected)s · %(n)s compared with %(alone)s")
    told = {"expected": recovery_words.percent(found.expected_share or 0), "n": found.n, "alone": found.n_alone}
    return line(_("Recovered"), percent(found.observed_share), None, None, found.observed, found.n, note=beside % told)


def _figures(report: RecoveryReport) -> Table:
    found = report.comparison
    lines = [compared_line(found)]
    if found.n and found.interval is not None:
        lines.append(line(_("Difference from expected, points"), points(found.effect), *map(points, found.interval)))
    if (second := found.adjusted) is not None:
        equal = _("with first score, setting, worth of the account and the wish for a call held equal")
        cells = [points(second.effect), *map(points, second.interval), None, second.n]
        lines.append(line(_("Second estimate, points"), *cells, note=equal))
    lines += [
        share_line(_("Answered the second time: followed up"), report.answer_rate),
        share_line(_("Answered the second time: not reached"), report.answer_rate_unreached),
    ]
    if report.silence is not None:
        silent = _("whatever those who did not answer would have said")
        ends = points(report.silence.low), points(report.silence.high)
        lines.append(line(_("Difference between both lies, points"), None, *ends, note=silent))
    lines += [
        line(_("Contacted after the call was due, in neither group"), None, None, None, report.contacted_late),
        line(_("Passed over while others were called"), None, None, None, found.passed_over),
        line(_("No reason written down for it"), None, None, None, found.unrecorded),
    ]
    return figures_table(*lines)


def _strata(found: Comparison) -> Table:
    head = (_("First score"), _("Setting"), _("Followed up"), _("Recovered"), _("Expected"))
    rows = [
        [
            one.score, recovery_words.setting(one.setting), one.followed_up, one.recovered,
            tenths(one.followed_up * one.expected_share), one.recovered_alone, one.alone,
        ]
        for one in found.strata
    ]  # fmt: skip
    return Table(
        _("Observed beside expected, by first score"), (*head, _("Recovered by themselves"), _("Compared with")), rows
    )


def funnel_names() -> dict[str, str]:
    """The steps of the funnel as the page calls them, in its order."""
    return {
        "followed_up": _("Followed up"),
        "asked": _("Asked again"),
        "answered": _("Answered"),
        "recovered": _("Recovered: a better category"),
        "improved": _("Improved: a higher score"),
        "unchanged": _("Unchanged"),
        "worsened": _("Worsened"),
        "silent": _("No answer"),
        "waiting": _("Still have time"),
    }


def _funnel(report: RecoveryReport) -> Table:
    rows = [[name, getattr(report.funnel, key)] for key, name in funnel_names().items()]
    return Table(_("From followed up to answered"), (_("Step"), _("Customers")), rows)


def _change(change: BeforeAfter) -> list[Table]:
    head = (_("Before"), _("After: detractor"), _("After: passive"), _("After: promoter"))
    names = (_("Detractor"), _("Passive"), _("Promoter"))
    rows = [[name, *of_them] for name, of_them in zip(names, change.table, strict=True)]
    note = _("A change, not an effect: unhappy customers score higher next time even when nobody calls.")
    told = [Table(_("The same customers before and after"), head, rows, note)]
    tests: list[list[Cell]] = [
        [name, Number(test.statistic, Look.HUNDREDTHS), test.df, Number(test.p, Look.EXACT)]
        for name, test in (("Bowker", change.symmetry), ("Stuart-Maxwell", change.margins))
        if test is not None
    ]
    if change.exact is not None:
        tests.append([_("Exact McNemar, detractor or not"), None, None, Number(change.exact, Look.EXACT)])
    return [*told, Table(_("Tests of the change"), (_("Test"), "χ²", "df", "p"), tests)] if tests else told


def _study(study: StudyFigures) -> Table:
    arms = ((_("Called first"), study.trial.treated), (_("Called later: what to expect without"), study.trial.waiting))
    rows = [[name, arm.asked, arm.answered, arm.recovered] for name, arm in arms]
    head = (_("Group"), _("Asked"), _("Answered"), _("Recovered"))
    return Table(_("Drawn by lot"), head, rows, " ".join(study.words))
