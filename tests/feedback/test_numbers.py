"""Are numbers read as one block the numbers that are stored?"""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.db.models import F

from feedback.instants import Microseconds, microseconds
from feedback.models import Response
from feedback.numbers import NONE, numbers, with_gaps
from tests import factories

pytestmark = pytest.mark.django_db


def test_each_row_is_a_line_with_gaps_where_there_is_nothing():
    person = factories.contact()
    factories.response(9, contact=person)
    factories.response(3)
    found = numbers(Response.objects.all(), "score", "contact", F("score") - 10)
    assert sorted(found.tolist()) == [[3, NONE, -7], [9, person.pk, -1]]
    assert np.isnan(with_gaps(found[:, 1])).sum() == 1


def test_of_no_rows_there_are_no_lines():
    assert numbers(Response.objects.none(), "score", "contact").shape == (0, 2)
    assert numbers(Response.objects.filter(score=4), "score", "contact").shape == (0, 2)


@pytest.mark.parametrize("micro", [0, 1, 120_000, 999_999])
def test_an_instant_comes_back_to_the_microsecond(micro):
    for at in (
        datetime(2026, 3, 29, 0, 59, 59, micro, tzinfo=UTC),
        datetime(2024, 2, 29, 23, 30, 0, micro, tzinfo=UTC),
    ):
        answer = factories.response(9, responded_at=at, now=at + timedelta(minutes=1))
        line = numbers(Response.objects.filter(pk=answer.pk), Microseconds("responded_at"))
        assert line.tolist() == [[microseconds(at)]]
