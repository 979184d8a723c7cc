"""Lena, Lars and Anna get reports by mail: in the morning, once, about what they may see then, until it ends."""

import io
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from PIL import Image

from loop.models import Membership, Role
from loop.report_pages import mail_pictures
from loop.reporting.filters import ReportFilters
from notifications import delivery, rendering, subscriptions
from notifications.models import Message, MessageState, ReportSubscription
from notifications.subscriptions import NotOffered
from tests import factories
from tests.people import browser

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def at(day, hour, minute=0, zone=STOCKHOLM, month=11):
    return datetime(2026, month, day, hour, minute, tzinfo=zone)


THURSDAY = at(19, 9)
MONDAY = at(23, 7, 30)
TUESDAY_FIRST = at(1, 7, 30, month=12)  # December begins on a Tuesday

pytestmark = pytest.mark.django_db


def usual(**more):
    return ReportFilters(date(2025, 12, 1), date(2026, 11, 19), **more)


def subscribe(user, report="nps", filters=None, every="week"):
    return subscriptions.subscribe(user, report, filters or usual(), every, now=THURSDAY)


@pytest.fixture
def answers(people):
    """Twelve promoters at a customer of Anna's, and one detractor at one of Otto's."""
    hers = factories.account("Nordvik", owner=people.agent, segment="retail")
    his = factories.account("Sydtal", owner=people.other_agent, segment="public")
    for score, customer in [*[(9, hers)] * 12, (3, his)]:
        when = THURSDAY - timedelta(days=3)
        factories.response(score, contact=factories.contact(account=customer), responded_at=when, now=when)
    return people


def mails():
    return Message.objects.filter(kind="report")


def text_to(user, now=MONDAY):
    return rendering.render(mails().get(user=user), now=now)


class TestWhen:
    def test_on_the_first_working_morning_of_the_week_once(self, answers):
        one = subscribe(answers.leader)
        for moment in (at(20, 8), at(23, 7), MONDAY, at(23, 7, 45), at(24, 8)):
            subscriptions.enqueue(now=moment)
        assert [mail.key for mail in mails()] == [f"report:{one.pk}:2026-W48"]

    def test_of_the_month(self, answers):
        one = subscribe(answers.leader, every="month")
        for moment in (MONDAY, at(30, 8), TUESDAY_FIRST, at(2, 8, month=12)):
            subscriptions.enqueue(now=moment)
        assert [mail.key for mail in mails()] == [f"report:{one.pk}:2026-12"]

    def test_where_the_reader_is(self, answers):
        answers.leader.time_zone = "America/New_York"
        answers.leader.save()
        subscribe(answers.leader)
        subscriptions.enqueue(now=MONDAY)
        assert not mails()
        subscriptions.enqueue(now=at(23, 7, 40, zone=ZoneInfo("America/New_York")))
        assert mails().count() == 1

    def test_not_to_who_is_away(self, answers):
        subscribe(answers.lead)
        factories.away(answers.lead, starts_on=MONDAY.date(), now=at(23, 1))
        subscriptions.enqueue(now=MONDAY)
        assert not mails()

    def test_wanted_twice_it_comes_once(self, answers):
        assert subscribe(answers.leader) == subscribe(answers.leader)


class TestWhatItSays:
    def test_each_reads_what_they_may_see(self, answers):
        for person in (answers.agent, answers.lead, answers.other_agent, answers.leader):
            subscribe(person)
        subscriptions.enqueue(now=MONDAY)
        counts = {}
        for who in ("agent", "lead", "other_agent", "leader"):
            text = text_to(getattr(answers, who)).text
            counts[who] = int(re.search(r"- NPS: .*?Of (\d+)", text).group(1))
        assert counts == {"agent": 12, "lead": 12, "other_agent": 1, "leader": 13}

    def test_filters_in_words_and_the_address_with_them(self, answers):
        subscribe(answers.leader, filters=usual(segment="retail"))
        subscriptions.enqueue(now=MONDAY)
        mail = text_to(answers.leader)
        assert "Segment: retail" in mail.text
        assert "segment=retail" in mail.text
        assert "22 Nov 2026" in mail.text  # up to the day before

    def test_days_move_along(self, answers):
        one = subscribe(answers.leader, filters=ReportFilters(date(2026, 11, 1), date(2026, 11, 14)))
        found = subscriptions.filters_of(one, MONDAY)
        assert (found.first, found.last) == (date(2026, 11, 9), date(2026, 11, 22))

    def test_charts_are_pictures_with_words(self, answers):
        subscribe(answers.leader)
        subscriptions.enqueue(now=MONDAY)
        mail = text_to(answers.leader)
        assert {picture.name for picture in mail.pictures} == {"nps-1", "nps-rolling"}
        for picture in mail.pictures:
            assert f"cid:{picture.name}" in mail.html
            assert picture.alt
            image = Image.open(io.BytesIO(picture.png)).convert("RGB")
            assert image.width == 2 * mail_pictures.WIDTH
            assert image.getpixel((2, 2)) == (255, 255, 255)
            colours = {colour for _n, colour in image.getcolors(1_000_000)}
            assert (12, 107, 98) in colours

    @pytest.mark.parametrize("report", [report.name for report in subscriptions.OFFERED])
    def test_every_report_can_be_had(self, answers, report):
        factories.resolved_case(owner=answers.agent, now=at(10, 9))
        subscribe(answers.leader, report)
        subscriptions.enqueue(now=MONDAY)
        mail = text_to(answers.leader)
        assert "None" not in mail.text
        assert "var(" not in mail.html


