"""The ladder of reminders: half-time, due, overdue and its repeats, escalation at the breach, each exactly once."""

from datetime import datetime, timedelta

import pytest
from django.utils import translation

from loop import deadlines, reminders, timeline, workflow
from loop.models import Case, CaseEvent
from notifications import announce
from notifications.models import Message
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db

# A score of 3 on Thursday at 09:12 is due on Friday at 09:12, Stockholm time; in UTC:
HALF_TIME_AT = later(hours=4.5)  # Thursday 13:42
DUE_DAY_AT = later(hours=22.8)  # Friday 08:00
BREACH_AT = later(days=1)  # Friday 09:12
REPEAT_AT = later(days=5)  # Tuesday 09:12: two working days after the breach
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def case(people):
    return factories.case(3, owner=people.agent)


def reminded(case):
    """The reminders and escalations so far, oldest first."""
    return [kind for kind in stories.kinds(case) if kind.startswith("reminder") or kind == "escalated"]


class TestTheLadderToTheFirstContact:
    def test_has_three_steps_and_an_escalation_at_the_breach(self, case):
        ladder = []
        for due_at in (HALF_TIME_AT, DUE_DAY_AT, BREACH_AT):
            assert reminders.remind_due(now=due_at - A_MINUTE) == 0
            assert reminders.remind_due(now=due_at) == 1
            ladder.append(reminded(case)[-1])
        assert ladder == ["reminder_half_time", "reminder_due", "escalated"]
        assert reminded(case) == ["reminder_half_time", "reminder_due", "reminder_overdue", "escalated"]

    def test_says_what_is_due_and_when(self, case):
        reminders.remind_due(now=HALF_TIME_AT)
        assert stories.told(case, "reminder_half_time") == [
            {"stage": "contact", "due_at": case.contact_due_at.isoformat(), "planned_at": HALF_TIME_AT.isoformat()}
        ]
        line = case.events.latest("pk")
        assert (line.actor, line.at) == (None, HALF_TIME_AT)

    def test_gives_each_step_once_however_often_the_clock_ticks(self, case):
        for at in (HALF_TIME_AT, DUE_DAY_AT, BREACH_AT):
            for tick in range(3):
                reminders.remind_due(now=at + tick * A_MINUTE)
        assert reminded(case) == ["reminder_half_time", "reminder_due", "reminder_overdue", "escalated"]

    def test_ends_when_the_case_is_closed(self, case):
        workflow.withdraw(case_id=case.pk, reason="A test", actor=None, now=later(hours=1))
        assert reminders.remind_due(now=later(days=100)) == 0
        assert reminded(case) == []

    def test_goes_on_for_the_new_owner_where_it_was(self, people, case):
        reminders.remind_due(now=HALF_TIME_AT)
        factories.hand_over(case, people.colleague, now=later(hours=5))
        reminders.remind_due(now=DUE_DAY_AT)
        assert reminded(case) == ["reminder_half_time", "reminder_due"]


class TestTheBreach:
    def test_is_escalated_by_loop_with_a_reason(self, case):
        reminders.remind_due(now=BREACH_AT)
        after = stories.as_it_is_now(case)
        assert after.escalation_level == 1
        assert stories.told(case, "escalated") == [
            {
                "level": 1,
                "reason": "The customer has not been contacted in time.",
                "planned_at": BREACH_AT.isoformat(),
            }
        ]
        assert case.events.get(kind="escalated").actor is None

    def test_is_told_in_the_language_of_the_project(self, case):
        with translation.override("sv"):
            reminders.remind_due(now=BREACH_AT)
        assert stories.told(case, "escalated")[0]["reason"] == "The customer has not been contacted in time."

    def test_is_escalated_also_where_a_person_did_so_before(self, people, case):
        workflow.escalate(case_id=case.pk, reason="Angry", actor=people.agent, now=later(hours=1))
        reminders.remind_due(now=BREACH_AT)
        assert [line["level"] for line in stories.told(case, "escalated")] == [1, 2]

    def test_is_repeated_every_two_working_days_and_escalated_once(self, case):
        reminders.remind_due(now=BREACH_AT)
        assert stories.as_it_is_now(case).remind_at == REPEAT_AT
        reminders.remind_due(now=REPEAT_AT - A_MINUTE)
        assert reminded(case)[-2:] == ["reminder_overdue", "escalated"]
        reminders.remind_due(now=REPEAT_AT)
        reminders.remind_due(now=later(days=7))
        told = reminded(case)[2:]
        assert told[:2] == ["reminder_overdue", "escalated"]
        assert sorted(told[2:]) == ["escalated", "reminder_overdue", "reminder_overdue"]  # the second is leadership's


