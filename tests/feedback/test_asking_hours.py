"""At which hours may a customer be asked, where they are, and what falls due outside them waits until when?"""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import holidays
import pytest

from feedback import asking_hours, invitations
from feedback.models import Invitation
from notifications import announce, delivery, outbox
from notifications.models import Message
from tests import factories
from tests.factories import NOW, later

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def at(text: str, zone: ZoneInfo = STOCKHOLM) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-19 09:12", "2026-11-19 09:12"),
        ("2026-11-19 07:00", "2026-11-19 07:00"),
        ("2026-11-19 06:59", "2026-11-19 07:00"),
        ("2026-11-19 16:59", "2026-11-19 16:59"),
        ("2026-11-19 17:00", "2026-11-20 07:00"),
        ("2026-11-20 17:00", "2026-11-23 07:00"),  # a Friday
        ("2026-11-21 10:00", "2026-11-23 07:00"),
        ("2026-12-24 10:00", "2026-12-28 07:00"),  # Christmas Eve, then a weekend
        ("2027-01-06 10:00", "2027-01-07 07:00"),  # Epiphany
    ],
)
def test_begin_again_on_the_next_working_day(moment, opens):
    assert asking_hours.next_opening(at(moment), STOCKHOLM, "SE") == at(opens)


def test_are_those_of_the_customer_and_not_ours():
    early = datetime(2026, 11, 19, 5, 30, tzinfo=UTC)  # 06:30 in Stockholm, 07:30 in Helsinki
    assert asking_hours.next_opening(early, ZoneInfo("Europe/Helsinki"), "FI") == early
    assert asking_hours.next_opening(early, STOCKHOLM, "SE") > early


def test_keep_the_holidays_of_the_zone_where_no_country_is_known():
    seventeenth_of_may = at("2027-05-17 10:00", ZoneInfo("Europe/Oslo"))
    opens = asking_hours.next_opening(seventeenth_of_may, ZoneInfo("Europe/Oslo"), "")
    assert opens == at("2027-05-18 07:00", ZoneInfo("Europe/Oslo"))


def test_over_years_nothing_leaves_outside_them_and_nothing_waits_longer_than_it_must():
    chance = Random(7)
    closed = {country: holidays.country_holidays(country) for country in ("SE", "NO", "DK", "FI")}
    zones = {"SE": "Stockholm", "NO": "Oslo", "DK": "Copenhagen", "FI": "Helsinki"}
    for _ in range(2000):
        country = chance.choice(sorted(zones))
        zone = ZoneInfo(f"Europe/{zones[country]}")
        moment = NOW + timedelta(minutes=chance.randrange(3 * 365 * 24 * 60))
        opens = asking_hours.next_opening(moment, zone, country)
        local = opens.astimezone(zone)
        assert local.weekday() < 5
        assert 7 <= local.hour < 17
        assert local.date() not in closed[country] or "Sunday" in str(closed[country].get(local.date()))
        assert asking_hours.next_opening(opens, zone, country) == opens
        assert timedelta() <= opens - moment < timedelta(days=6)


def test_can_be_set_to_any_hour_of_any_day(settings):
    settings.SURVEY_HOURS = (0, 24)
    assert asking_hours.next_opening(at("2026-12-25 03:00"), STOCKHOLM, "SE") == at("2026-12-25 03:00")


NIGHT = at("2026-11-19 23:00")


@pytest.mark.django_db
class TestAQuestionThatIsLate:
    """It was due in the afternoon; then nothing ran until the night."""

    @pytest.fixture
    def invitation(self):
        eva = factories.contact("Eva", account=factories.account(country="SE"))
        return invitations.invite(survey=factories.survey(), contact=eva, due_at=NOW, now=NOW)

    def test_waits_for_the_morning_with_a_link_that_lives_as_long(self, invitation):
        assert announce.enqueue_invitations(now=NIGHT) == 0
        waiting = Invitation.objects.get()
        assert waiting.due_at == at("2026-11-20 07:00")
        assert waiting.expires_at - waiting.due_at == invitation.expires_at - invitation.due_at
        assert announce.enqueue_invitations(now=at("2026-11-20 07:00")) == 1

    def test_waits_also_where_it_was_in_the_outbox_already(self, invitation):
        announce.enqueue_invitations(now=NOW)
        assert delivery.deliver_due(now=NIGHT) == 0
        assert not Message.objects.exists()  # it comes back with its invitation
        announce.enqueue_invitations(now=NIGHT)
        morning = at("2026-11-20 07:00")
        announce.enqueue_invitations(now=morning)
        assert delivery.deliver_due(now=morning) == 1

    def test_is_not_reminded_of_at_night(self, invitation):
        factories.sent(invitation, now=NOW)
        Invitation.objects.update(remind_at=later(days=4))
        assert announce.enqueue_reminders(now=at("2026-11-23 22:00")) == 0
        assert announce.enqueue_reminders(now=at("2026-11-24 07:00")) == 1

    def test_leaves_at_once_where_a_clock_is_only_played(self, invitation):
        with asking_hours.never_closed():
            assert announce.enqueue_invitations(now=NIGHT) == 1

    def test_of_a_colleague_is_no_question(self, people):
        outbox.enqueue(key="x", kind="survey_test", to="ada@loop.example", user=people.admin, send_after=NOW,
                       subject="Look", body="A question", language="en", now=NOW)  # fmt: skip
        assert delivery.deliver_due(now=NIGHT) == 1
