"""Nobody of ours is told at night or on a day off, and what waited comes in the morning."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from loop import quiet_hours, setup_versions, workflow
from loop.models import QuietHours, Role, WorkCalendar
from notifications import announce, delivery
from notifications.models import Message, MessageState
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

THURSDAY_EVENING = datetime(2026, 11, 19, 20, tzinfo=UTC)  # 21:00 in Stockholm
FRIDAY_7 = datetime(2026, 11, 20, 6, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 21, 11, tzinfo=UTC)
MONDAY_7 = datetime(2026, 11, 23, 6, tzinfo=UTC)


@pytest.fixture(autouse=True)
def from_seven_to_seven(settings):
    settings.STAFF_HOURS = (7, 19)


def deliver(now):
    announce.announce_missed(now=now)
    return delivery.deliver_due(now=now)


class TestAnAlertAtNight:
    def test_waits_for_the_morning_where_the_reader_is_and_leaves_once(self, people, server):
        factories.case(owner=people.agent, now=THURSDAY_EVENING)
        assert deliver(THURSDAY_EVENING) == 0
        message = Message.objects.get(kind="case_assigned")
        assert (message.state, message.send_after, message.attempts) == (MessageState.PENDING, FRIDAY_7, 0)
        assert delivery.deliver_due(now=FRIDAY_7 - timedelta(seconds=1)) == 0
        assert [delivery.deliver_due(now=FRIDAY_7) for _again in range(2)] == [1, 0]

    def test_goes_by_the_readers_own_clock(self, people, server):
        people.agent.time_zone = "America/New_York"
        people.agent.save()
        factories.case(owner=people.agent, now=THURSDAY_EVENING)  # three in the afternoon there
        assert deliver(THURSDAY_EVENING) == 1

    def test_on_a_saturday_waits_for_monday(self, people, server):
        factories.case(owner=people.agent, now=SATURDAY)
        deliver(SATURDAY)
        assert Message.objects.get(kind="case_assigned").send_after == MONDAY_7

    def test_on_a_holiday_of_the_readers_team_waits_for_the_day_after(self, people, server):
        norway = WorkCalendar.objects.create(name="Norway", time_zone="Europe/Oslo", country="NO")
        people.north.calendar = norway
        people.north.save()
        may_17 = datetime(2027, 5, 17, 9, tzinfo=UTC)
        factories.case(owner=people.agent, now=may_17)
        deliver(may_17)
        assert Message.objects.get(kind="case_assigned").send_after == datetime(2027, 5, 18, 5, tzinfo=UTC)

    def test_is_not_sent_when_the_case_has_another_owner_by_the_morning(self, people, server):
        case = factories.case(owner=people.agent, now=THURSDAY_EVENING)
        deliver(THURSDAY_EVENING)
        factories.hand_over(case, people.colleague, now=THURSDAY_EVENING + timedelta(hours=1))
        deliver(FRIDAY_7)
        assert [mail.to for mail in server.taken] == [["kim@loop.example"]]

    def test_many_of_a_weekend_are_one_mail(self, people, server):
        for hour in range(6):
            at = SATURDAY + timedelta(hours=hour)
            factories.case(owner=people.agent, now=at)
            deliver(at)
        deliver(MONDAY_7)
        assert len([mail for mail in server.taken if mail.to == ["anna@loop.example"]]) == 1

    def test_by_day_leaves_at_once(self, people, server):
        factories.case(owner=people.agent, now=NOW)
        assert deliver(NOW) == 1


class TestWhatIsUrgent:
    def escalate(self, people):
        case = factories.case(owner=people.agent, now=NOW)
        deliver(NOW)
        workflow.escalate(case_id=case.pk, reason="Late.", actor=None, now=THURSDAY_EVENING)
        deliver(THURSDAY_EVENING)

    def test_waits_too_unless_the_role_is_told_at_any_hour(self, people, server):
        self.escalate(people)
        assert {message.user.name for message in Message.objects.filter(kind="case_escalated", sent_at=None)} == {
            "Anna",
            "Lars",
        }

    def test_reaches_the_leads_where_an_administrator_says_so(self, people, server):
        quiet_hours.change(
            Role.LEAD, begins=7, ends=19, on_days_off=False, urgent_anyway=True, actor=people.admin, now=NOW
        )
        self.escalate(people)
        assert Message.objects.get(kind="case_escalated", sent_at__isnull=False).user == people.lead


class TestSettingThemUp:
    @pytest.fixture
    def ada(self, people):
        client = Client()
        client.force_login(people.admin)
        return client

    def test_an_administrator_sets_hours_for_a_role(self, ada, people):
        address = reverse("quiet-hours-change", args=["lead"])
        ada.post(address, {"begins": "6", "ends": "22", "urgent_anyway": "on", "version": "0"})
        kept = QuietHours.objects.get()
        assert (kept.role, kept.begins, kept.ends, kept.on_days_off, kept.urgent_anyway) == ("lead", 6, 22, False, True)
        assert quiet_hours.of_role("agent").begins == 7

    def test_hours_the_wrong_way_round_are_refused_at_their_field(self, ada):
        page = ada.post(reverse("quiet-hours-change", args=["lead"]), {"begins": "20", "ends": "8", "version": "0"})
        assert page.status_code == 400
        assert "It must end after it begins" in page.text
        assert not QuietHours.objects.exists()

    def test_the_slower_of_two_is_told(self, ada, people):
        quiet_hours.change(
            "lead", begins=6, ends=22, on_days_off=False, urgent_anyway=False, actor=people.admin, now=NOW
        )
        seen = setup_versions.standing(QuietHours.objects.get()).version
        page = ada.post(
            reverse("quiet-hours-change", args=["lead"]), {"begins": "5", "ends": "23", "version": str(seen - 1)}
        )
        assert page.status_code == 409
        assert QuietHours.objects.get().begins == 6

    def test_a_role_that_is_none_is_not_found(self, ada):
        assert ada.post(reverse("quiet-hours-change", args=["customer"]), {}).status_code == 404
