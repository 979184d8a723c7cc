"""A survey mail leaves by the clock of its reader also where nobody wrote down their time zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from feedback import asking_hours, invitations, trigger_rules, triggers, waves
from feedback.contact_zones import country_of_number, whereabouts
from feedback.models import Invitation, TouchpointEvent, Wave
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

# How somebody is known, and by which clock they live. Accounts are Swedish where nothing else is said.
KNOWN_BY = {
    "America/New_York": {"country": "US"},
    "Asia/Tokyo": {"phone": "+81 90 1234 5678"},
    "Pacific/Auckland": {"phone": "+64 21 123 4567", "country": "US"},
    "America/Chicago": {"time_zone": "America/Chicago", "country": "US"},
    "Europe/Stockholm": {},
}


def contact(country="SE", **known):
    return factories.contact(account=factories.account(country=country), **known)


@pytest.fixture
def everywhere():
    return {zone: contact(**known) for zone, known in KNOWN_BY.items()}


def approved(**more):
    facts = {"survey": factories.survey(), "method": "whole", "seed": 1, "starts_on": NOW.date(), "now": NOW}
    wave = waves.draft(**facts | more)
    waves.plan(wave, now=NOW)
    return waves.approve(Wave.objects.get(pk=wave.pk), by="ada@loop.example", now=NOW)


def in_a_morning(moment, zone):
    local = moment.astimezone(ZoneInfo(zone))
    return local.weekday() in (0, 1) and 7 <= local.hour < 10


def test_of_a_wave(everywhere):
    wave = approved()
    waves.schedule(wave, now=NOW)
    for zone, reader in everywhere.items():
        assert in_a_morning(Invitation.objects.get(contact=reader).due_at, zone), zone


def test_of_a_wave_that_goes_on_after_a_pause(everywhere):
    wave = approved()
    waves.schedule(wave, now=NOW)
    waves.pause(wave)
    waves.resume(wave)
    waves.schedule(wave, now=NOW + timedelta(days=10))
    for zone, reader in everywhere.items():
        assert in_a_morning(Invitation.objects.get(contact=reader).due_at, zone), zone


def test_as_the_wave_said_it_would(everywhere):
    """Tokyo's Monday begins on Sunday evening in Stockholm; New York's Tuesday ends in its afternoon."""
    wave = approved()
    foreseen = waves.preview(wave, now=NOW)
    waves.schedule(wave, now=NOW)
    days = {
        due.astimezone(ZoneInfo("Europe/Stockholm")).date()
        for due in Invitation.objects.values_list("due_at", flat=True)
    }
    assert (foreseen.first_day, foreseen.last_day) == (min(days), max(days))


def test_of_a_reminder():
    reader = contact(country="US")
    wave = approved()
    waves.schedule(wave, now=NOW)
    mail = Invitation.objects.get(contact=reader)
    invitations.mark_sent(mail.pk, now=mail.due_at)
    assert in_a_morning(Invitation.objects.get().remind_at, "America/New_York")


def test_of_a_rule_that_asks_once_a_week():
    trigger_rules.create(
        touchpoint="met", survey=factories.survey("transactional"), delay_minutes=0, weekday=4, quiet_days=90,
        is_active=True,
    )  # fmt: skip
    triggers.record_event(touchpoint="met", contact=contact(country="US"), external_id="1", occurred_at=NOW, now=NOW)
    triggers.settle_weekly(now=datetime(2026, 11, 20, 1, tzinfo=UTC))
    due = TouchpointEvent.objects.get().invitation.due_at
    assert due.astimezone(ZoneInfo("America/New_York")) == datetime(
        2026, 11, 20, 9, tzinfo=ZoneInfo("America/New_York")
    )


def test_of_anything_that_was_held_up():
    morning_in_stockholm = datetime(2026, 11, 19, 8, tzinfo=UTC)
    assert asking_hours.are_open(contact(), morning_in_stockholm)
    assert not asking_hours.are_open(contact(country="US"), morning_in_stockholm)


def test_keeps_the_holidays_of_the_country_the_number_says():
    seventeenth_of_may = datetime(2027, 5, 17, 8, tzinfo=UTC)
    assert not asking_hours.are_open(contact(phone="+47 912 34 567"), seventeenth_of_may)
    assert asking_hours.are_open(contact(), seventeenth_of_may)


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+46 70 123 45 67", "SE"),
        ("+1 212 555 0100", "US"),
        ("+1 416 555 0100", "CA"),
        ("+800 1234 5678", ""),
        ("+", ""),
        ("+4", ""),
        ("+²", ""),
        ("070 123 45 67", ""),
        ("", ""),
    ],
)
def test_country_of_a_number(number, country):
    assert country_of_number(number) == country


def test_a_number_of_no_country_leaves_it_to_the_account():
    assert whereabouts("", "+800 1234 5678", "US").zone.key == "America/New_York"
