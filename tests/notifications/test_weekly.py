"""On Monday morning whoever leads reads how last week went: once a week, about what they may see, with two pictures."""

import io
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from loop import week_charts, workflow
from loop.reporting.shares import Share
from loop.reporting.week import WEEKS, WeekRow, week_report
from notifications import delivery, pictures, preferences, rendering, weekly
from notifications.models import Message, MessageState
from tests import factories

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def at(day, hour, minute=0, zone=STOCKHOLM, month=11):
    return datetime(2026, month, day, hour, minute, tzinfo=zone)


TUESDAY = at(17, 9)  # of week 47
MONDAY = at(23, 7, 30)  # of week 48


@pytest.fixture
def case(people):
    """Anna's, of a Tuesday at nine: first contact by Thursday at nine."""
    return factories.case(5, owner=people.agent, now=TUESDAY)


def weekly_to(user):
    return Message.objects.filter(kind="weekly", user=user)


class TestWhoGetsIt:
    def test_leads_and_leadership_once_a_week(self, people, case):
        for minute in (30, 45, 59):
            weekly.enqueue(now=at(23, 7, minute))
        keys = set(Message.objects.filter(kind="weekly").values_list("key", flat=True))
        assert keys == {f"weekly:{person.pk}:2026-W48" for person in (people.lead, people.leader)}

    def test_no_lead_whose_teams_had_nothing(self, people, case):
        weekly.enqueue(now=MONDAY)
        assert not weekly_to(people.other_lead).exists()

    def test_not_who_is_away(self, people, case):
        factories.away(people.lead, starts_on=MONDAY.date(), now=at(23, 1))
        weekly.enqueue(now=MONDAY)
        assert not weekly_to(people.lead).exists()

    def test_who_stands_in_for_a_lead_that_is_away(self, people, server, case):
        factories.away(people.lead, substitute=people.other_agent, starts_on=MONDAY.date(), now=at(23, 1))
        people.other_agent.refresh_from_db()
        weekly.enqueue(now=MONDAY)
        delivery.deliver_due(now=MONDAY)
        assert weekly_to(people.other_agent).get().state == MessageState.SENT
        assert not weekly_to(people.agent).exists()

    def test_not_who_has_switched_it_off(self, people, case):
        preferences.choose(people.lead, set(preferences.OPTIONAL) - {"weekly"}, now=TUESDAY)
        weekly.enqueue(now=MONDAY)
        assert not weekly_to(people.lead).exists()

    def test_not_who_is_no_lead_any_more_when_it_leaves(self, people, server, case):
        weekly.enqueue(now=MONDAY)
        people.lead.role = "agent"
        people.lead.save(update_fields=["role"])
        delivery.deliver_due(now=MONDAY)
        assert weekly_to(people.lead).get().state == MessageState.CANCELLED

    def test_not_in_another_week(self, people, server, case):
        weekly.enqueue(now=MONDAY)
        delivery.deliver_due(now=at(30, 8))
        told = weekly_to(people.lead).get()
        assert (told.state, told.error) == (MessageState.CANCELLED, "the week is over")


class TestWhen:
    @pytest.mark.parametrize("now", [at(23, 7, 29), at(23, 12), at(24, 8), at(25, 8), at(22, 8), at(23, 2)])
    def test_not_at_another_time(self, people, case, now):
        assert weekly.enqueue(now=now) == 0

    def test_when_it_is_morning_where_she_is(self, people, case):
        people.leader.time_zone = "Europe/Helsinki"
        people.leader.save(update_fields=["time_zone"])
        assert weekly.enqueue(now=at(23, 7, 30, ZoneInfo("Europe/Helsinki"))) == 1

    def test_on_tuesday_when_monday_is_a_holiday(self, people):
        """Easter Monday of 2027 is the 29th of March."""
        easter = datetime(2027, 3, 29, 8, tzinfo=STOCKHOLM)
        factories.case(5, owner=people.agent, now=easter - timedelta(days=6))
        assert weekly.enqueue(now=easter) == 0
        assert weekly.enqueue(now=easter + timedelta(days=1)) == 2
        assert weekly.enqueue(now=easter + timedelta(days=2)) == 0


