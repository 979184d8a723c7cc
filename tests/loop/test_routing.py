"""Rules with their conditions, turns in a team, what trying it out says, and the doors that write rules."""

from datetime import date
from decimal import Decimal

import pytest

from feedback.models import Account, Contact, Survey
from loop import assignment, routing, rules
from loop.models import AssignmentRule, Case, Role, Turn
from loop.models.routing import Sharing
from loop.routing import Facts
from tests import factories
from tests.factories import NOW, later

SURVEY, OTHER = Survey(pk=1, name="Relational"), Survey(pk=2, name="Product")
ACCOUNT = Account(name="Fjord AB", segment="Large", country="SE", annual_value=Decimal(100_000))
FACTS = Facts(score=3, account=ACCOUNT, contact=Contact(), survey=SURVEY, language="sv", touchpoint="delivered")


@pytest.mark.parametrize(
    ("condition", "misfit"),
    [
        ({"segment": "Large"}, ""),
        ({"segment": "large"}, ""),
        ({"segment": "Small"}, "the segment is Large, not Small"),
        ({"country": "SE"}, ""),
        ({"country": "NO"}, "the country is SE, not NO"),
        ({"language": "sv"}, ""),
        ({"language": "fi"}, "the language is sv, not fi"),
        ({"touchpoint": "delivered"}, ""),
        ({"touchpoint": "onboarded"}, "the touchpoint is delivered, not onboarded"),
        ({"survey": SURVEY}, ""),
        ({"survey": OTHER}, "the survey is Relational, not Product"),
        ({"min_score": 3, "max_score": 3}, ""),
        ({"min_score": 4}, "the score 3 is below 4"),
        ({"max_score": 2}, "the score 3 is above 2"),
        ({"min_value": Decimal(100_000), "max_value": Decimal(100_000)}, ""),
        ({"min_value": Decimal(100_001)}, "the account's value 100000 is below 100001"),
        ({"max_value": Decimal(99_999)}, "the account's value 100000 is above 99999"),
    ],
)
def test_a_condition_fits_or_says_why_not(condition, misfit):
    assert routing.misfits(AssignmentRule(name="Rule", **condition), FACTS) == ([misfit] if misfit else [])


def test_what_is_not_known_fits_no_condition():
    unknown = Facts(score=3, account=None, contact=None, survey=None)
    rule = AssignmentRule(segment="Large", country="SE", survey=SURVEY, min_value=Decimal(1))
    assert len(routing.misfits(rule, unknown)) == 4


@pytest.fixture
def nils(people):
    return factories.user("Nils", team=people.north)


def share(team, sharing, **fields):
    return AssignmentRule.objects.create(position=1, name="Shared", team=team, sharing=sharing, **fields)


def owners(n, now=NOW):
    """Who gets so many answers of accounts nobody looks after."""
    return [factories.case(now=now).owner for _case in range(n)]


@pytest.mark.django_db
class TestEachInTurn:
    def test_goes_round(self, people, nils):
        share(people.north, Sharing.ROUND_ROBIN)
        assert owners(5) == [people.agent, people.colleague, nils, people.agent, people.colleague]

    def test_passes_by_who_is_away_and_never_asks_the_lead(self, people, nils):
        share(people.north, Sharing.ROUND_ROBIN)
        factories.away(people.colleague)
        assert owners(3) == [people.agent, nils, people.agent]

    def test_asks_the_lead_where_nobody_else_is_here(self, people):
        share(people.south, Sharing.ROUND_ROBIN)
        factories.away(people.other_agent)
        assert owners(1) == [people.other_lead]

    def test_waits_in_the_queue_where_nobody_is(self, people):
        share(people.south, Sharing.ROUND_ROBIN)
        factories.away(people.other_agent)
        factories.away(people.other_lead)
        case = factories.case()
        assert (case.owner, case.team) == (None, people.south)
        assert case.owner_reason == "Rule “Shared”: nobody of South is here, waits in their queue"


@pytest.mark.django_db
class TestTheFewestOpenCases:
    def test_counts_open_cases_only_and_breaks_ties_in_turn(self, people, nils):
        factories.case(owner=people.agent)
        factories.resolved_case(owner=people.colleague)
        share(people.north, Sharing.LEAST_LOADED)
        assert owners(5) == [people.colleague, nils, people.agent, people.colleague, nils]

    def test_says_so(self, people):
        share(people.north, Sharing.LEAST_LOADED)
        assert factories.case().owner_reason == "Rule “Shared”: Anna has the fewest open cases in North"


