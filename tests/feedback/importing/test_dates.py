"""Is every date read as the day it was written for, or not at all?"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from feedback.importing.dates import DateReading, Order, OrderEvidence, UnreadableDate
from tests.feedback.importing.reading import NOW

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def reading_of(*cells: str) -> DateReading:
    evidence = OrderEvidence()
    for cell in cells:
        evidence.add(cell)
    return evidence.decide(NOW)


def read(cell: str, reading: DateReading | None = None) -> datetime:
    return (reading or reading_of(cell)).parse(cell, STOCKHOLM)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-01 08:51:12",
        "2026-11-01T08:51:12",
        "2026-11-01 08:51:12.402",
        "2026-11-01T07:51:12Z",
        "2026-11-01 09:51:12+02:00",
        "2026/11/01 8:51:12 AM GMT+1",
        "2026/11/01 8:51:12 am CET",
        "2026/11/01 8:51:12 fm CET",
        "1.11.2026 8.51.12",
        "01.11.2026 kl. 08:51:12",
        "1 Nov 2026 08:51:12",
        "Nov 1, 2026 8:51:12 AM",
        "1. november 2026 08:51:12",
        "1793519472",
        "1793519472000",
    ],
)
def test_the_formats_of_tools_and_countries_name_the_same_instant(cell):
    assert read(cell) == datetime(2026, 11, 1, 7, 51, 12, tzinfo=UTC)


def test_a_date_alone_is_midnight_where_we_are():
    assert read("2026-07-01") == datetime(2026, 6, 30, 22, 0, tzinfo=UTC)


def test_noon_and_midnight_of_the_twelve_hour_clock_are_told_apart():
    assert read("2026/07/01 12:30:00 PM").hour == 10
    assert read("2026/07/01 12:30:00 AM") == datetime(2026, 6, 30, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "cell",
    [
        "yesterday",
        "2026-02-30",
        "2026-13-01",
        "31.04.2026",
        "2026-11-01 25:00",
        "2026-11-01 13:00 PM",
        "1.11.26",
        "43770.37",
        "2026-11-01 08:00 XYZ",
        "2026-11-01 08:00 GMT+19",
        "1 Foo 2026",
        "0019-11-01",
        "1899-12-31",
    ],
)
def test_what_is_no_certain_date_is_refused(cell):
    with pytest.raises(UnreadableDate):
        read(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-02-30", "2026-11-01 24:00", "2026-11-01 12+02", "2026-11-01x08:51", "2026-11-01 08x51x12", "2026-W10-1",
        "1926-11-01 08:51",
    ],
)  # fmt: skip
def test_what_only_looks_as_most_exports_write_it_is_refused(cell):
    with pytest.raises(UnreadableDate):
        read(cell)


def test_what_most_exports_write_is_read_as_all_else_is():
    """Python reads it, faster than our own patterns; both must say the same, on the days when clocks are turned too."""
    reading = DateReading(Order.DAY_FIRST)
    for day in ("2026-03-29", "2026-10-25", "2024-02-29", "2026-12-31"):
        for clock in ("", " 00:00", " 02:30", "T02:30:59", " 23:59:59", "T12:00"):
            expected = reading._read(f"{day}{clock}", STOCKHOLM)
            assert reading.parse(f"{day}{clock}", STOCKHOLM) == reading.parse(f" {day}{clock} ", STOCKHOLM) == expected


class TestOrderOfDayAndMonth:
    def test_one_number_above_twelve_decides_for_the_whole_column(self):
        assert reading_of("11/1/2026", "11/13/2026") == DateReading(Order.MONTH_FIRST)
        assert reading_of("11/1/2026", "13/11/2026") == DateReading(Order.DAY_FIRST)

    def test_dates_that_would_lie_in_the_future_decide(self):
        assert reading_of("05/12/2026") == DateReading(Order.MONTH_FIRST)
        assert reading_of("12/05/2026") == DateReading(Order.DAY_FIRST)

    def test_dots_are_always_day_first(self):
        assert reading_of("1.11.2026") == DateReading(Order.DAY_FIRST)
        assert read("1.11.2019", DateReading(Order.MONTH_FIRST)).month == 10

    def test_the_look_of_googles_american_sheets_is_month_first_but_not_certain(self):
        reading = reading_of("11/1/2019 8:51:12", "11/4/2019 4:33:11")
        assert reading == DateReading(Order.MONTH_FIRST, certain=False)
        assert read("11/1/2019 8:51:12", reading) == datetime(2019, 11, 1, 7, 51, 12, tzinfo=UTC)

    def test_what_is_still_open_is_day_first_but_not_certain(self):
        assert reading_of("01/11/2019", "04/11/2019") == DateReading(Order.DAY_FIRST, certain=False)

    def test_equal_numbers_leave_nothing_open(self):
        assert reading_of("11/11/2019") == DateReading(Order.DAY_FIRST)

    def test_a_column_with_both_orders_gives_only_the_dates_that_leave_no_doubt(self):
        reading = reading_of("25/12/2019", "12/26/2019", "1/2/2019")
        assert read("25/12/2019", reading).day == 24
        assert read("12/26/2019", reading).month == 12
        with pytest.raises(UnreadableDate, match="may be swapped"):
            read("1/2/2019", reading)
