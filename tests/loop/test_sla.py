"""What the customer is promised: due times, what they rest on, and the reminders on the way there."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from loop.sla import Hours, NoOpenHours, Targets, Why, due_times, reminder_plan

STOCKHOLM = ZoneInfo("Europe/Stockholm")
OFFICE = Hours("Europe/Stockholm", "SE", dict.fromkeys(range(5), ((480, 1020),)))
POLICY = Targets()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM).astimezone(UTC)


class TestDueTimes:
    def test_a_low_score_is_contacted_within_one_working_day(self):
        assert due_times(3, at("2026-11-19T09:12"), POLICY, OFFICE).contact_due_at == at("2026-11-20T09:12")

    def test_other_detractors_are_contacted_within_two(self):
        assert due_times(4, at("2026-11-19T09:12"), POLICY, OFFICE).contact_due_at == at("2026-11-23T09:12")

    def test_the_cause_is_resolved_within_ten_working_days(self):
        assert due_times(4, at("2026-11-19T09:12"), POLICY, OFFICE).resolve_due_at == at("2026-12-03T09:12")

    def test_the_resolution_is_never_due_before_the_contact(self):
        due = due_times(5, at("2026-11-19T09:12"), Targets(resolve_minutes=60), OFFICE)
        assert due.resolve_due_at == due.contact_due_at

    def test_an_answer_on_friday_night_counts_from_monday(self):
        assert due_times(0, at("2026-11-20T22:40"), POLICY, OFFICE).contact_due_at == at("2026-11-23T17:00")

    def test_midsummer_waits_for_nobody_and_nobody_works_at_midsummer(self):
        due = due_times(5, at("2026-06-17T09:00"), POLICY, OFFICE)
        assert due.contact_due_at == at("2026-06-22T09:00")
        assert [(skipped.day, skipped.reason, skipped.name) for skipped in due.why.skipped] == [
            (date(2026, 6, 19), "holiday", "Midsummer Eve"),
            (date(2026, 6, 20), "weekend", ""),
            (date(2026, 6, 21), "weekend", ""),
        ]

    def test_due_times_are_in_utc(self):
        due = due_times(5, datetime(2026, 6, 17, 9, tzinfo=STOCKHOLM), POLICY, OFFICE)
        assert due.contact_due_at.tzinfo is UTC
        assert due.resolve_due_at.tzinfo is UTC

    def test_a_calendar_that_never_opens_is_an_error_and_no_endless_search(self):
        with pytest.raises(NoOpenHours):
            due_times(5, at("2026-06-17T09:00"), POLICY, Hours("UTC", "", {}))

    @pytest.mark.parametrize("name", ["contact_minutes", "urgent_contact_minutes", "resolve_minutes"])
    def test_a_target_of_no_time_is_refused(self, name):
        with pytest.raises(ValueError, match=name):
            Targets(**{name: 0})


class TestWhy:
    def why(self, score=5, opened_at="2026-11-19T09:12", policy=POLICY, hours=OFFICE, language="en") -> Why:
        return due_times(score, at(opened_at), policy, hours, language).why

    def test_it_tells_a_low_score_apart(self):
        assert self.why(2).sentence() == "Contact within one working day because the score is 3 or lower."
        assert self.why(5).sentence() == "Contact within 2 working days."

    def test_a_target_that_is_no_whole_day_is_told_in_hours(self):
        assert self.why(policy=Targets(contact_minutes=150)).sentence() == "Contact within 2.5 working hours."
        urgent = self.why(0, policy=Targets(urgent_contact_minutes=120))
        assert urgent.sentence() == "Contact within 2 working hours because the score is 3 or lower."

    def test_it_names_the_days_that_did_not_count(self):
        with translation.override("en"):
            told = self.why(opened_at="2026-06-17T09:00").skipped_sentence()
        assert told == "Not counted: Midsummer Eve (Fri 19 Jun), the weekend."

    def test_it_names_the_holiday_in_the_language_asked_for(self):
        assert self.why(opened_at="2026-06-17T09:00", language="sv").skipped[0].name == "Midsommarafton"

    def test_the_companys_own_day_is_told_as_closed(self):
        hours = Hours("Europe/Stockholm", "", OFFICE.week, frozenset({date(2026, 6, 18)}))
        told = self.why(opened_at="2026-06-17T09:00", hours=hours).skipped_sentence()
        assert told == "Not counted: closed (Thu 18 Jun), the weekend."

    def test_tells_a_pause_as_one_stretch(self):
        paused = frozenset(date(2026, 7, day) for day in range(1, 32))
        hours = replace(OFFICE, closed=paused)
        told = self.why(opened_at="2026-06-30T15:00", hours=hours).skipped_sentence()
        assert told == "Not counted: closed (Wed 1 Jul to Fri 31 Jul), the weekend."

    def test_nothing_skipped_is_not_mentioned(self):
        assert self.why(0, "2026-11-17T09:00").skipped_sentence() == ""

    def test_it_survives_being_stored(self):
        why = self.why(2, "2026-06-18T12:00")
        assert why.skipped
        assert Why.from_dict(json.loads(json.dumps(why.as_dict()))) == why


class TestReminderPlan:
    def test_two_days_bring_half_time_and_the_morning_of_the_due_day(self):
        plan = reminder_plan(at("2026-11-17T10:00"), at("2026-11-19T10:00"), OFFICE)
        assert plan.half_time_at == at("2026-11-18T10:00")
        assert plan.due_day_at == at("2026-11-19T08:00")
        assert plan.breach_at == at("2026-11-19T10:00")

    def test_one_day_that_ends_before_the_half_of_the_due_day_is_reminded_that_morning(self):
        plan = reminder_plan(at("2026-11-17T14:00"), at("2026-11-18T14:00"), OFFICE)
        assert plan.half_time_at == at("2026-11-18T09:30")
        assert plan.due_day_at == at("2026-11-18T11:45")  # the morning is before half-time: three quarters

    def test_a_target_within_the_day_is_reminded_at_three_quarters(self):
        plan = reminder_plan(at("2026-11-17T08:00"), at("2026-11-17T12:00"), OFFICE)
        assert plan.half_time_at == at("2026-11-17T10:00")
        assert plan.due_day_at == at("2026-11-17T11:00")

    def test_a_due_time_at_closing_time_belongs_to_the_day_it_closes(self):
        late = Hours("Europe/Stockholm", "", dict.fromkeys(range(7), ((480, 1440),)))
        plan = reminder_plan(at("2026-11-17T08:00"), at("2026-11-20T00:00"), late)
        assert plan.due_day_at == at("2026-11-19T08:00")

    def test_a_weekend_in_between_is_not_half_of_the_time(self):
        plan = reminder_plan(at("2026-11-20T15:00"), at("2026-11-23T12:00"), OFFICE)
        assert plan.half_time_at == at("2026-11-23T09:00")

    def test_a_due_time_on_a_closed_day_is_reminded_in_working_time_before(self):
        plan = reminder_plan(at("2026-11-19T08:00"), at("2026-11-21T12:00"), OFFICE)
        assert plan.half_time_at == at("2026-11-19T17:00")
        assert plan.due_day_at == at("2026-11-20T12:30")
        assert plan.breach_at == at("2026-11-21T12:00")

    def test_without_working_time_in_between_all_three_are_the_due_time(self):
        due = at("2026-11-22T12:00")
        assert list(reminder_plan(at("2026-11-21T09:00"), due, OFFICE)) == [due, due, due]

    def test_a_due_time_that_has_passed_is_a_breach_at_once(self):
        due = at("2026-11-17T12:00")
        assert list(reminder_plan(at("2026-11-18T09:00"), due, OFFICE)) == [due, due, due]

    @settings(max_examples=300, deadline=None)
    @given(
        st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)), st.integers(1, 60 * 24 * 30)
    )
    def test_no_reminder_comes_before_the_one_above_it(self, start, minutes):
        plan = list(reminder_plan(start, start + timedelta(minutes=minutes), OFFICE))
        assert plan == sorted(plan)
        assert plan[-1] == start + timedelta(minutes=minutes)
