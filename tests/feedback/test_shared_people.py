"""Who answered in both of two periods, and how alike."""

from datetime import timedelta

import pytest
from django.db.models import Q

from feedback.models import Response
from feedback.nps import Shared
from feedback.shared_people import shared
from tests import factories

NOW = factories.NOW
CUT = NOW - timedelta(days=30)

pytestmark = pytest.mark.django_db


def both() -> Shared:
    return shared(Response.objects.all(), Q(responded_at__lt=CUT), Q(responded_at__gte=CUT))


def answered(person, before: tuple[int, ...], after: tuple[int, ...]) -> None:
    for days, scores in ((40, before), (10, after)):
        for score in scores:
            factories.response(score, contact=person, responded_at=NOW - timedelta(days=days))


def test_nobody_answered_twice():
    answered(factories.contact(), (9,), ())
    answered(factories.contact(), (), (9,))
    factories.response(9, responded_at=NOW - timedelta(days=40))
    factories.response(9)
    assert both() == Shared(0, 0.0)


def test_people_who_stay_as_they_are_vary_together():
    answered(factories.contact(), (9,), (10,))
    answered(factories.contact(), (0,), (3,))
    assert both() == Shared(2, 1.0)  # codes +1 and -1, both times


def test_people_who_change_sides_vary_against_each_other():
    answered(factories.contact(), (9,), (3,))
    answered(factories.contact(), (0,), (9,))
    assert both() == Shared(2, -1.0)


def test_each_answer_of_a_person_is_counted_with_each_of_theirs():
    answered(factories.contact(), (9, 3), (9, 9, 9))
    found = both()
    assert found.pairs == 6
    assert found.covariance == pytest.approx(0)


def test_one_query_however_many(django_assert_num_queries):
    for _ in range(4):
        answered(factories.contact(), (9,), (3,))
    with django_assert_num_queries(1):
        both()
