"""Rates of exchange: entered, kept, and of several the latest."""

from datetime import date
from decimal import Decimal

import pytest

from loop import exchange_rates
from loop.access import NotAllowed
from loop.changes import ChangeRefused
from loop.models import ExchangeRate
from tests.factories import NOW

FACTS = {"currency": "nok", "into": "SEK", "rate": Decimal("0.95"), "on": date(2026, 11, 1), "source": "The bank"}

pytestmark = pytest.mark.django_db


def test_administrators_enter_them_and_nobody_else(people):
    exchange_rates.add(**FACTS, actor=people.admin, now=NOW)
    assert ExchangeRate.objects.get().currency == "NOK"
    for person in (people.agent, people.lead, people.leader):
        with pytest.raises(NotAllowed):
            exchange_rates.add(**FACTS, actor=person, now=NOW)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"currency": "KRONOR"}, "currency"),
        ({"into": "nok"}, "into"),
        ({"rate": Decimal(0)}, "rate"),
        ({"rate": Decimal(-1)}, "rate"),
        ({"on": date(2026, 12, 24)}, "on"),
    ],
)
def test_what_cannot_be_is_refused_by_name(change, field):
    with pytest.raises(ChangeRefused) as refused:
        exchange_rates.add(**{**FACTS, **change}, actor=None, now=NOW)
    assert refused.value.field == field


def test_a_day_has_one_rate():
    exchange_rates.add(**FACTS, actor=None, now=NOW)
    with pytest.raises(ChangeRefused, match="of that day already"):
        exchange_rates.add(**FACTS, actor=None, now=NOW)


def test_of_several_days_the_latest_holds():
    exchange_rates.add(**FACTS, actor=None, now=NOW)
    exchange_rates.add(**{**FACTS, "on": date(2026, 11, 9), "rate": Decimal("0.9")}, actor=None, now=NOW)
    exchange_rates.add(**{**FACTS, "on": date(2026, 10, 9), "rate": Decimal("0.8")}, actor=None, now=NOW)
    rates = exchange_rates.rates_for(["NOK", "SEK"])
    assert rates.worth(Decimal(100), "NOK") == 90
    assert rates.worth(Decimal(100), "SEK") == 100


def test_nothing_is_brought_together_by_a_rate_the_other_way_round():
    exchange_rates.add(**{**FACTS, "currency": "SEK", "into": "NOK"}, actor=None, now=NOW)
    assert exchange_rates.rates_for(["NOK", "SEK"]).into == "NOK"
    assert exchange_rates.rates_for(["NOK", "SEK", "EUR"]) is None
    assert exchange_rates.rates_for(["SEK"]).into == "NOK"
