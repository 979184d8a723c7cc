"""Who answered in both of two periods, and how alike."""

from datetime import timedelta
from itertools import chain
from math import sqrt
from random import Random
from zoneinfo import ZoneInfo

import pytest

from feedback.answer_columns import read
from feedback.answer_days import AnswerDays
from feedback.models import Response
from feedback.nps import Nps, Shared, difference_error
from feedback.shared_people import shared
from tests import factories

NOW = factories.NOW
FIRST = (NOW - timedelta(days=60)).date()
CUT = (NOW - timedelta(days=30)).date()

pytestmark = pytest.mark.django_db


def both() -> Shared:
    answers = AnswerDays.of(read(Response.objects.all(), FIRST, NOW.date(), ZoneInfo("Europe/Stockholm")))
    return shared(answers.on(FIRST, CUT), answers.on(CUT + timedelta(days=1), NOW.date()))


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


def test_two_queries_however_many(django_assert_num_queries):
    """Of the answers, and of the accounts of those who gave them."""
    for _ in range(4):
        answered(factories.contact(), (9,), (3,))
    with django_assert_num_queries(2):
        both()


def test_people_who_answered_several_times_are_fewer_than_their_answers():
    """The error of a difference is that over people, computed here from each person by hand."""
    chance, answers = Random(5), []
    for _person in range(40):
        mood = chance.choice((2, 8, 10))
        said = [chance.choice((mood, mood, 8)) for _ in range(chance.randint(2, 7))]
        cut = chance.randint(0, len(said))
        person = factories.contact()
        answered(person, tuple(said[:cut]), tuple(said[cut:]))
        answers.append((said[:cut], said[cut:]))
    earlier, later = (Nps.of_scores(chain.from_iterable(one[period] for one in answers)) for period in (0, 1))

    def code(score):
        return 1 if score >= 9 else 0 if score >= 7 else -1

    def apart(said, nps):
        return sum(code(score) - nps.nps / 100 for score in said) / nps.n

    over_people = 100 * sqrt(sum((apart(two, later) - apart(one, earlier)) ** 2 for one, two in answers))
    assert difference_error(later, earlier, both()) == pytest.approx(over_people, rel=0.05)
    assert difference_error(later, earlier) < 0.8 * over_people


def test_answers_of_different_people_are_as_many_as_they_are():
    for score in (9, 3, 8, 10):
        answered(factories.contact(), (score,), ())
        answered(factories.contact(), (), (score,))
    assert both() == Shared(0, 0.0, 0.0, 0.0)
