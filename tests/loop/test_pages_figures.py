"""The pages of NPS, response rates, planning, revenue, goals and yardsticks, with people in front of them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback import invitations
from loop import benchmarks, goals
from loop.benchmarks import BenchmarkFacts
from loop.goals import GoalFacts
from loop.models import Benchmark, ExchangeRate, Goal
from tests import factories
from tests.factories import NOW
from tests.people import browser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ten_past_nine():
    with time_machine.travel(NOW, tick=False):
        yield


def visit(user, address, **query):
    return browser(user).get(reverse(address), query)


def answers(*scores: int, days_ago: int = 5, **account: object) -> None:
    customer = factories.account(**account)
    for score in scores:
        at = NOW - timedelta(days=days_ago)
        factories.response(score, contact=factories.contact(account=customer), responded_at=at, now=at)


class TestNps:
    def test_few_answers_are_told_as_counts(self, people):
        answers(9, 9, 3)
        text = visit(people.leader, "report-nps").text
        assert "promoters 2 · passives 0 · detractors 1" in text
        assert "too few answers for an NPS" in text
        assert "+33" not in text

    def test_there_is_no_arrow_within_chance(self, people):
        answers(*[9] * 10, *[3] * 10, days_ago=40)
        answers(*[9] * 14, *[3] * 8)
        text = visit(people.leader, "report-nps", **{"from": "2026-10-25"}).text
        assert "could be chance" in text
        assert "▲" not in text
        assert "four times out of five" in text

    def test_there_is_one_beyond_it(self, people):
        answers(*[9] * 2, *[3] * 25, days_ago=40)
        answers(*[9] * 25, *[3] * 2)
        assert "▲" in visit(people.leader, "report-nps", **{"from": "2026-10-25"}).text

    @pytest.mark.parametrize("by", ["quarter", "kind", "touchpoint", "country", "account"])
    def test_it_can_be_had_by_everything(self, people, by):
        answers(*[9] * 12, country="SE")
        page = visit(people.leader, "report-nps", by=by)
        assert page.status_code == 200
        assert "None" not in page.text

    def test_a_segment_far_from_the_others_stands_out_and_leads_to_itself(self, people):
        for segment in ("retail", "finance", "media"):
            answers(*[9] * 20, *[7] * 5, segment=segment)
        answers(*[3] * 20, segment="public")
        text = visit(people.leader, "report-nps", by="segment").text
        assert "stands out" in text
        assert "segment=public" in text

    def test_a_zero_in_a_survey_asked_from_one_is_warned_of(self, people):
        answers(0, *[9] * 10)
        survey = factories.survey()
        survey.scale_min = 1
        survey.save()
        assert "asked from 1 to 10 and has answers of 0: 1" in visit(people.leader, "report-nps").text

    def test_respondents_customers_and_revenue_have_a_figure_each(self, people):
        answers(*[9] * 12, annual_value=Decimal(100), currency="SEK")
        answers(3, annual_value=Decimal(900), currency="SEK")
        text = visit(people.leader, "report-nps").text
        assert "each respondent" in text
        assert "each customer" in text
        assert "revenue in SEK" in text

    def test_a_goal_and_a_value_of_others_are_named_lines(self, people):
        answers(*[9] * 12, days_ago=60)
        answers(*[9] * 12)
        facts = GoalFacts(5, date(2027, 6, 30), date(2026, 9, 1), date(2026, 9, 30))
        goals.save(facts, actor=people.leader, now=NOW)
        benchmarks.save(BenchmarkFacts("Nordic software", Decimal(38), "A report", 2025), actor=None, now=NOW)
        text = visit(people.leader, "report-nps").text
        assert "goal until 30 Jun 2027" in text
        assert "Nordic software (2025)" in text
        assert "A report" in text

    def test_as_many_queries_however_many_answers(self, people):
        def queries() -> int:
            client = browser(people.leader)
            with CaptureQueriesContext(
                connection,
            ) as counted:
                client.get(reverse("report-nps"))
            return len(counted)

        answers(9, 3, annual_value=Decimal(100), currency="SEK")
        answers(9, days_ago=400)
        before = queries()
        for number in range(5):
            answers(9, 3, 7, annual_value=Decimal(number + 1), currency="NOK", segment=f"s{number}")
            answers(9, 3, days_ago=400)
        assert queries() == before


class TestWhoAnswers:
    def test_the_rate_stands_beside_what_is_not_known(self, people):
        customer = factories.account(segment="retail")
        asked_at = NOW - timedelta(days=20)
        for number in range(20):
            person = factories.contact(account=customer)
            asked = invitations.invite(survey=factories.survey(), contact=person, due_at=asked_at, now=asked_at)
            factories.sent(asked, now=asked_at)
            if number < 12:
                factories.response(9, contact=person, invitation=asked, now=NOW - timedelta(days=9))
        text = visit(people.leader, "report-responses").text
        assert "60\u202f%" in text
        assert "+20 to +100" in text  # of all asked: the 8 silent were detractors, or promoters

    def test_without_questions_it_says_what_will_be_here(self, people):
        assert "appears here once surveys have left" in visit(people.agent, "report-responses").text


class TestOverview:
    def test_has_the_rate_and_the_goal_that_is_due_next(self, people):
        answers(*[9] * 12)
        facts = GoalFacts(5, date(2027, 6, 30), date(2026, 9, 1), date(2026, 9, 30))
        goals.save(facts, actor=people.leader, now=NOW)
        text = visit(people.leader, "reports").text
        assert "Response rate" in text
        assert "goal +5 until 30 Jun 2027: cannot tell yet" in text


class TestPlanner:
    def test_without_answers_it_plans_for_the_worst(self, people):
        text = visit(people.leader, "report-planner").text
        assert "the largest variance there can be" in text
        assert "385" in text  # 1.96² / 0.1²

    def test_it_plans_with_our_own_answers(self, people):
        answers(*[3] * 15, *[7] * 25, *[9] * 60)
        text = visit(people.leader, "report-planner").text
        assert "0.5475" in text
        assert "211" in text
        assert "860" in text

    def test_the_correction_is_off_until_it_is_chosen_and_then_labelled(self, people):
        answers(*[3] * 15, *[7] * 25, *[9] * 60)
        assert "corrected for" not in visit(people.leader, "report-planner").text
        assert "corrected for 100" in visit(people.leader, "report-planner", population="on").text

    @pytest.mark.parametrize("query", [{"width": "0"}, {"width": "wide"}, {"change": "900"}])
    def test_what_cannot_be_planned_is_named(self, people, query):
        page = visit(people.leader, "report-planner", **query)
        assert page.status_code == 200
        assert page.context["form"].errors


class TestRevenue:
    def test_a_figure_leads_to_its_customers(self, people):
        customer = factories.account("Åkers AB", owner=people.agent, annual_value=Decimal(1000), currency="SEK")
        factories.response(3, contact=factories.contact(account=customer))
        page = visit(people.agent, "report-revenue")
        assert "part=at_risk&amp;currency=SEK#accounts" in page.text
        assert "Åkers AB" not in page.text
        behind = visit(people.agent, "report-revenue", part="at_risk", currency="SEK")
        assert "Åkers AB" in behind.text
        assert '<td class="n">1</td>' in behind.text

    def test_nobody_sees_the_customers_of_another_team(self, people):
        factories.account("Åkers AB", owner=people.agent, annual_value=Decimal(1000), currency="SEK")
        assert "Åkers AB" in visit(people.lead, "report-revenue", part="all").text
        assert "Åkers AB" not in visit(people.other_lead, "report-revenue", part="all").text

    def test_two_currencies_stand_apart_and_say_so(self, people):
        for currency in ("SEK", "NOK"):
            factories.account(annual_value=Decimal(1000), currency=currency)
        assert "Currencies are not added up" in visit(people.leader, "report-revenue").text

    @pytest.mark.parametrize(
        "query", [{"part": "nonsense"}, {"part": "all", "page": "x"}, {"part": "all", "page": "0"}]
    )
    def test_odd_addresses_do_no_harm(self, people, query):
        factories.account(annual_value=Decimal(1000), currency="SEK")
        assert visit(people.leader, "report-revenue", **query).status_code == 200


class TestGoals:
    SENT = {"points": "5", "due_on": "2027-06-30", "baseline_first": "2026-10-01", "baseline_last": "2026-10-31"}

    def test_leadership_sets_one_and_everybody_sees_it(self, people):
        assert browser(people.leader).post(reverse("goals"), self.SENT).status_code == 302
        text = visit(people.agent, "goals").text
        assert "+5 until 30 Jun 2027" in text
        assert "Too few answers to tell" in text
        assert "Set a goal" not in text

    def test_what_cannot_be_is_named_beside_its_field(self, people):
        page = browser(people.leader).post(reverse("goals"), {**self.SENT, "due_on": "2026-10-15"})
        assert page.status_code == 400
        assert "The goal lies after the time it is compared with." in page.text

    def test_one_that_is_retired_is_shown_to_those_who_set_them(self, people):
        browser(people.leader).post(reverse("goals"), self.SENT)
        goal = Goal.objects.get()
        changed = browser(people.admin).post(reverse("goal-change", args=[goal.pk]), self.SENT)
        assert changed.status_code == 302
        assert Goal.objects.get().is_active is False
        assert "retired" in visit(people.leader, "goals").text
        assert "No goal for the NPS is set" in visit(people.agent, "goals").text

    def test_whoever_was_slower_is_told(self, people):
        browser(people.leader).post(reverse("goals"), self.SENT)
        goal = Goal.objects.get()
        address = reverse("goal-change", args=[goal.pk])
        browser(people.admin).post(address, {**self.SENT, "points": "7", "is_active": "on", "version": "1"})
        late = browser(people.leader).post(address, {**self.SENT, "points": "9", "is_active": "on", "version": "1"})
        assert late.status_code == 409
        assert "Ada saved this" in late.text
        assert Goal.objects.get().points == 7


class TestYardsticks:
    def test_an_administrator_adds_a_value_and_retires_it(self, people):
        ada = browser(people.admin)
        sent = {"name": "Nordic software", "value": "38.5", "source": "A report", "year": "2025"}
        assert ada.post(reverse("benchmarks"), sent).status_code == 302
        made = Benchmark.objects.get()
        assert "Nordic software" in ada.get(reverse("benchmarks")).text
        assert ada.post(reverse("benchmark", args=[made.pk]), sent).status_code == 302
        assert Benchmark.objects.get().is_active is False

    def test_a_value_without_a_source_is_refused(self, people):
        page = browser(people.admin).post(
            reverse("benchmarks"), {"name": "Somebody", "value": "38", "source": " ", "year": "2025"}
        )
        assert page.status_code == 400
        assert not Benchmark.objects.exists()

    def test_an_administrator_enters_a_rate(self, people):
        sent = {"currency": "NOK", "into": "SEK", "rate": "0.95", "on": "2026-11-01", "source": "The bank"}
        ada = browser(people.admin)
        assert ada.post(reverse("exchange-rates"), sent).status_code == 302
        assert ExchangeRate.objects.get().rate == Decimal("0.95")
        assert "0.95 SEK" in ada.get(reverse("exchange-rates")).text
        assert ada.post(reverse("exchange-rates"), sent).status_code == 400
