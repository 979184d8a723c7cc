"""The NPS of the twelve months up to each month."""

from datetime import UTC, datetime

import pytest
from django.http import QueryDict

from feedback.nps import Nps
from loop.reporting.filters import parse
from loop.reporting.rolling import rolling_year
from tests import factories

pytestmark = pytest.mark.django_db


def rolling(query: str = "from=2026-09-10&to=2026-11-19"):
    return rolling_year(None, parse(QueryDict(query), now=factories.NOW))


def answer(score: int, year: int, month: int, **details: object) -> None:
    at = datetime(year, month, 15, 12, tzinfo=UTC)
    factories.response(score, responded_at=at, **details)


def test_each_month_holds_itself_and_the_eleven_before_it():
    answer(9, 2025, 10)  # in the twelve months up to September 2026, and no longer up to October
    answer(3, 2025, 11)
    answer(7, 2026, 11)
    rows = rolling()
    assert [(row.key, row.nps) for row in rows] == [
        ("2026-09", Nps(1, 0, 1)),
        ("2026-10", Nps(1, 0, 0)),
        ("2026-11", Nps(0, 1, 0)),
    ]
    assert (str(rows[0].first), str(rows[0].last)) == ("2025-10-01", "2026-09-30")
    assert str(rows[-1].last) == "2026-11-19"


def test_answers_on_two_scales_make_no_line():
    answer(9, 2026, 10)
    product = factories.survey("product")
    product.scale_min = 1
    product.save()
    answer(9, 2026, 10, survey_key="product")
    assert rolling() == []


def test_without_answers_there_is_no_line():
    assert rolling() == []


def test_so_many_months_that_they_make_no_table_have_no_line():
    answer(9, 2026, 10)
    assert rolling("from=2013-08-01&to=2026-11-19") == []
