"""Anna subscribes to her due times: the right hour whatever the clocks do, and nobody else's."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from loop import calendar_feed, calendar_file, callbacks
from loop.models import CalendarFeed, User
from tests import factories
from tests.factories import NOW, later


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(later(minutes=1), tick=False):
        yield


@pytest.fixture
def feed(people):
    return calendar_feed.path(calendar_feed.renew(people.agent, now=NOW))


def events(path, **headers):
    answer = Client().get(path, **headers)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return {str(event["uid"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}


class TestTheCalendar:
    def test_has_the_due_times_of_ones_open_cases(self, people, feed):
        hers = factories.case(3, owner=people.agent, contact_name="Eva Lind")
        factories.case(2, owner=people.colleague)
        factories.resolved_case(owner=people.agent)
        (event,) = events(feed).values()
        assert event["dtstart"].dt == hers.contact_due_at
        assert "Eva Lind" in event["summary"]
        assert f"/cases/{hers.pk}/" in event["url"]

    def test_keeps_the_name_of_an_entry_and_counts_its_changes(self, people, feed):
        opened = factories.case(3, owner=people.agent)
        (before,) = events(feed).items()
        reached = factories.reach(opened, now=later(minutes=5))
        (after,) = events(feed).items()
        assert before[0] == after[0]
        assert int(after[1]["sequence"]) > int(before[1]["sequence"])
        assert after[1]["dtstart"].dt == reached.resolve_due_at

    def test_has_an_agreed_call_under_the_name_its_mail_gave_it(self, people, feed):
        opened = factories.case(3, owner=people.agent)
        starts_at = callbacks.times_for(opened, now=later(minutes=1))[0]
        call = callbacks.book(case_id=opened.pk, starts_at=starts_at, actor=None, now=later(minutes=1))
        mailed = calendar_file.of_call(
            call, method="REQUEST", summary="x", description="", attendees=[], at=later(minutes=1)
        )
        (event,) = Calendar.from_ical(mailed.text).walk("VEVENT")
        assert int(events(feed)[str(event["uid"])]["sequence"]) == int(event["sequence"])

    def test_is_right_on_both_sides_of_a_change_of_the_clocks(self, people, feed):
        """A case of Friday evening before the clocks go back is due on Monday, at the hour the case page shows."""
        friday = datetime(2026, 10, 23, 13, 0, tzinfo=UTC)
        opened = factories.case(3, owner=people.agent, now=friday)
        (event,) = events(feed).values()
        there = ZoneInfo("Europe/Stockholm")
        assert event["dtstart"].to_ical().endswith(b"Z")
        assert event["dtstart"].dt.astimezone(there).hour == opened.contact_due_at.astimezone(there).hour
        assert opened.contact_due_at.astimezone(there).utcoffset() != friday.astimezone(there).utcoffset()

    def test_is_sent_again_only_when_it_changed(self, people, feed):
        factories.case(3, owner=people.agent)
        first = Client().get(feed)
        again = Client().get(feed, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        factories.case(2, owner=people.agent)
        assert Client().get(feed, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200

    def test_has_what_other_parts_put_there(self, people, feed, monkeypatch):
        monkeypatch.setattr(calendar_feed, "_sources", dict(calendar_feed._sources))
        entry = calendar_feed.Entry(
            uid="promise-1", sequence=4, starts_at=later(days=2), changed_at=NOW, title="Send the credit note"
        )
        calendar_feed.register("promises", lambda user, now: [entry] if user == people.agent else [])
        (event,) = events(feed).values()
        assert (event["summary"], event["sequence"]) == ("Send the credit note", 4)
        assert event["dtend"].dt - event["dtstart"].dt == timedelta(minutes=15)

    def test_holds_no_line_that_somebody_else_wrote_into_it(self, people, feed):
        factories.case(3, owner=people.agent, contact_name="Eva\r\nBEGIN:VEVENT\r\nSUMMARY:forged")
        assert len(events(feed)) == 1


class TestTheLink:
    def test_new_makes_the_old_one_dead(self, people, feed):
        newer = calendar_feed.path(calendar_feed.renew(people.agent, now=later(minutes=1)))
        assert newer != feed
        assert Client().get(feed).status_code == 404
        assert Client().get(newer).status_code == 200

    def test_switched_off_is_dead(self, people, feed):
        browser = Client()
        browser.force_login(people.agent)
        assert browser.post("/calendar/stop/").status_code == 302
        assert Client().get(feed).status_code == 404

    def test_of_somebody_who_left_is_dead(self, people, feed):
        User.objects.filter(pk=people.agent.pk).update(is_active=False)
        assert Client().get(feed).status_code == 404

    def test_is_not_in_the_database(self, feed):
        token = feed.rpartition("/")[2].removesuffix(".ics")
        assert token not in str(CalendarFeed.objects.values().get())

    def test_is_shown_to_its_person_alone(self, people, feed):
        for user, shows in ((people.agent, True), (people.lead, False), (people.admin, False)):
            browser = Client()
            browser.force_login(user)
            assert (feed in browser.get("/calendar/").content.decode()) is shows

    def test_made_by_its_page(self, people):
        browser = Client()
        browser.force_login(people.other_agent)
        browser.post("/calendar/renew/")
        assert calendar_feed.path(CalendarFeed.objects.get()) in browser.get("/calendar/").content.decode()

    def test_altered_opens_nothing(self, feed):
        assert Client().get(feed.replace(".ics", "x.ics")).status_code == 404
