"""A policy and a calendar in one line, as the list of them tells it."""

import pytest

from loop import deadline_words, deadlines
from loop.models import SlaPolicy

pytestmark = pytest.mark.django_db


class TestAPolicy:
    def test_tells_how_soon(self):
        told = deadline_words.targets_told(deadlines.policy())
        assert told == "First contact: 2 working days, scores up to 3: 1 working day. Resolved: 10 working days."

    def test_tells_one_time_where_scores_make_no_difference(self):
        policy = SlaPolicy(contact_minutes=150, urgent_contact_minutes=150, calendar=deadlines.policy().calendar)
        told = deadline_words.targets_told(policy)
        assert told == "First contact: 2.5 working hours. Resolved: 10 working days."


class TestACalendar:
    def week(self, **days):
        calendar = deadlines.policy().calendar
        calendar.week = days
        return deadline_words.week_told(calendar)

    def test_tells_days_that_are_alike_together(self):
        office, short = [[480, 1020]], [[480, 720], [780, 900]]
        week = {"0": office, "1": office, "2": office, "3": office, "4": short}
        assert self.week(**week) == "Mon–Thu 08:00–17:00, Fri 08:00–12:00, 13:00–15:00"
