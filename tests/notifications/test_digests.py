"""One mail in the morning tells each person what waits for them; none where nothing does, at night, or on a day off."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from loop import sweeping, workflow
from notifications import delivery, digests, outbox, preferences
from notifications.models import Message, MessageState
from tests import factories

STOCKHOLM = ZoneInfo("Europe/Stockholm")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=STOCKHOLM)  # when the case below opens


def at(day, hour, minute=0, zone=STOCKHOLM):
    return datetime(2026, 11, day, hour, minute, tzinfo=zone)


@pytest.fixture
def case(people):
    """Anna's, of a Monday at nine with a 5: first contact by Wednesday at nine."""
    return factories.case(5, owner=people.agent, now=MONDAY)


def morning(now):
    digests.enqueue(now=now)
    delivery.deliver_due(now=now)


def digests_to(user):
    return Message.objects.filter(kind="digest", user=user)


class TestTheMorningMail:
    def test_tells_what_is_due_today(self, people, server, case):
        morning(at(25, 7, 30))
        told = digests_to(people.agent).get()
        assert (told.state, told.subject) == (MessageState.SENT, "Today: 1 due")
        assert f"/cases/{case.pk}/" in told.body

    def test_tells_what_is_overdue_and_what_came_in(self, people, server, case):
        factories.case(5, owner=people.agent, now=at(25, 16))
        morning(at(26, 7, 30))
        assert digests_to(people.agent).get().subject == "Today: 1 overdue, 1 new"

    def test_of_a_monday_tells_what_came_in_since_friday(self, people, server):
        factories.case(5, owner=people.agent, now=at(20, 15))
        morning(at(23, 7, 30))
        assert digests_to(people.agent).get().subject == "Today: 1 new"

    def test_comes_once_however_often_the_clock_ticks(self, people, server, case):
        for minute in (30, 35, 40):
            morning(at(25, 7, minute))
        assert digests_to(people.agent).count() == 1

    def test_is_not_sent_when_there_is_nothing_to_tell(self, people, server, case):
        morning(at(25, 7, 30))
        assert not digests_to(people.colleague).exists()
        assert not digests_to(people.leader).exists()

    def test_tells_a_lead_what_is_overdue_with_others_and_what_nobody_has(self, people, server, case):
        waiting = factories.case(5, now=MONDAY)
        workflow.assign(case_id=waiting.pk, owner=None, team=people.north, reason="Queue.", actor=None, now=MONDAY)
        morning(at(26, 7, 30))
        told = digests_to(people.lead).get()
        assert told.subject == "Today: 1 overdue in the team, 1 waiting for somebody"
        assert "Anna" in told.body
        assert not digests_to(people.other_lead).exists()

    def test_tells_whoever_stands_in_for_the_lead_what_he_would_read(self, people, server, case):
        factories.away(people.lead, substitute=people.colleague, starts_on=at(26, 7).date(), now=at(26, 6))
        morning(at(26, 7, 30))
        assert digests_to(people.colleague).get().subject == "Today: 1 overdue in the team"
        assert not digests_to(people.lead).exists()

    def test_tells_an_administrator_of_cases_of_their_own(self, people, server, case):
        factories.case(5, owner=people.admin, now=MONDAY)
        morning(at(25, 7, 30))
        assert digests_to(people.admin).get().subject == "Today: 1 due"

    def test_leaves_out_what_a_mail_of_its_own_has_told_today(self, people, server, case):
        sweeping.run_all(now=at(25, 8))
        assert Message.objects.filter(kind="reminder_due", state=MessageState.SENT).exists()
        assert digests_to(people.agent).get().state == MessageState.CANCELLED

    @pytest.mark.parametrize("now", [at(25, 7, 29), at(25, 12), at(25, 23), at(28, 8), at(29, 8)])
    def test_comes_in_the_morning_of_a_working_day(self, people, case, now):
        assert digests.enqueue(now=now) == 0

    def test_comes_when_it_is_morning_where_she_is(self, people, case):
        people.agent.time_zone = "Europe/Helsinki"
        people.agent.save(update_fields=["time_zone"])
        assert digests.enqueue(now=at(25, 7, 30, ZoneInfo("Europe/Helsinki"))) == 1

    def test_does_not_come_on_a_public_holiday(self, people, case):
        assert digests.enqueue(now=datetime(2026, 12, 25, 8, tzinfo=STOCKHOLM)) == 0

    def test_does_not_come_to_who_is_away(self, people, case):
        factories.away(people.agent, starts_on=at(25, 1).date(), now=at(25, 1))
        digests.enqueue(now=at(25, 7, 30))
        assert not digests_to(people.agent).exists()

    def test_does_not_come_to_who_has_switched_it_off(self, people, case):
        preferences.choose(people.agent, set(preferences.OPTIONAL) - {"digest"}, now=MONDAY)
        assert digests.enqueue(now=at(25, 7, 30)) == 0


class TestAMorningMailThatWaits:
    def test_says_what_is_true_when_it_leaves(self, people, server, case):
        digests.enqueue(now=at(25, 7, 30))
        workflow.withdraw(case_id=case.pk, reason="A test.", actor=people.lead, now=at(25, 7, 31))
        delivery.deliver_due(now=at(25, 7, 32))
        told = digests_to(people.agent).get()
        assert (told.state, told.error) == (MessageState.CANCELLED, "there is nothing to tell any more")

    def test_does_not_leave_on_another_day(self, people, server, case):
        digests.enqueue(now=at(25, 7, 30))
        delivery.deliver_due(now=at(26, 7, 30))
        assert digests_to(people.agent).get().error == "the day is over"

    def test_is_one_after_three_days_off(self, people, server, case):
        morning(at(30, 8) + timedelta(hours=72))
        assert digests_to(people.agent).count() == 1


def test_the_sweep_makes_it(people, server, case):
    for now in (MONDAY, at(24, 13)):
        sweeping.run_all(now=now)
    sweeping.run_all(now=at(25, 7, 30))
    assert digests_to(people.agent).get().state == MessageState.SENT


def test_it_is_known_by_its_day(people, case):
    digests.enqueue(now=at(25, 7, 30))
    assert outbox.is_known(f"digest:{people.agent.pk}:2026-11-25")


class TestMyMails:
    def test_shows_what_she_may_switch_off_and_keeps_her_choice(self, people, client, case):
        client.force_login(people.agent)
        assert b"In the morning" in client.get("/me/messages/").content
        client.post("/me/messages/", {"wanted": ["case_outcome"]})
        assert preferences.unwanted(people.agent) == frozenset(preferences.OPTIONAL) - {"case_outcome"}
        assert preferences.unwanted(people.lead) == frozenset()

    def test_takes_no_other_kind(self, people, client):
        client.force_login(people.agent)
        assert client.post("/me/messages/", {"wanted": ["case_assigned"]}).status_code == 400
        with pytest.raises(ValueError, match="case_assigned"):
            preferences.choose(people.agent, {"case_assigned"}, now=MONDAY)

    def test_what_she_goes_without_does_not_leave(self, people, server, case):
        preferences.choose(people.agent, set(), now=MONDAY)
        sweeping.run_all(now=at(24, 9))
        sweeping.run_all(now=at(25, 8))
        kinds = Message.objects.filter(user=people.agent, state=MessageState.SENT).values_list("kind", flat=True)
        assert "case_assigned" in kinds
        assert not {"reminder_half_time", "reminder_due", "digest"} & set(kinds)
