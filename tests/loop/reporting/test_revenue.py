"""Revenue at risk, heard from and recovered: of whom, and in which currency."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict

from loop import exchange_rates
from loop.models import Case
from loop.reporting.filters import parse
from loop.reporting.revenue import Part, accounts_behind, revenue_report
from tests import factories

NOW = factories.NOW

pytestmark = pytest.mark.django_db


def report(reader=None, query: str = ""):
    return revenue_report(reader, parse(QueryDict(query), now=NOW), NOW)


def customer(value: int | None, currency: str = "SEK", **details: object):
    worth = None if value is None else Decimal(value)
    return factories.account(annual_value=worth, currency=currency if value else "", **details)


def unhappy(account, *, now=NOW) -> Case:
    return factories.response(3, contact=factories.contact(account=account), now=now).case


def values(line) -> dict[str, int]:
    return {part.value: int(money.value) for part, money in line.parts.items()}


class TestWhatIsCounted:
    def test_an_account_with_two_open_cases_is_at_risk_once(self):
        account = customer(1000)
        unhappy(account)
        unhappy(account)
        customer(3000)
        line = report().lines[0]
        assert values(line) == {"all": 4000, "at_risk": 1000, "heard": 1000, "recovered": 0}
        assert (line.coverage, line.share_at_risk) == (0.25, 0.25)

    def test_a_closed_case_is_no_risk(self):
        case = factories.resolved_case(now=NOW - timedelta(days=9))
        type(case.account).objects.filter(pk=case.account_id).update(annual_value=500, currency="SEK")
        assert values(report().lines[0])["at_risk"] == 0

    def test_a_happy_customer_is_heard_from_too(self):
        factories.response(9, contact=factories.contact(account=customer(700)))
        assert values(report().lines[0])["heard"] == 700

    def test_recovered_is_whose_score_rose_by_a_category_on_these_days(self):
        case = factories.resolved_case(now=NOW - timedelta(days=60))
        type(case.account).objects.filter(pk=case.account_id).update(annual_value=500, currency="SEK")
        factories.response(10, contact=case.contact, survey_key="recovery", now=NOW - timedelta(days=20))
        assert values(report().lines[0])["recovered"] == 500
        assert values(report(query="from=2026-11-10").lines[0])["recovered"] == 0

    def test_accounts_without_a_value_are_counted_beside_it(self):
        unhappy(customer(None))
        customer(100)
        found = report()
        assert found.without_value.parts[Part.AT_RISK].accounts == 1
        assert found.as_dict()["without_value"] == {"all": 1, "at_risk": 1, "heard": 1, "recovered": 0}
        assert values(found.lines[0])["all"] == 100

    def test_filters_narrow_it(self):
        customer(100, segment="retail", country="SE")
        customer(900, segment="finance", country="NO")
        assert values(report(query="segment=retail").lines[0])["all"] == 100
        assert values(report(query="country=NO").lines[0])["all"] == 900


class TestWhoSeesWhat:
    def test_each_sees_the_money_of_the_accounts_they_may_see(self, people):
        customer(100, owner=people.agent)
        customer(900, owner=people.other_agent)
        seen = [
            sum(values(line)["all"] for line in report(reader).lines)
            for reader in (people.agent, people.lead, people.other_lead, people.leader, None)
        ]
        assert seen == [100, 100, 900, 1000, 1000]


class TestCurrencies:
    def test_are_not_added_up(self):
        customer(100, "SEK")
        customer(200, "NOK")
        found = report()
        assert {line.currency: values(line)["all"] for line in found.lines} == {"SEK": 100, "NOK": 200}
        assert (found.together, found.rates_of) == (None, None)

    def test_are_brought_into_one_by_rates_somebody_entered(self, people):
        customer(100, "SEK")
        unhappy(customer(200, "NOK"))
        day = date(2026, 11, 1)
        exchange_rates.add(
            currency="NOK", into="SEK", rate=Decimal("0.95"), on=day, source="", actor=people.admin, now=NOW
        )
        found = report()
        assert found.together.currency == "SEK"
        assert values(found.together) == {"all": 290, "at_risk": 190, "heard": 190, "recovered": 0}
        assert found.rates_of == day

    def test_stay_apart_while_one_has_no_rate(self, people):
        for currency in ("SEK", "NOK", "EUR"):
            customer(100, currency)
        exchange_rates.add(
            currency="NOK", into="SEK", rate=Decimal("0.95"), on=date(2026, 11, 1), source="", actor=None, now=NOW
        )
        assert report().together is None


class TestDrillDown:
    def test_each_figure_leads_to_as_many_accounts(self):
        for number in range(3):
            account = customer(100 + number)
            if number:
                unhappy(account)
        customer(50, "NOK")
        customer(None)
        filters = parse(QueryDict(""), now=NOW)
        line = next(line for line in report().lines if line.currency == "SEK")
        for part in Part:
            behind = accounts_behind(None, filters, part, "SEK")
            assert behind.count() == line.parts[part].accounts
            assert sum(account.annual_value for account in behind) == line.parts[part].value
        assert accounts_behind(None, filters, Part.ALL, "").count() == 1
        assert accounts_behind(None, filters, Part.ALL).count() == 5

    def test_as_many_queries_however_many_accounts(self, django_assert_num_queries):
        unhappy(customer(100))
        with django_assert_num_queries(14):
            report()
        for _ in range(5):
            unhappy(customer(100))
        with django_assert_num_queries(14):
            report()
