"""What is the NPS by month, week, survey or part of the customers?

Counted by the database, one query a report; of days that were counted before, the counts are added up. Answers on
different scales never share a figure, and neither do those of the programme and of recovery surveys, which ask people
picked for being unhappy.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Sum, Value, When
from django.utils.translation import gettext as _

from feedback import columns_by_row, read_once
from feedback.answer_days import AnswerDays
from feedback.models import AnswerTally, Response, Survey
from feedback.models.response import Category
from feedback.nps import Difference, Nps, Scale
from feedback.reporting import By, Period, row_names, row_of
from feedback.scale_warnings import ScaleWarning, warnings
from feedback.standing_out import AgainstOthers, against_others
from feedback.tallies import Covered

#: A table of more customers than this is read by nobody: those with the most answers are shown.
MOST_ROWS = 200

TALLIED_BY = {
    By.SURVEY: F("survey__key"),
    By.KIND: F("survey__kind"),
    By.SEGMENT: F("segment"),
    By.COUNTRY: F("country"),
}


@dataclass(frozen=True)
class NpsRow:
    """One period, survey or part of the customers.

    `first` and `last` are the days of a period; other rows are compared with all `against` them, if they have enough.
    """

    key: str
    name: str
    nps: Nps
    first: date | None = None
    last: date | None = None
    against: AgainstOthers | None = None

    def as_dict(self) -> dict[str, object]:
        told: dict[str, object] = {"key": self.key, "name": self.name}
        if self.first and self.last:
            told |= {"from": self.first.isoformat(), "to": self.last.isoformat()}
        return told | figures(self.nps) | {"against_others": self._against()}

    def _against(self) -> dict[str, object] | None:
        return {**moved(self.against.difference), "stands_out": self.against.stands_out} if self.against else None


@dataclass(frozen=True)
class NpsGroup:
    """Answers that may share a figure: one scale, and either the programme or recovery surveys."""

    scale: Scale
    in_programme: bool
    rows: tuple[NpsRow, ...]
    warnings: tuple[ScaleWarning, ...] = ()
    rows_left_out: int = 0
    left_out: Nps = field(default=Nps())

    @property
    def total(self) -> Nps:
        """All answers, those of rows that are left out included."""
        return sum((row.nps for row in self.rows), self.left_out)

    @property
    def mark(self) -> str:
        """What tells it from other groups, for an address: its lowest score, and "r" for recovery surveys."""
        return f"{self.scale[0]}{'' if self.in_programme else 'r'}"

    def labels(self) -> dict[str, object]:
        return {"scale": [*self.scale], "recovery": not self.in_programme}


@dataclass(frozen=True)
class NpsReport:
    """NPS by row, in as many groups as there are kinds of answers that must not be mixed."""

    by: By
    groups: tuple[NpsGroup, ...] = field(default=())

    @property
    def total(self) -> Nps | None:
        """All answers; None when they must not be added up."""
        if len(self.groups) > 1:
            return None
        return self.groups[0].total if self.groups else Nps()

    @property
    def why_no_total(self) -> str:
        """Why there is no total, in the active language; "" when there is one."""
        if len(self.groups) < 2:
            return ""
        told = []
        if len({group.scale for group in self.groups}) > 1:
            told.append(_("Answers on different scales do not add up to one NPS."))
        if len({group.in_programme for group in self.groups}) > 1:
            told.append(
                _("Recovery surveys ask people picked for being unhappy and are kept apart from the programme.")
            )
        return " ".join(told)

    def as_dict(self) -> dict[str, object]:
        return {
            "by": self.by.value,
            **figures(self.total),
            "no_total_because": self.why_no_total,
            "groups": [
                group.labels() | figures(group.total) | {"rows_left_out": group.rows_left_out} for group in self.groups
            ],
            "warnings": [warning.as_dict() for group in self.groups for warning in group.warnings],
            "rows": [group.labels() | row.as_dict() for group in self.groups for row in group.rows],
        }


#: Answers of one scale, in the programme or of recovery surveys.
Kind = tuple[Scale, bool]


def figures(nps: Nps | None) -> dict[str, object]:
    """NPS and interval in points with the counts behind them; all None where nothing may be added up."""
    if nps is None:
        return dict.fromkeys(("n", "promoter", "passive", "detractor", "nps", "interval"))
    return {
        "n": nps.n,
        "promoter": nps.promoter,
        "passive": nps.passive,
        "detractor": nps.detractor,
        "nps": None if nps.nps is None else round(nps.nps, 2),
        "interval": None if nps.interval is None else [round(nps.interval.low, 2), round(nps.interval.high, 2)],
    }


def moved(change: Difference) -> dict[str, object]:
    """A difference in points, with its interval and its two-sided p."""
    return {
        "points": round(change.points, 2),
        "interval": [round(change.interval.low, 2), round(change.interval.high, 2)],
        "p": round(change.p, 6),
        "beyond_chance": change.beyond_chance,
    }


def nps_report(answers: AnswerDays | QuerySet[Response] | Covered, by: By, rows: Sequence[Period]) -> NpsReport:
    """NPS by row.

    Args:
        answers: those within `rows`, already limited to what the reader may see; or the same as `tallies.covered` has
            split them into what is counted and what is not; or as days, by time, survey or kind of survey.
        rows: the periods covered; a month or week without answers is a row without an NPS.
    """
    if isinstance(answers, AnswerDays):
        counted = columns_by_row.lines(answers, by, rows)
    elif isinstance(answers, Covered):
        counted = [*_lines_of_tallies(answers.tallies, by, rows), *_lines(answers.answers, by, rows)]
    else:
        counted = _lines(answers, by, rows)
    surveys = read_once.known("surveys", Survey.objects.in_bulk)
    groups: dict[Kind, dict[str, Nps]] = {}
    zeros: dict[Kind, dict[str, tuple[int, int]]] = {}
    for line in counted:
        survey = surveys[line["survey_id"]]
        kind = Scale(*survey.scale), survey.in_programme
        group, of_survey = groups.setdefault(kind, {}), zeros.setdefault(kind, {})
        found = Nps(line["detractor"], line["passive"], line["promoter"])
        group[line["row"]] = group.get(line["row"], Nps()) + found
        none, n = of_survey.get(survey.key, (0, 0))
        of_survey[survey.key] = none + line["zeros"], n + found.n
    names = {} if by.is_time else row_names(by, {key for group in groups.values() for key in group})
    kept_apart = sorted(groups, key=lambda group: (not group[1], group[0]))
    return NpsReport(
        by, tuple(_group(kind, by, rows, groups[kind], names, warnings(kind[0], zeros[kind])) for kind in kept_apart)
    )


def _lines(responses: QuerySet[Response], by: By, rows: Sequence[Period]) -> list[dict[str, Any]]:
    """How many of each category, by survey and row."""
    row = row_of(by, "responded_at", rows, response="", account="contact__account__")
    counts = {category.value: Count("pk", filter=Q(category=category)) for category in Category}
    lines = responses.order_by().annotate(row=row).values("survey_id", "row")
    return [{**line} for line in lines.annotate(**counts, zeros=Count("pk", filter=Q(score=0)))]


def _lines_of_tallies(tallies: QuerySet[AnswerTally], by: By, rows: Sequence[Period]) -> list[dict[str, Any]]:
    ends = (When(day__lte=period.last, then=Value(period.key)) for period in rows)
    row = TALLIED_BY.get(by) or Case(*ends, default=Value(""), output_field=CharField())
    counts = {name: Sum(name) for name in (*(category.value for category in Category), "zeros")}
    return [{**line} for line in tallies.order_by().annotate(row=row).values("survey_id", "row").annotate(**counts)]


def _group(
    kind: Kind,
    by: By,
    rows: Sequence[Period],
    counted: dict[str, Nps],
    names: dict[str, str],
    warned: tuple[ScaleWarning, ...],
) -> NpsGroup:
    most = sorted(counted, key=lambda key: -counted[key].n)
    left_out = [] if by.is_time else most[MOST_ROWS:]
    return NpsGroup(
        *kind,
        rows=tuple(_rows(by, rows, counted, names, frozenset(left_out))),
        warnings=warned,
        rows_left_out=len(left_out),
        left_out=sum((counted[key] for key in left_out), Nps()),
    )


def _rows(
    by: By, rows: Sequence[Period], counted: dict[str, Nps], names: dict[str, str], left_out: frozenset[str]
) -> Iterable[NpsRow]:
    if by.is_time:
        for period in rows:
            yield NpsRow(period.key, period.key, counted.get(period.key, Nps()), period.first, period.last)
        return
    against = against_others(counted)
    for key in sorted(counted.keys() - left_out, key=lambda key: (key == "", names[key])):
        yield NpsRow(key, names[key], counted[key], against=against.get(key))