class TestAfterAnOutageOfAWeek:
    def test_what_was_missed_is_caught_up_once_and_the_next_one_is_counted_from_now(self, case):
        assert reminders.remind_due(now=later(days=7)) == 1
        assert reminded(case) == ["reminder_half_time", "reminder_due", "reminder_overdue", "escalated"]
        assert stories.as_it_is_now(case).remind_at == later(days=11)  # two working days and a weekend on
        assert reminders.remind_due(now=later(days=7)) == 0

    def test_a_case_that_was_overdue_already_is_reminded_of_once(self, case):
        reminders.remind_due(now=BREACH_AT)
        before = len(reminded(case))
        reminders.remind_due(now=later(days=35))
        assert reminded(case)[before:] == ["reminder_overdue", "escalated"]

    def test_leadership_is_told_two_working_days_after_the_lead_was_however_late_that_came(self, case):
        reminders.remind_due(now=later(days=7))
        reminders.remind_due(now=later(days=11) - A_MINUTE)
        assert [told.get("to") for told in stories.told(case, "escalated")] == [None]
        reminders.remind_due(now=later(days=11))
        assert [told.get("to") for told in stories.told(case, "escalated")] == [None, "leadership"]
        reminders.remind_due(now=later(days=60))
        assert len(stories.told(case, "escalated")) == 2

    def test_every_case_has_its_turn(self, people):
        cases = [factories.case(3, owner=people.agent) for _ in range(3)]
        assert reminders.remind_due(now=later(days=7)) == 3
        assert {tuple(reminded(case)) for case in cases} == {
            ("reminder_half_time", "reminder_due", "reminder_overdue", "escalated")
        }


class TestTheLadderToTheResolution:
    @pytest.fixture
    def reached(self, case):
        return factories.reach(case, now=later(hours=1))

    def test_begins_with_the_first_contact(self, reached):
        reminders.remind_due(now=later(days=1))
        assert reminded(reached) == []
        planned_at = reached.remind_at
        reminders.remind_due(now=planned_at)
        assert stories.told(reached, "reminder_half_time") == [
            {
                "stage": "resolve",
                "due_at": reached.resolve_due_at.isoformat(),
                "planned_at": planned_at.isoformat(),
            }
        ]

    def test_has_its_own_breach(self, reached):
        reminders.remind_due(now=reached.resolve_due_at)
        assert reminded(reached) == ["reminder_half_time", "reminder_due", "reminder_overdue", "escalated"]
        assert stories.told(reached, "escalated")[0]["reason"] == "The case has not been resolved in time."

    def test_escalates_a_second_time_a_case_contacted_too_late(self, case):
        reminders.remind_due(now=later(days=2))
        late = factories.reach(case, now=later(days=3))
        reminders.remind_due(now=late.resolve_due_at)
        assert [line["level"] for line in stories.told(case, "escalated")] == [1, 2]

    def test_leaves_only_the_repeats_when_even_the_resolution_was_due_before_the_contact(self, case):
        reminders.remind_due(now=later(days=20))
        late = factories.reach(case, now=later(days=20, hours=1))
        assert (late.remind_level, late.remind_at) == (deadlines.OVERDUE, later(days=22, hours=1))
        before = len(reminded(case))
        reminders.remind_due(now=late.remind_at)
        assert reminded(case)[before:] == ["reminder_overdue", "escalated"]

    def test_begins_anew_when_the_case_is_reopened(self, reached):
        reminders.remind_due(now=reached.resolve_due_at)
        factories.resolve(reached, now=later(days=20))
        back = workflow.reopen(case_id=reached.pk, reason="Again", actor=None, now=later(days=30))
        before = len(reminded(reached))
        reminders.remind_due(now=back.resolve_due_at)
        assert reminded(reached)[before:] == [
            "reminder_half_time",
            "reminder_due",
            "reminder_overdue",
            "escalated",
        ]


