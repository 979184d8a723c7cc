"""NPS by month, week, survey and segment, and what is never added up."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from feedback.models import Response, Survey
from feedback.nps import Nps
from feedback.nps_report import NpsReport, nps_report
from feedback.reporting import By, periods
from tests import factories
from tests.asked import caused

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


class TestPartsOfTheCustomers:
    def test_kinds_countries_and_customers_are_rows_by_their_names(self):
        for name, country, score in (("Ask AB", "SE", 9), ("Bork AS", "NO", 3), ("Cirkel AB", "SE", 9)):
            factories.response(score, contact=factories.contact(account=factories.account(name, country=country)))
        factories.response(7, survey_key="product")

        told = {
            by: {row.name: row.nps.nps for row in report(by).groups[0].rows} for by in (By.KIND, By.COUNTRY, By.ACCOUNT)
        }

        assert told == {
            By.KIND: {"relational": pytest.approx(100 / 3), "product": 0},
            By.COUNTRY: {"NO": -100, "SE": 100, "no country": 0},
            By.ACCOUNT: {"Ask AB": 100, "Bork AS": -100, "Cirkel AB": 100, "no customer": 0},
        }

    def test_a_touchpoint_is_a_row_and_an_answer_two_events_led_to_counts_once(self):
        person = factories.contact()
        asked = caused("delivered", person)
        caused("delivered", person, invitation=asked)
        factories.response(9, contact=person, invitation=asked)
        factories.response(3)

        rows = report(By.TOUCHPOINT).groups[0].rows

        assert [(row.name, row.nps.n) for row in rows] == [("delivered", 1), ("no touchpoint", 1)]