class TestWhatItTells:
    def test_last_week_beside_the_week_before(self, people, server, case):
        factories.resolved_case(3, owner=people.agent, now=at(18, 9))
        factories.case(2, owner=people.agent, now=at(10, 9))
        told = week_report(people.lead, MONDAY.date(), MONDAY)
        assert (told.week.detractors, told.before.detractors) == (2, 1)
        assert (told.week.contacted_in_time, told.before.contacted_in_time) == (Share(1, 2), Share(0, 1))
        assert (told.week.resolved, told.before.resolved) == (1, 0)
        assert told.overdue == 2
        assert [name for name, _count in told.causes] == ["Billing"]

    def test_what_was_opened_again_counts_in_the_week_it_happened(self, people):
        solved = factories.resolved_case(3, owner=people.agent, now=at(3, 9))
        workflow.reopen(case_id=solved.pk, reason="Again.", actor=people.lead, now=at(18, 9))
        told = week_report(people.lead, MONDAY.date(), MONDAY)
        assert (told.week.reopened, told.before.reopened) == (1, 0)

    def test_promises_by_their_time(self, people):
        one = factories.promised(factories.case(3, owner=people.agent, now=at(16, 9)), now=at(16, 9))
        workflow.keep_promise(case_id=one.pk, promise_id=one.promises.get().pk, actor=people.agent, now=at(17, 9))
        factories.promised(factories.case(3, owner=people.agent, now=at(16, 9)), now=at(16, 9))
        assert week_report(people.lead, MONDAY.date(), MONDAY).week.promises_kept == Share(1, 2)

    def test_a_lead_reads_of_their_own_teams_only(self, people, server, case):
        factories.case(1, owner=people.other_agent, contact_name="Stig Strand", now=TUESDAY)
        weekly.enqueue(now=MONDAY)
        delivery.deliver_due(now=MONDAY)
        lars, lena = weekly_to(people.lead).get(), weekly_to(people.leader).get()
        assert (lars.state, lena.state) == (MessageState.SENT, MessageState.SENT)
        assert "Stig Strand" not in lars.body + lars.body_html
        assert "Stig Strand" in lena.body
        assert "New detractors: 1;" in lars.body
        assert "New detractors: 2;" in lena.body
        assert "- South: opened 1" in lena.body
        assert "South" not in lars.body

    def test_it_never_says_better_or_worse(self, people, case):
        weekly.enqueue(now=MONDAY)
        said = rendering.render(weekly_to(people.leader).get(), now=MONDAY).text.lower()
        assert not any(word in said for word in ("better", "worse", "improved", "↑", "↓", "%"))


class TestItsPictures:
    def test_travel_with_the_mail_and_are_said_in_words(self, people, server, case):
        weekly.enqueue(now=MONDAY)
        delivery.deliver_due(now=MONDAY)
        mail = next(mail for mail in server.taken if mail.to == [people.leader.email]).message()
        assert mail.get_content_type() == "multipart/related"
        drawn = [part for part in mail.walk() if part.get_content_type() == "image/png"]
        html = next(part for part in mail.walk() if part.get_content_type() == "text/html").get_payload(decode=True)
        text = next(part for part in mail.walk() if part.get_content_type() == "text/plain").get_payload(decode=True)
        assert len(drawn) == 2
        for part in drawn:
            assert f'src="cid:{part["Content-ID"].strip("<>")}" alt="'.encode() in html
            assert len(part.get_payload(decode=True)) < 60_000
        assert text.count(b"- w ") == WEEKS

    def test_have_words_in_them_whatever_fonts_the_machine_has(self):
        """A chart without its words is another picture."""
        rows = [WeekRow(f"2026-W{week}", week, week // 2, Share(week // 2, week)) for week in range(36, 48)]
        svg = str(week_charts.opened_and_resolved(rows))
        with_words = Image.open(io.BytesIO(pictures.picture(svg, name="a", alt="").png)).convert("L")
        title = with_words.crop((24, 10, 320, 56))
        assert with_words.size == (1024, 536)
        assert sum(title.histogram()[:100]) > 300  # dark pixels
