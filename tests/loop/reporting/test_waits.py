"""Waits of many cases at once agree with the careful arithmetic of one at a time."""

import random
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from loop.reporting.waits import working_hours
from loop.sla import Hours, working_minutes

OFFICE = Hours("Europe/Stockholm", "SE", dict.fromkeys(range(5), ((480, 720), (780, 1020))))
NIGHTS = Hours(
    "America/New_York", "US", dict.fromkeys(range(7), ((0, 360), (1320, 1440))), frozenset({date(2026, 3, 8)})
)


@pytest.mark.parametrize("hours", [OFFICE, NIGHTS])
def test_working_hours_of_an_array_are_those_of_each(hours):
    luck = random.Random(4)
    begin = datetime(2024, 12, 20, tzinfo=UTC)
    starts = [begin + timedelta(seconds=luck.randrange(2 * 365 * 86400)) for _ in range(400)]
    ends = [start + timedelta(seconds=luck.choice([0, 60, luck.randrange(40 * 86400)])) for start in starts]
    found = working_hours(*(np.array([at.timestamp() for at in times]) for times in (starts, ends)), hours)
    expected = [working_minutes(start, end, hours) / 60 for start, end in zip(starts, ends, strict=True)]
    assert found == pytest.approx(expected)


def test_no_cases_and_no_open_hours_are_no_time():
    assert len(working_hours(np.zeros(0), np.zeros(0), OFFICE)) == 0
    assert list(working_hours(np.array([0.0]), np.array([9e5]), Hours("UTC", "", {}))) == [0]


def test_before_the_first_opening_there_ever_was_no_time_is_worked():
    opens_once = Hours("UTC", "", {}, short={date(2026, 12, 30): ((480, 720),)})
    begin = datetime(2026, 11, 28, 9, tzinfo=UTC).timestamp()
    starts, ends = np.array([begin, begin + 60]), np.array([begin + 3600, begin + 60])
    assert list(working_hours(starts, ends, opens_once)) == [0, 0]
