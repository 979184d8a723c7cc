"""When mails leave: Monday and Tuesday mornings where the reader is, not on a holiday there, so many an hour."""

from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from feedback import sending_times
from feedback.sending_times import NoSendingTime, Ramp

STOCKHOLM, NEW_YORK, KOLKATA = ZoneInfo("Europe/Stockholm"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")
SATURDAY = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
NO_MONTHS: frozenset[int] = frozenset()


def local(moment, zone=STOCKHOLM):
    return moment.astimezone(zone).strftime("%a %d %b %H:%M")


def ramp(start=SATURDAY, per_hour=500, closed_months=NO_MONTHS, given=()):
    return Ramp(start, per_hour, closed_months, given)


def times(ramp, count, zone=STOCKHOLM, country="SE"):
    return [ramp.next_for(zone, country) for _mail in range(count)]


class TestARecipient:
    def test_is_mailed_on_the_next_monday_morning(self):
        assert local(ramp().next_for(STOCKHOLM, "SE")) == "Mon 23 Nov 07:00"

    def test_is_mailed_on_tuesday_when_monday_morning_is_over(self):
        monday_noon = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
        assert local(ramp(monday_noon).next_for(STOCKHOLM, "SE")) == "Tue 24 Nov 07:00"

    def test_is_mailed_by_their_own_clock(self):
        assert local(ramp().next_for(NEW_YORK, "US"), NEW_YORK) == "Mon 23 Nov 07:00"
        assert local(ramp().next_for(KOLKATA, "IN"), KOLKATA) == "Mon 23 Nov 07:00"

    def test_is_left_alone_on_a_holiday_there(self):
        before_easter = datetime(2026, 4, 4, 9, 0, tzinfo=UTC)
        assert local(ramp(before_easter).next_for(STOCKHOLM, "SE")) == "Tue 07 Apr 07:00"
        assert local(ramp(before_easter).next_for(STOCKHOLM, "JP")) == "Mon 06 Apr 07:00"

    def test_of_no_known_country_has_the_holidays_of_where_the_clock_is(self):
        before_easter = datetime(2026, 4, 4, 9, 0, tzinfo=UTC)
        assert local(ramp(before_easter).next_for(STOCKHOLM, "")) == "Tue 07 Apr 07:00"
        assert local(ramp(before_easter).next_for(ZoneInfo("UTC"), ""), UTC) == "Mon 06 Apr 07:00"

    @pytest.mark.parametrize("country", ["", "ZZ", "XK"])
    def test_of_a_country_without_a_calendar_is_mailed(self, country):
        assert ramp().next_for(ZoneInfo("UTC"), country)

    def test_is_left_alone_in_closed_months(self):
        july = datetime(2026, 7, 1, tzinfo=UTC)
        assert local(ramp(july, closed_months=frozenset({7})).next_for(STOCKHOLM, "SE")) == "Mon 03 Aug 07:00"

    def test_is_mailed_at_the_right_hour_on_the_day_after_the_clocks_change(self):
        assert local(ramp(datetime(2026, 3, 28, tzinfo=UTC)).next_for(STOCKHOLM, "SE")) == "Mon 30 Mar 07:00"
        assert local(ramp(datetime(2026, 10, 24, tzinfo=UTC)).next_for(STOCKHOLM, "SE")) == "Mon 26 Oct 07:00"

    def test_is_never_mailed_when_every_month_is_closed(self):
        with pytest.raises(NoSendingTime):
            ramp(closed_months=frozenset(range(1, 13))).next_for(STOCKHOLM, "SE")


class TestTheRamp:
    def test_spreads_mails_evenly_over_each_hour(self):
        assert [local(time) for time in times(ramp(per_hour=3), 4)] == [
            "Mon 23 Nov 07:00", "Mon 23 Nov 07:20", "Mon 23 Nov 07:40", "Mon 23 Nov 08:00",
        ]  # fmt: skip

    def test_goes_on_on_the_next_morning_and_in_the_next_week(self):
        given = times(ramp(per_hour=2), 13)
        assert [local(given[place]) for place in (5, 6, 11, 12)] == [
            "Mon 23 Nov 09:30", "Tue 24 Nov 07:00", "Tue 24 Nov 09:30", "Mon 30 Nov 07:00",
        ]  # fmt: skip

    def test_is_one_for_everybody_whose_hours_meet(self):
        shared = ramp(per_hour=10)
        both = [shared.next_for(zone, "") for _mail in range(20) for zone in (STOCKHOLM, ZoneInfo("Africa/Cairo"))]
        assert max(Counter(sending_times._hour_of(time) for time in both).values()) == 10

    @pytest.mark.parametrize("zone", [STOCKHOLM, KOLKATA, NEW_YORK])
    def test_hands_out_mornings_only_and_never_more_than_it_may(self, zone):
        given = times(ramp(per_hour=7), 200, zone, "")
        assert all(7 <= time.astimezone(zone).hour < 10 for time in given)
        assert {time.astimezone(zone).weekday() for time in given} == {0, 1}
        assert max(Counter(sending_times._hour_of(time) for time in given).values()) == 7
        assert given == sorted(set(given))

    def test_that_begins_in_the_middle_of_an_hour_does_not_send_all_at_once(self):
        half_past = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)  # 09:30 in Stockholm
        assert [local(time) for time in times(ramp(half_past, per_hour=4), 3)] == [
            "Mon 23 Nov 09:30", "Mon 23 Nov 09:45", "Tue 24 Nov 07:00",
        ]  # fmt: skip

    @pytest.mark.parametrize("zone", [STOCKHOLM, KOLKATA])
    @pytest.mark.parametrize("per_hour", [1, 3, 7, 500])
    def test_interrupted_goes_on_where_it_stopped(self, per_hour, zone):
        whole = times(ramp(per_hour=per_hour), 40, zone)
        for stopped_after in (1, 7, 25):
            first = times(ramp(per_hour=per_hour), stopped_after, zone)
            rest = times(ramp(per_hour=per_hour, given=first), 40 - stopped_after, zone)
            assert first + rest == whole


