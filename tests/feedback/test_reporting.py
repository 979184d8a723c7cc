"""Months, weeks and quarters, each day in exactly one."""

from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from feedback.reporting import By, TooManyPeriods, periods

STOCKHOLM = ZoneInfo("Europe/Stockholm")


class TestPeriods:
    def test_months_are_cut_to_the_days_asked_for(self):
        found = periods(date(2026, 10, 15), date(2026, 12, 5), By.MONTH, STOCKHOLM)
        assert [(period.key, period.first.day, period.last.day) for period in found] == [
            ("2026-10", 15, 31),
            ("2026-11", 1, 30),
            ("2026-12", 1, 5),
        ]

    def test_weeks_are_iso_weeks_from_monday(self):
        found = periods(date(2026, 12, 30), date(2027, 1, 5), By.WEEK, STOCKHOLM)
        assert [(period.key, period.first, period.last) for period in found] == [
            ("2026-W53", date(2026, 12, 30), date(2027, 1, 3)),
            ("2027-W01", date(2027, 1, 4), date(2027, 1, 5)),
        ]

    @pytest.mark.parametrize("by", [By.MONTH, By.WEEK, By.QUARTER])
    def test_every_day_lies_in_exactly_one(self, by):
        found = periods(date(2025, 1, 15), date(2026, 12, 31), by, STOCKHOLM)
        assert found[0].first == date(2025, 1, 15)
        assert found[-1].last == date(2026, 12, 31)
        for earlier, later in pairwise(found):
            assert later.begins_at == earlier.ends_at

    def test_quarters_are_three_months_each(self):
        found = periods(date(2026, 2, 15), date(2026, 12, 5), By.QUARTER, STOCKHOLM)
        assert [(period.key, str(period.first), str(period.last)) for period in found] == [
            ("2026-Q1", "2026-02-15", "2026-03-31"),
            ("2026-Q2", "2026-04-01", "2026-06-30"),
            ("2026-Q3", "2026-07-01", "2026-09-30"),
            ("2026-Q4", "2026-10-01", "2026-12-05"),
        ]

    def test_a_table_without_end_is_refused(self):
        with pytest.raises(TooManyPeriods):
            periods(date(2000, 1, 1), date(2026, 1, 1), By.WEEK, STOCKHOLM)
