"""NPS by month, week, survey and segment, and what is never added up."""

from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from feedback.models import Response, Survey
from feedback.nps import Nps
from feedback.reporting import By, NpsReport, TooManyPeriods, nps_report, periods
from tests import factories

STOCKHOLM = ZoneInfo("Europe/Stockholm")

pytestmark = pytest.mark.django_db


def answers(*scores: int, day: str = "2026-11-10T12:00", segment: str = "", survey: str = "relational") -> None:
    """Answers of as many people, at a time by the clock of Stockholm."""
    at = datetime.fromisoformat(day).replace(tzinfo=STOCKHOLM).astimezone(UTC)
    account = factories.account(segment=segment)
    for score in scores:
        factories.response(score, contact=factories.contact(account=account), survey_key=survey, responded_at=at)


def report(by: By = By.MONTH, first: date = date(2026, 9, 1), last: date = date(2026, 11, 19)) -> NpsReport:
    return nps_report(Response.objects.all(), by, periods(first, last, by, STOCKHOLM))


class TestPeriods:
    def test_months_are_cut_to_the_days_asked_for(self):
        found = periods(date(2026, 10, 15), date(2026, 12, 5), By.MONTH, STOCKHOLM)
        assert [(period.key, period.first.day, period.last.day) for period in found] == [
            ("2026-10", 15, 31),
            ("2026-11", 1, 30),
            ("2026-12", 1, 5),
        ]

    def test_weeks_are_iso_weeks_from_monday(self):
        found = periods(date(2026, 12, 30), date(2027, 1, 5), By.WEEK, STOCKHOLM)
        assert [(period.key, period.first, period.last) for period in found] == [
            ("2026-W53", date(2026, 12, 30), date(2027, 1, 3)),
            ("2027-W01", date(2027, 1, 4), date(2027, 1, 5)),
        ]

    @pytest.mark.parametrize("by", [By.MONTH, By.WEEK])
    def test_every_day_lies_in_exactly_one(self, by):
        found = periods(date(2025, 1, 15), date(2026, 12, 31), by, STOCKHOLM)
        assert found[0].first == date(2025, 1, 15)
        assert found[-1].last == date(2026, 12, 31)
        for earlier, later in pairwise(found):
            assert later.begins_at == earlier.ends_at

    def test_a_table_without_end_is_refused(self):
        with pytest.raises(TooManyPeriods):
            periods(date(2000, 1, 1), date(2026, 1, 1), By.WEEK, STOCKHOLM)


class TestByMonth:
    def test_each_month_has_its_own_nps_and_the_empty_one_has_none(self):
        answers(9, 10, 8, 3, day="2026-09-10T12:00")
        answers(9, day="2026-11-10T12:00")
        rows = report().groups[0].rows
        assert [(row.key, row.nps.n, row.nps.nps) for row in rows] == [
            ("2026-09", 4, 25),
            ("2026-10", 0, None),
            ("2026-11", 1, 100),
        ]

    def test_a_month_ends_at_midnight_where_the_company_is(self):
        answers(9, day="2026-10-31T23:59")
        answers(0, day="2026-11-01T00:00")
        rows = {row.key: row.nps for row in report().groups[0].rows}
        assert rows["2026-10"] == Nps(promoter=1)
        assert rows["2026-11"] == Nps(detractor=1)

    def test_the_total_is_taken_from_all_answers_and_not_from_the_rows(self):
        answers(9, 9, 9, 9, day="2026-09-10T12:00")
        answers(0, day="2026-11-10T12:00")
        assert report().total.nps == pytest.approx(60)

    def test_one_query_counts_and_one_reads_the_surveys(self, django_assert_num_queries):
        answers(9, 3)
        with django_assert_num_queries(2):
            report().as_dict()

    def test_no_answers_are_no_score(self):
        told = report().as_dict()
        assert (told["n"], told["nps"], told["interval"], told["rows"]) == (0, None, None, [])


class TestBySurveyAndSegment:
    def test_each_segment_is_a_row_and_those_without_one_come_last(self):
        answers(9, segment="retail")
        answers(3, segment="")
        answers(7, segment="industry")
        rows = report(By.SEGMENT).groups[0].rows
        assert [(row.key, row.name, row.nps.nps) for row in rows] == [
            ("industry", "industry", 0),
            ("retail", "retail", 100),
            ("", "no segment", -100),
        ]

    def test_each_survey_is_a_row_with_its_name(self):
        answers(9, survey="relational")
        answers(3, survey="product")
        rows = report(By.SURVEY).groups[0].rows
        assert [(row.key, row.name, row.nps.nps) for row in rows] == [
            ("product", "In the product", -100),
            ("relational", "Relationship", 100),
        ]


class TestWhatIsNotAddedUp:
    def test_recovery_surveys_stand_apart_from_the_programme(self):
        answers(9, 9)
        answers(2, survey="recovery")
        found = report()
        assert [(group.in_programme, group.total.nps) for group in found.groups] == [(True, 100), (False, -100)]
        assert found.total is None
        assert "picked for being unhappy" in found.why_no_total

    def test_two_scales_have_no_common_total_and_no_common_row(self):
        Survey.objects.filter(key="product").update(scale_min=1)
        answers(9, 0)
        answers(9, 1, 1, survey="product")
        found = report()
        assert [(str(group.scale), group.total.n) for group in found.groups] == [("0-10", 2), ("1-10", 3)]
        assert found.total is None
        assert "different scales" in found.why_no_total
        told = found.as_dict()
        assert told["nps"] is None
        assert {tuple(row["scale"]) for row in told["rows"]} == {(0, 10), (1, 10)}

    def test_one_kind_of_answers_has_a_total_and_no_excuse(self):
        answers(9, 3)
        assert report().why_no_total == ""
        assert report().total == Nps(detractor=1, promoter=1)

    def test_every_figure_carries_its_n_and_interval(self):
        answers(*[9] * 60, *[7] * 25, *[3] * 15)
        told = report().as_dict()
        assert (told["n"], told["nps"], told["interval"]) == (100, 45.0, [29.34, 58.04])
        assert all("n" in row and "interval" in row for row in told["rows"])