class TestItEnds:
    def test_by_the_link_in_the_mail_with_one_press_and_no_signing_in(self, answers):
        one = subscribe(answers.leader)
        subscriptions.enqueue(now=MONDAY)
        link = re.search(r"http://testserver(/me/reports/stop/\S+)", text_to(answers.leader).text).group(1)
        assert "Stop this mail?" in Client().get(link).text
        one.refresh_from_db()
        assert one.stopped_at is None  # whatever opens links stops nothing
        assert "comes no more" in Client().post(link).text
        one.refresh_from_db()
        assert one.stopped_at is not None

    def test_a_forged_link_ends_nothing(self, answers):
        subscribe(answers.leader)
        assert Client().post(reverse("report-stop-link", args=["1:forged:x"])).status_code == 404

    @pytest.mark.parametrize("is_in_the_outbox", [False, True])
    def test_with_the_sight_it_was_asked_with(self, answers, server, is_in_the_outbox):
        one = subscribe(answers.leader)
        if is_in_the_outbox:
            subscriptions.enqueue(now=MONDAY)
        answers.leader.role = Role.AGENT
        answers.leader.save()
        delivery.deliver_due(now=MONDAY)
        subscriptions.enqueue(now=MONDAY + timedelta(minutes=15))
        delivery.deliver_due(now=MONDAY + timedelta(minutes=15))
        one.refresh_from_db()
        assert one.stop_reason == subscriptions.OTHER_ROLE
        assert not mails().filter(state=MessageState.SENT)
        page = browser(answers.leader).get(reverse("my-reports")).text
        assert "another part of the customers" in page

    def test_asked_for_anew_with_another_role_it_comes_again(self, answers):
        first = subscribe(answers.agent)
        answers.agent.role = Role.LEAD
        answers.agent.save(update_fields=["role"])
        again = subscribe(answers.agent)
        first.refresh_from_db()
        assert (first.stopped_at is None, again.stopped_at, again.pk == first.pk) == (False, None, False)

    def test_with_the_account_it_was_about(self, answers):
        customer = factories.account("Ö", owner=answers.agent)
        one = subscribe(answers.agent, filters=usual(account=customer))
        customer.ownership.user = answers.other_agent
        customer.ownership.save()
        subscriptions.enqueue(now=MONDAY)
        one.refresh_from_db()
        assert one.stop_reason == subscriptions.OUT_OF_SIGHT
        assert not mails()

    def test_with_the_team_it_was_about(self, answers):
        one = subscribe(answers.lead, filters=usual(team=answers.north))
        Membership.objects.filter(user=answers.lead).delete()
        subscriptions.enqueue(now=MONDAY)
        one.refresh_from_db()
        assert one.stop_reason == subscriptions.OUT_OF_TEAM
        assert not mails()

    def test_with_whoever_has_left(self, answers):
        one = subscribe(answers.agent)
        answers.agent.is_active = False
        answers.agent.save()
        subscriptions.enqueue(now=MONDAY)
        one.refresh_from_db()
        assert one.stop_reason == subscriptions.INACTIVE


class TestPages:
    @pytest.fixture(autouse=True)
    def _thursday(self):
        with time_machine.travel(THURSDAY, tick=False):
            yield

    def test_from_a_report_with_its_filters_to_the_list_and_stopped_there(self, answers):
        client = browser(answers.leader)
        page = client.get(reverse("report-nps"), {"segment": "retail"}).text
        address = re.search(r'href="([^"]*by-mail[^"]*)"', page).group(1).replace("&amp;", "&")
        assert "retail" in client.get(address).text
        assert client.post(address, {"every": "month"}).status_code == 302
        one = ReportSubscription.objects.get()
        assert (one.user, one.report, one.every, one.days) == (answers.leader, "nps", "month", 0)
        assert "retail" in client.get(reverse("my-reports")).text
        client.post(reverse("my-report-stop", args=[one.pk]))
        one.refresh_from_db()
        assert one.stopped_at == THURSDAY

    def test_nobody_stops_what_is_another_s(self, answers):
        one = subscribe(answers.leader)
        stopped = browser(answers.agent).post(reverse("my-report-stop", args=[one.pk]))
        assert stopped.status_code == 404

    def test_a_team_one_is_not_in_is_refused(self, answers):
        with pytest.raises(NotOffered):
            subscribe(answers.agent, filters=usual(team=answers.south))
        address = f"{reverse('report-subscribe', args=['nps'])}?team={answers.south.pk}"
        assert browser(answers.agent).post(address, {"every": "week"}).status_code == 400

    @pytest.mark.parametrize("every", ["", "hour"])
    def test_there_is_no_other_rhythm(self, answers, every):
        assert (
            browser(answers.agent).post(reverse("report-subscribe", args=["nps"]), {"every": every}).status_code == 400
        )
