"""Anna is away: Kim sees and does her work, is reminded, and everything comes back at the end."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from feedback import responses
from loop import absences, access, conflicts, inbox, reminders, workflow
from loop.absences import AbsenceRefused
from loop.models import Absence, User
from notifications import announce, delivery, digests
from notifications.models import Message
from notifications.people import announce_people
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db

TODAY = NOW.date()


def day(n):
    return later(days=n).date()


def fresh(user):
    return User.objects.get(pk=user.pk)


def sees(user, case):
    return access.visible_cases(fresh(user)).filter(pk=case.pk).exists()


class TestPlanning:
    def plan(self, people, actor=None, **fields):
        given = {"user": people.agent, "starts_on": day(1), "ends_on": day(3), "substitute": None, **fields}
        return absences.plan(**given, actor=actor, now=NOW)

    def test_ones_own_and_those_of_ones_people(self, people):
        for actor in (people.agent, people.lead, people.admin):
            self.plan(people, actor).delete()
        for actor in (people.colleague, people.other_lead, people.leader):
            with pytest.raises(access.NotAllowed):
                self.plan(people, actor)

    def test_refuses_one_that_overlaps_and_says_which(self, people):
        self.plan(people)
        with pytest.raises(AbsenceRefused, match=r"Anna is away from .*20.* to .*22.* already") as refused:
            self.plan(people, starts_on=day(3), ends_on=day(9))
        assert refused.value.field == "starts_on"
        self.plan(people, starts_on=day(4), ends_on=day(9))
        assert Absence.objects.count() == 2

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"starts_on": day(3), "ends_on": day(1)}, "ends_on"),
            ({"starts_on": day(-9), "ends_on": day(-1)}, "ends_on"),
            ({"ends_on": date(2036, 1, 1)}, "ends_on"),
        ],
    )
    def test_refuses_days_that_make_no_sense(self, people, fields, field):
        with pytest.raises(AbsenceRefused) as refused:
            self.plan(people, **fields)
        assert refused.value.field == field
        assert not Absence.objects.exists()

    @pytest.mark.parametrize("who", ["agent", "leader", "gone"])
    def test_refuses_a_substitute_who_cannot_act(self, people, who):
        substitute = factories.user("Gone", is_active=False) if who == "gone" else getattr(people, who)
        with pytest.raises(AbsenceRefused) as refused:
            self.plan(people, substitute=substitute)
        assert refused.value.field == "substitute"

    def test_may_be_changed_without_meeting_itself(self, people):
        absence = self.plan(people)
        self.plan(people, absence=absence, ends_on=day(5), substitute=people.colleague)
        absence.refresh_from_db()
        assert (absence.ends_on, absence.substitute) == (day(5), people.colleague)


class TestWhileSomebodyIsAway:
    @pytest.fixture
    def case(self, people):
        case = factories.case(owner=people.agent)
        factories.away(people.agent, ends_on=day(9), substitute=people.colleague)
        return case

    def test_the_case_stays_hers(self, people, case):
        assert stories.as_it_is_now(case).owner == people.agent

    def test_whoever_stands_in_sees_it_finds_it_in_their_inbox_and_may_act(self, people, case):
        assert sees(people.colleague, case)
        assert case in inbox.own_open_cases(fresh(people.colleague))
        workflow.attempt(
            case_id=case.pk, channel="phone", reached=True, actor=fresh(people.colleague), now=later(hours=1)
        )
        assert not sees(people.other_agent, case)

    def test_nobody_who_does_not_stand_in_gets_any_closer(self, people, case):
        other = factories.case(owner=people.other_agent)
        assert not sees(people.colleague, other)
        with pytest.raises(access.NotAllowed):
            access.require(fresh(people.colleague), "withdraw", case)

    def test_reminders_and_escalations_go_to_whoever_stands_in(self, people, case):
        reminders.remind_due(now=later(days=4))
        announce.announce_missed(now=later(days=4))
        told = Message.objects.exclude(kind="case_assigned")
        assert set(told.filter(kind="reminder_overdue").values_list("user__name", flat=True)) == {"Kim"}
        assert set(told.filter(kind="case_escalated").values_list("user__name", flat=True)) == {"Kim", "Lars"}
        assert not told.filter(user=people.agent).exists()

    def test_it_ends_by_itself_with_the_day(self, people, case):
        absences.settle(now=later(days=9))
        assert sees(people.colleague, case)
        absences.settle(now=later(days=10))
        assert not sees(people.colleague, case)
        assert fresh(people.agent).away_until is None

    def test_the_morning_mail_tells_of_it_whoever_stands_in_and_not_who_is_away(self, people, case):
        morning = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
        digests.enqueue(now=morning)
        assert set(Message.objects.filter(kind="digest").values_list("user__name", flat=True)) >= {"Kim"}
        assert not Message.objects.filter(kind="digest", user=people.agent).exists()

    def test_whoever_stands_in_is_mailed_whose_work_they_do(self, people, case):
        announce_people(now=NOW)
        announce_people(now=later(minutes=1))
        delivery.deliver_due(now=later(minutes=1))
        (mail,) = Message.objects.filter(kind="stand_in")
        assert (mail.user, mail.state) == (people.colleague, "sent")
        assert "Anna, until Saturday 28 November: 1 open case" in mail.body


class TestAPlanForLater:
    def test_begins_by_itself(self, people):
        case = factories.case(owner=people.agent)
        factories.away(people.agent, starts_on=day(2), ends_on=day(3), substitute=people.colleague)
        assert not sees(people.colleague, case)
        absences.settle(now=later(days=2))
        assert sees(people.colleague, case)

    def test_begins_with_the_day_where_the_person_is(self, people):
        User.objects.filter(pk=people.agent.pk).update(time_zone="Pacific/Auckland")
        factories.away(fresh(people.agent), starts_on=day(1), substitute=people.colleague)
        absences.settle(now=datetime(2026, 11, 19, 10, 30, tzinfo=UTC))
        assert fresh(people.agent).away_until is None
        absences.settle(now=datetime(2026, 11, 19, 11, 30, tzinfo=UTC))
        assert fresh(people.agent).away_until == day(1)

    def test_settling_twice_changes_nothing_more(self, people):
        factories.away(people.agent, substitute=people.colleague)
        assert absences.settle(now=NOW) == 0


class TestAChain:
    def test_goes_on_to_whoever_is_here(self, people):
        case = factories.case(owner=people.agent)
        factories.away(people.colleague, substitute=people.other_agent)
        factories.away(people.agent, substitute=people.colleague)
        assert fresh(people.agent).stand_in == people.other_agent
        assert sees(people.other_agent, case)
        assert not sees(people.colleague, case)

    def test_that_comes_back_to_its_beginning_has_nobody(self, people):
        factories.away(people.agent, substitute=people.colleague)
        factories.away(people.colleague, substitute=people.agent)
        assert fresh(people.agent).stand_in is None
        assert fresh(people.colleague).covering_people == []


class TestALeadWhoIsAway:
    def test_is_led_for_by_whoever_stands_in(self, people):
        case = factories.case(owner=people.agent)
        factories.away(people.lead, substitute=people.colleague)
        kim = fresh(people.colleague)
        assert access.may(kim, "withdraw", case)
        assert access.may_plan_absence(kim, people.agent)
        absences.settle(now=later(days=1))
        assert not sees(people.colleague, case)

    def test_without_a_stand_in_leaves_the_team_to_the_other_leads(self, people):
        case = factories.case(owner=people.agent)
        assert not sees(people.other_lead, case)
        factories.away(people.lead)
        assert access.may(fresh(people.other_lead), "assign", case)


class TestHandingBack:
    @pytest.fixture
    def customer(self, people):
        customer = factories.contact(account=factories.account("Nordlund AB", owner=people.agent))
        factories.away(people.agent, ends_on=day(2), substitute=people.colleague)
        return customer

    def test_gives_back_what_was_not_begun(self, people, customer):
        case = factories.response(3, contact=customer).case
        assert case.owner == people.colleague
        absences.settle(now=later(days=3))
        back = stories.as_it_is_now(case)
        assert (back.owner, back.owner_reason) == (people.agent, "Anna is back")

    def test_leaves_with_whoever_tried_what_they_began(self, people, customer):
        case = factories.response(3, contact=customer).case
        workflow.attempt(case_id=case.pk, channel="phone", reached=False, actor=people.colleague, now=later(hours=1))
        absences.settle(now=later(days=3))
        assert stories.as_it_is_now(case).owner == people.colleague

    def test_leaves_alone_what_the_lead_gave_to_somebody_meanwhile(self, people, customer):
        case = factories.hand_over(factories.response(3, contact=customer).case, people.colleague)
        absences.settle(now=later(days=3))
        assert stories.as_it_is_now(case).owner == people.colleague

    def test_spares_a_customer_who_asked_for_somebody_else(self, people, customer):
        case = factories.response(3, contact=customer).case
        conflicts.ask_for_someone_else(case_id=case.pk, actor=people.colleague, now=later(hours=1))
        absences.settle(now=later(days=3))
        assert stories.as_it_is_now(case).owner == people.colleague

    def test_spares_a_customer_who_adds_that_it_is_about_her(self, people, customer):
        given = {"survey": factories.survey(), "contact": customer, "source": "page", "score": 2, "external_id": "1"}
        case = responses.record_response(**given, now=NOW).response.case
        assert case.owner == people.colleague
        responses.record_response(**given, comment="Anna hung up on me.", may_correct=True, now=later(minutes=3))
        absences.settle(now=later(days=3))
        assert stories.as_it_is_now(case).owner == people.lead

    def test_happens_at_once_when_she_is_back_early(self, people, customer):
        case = factories.response(3, contact=customer).case
        absences.end(Absence.objects.get(), actor=people.agent, now=later(hours=2))
        assert stories.as_it_is_now(case).owner == people.agent
        assert fresh(people.agent).away_until is None

    def test_happens_once(self, people, customer):
        factories.response(3, contact=customer)
        absences.settle(now=later(days=3))
        assert absences.settle(now=later(days=3)) == 0


def test_the_page_tells_who_changed_and_struck_out_what(people):
    absence = factories.away(people.agent, starts_on=later(days=5).date(), ends_on=later(days=9).date())
    absences.plan(
        user=people.agent, starts_on=absence.starts_on, ends_on=later(days=7).date(), substitute=people.colleague,
        actor=people.lead, now=later(hours=1), absence=absence,
    )  # fmt: skip
    absences.end(absence, actor=people.agent, now=later(hours=2))

    def page(user):
        client = Client()
        client.force_login(user)
        return client.get(reverse("absences")).text

    for reader in (people.agent, people.lead, people.admin):
        shown = page(reader)
        assert shown.count('<li class="k">') == 3
        assert "<b>Lars</b>" in shown
        assert "Who stands in" in shown
    assert '<li class="k">' not in page(people.other_agent)


def test_one_that_is_over_cannot_be_ended(people):
    absence = factories.away(people.agent)
    with pytest.raises(AbsenceRefused):
        absences.end(absence, actor=people.agent, now=later(days=2))
