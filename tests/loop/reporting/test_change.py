"""How did the same customers answer before and after? All of them, and each once."""

import pytest
from django.http import QueryDict

from loop.reporting.change import change_report
from loop.reporting.filters import parse
from tests import factories
from tests.factories import later
from tests.people import browser

pytestmark = pytest.mark.django_db
LATER = later(days=200)


def table(reader) -> tuple[tuple[int, ...], ...]:
    return change_report(reader, parse(QueryDict(""), now=LATER), LATER).pairs.table


def answers(people, *scores: int, keys: tuple[str, ...] = ()) -> None:
    contact = factories.contact(account=factories.account(owner=people.agent))
    for number, score in enumerate(scores):
        key = keys[number] if keys else "relational"
        factories.response(score, contact=contact, survey_key=key, now=later(days=40 * number))


def test_happy_customers_are_in_it_as_well(people):
    answers(people, 3, 9)
    answers(people, 9, 7)
    answers(people, 10, 10)
    assert table(people.leader) == ((0, 0, 1), (0, 0, 0), (0, 1, 1))


def test_each_counts_once_with_the_last_two_answers(people):
    answers(people, 3, 7, 9)
    assert table(people.leader) == ((0, 0, 0), (0, 0, 1), (0, 0, 0))


def test_one_answer_or_another_kind_is_no_pair(people):
    answers(people, 3)
    answers(people, 3, 9, keys=("relational", "product"))
    answers(people, 3, 9, keys=("relational", "recovery"))
    assert sum(map(sum, table(people.leader))) == 0


def test_people_see_their_customers_alone(people):
    answers(people, 3, 9)
    assert sum(map(sum, table(people.lead))) == 1
    assert sum(map(sum, table(people.other_lead))) == 0


def test_the_page_shows_it_when_asked_and_calls_it_no_effect(people):
    page = browser(people.leader).get("/reports/recovery/?change=1").content.decode()
    assert "A change, not an effect" in page
    assert "A change, not an effect" not in browser(people.leader).get("/reports/recovery/").content.decode()