@pytest.mark.django_db
class TestTryingItOut:
    def explain(self, **facts):
        contact = factories.contact(account=factories.account("Fjord AB", country="SE"))
        return assignment.explain(
            Facts(score=3, account=contact.account, contact=contact, survey=factories.survey(), **facts), now=NOW
        )

    def test_says_which_rule_wins_and_why_the_others_do_not(self, people):
        AssignmentRule.objects.create(position=1, name="Norway", country="NO", user=people.other_agent)
        AssignmentRule.objects.create(position=2, name="Sweden", country="SE", user=people.agent)
        AssignmentRule.objects.create(position=3, name="All", user=people.colleague)
        choice, looks = self.explain()
        assert choice.owner == people.agent
        assert [(look.name, look.decided, look.why) for look in looks] == [
            ("Account owner", False, "nobody looks after Fjord AB"),
            ("Rule “Norway”", False, "the country is SE, not NO"),
            ("Rule “Sweden”", True, "Rule “Sweden”"),
        ]

    def test_takes_nobodys_turn(self, people):
        share(people.north, Sharing.ROUND_ROBIN)
        for _time in range(3):
            assert self.explain()[0].owner == people.agent
        assert not Turn.objects.exists()

    def test_goes_the_way_a_real_answer_goes(self, people):
        share(people.north, Sharing.ROUND_ROBIN, touchpoint="", min_score=2)
        case = factories.case(3)
        tried, _looks = assignment.explain(routing.facts_of(case.response), now=NOW)
        assert tried.owner == people.colleague  # Anna has just had her turn
        assert factories.case(3).owner == people.colleague


@pytest.mark.django_db
class TestWritingRules:
    def facts(self, people, **fields):
        return {"name": "Rule", "user": people.agent, "team": None, **fields}

    def test_a_new_one_comes_last(self, people):
        first = rules.save(AssignmentRule(), self.facts(people), actor=people.admin, now=NOW)
        second = rules.save(AssignmentRule(), self.facts(people, name="Next"), actor=people.admin, now=NOW)
        assert (first.position, second.position) == (1, 2)

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"user": None}, "receiver"),
            ({"min_score": 5, "max_score": 3}, "max_score"),
            ({"min_value": 5, "max_value": 3}, "max_value"),
        ],
    )
    def test_one_that_makes_no_sense_is_refused(self, people, fields, field):
        with pytest.raises(rules.RuleRefused) as refused:
            rules.save(AssignmentRule(), self.facts(people, **fields), actor=people.admin, now=NOW)
        assert refused.value.field == field

    def test_they_are_put_in_order_and_moved(self, people):
        made = [
            rules.save(AssignmentRule(), self.facts(people, name=name), actor=people.admin, now=NOW) for name in "ABC"
        ]
        rules.put_in_order([made[2].pk, made[0].pk], actor=people.admin, now=NOW)
        assert [rule.name for rule in AssignmentRule.objects.order_by("position")] == ["C", "A", "B"]
        rules.move(made[1], -1, actor=people.admin, now=NOW)
        assert [rule.name for rule in AssignmentRule.objects.order_by("position")] == ["C", "B", "A"]

    def test_what_it_would_have_decided_is_told_before(self, people):
        AssignmentRule.objects.create(position=1, name="All", team=people.south)
        swedish = factories.contact(account=factories.account(country="SE"))
        factories.response(2, contact=swedish)
        factories.response(2, contact=factories.contact(account=factories.account(country="NO")))
        factories.case(owner=people.agent)
        factories.response(2, contact=swedish, survey_key="product", now=later(days=-40))
        sweden = AssignmentRule(name="Sweden", country="SE", user=people.agent, position=0)
        told = rules.would_be(sweden, now=later(hours=1))
        assert told.looked_at == 2
        assert told.elsewhere == []  # it would come last, behind the one that takes all
        AssignmentRule.objects.update(position=2)
        sweden.position = 1
        sweden.save()
        AssignmentRule.objects.filter(name="Sweden").update(is_active=False)
        told = rules.would_be(sweden, now=later(hours=1))
        assert [(one.before, one.after) for one in told.elsewhere] == [("All → South", "Sweden → Anna")]
        assert Case.objects.filter(owner=people.agent).count() == 1

    def test_without_a_rule_the_queue_is_named(self, people):
        factories.case()
        rule = AssignmentRule.objects.create(position=1, name="All", user=people.agent)
        [one] = rules.without(rule, now=later(hours=1)).elsewhere
        assert (one.before, one.after) == ("All → Anna", "the queue of all leads")
        type(people.south).objects.filter(pk=people.south.pk).update(is_fallback=True)
        [one] = rules.without(rule, now=later(hours=1)).elsewhere
        assert one.after == "the queue of South"

    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({}, []),
            ({"country": "NO"}, ["NO"]),
            ({"segment": "Large", "max_score": 3, "min_value": 10}, ["Large", "score 0–3", "value 10–…"]),
        ],
    )
    def test_what_must_hold_is_told_in_a_few_words(self, fields, told):
        assert rules.conditions(AssignmentRule(name="R", **fields)) == told


@pytest.mark.django_db
def test_a_rule_naming_a_lead_or_somebody_away_still_finds_somebody(people):
    AssignmentRule.objects.create(position=1, name="All", user=people.lead)
    factories.away(people.lead, ends_on=date(2026, 11, 20), substitute=people.agent)
    assert factories.case().owner == people.agent
    assert people.lead.role == Role.LEAD
