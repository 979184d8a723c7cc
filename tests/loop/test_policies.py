"""Which policy holds for whose case, in whose working hours, and what an administrator may write down."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from feedback.editing import ChangedMeanwhile
from loop import deadlines, policies, setup_versions, workflow
from loop.changes import ChangeRefused
from loop.models import SlaPolicy, WorkCalendar
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


def facts(**changed):
    """What the default policy has, with these instead and no conditions besides."""
    standard = deadlines.policy()
    kept = {name: getattr(standard, name) for name in policies.FIELDS}
    nothing = {"segment": "", "min_score": None, "max_score": None, "min_value": None, "max_value": None}
    return {**kept, **nothing, "name": "Key accounts", "is_active": True, **changed}


def policy(admin, **changed):
    return policies.save(SlaPolicy(), facts(**changed), actor=admin, now=NOW)


def case_of(score, people, **account):
    customer = factories.account(owner=people.agent, **account)
    return factories.response(score, contact=factories.contact(account=customer)).case


class TestWhichPolicyHolds:
    def test_the_first_that_fits_by_segment_score_and_value_else_the_default_one(self, people):
        policy(people.admin, name="Enterprise", segment="enterprise", contact_minutes=120, urgent_contact_minutes=120)
        policy(people.admin, name="Big", min_value=Decimal(100_000), urgent_contact_minutes=60)
        policy(people.admin, name="Zero", max_score=0, urgent_contact_minutes=30)
        found = [
            case_of(3, people, segment="Enterprise", annual_value=Decimal(500_000)).policy.name,
            case_of(3, people, annual_value=Decimal(500_000)).policy.name,
            case_of(3, people, annual_value=Decimal(99_999)).policy.name,
            case_of(0, people).policy.name,
            case_of(1, people).policy.name,
        ]
        assert found == ["Enterprise", "Big", "Standard", "Zero", "Standard"]

    def test_its_times_count_and_the_case_says_by_which_policy(self, people):
        policy(people.admin, segment="vip", urgent_contact_minutes=60)
        case = case_of(3, people, segment="vip")
        assert case.contact_due_at == later(hours=1)
        assert stories.told(case, "opened")[0]["policy"] == case.due_reason["policy"] == "Key accounts"

    def test_it_stays_with_the_case_when_another_comes_to_hold(self, people):
        case = case_of(3, people, segment="vip")
        policy(people.admin, segment="vip", attempts_before_unreached=1)
        workflow.attempt(case_id=case.pk, channel="phone", reached=False, actor=people.agent, now=later(hours=1))
        with pytest.raises(workflow.StepRefused, match="3 different days"):
            workflow.close_unreached(case_id=case.pk, actor=people.agent, now=later(hours=2))

    def test_one_that_is_not_in_use_is_not_asked(self, people):
        policy(people.admin, segment="vip", is_active=False)
        assert case_of(3, people, segment="vip").policy.name == "Standard"

    def test_the_order_decides_between_two_that_fit(self, people):
        policy(people.admin, name="First", segment="vip")
        second = policy(people.admin, name="Second", max_score=6)
        assert case_of(3, people, segment="vip").policy.name == "First"
        policies.move(second, -1, actor=people.admin, now=NOW)
        assert case_of(3, people, segment="vip").policy.name == "Second"


class TestWhoseWorkingHours:
    @pytest.fixture
    def evenings(self):
        week = {str(day): [[17 * 60, 24 * 60]] for day in range(7)}
        return WorkCalendar.objects.create(name="Evenings", time_zone="Europe/Helsinki", week=week)

    def test_a_team_with_a_calendar_has_its_own(self, people, evenings):
        people.north.calendar = evenings
        people.north.save()
        case = case_of(3, people)
        assert case.calendar == evenings
        assert case.contact_due_at == datetime(2026, 11, 20, 17, tzinfo=UTC)  # an evening of seven hours, then two
        assert case_of(3, people).remind_at < case.contact_due_at

    def test_handing_over_does_not_move_what_the_customer_was_promised(self, people, evenings):
        people.south.calendar = evenings
        people.south.save()
        case = case_of(3, people)
        due = case.contact_due_at
        after = factories.hand_over(case, people.other_agent, team=people.south)
        assert (after.contact_due_at, after.calendar.name) == (due, "Office hours")


class TestWritingOneDown:
    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({}, "segment"),
            ({"segment": "vip", "name": "STANDARD"}, "name"),
            ({"min_score": 4, "max_score": 2}, "max_score"),
            ({"min_value": Decimal(2), "max_value": Decimal(1)}, "max_value"),
            ({"segment": "vip", "contact_minutes": 999_999}, "contact_minutes"),
            ({"segment": "vip", "resolve_minutes": 60}, "contact_minutes"),
        ],
    )
    def test_what_cannot_be_is_refused_by_its_field(self, people, changed, field):
        with pytest.raises(ChangeRefused) as no:
            policy(people.admin, **changed)
        assert no.value.field == field
        assert SlaPolicy.objects.count() == 1

    def test_the_default_one_takes_no_conditions_whoever_asks(self, people):
        standard = deadlines.policy()
        policies.save(standard, facts(name="Standard", segment="vip", is_active=False), actor=people.admin, now=NOW)
        assert (deadlines.policy().segment, deadlines.policy().is_active) == ("", True)

    def test_the_slower_of_two_administrators_is_told(self, people):
        one = policy(people.admin, segment="vip")
        seen = setup_versions.standing(one).version
        policies.save(one, facts(segment="gold"), actor=people.admin, now=NOW, seen=seen)
        with pytest.raises(ChangedMeanwhile):
            policies.save(one, facts(segment="silver"), actor=people.admin, now=NOW, seen=seen)
        assert SlaPolicy.objects.get(pk=one.pk).segment == "gold"

    def test_shows_for_how_many_of_the_last_cases_it_would_have_held(self, people):
        case_of(3, people, segment="vip")
        case_of(3, people)
        new = policies.changed(SlaPolicy(), facts(segment="vip"))
        assert policies.would_hold(new, now=later(days=3)) == (1, 2)
        assert policies.would_hold(new, now=later(days=40)) == (0, 0)


class TestItsPages:
    @pytest.fixture
    def ada(self, people):
        client = Client()
        client.force_login(people.admin)
        return client

    def test_an_administrator_adds_a_policy_and_sees_it_before_the_one_that_fits_all(self, ada):
        page = ada.get(reverse("policy-new"))
        typed = {field.name: field.value() for field in page.context["form"] if field.value() not in (None, False)}
        saved = ada.post(reverse("policy-new"), {**typed, "name": "Key accounts", "segment": "vip", "is_active": "on"})
        made = SlaPolicy.objects.get(name="Key accounts")
        assert saved.url == reverse("policy", args=[made.pk])
        listed = ada.get(reverse("deadlines")).text
        assert listed.index("Key accounts") < listed.index("every case that no other fits")

    def test_without_a_condition_it_says_what_is_missing_and_keeps_what_was_typed(self, ada):
        typed = {field.name: field.value() or "" for field in ada.get(reverse("policy-new")).context["form"]}
        page = ada.post(reverse("policy-new"), {**typed, "name": "For whom?", "is_active": "on"})
        assert page.status_code == 400
        assert "Say for which answers it holds" in page.text
        assert 'value="For whom?"' in page.text

    def test_a_calendar_of_finland_with_july_closed_and_a_half_day_is_added_and_given_to_a_team(self, ada, people):
        typed = {field.name: field.value() or "" for field in ada.get(reverse("work-calendar-new")).context["form"]}
        finland = {
            "name": "Finland",
            "time_zone": "Europe/Helsinki",
            "country": "fi",
            "pauses": "07-01 – 07-31",
            "short_days": "2026-12-23 08:00-12:00",
            "worked_holidays": [],
        }
        ada.post(reverse("work-calendar-new"), {**typed, **finland})
        made = WorkCalendar.objects.get(name="Finland")
        assert (made.country, made.pauses, made.short_days) == (
            "FI",
            [["07-01", "07-31"]],
            {"2026-12-23": [[480, 720]]},
        )
        shown = ada.get(reverse("work-calendar", args=[made.pk])).text
        assert "Independence Day" in shown
        team = {"name": people.north.name, "calendar": made.pk, "members": [people.agent.pk, people.lead.pk]}
        before = ada.post(reverse("setup-team", args=[people.north.pk]), team).text
        assert "New cases are counted in these working hours: Finland." in before
        ada.post(reverse("setup-team", args=[people.north.pk]), {**team, "save": "1"})
        assert case_of(3, people).calendar == made

    @pytest.mark.parametrize(
        ("field", "typed", "words"),
        [
            ("pauses", "July", "is not written like 07-01 – 07-31"),
            ("pauses", "02-30 – 03-01", "is not written like 07-01 – 07-31"),
            ("short_days", "2026-12-23 8-12", "is not written like 08:00-17:00"),
            ("short_days", "23.12. 08:00-12:00", "is not a day such as 2026-12-31"),
        ],
    )
    def test_days_that_cannot_be_read_are_named(self, ada, field, typed, words):
        address = reverse("work-calendar", args=[WorkCalendar.objects.get().pk])
        kept = {each.name: each.value() or "" for each in ada.get(address).context["form"]}
        page = ada.post(address, {**kept, "worked_holidays": [], field: typed})
        assert page.status_code == 400
        assert words in page.text

    def test_trying_a_contact_says_which_policy_holds_and_why_no_other(self, ada, people):
        policy(people.admin, segment="vip")
        customer = factories.account("Nordlund", owner=people.agent, segment="small")
        bea = factories.contact("Bea", account=customer)
        survey = factories.survey().pk
        page = ada.get(reverse("setup-rules-try"), {"contact": bea.email, "score": "3", "survey": survey}).text
        assert "Policy: Standard." in page
        assert "the segment is small, not vip" in page