class TestTheMorningOfAReminder:
    def test_is_the_same_hour_when_that_is_one(self):
        monday = datetime(2026, 11, 30, 6, 12, tzinfo=UTC)
        assert sending_times.next_morning(monday, STOCKHOLM, "SE", NO_MONTHS) == monday

    @pytest.mark.parametrize(
        ("moment", "morning"),
        [
            (datetime(2026, 11, 30, 4, 12, tzinfo=UTC), "Mon 30 Nov 07:12"),  # too early
            (datetime(2026, 11, 30, 14, 12, tzinfo=UTC), "Tue 01 Dec 07:12"),  # too late
            (datetime(2026, 12, 2, 6, 12, tzinfo=UTC), "Mon 07 Dec 07:12"),  # a Wednesday
        ],
    )
    def test_is_the_next_one_otherwise_and_not_everybodys_at_once(self, moment, morning):
        assert local(sending_times.next_morning(moment, STOCKHOLM, "SE", NO_MONTHS)) == morning

    def test_is_none_when_every_month_is_closed(self):
        with pytest.raises(NoSendingTime):
            sending_times.next_morning(SATURDAY, STOCKHOLM, "SE", frozenset(range(1, 13)))


class TestAWorkingDayBetween:
    @pytest.mark.parametrize(
        ("approved", "leaves"),
        [
            (datetime(2026, 11, 19, 10, 0, tzinfo=UTC), date(2026, 11, 21)),  # Thursday: Friday lies between
            (datetime(2026, 11, 20, 14, 0, tzinfo=UTC), date(2026, 11, 24)),  # Friday: Monday
            (datetime(2026, 11, 21, 9, 0, tzinfo=UTC), date(2026, 11, 24)),  # Saturday: Monday
            (datetime(2026, 11, 23, 5, 0, tzinfo=UTC), date(2026, 11, 25)),  # early on Monday: Tuesday
            (datetime(2026, 12, 23, 10, 0, tzinfo=UTC), date(2026, 12, 29)),  # before Christmas: the Monday after
        ],
    )
    def test_approval_and_the_first_mail(self, approved, leaves):
        assert sending_times.after_a_working_day(approved, STOCKHOLM) == leaves

    def test_is_counted_where_we_are(self):
        late_on_sunday = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # Monday already, in Stockholm
        assert sending_times.after_a_working_day(late_on_sunday, STOCKHOLM) == date(2026, 11, 25)
        assert sending_times.after_a_working_day(late_on_sunday, ZoneInfo("UTC")) == date(2026, 11, 24)


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "x" * 300])
def test_a_zone_nobody_knows_is_ours(name):
    assert sending_times.known_zone(name, "Europe/Stockholm") == STOCKHOLM