class TestOneCaseAtATime:
    def test_that_cannot_be_reminded_of_does_not_silence_the_others(self, people, case, monkeypatch, caplog):
        other = factories.case(3, owner=people.agent)
        plan = deadlines.plan_next_reminder

        def fails_for_one(climbing, *, now):
            if climbing.pk == case.pk:
                raise RuntimeError("a bug")
            plan(climbing, now=now)

        monkeypatch.setattr(deadlines, "plan_next_reminder", fails_for_one)
        assert reminders.remind_due(now=HALF_TIME_AT) == 1
        assert reminded(other) == ["reminder_half_time"]
        assert f"case {case.pk} could not be reminded of" in caplog.text

    @pytest.mark.parametrize("broken", [(workflow, "escalate"), (deadlines, "plan_next_reminder")])
    def test_is_written_whole_or_not_at_all(self, case, monkeypatch, broken):
        def fails(*args, **kwargs):
            raise RuntimeError("the power went")

        with monkeypatch.context() as patch:
            patch.setattr(*broken, fails)
            assert reminders.remind_due(now=BREACH_AT) == 0
        assert reminded(case) == []
        assert stories.as_it_is_now(case).remind_at == HALF_TIME_AT
        assert reminders.remind_due(now=BREACH_AT) == 1
        assert reminded(case) == ["reminder_half_time", "reminder_due", "reminder_overdue", "escalated"]

    def test_closed_since_the_list_was_made_is_left_alone(self, case):
        workflow.withdraw(case_id=case.pk, reason="A test", actor=None, now=later(hours=1))
        assert not reminders.remind(case.pk, now=BREACH_AT)
        assert reminded(case) == []

    def test_reminded_of_since_the_list_was_made_is_left_alone(self, case):
        assert reminders.remind(case.pk, now=HALF_TIME_AT)
        assert not reminders.remind(case.pk, now=HALF_TIME_AT)

    def test_keeps_the_version_somebody_has_on_their_screen_unless_it_is_escalated(self, case):
        reminders.remind_due(now=HALF_TIME_AT)
        assert stories.as_it_is_now(case).version == case.version
        reminders.remind_due(now=BREACH_AT)
        assert stories.as_it_is_now(case).version == case.version + 1

    def test_has_a_key_for_each_step_so_that_the_database_refuses_a_second_one(self, case):
        reminders.remind_due(now=later(days=7))
        keys = list(CaseEvent.objects.exclude(key=None).values_list("key", flat=True))
        assert len(keys) == len(set(keys)) == len(reminded(case)) + 1  # and the opening has one


class TestManyAtOnce:
    @pytest.fixture
    def cases(self, people):
        return [factories.case(score, owner=people.agent) for score in (3, 5) * 10]

    def test_take_few_statements(self, cases, django_assert_max_num_queries):
        with django_assert_max_num_queries(14):
            assert reminders.remind_due(now=DUE_DAY_AT) == 10
        assert [reminded(case) for case in cases] == [["reminder_half_time", "reminder_due"], []] * 10

    def test_are_planned_on_as_each_would_be_alone(self, cases):
        together, alone = cases[0], factories.case(3, owner=cases[0].owner)
        reminders.remind(alone.pk, now=HALF_TIME_AT)
        reminders.remind_due(now=HALF_TIME_AT)
        planned = [(one.remind_at, one.remind_level) for one in map(stories.as_it_is_now, (together, alone))]
        assert planned == [(DUE_DAY_AT, deadlines.DUE)] * 2

    def test_escalate_only_those_that_are_late(self, cases):
        assert reminders.remind_due(now=BREACH_AT) == 20
        assert [stories.as_it_is_now(case).escalation_level for case in cases] == [1, 0] * 10

    def test_are_told_of_all(self, cases):
        reminders.remind_due(now=HALF_TIME_AT)
        announce.announce_missed(now=HALF_TIME_AT)
        assert Message.objects.filter(kind="reminder_half_time").count() == 10


class TestWhatIsNext:
    """`deadlines`: the plan a case carries."""

    def plan(self, case):
        stored = Case.objects.get(pk=case.pk)
        return stored.remind_level, stored.remind_at

    def test_moves_from_half_time_over_the_due_day_to_the_repeats(self, case):
        seen = [self.plan(case)]
        for at in (HALF_TIME_AT, DUE_DAY_AT, BREACH_AT):
            reminders.remind_due(now=at)
            seen.append(self.plan(case))
        assert seen == [
            (deadlines.HALF_TIME, HALF_TIME_AT),
            (deadlines.DUE, DUE_DAY_AT),
            (deadlines.OVERDUE, BREACH_AT),
            (deadlines.OVERDUE, REPEAT_AT),
        ]

    def test_of_the_longer_target_is_counted_in_the_same_way(self, people):
        case = factories.case(6, owner=people.agent)
        assert case.contact_due_at == later(days=4)  # Monday
        assert case.remind_at == BREACH_AT  # one of two working days

    def test_never_lies_outside_working_hours(self, people):
        friday_night = datetime.fromisoformat("2026-11-20T22:40:00+00:00")
        case = factories.case(3, owner=people.agent, now=friday_night)
        assert case.remind_at == datetime.fromisoformat("2026-11-23T11:30:00+00:00")


def test_timeline_and_case_agree_on_the_level(case):
    reminders.remind_due(now=BREACH_AT)
    levels = [event.data["level"] for event in timeline.story(case) if event.kind == "escalated"]
    assert levels == [stories.as_it_is_now(case).escalation_level]


def test_the_clock_of_these_tests_stands_on_a_thursday_morning_in_stockholm():
    assert NOW.strftime("%A %H:%M") == "Thursday 08:12"
