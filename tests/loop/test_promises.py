"""What was promised: kept, moved or broken; reminded of in time; and no case closes over it in silence."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from loop import access, reminders, workflow
from loop.models import Case, Promise, RootCause
from loop.promises import due_on
from loop.workflow import StepNotAllowed, StepRefused
from notifications import announce, delivery
from notifications.models import Message, MessageState
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(people):
    """Anna's, with a promise for Monday 09:12 Stockholm time."""
    return factories.promised(factories.contacted_case(owner=people.agent), days=4)


def the_promise(case):
    return case.promises.get()


def resolve(case, now=None, **facts):
    cause = RootCause.objects.get(key="billing")
    details = {"root_cause": cause, "summary": "Credited.", "actor": case.owner, "now": now or later(hours=3), **facts}
    return workflow.resolve(case_id=case.pk, **details)


def on(case, step, **facts):
    details = {"actor": case.owner, "now": later(hours=3), "promise_id": the_promise(case).pk, **facts}
    return getattr(workflow, step)(case_id=case.pk, **details)


class TestPromising:
    def test_is_told_and_known_to_the_case(self, people, case):
        made = the_promise(case)
        assert (made.what, made.promised_by, made.due_at) == ("A new invoice", people.agent, later(days=4))
        assert case.promise_due_at == later(days=4)
        [told] = stories.told(case, "promised")
        assert (told["what"], told["promised_by_name"]) == ("A new invoice", "Anna")

    def test_the_case_knows_the_first_of_several(self, case):
        assert factories.promised(case, "A call", days=1).promise_due_at == later(days=1)

    @pytest.mark.parametrize(
        ("facts", "field"), [({"what": " "}, "what"), ({"what": "x" * 501}, "what"), ({"due_at": NOW}, "due_at")]
    )
    def test_needs_words_and_a_time_ahead(self, case, facts, field):
        details = {"what": "A call", "due_at": later(days=1), "actor": None, "now": NOW, **facts}
        with pytest.raises(StepRefused) as no:
            workflow.promise(case_id=case.pk, **details)
        assert no.value.field == field

    def test_is_for_those_who_act_on_the_case(self, people, case):
        for stranger in (people.colleague, people.other_agent, people.leader):
            with pytest.raises(access.NotAllowed):
                workflow.promise(case_id=case.pk, what="A call", due_at=later(days=1), actor=stranger, now=NOW)

    def test_by_loop_itself_is_the_owners(self, people, case):
        workflow.promise(case_id=case.pk, what="A call", due_at=later(days=1), actor=None, now=NOW)
        assert Promise.objects.get(what="A call").promised_by == people.agent

    def test_for_a_day_is_due_when_its_work_ends(self):
        hours = factories_hours()
        assert due_on(NOW.date(), None, hours).isoformat() == "2026-11-19T17:00:00+01:00"


def factories_hours():
    from loop import deadlines

    return deadlines.policy().calendar.hours()


class TestEnding:
    def test_kept_is_kept_once(self, case):
        kept = on(case, "keep_promise")
        made = the_promise(case)
        assert (made.ending, made.ended_at, kept.promise_due_at) == ("kept", later(hours=3), None)
        assert stories.told(case, "promise_kept")[0]["late"] is False
        with pytest.raises(StepNotAllowed, match="kept"):
            on(case, "keep_promise")

    def test_moved_keeps_its_words_and_says_what_was_agreed(self, case):
        moved = on(case, "move_promise", due_at=later(days=7), reason="She is away.")
        assert (moved.promise_due_at, the_promise(case).moved) == (later(days=7), 1)
        [told] = stories.told(case, "promise_moved")
        assert (told["before"], told["reason"]) == (later(days=4).isoformat(), "She is away.")

    def test_taken_back_in_time_is_withdrawn_and_after_it_broken(self, people, case):
        on(case, "withdraw_promise", reason="She found it.")
        assert the_promise(case).ending == "withdrawn"
        late = factories.promised_case(owner=people.agent)
        on(late, "withdraw_promise", reason="Forgotten.", now=later(days=3))
        assert (the_promise(late).ending, the_promise(late).end_reason) == ("broken", "Forgotten.")

    @pytest.mark.parametrize(("step", "facts"), [("move_promise", {"due_at": later(days=5)}), ("withdraw_promise", {})])
    def test_other_than_kept_needs_a_reason(self, case, step, facts):
        with pytest.raises(StepRefused) as no:
            on(case, step, reason=" ", **facts)
        assert no.value.field == "reason"

    def test_of_another_case_is_refused(self, people, case):
        other = factories.promised_case(owner=people.agent)
        with pytest.raises(StepRefused, match="no such promise"):
            on(case, "keep_promise", promise_id=the_promise(other).pk)


class TestClosingOverAPromise:
    def test_needs_to_say_why(self, case):
        with pytest.raises(StepRefused, match="A new invoice") as no:
            resolve(case)
        assert no.value.field == "promises_reason"
        assert stories.as_it_is_now(case).state == "contacted"

    def test_with_a_reason_leaves_what_is_not_due_promised(self, case):
        done = resolve(case, promises_reason="It follows with the next invoice.")
        assert (done.state, done.promises_reason) == ("resolved", "It follows with the next invoice.")
        assert the_promise(case).is_unkept
        assert done.promise_due_at == later(days=4)
        [told] = stories.told(case, "resolved")
        assert (told["promises_reason"], told["promises"][0]["ending"]) == (done.promises_reason, "")

    def test_with_a_reason_breaks_what_is_overdue(self, case):
        done = resolve(case, now=later(days=5), promises_reason="The system was down.")
        made = the_promise(case)
        assert (made.ending, made.end_reason, done.promise_due_at) == ("broken", "The system was down.", None)

    def test_once_it_is_kept_needs_nothing(self, case):
        on(case, "keep_promise")
        assert resolve(case).promises_reason == ""

    def test_it_can_be_kept_after_the_case_was_closed(self, case):
        resolve(case, promises_reason="It follows.")
        on(case, "keep_promise", now=later(days=2))
        assert the_promise(case).ending == "kept"

    def test_as_not_reached_needs_a_reason_too(self, people):
        case = factories.promised_case(owner=people.agent)
        for day in range(3):
            at = later(days=day)
            workflow.attempt(case_id=case.pk, channel="phone", reached=False, actor=None, now=at)
        with pytest.raises(StepRefused) as no:
            workflow.close_unreached(case_id=case.pk, actor=None, now=later(days=3))
        assert no.value.field == "reason"
        workflow.close_unreached(case_id=case.pk, reason="She moved.", actor=None, now=later(days=3))
        assert the_promise(case).ending == "broken"

    def test_a_withdrawn_case_takes_its_promises_back(self, case):
        workflow.withdraw(case_id=case.pk, reason="A test", actor=None, now=later(hours=3))
        assert (the_promise(case).ending, the_promise(case).end_reason) == ("withdrawn", "A test")

    def test_a_reopened_case_is_asked_again(self, case):
        resolve(case, promises_reason="It follows.")
        workflow.reopen(case_id=case.pk, reason="Not solved", actor=None, now=later(days=1))
        with pytest.raises(StepRefused):
            resolve(case, now=later(days=1, hours=1))


class TestTheDatabase:
    def sql(self, statement, *values):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)

    def test_closes_no_case_over_a_promise_without_a_reason(self, case):
        with pytest.raises(DatabaseError, match="unkept promise"):
            self.sql(
                "UPDATE loop_case SET state = 'resolved', resolution = 'withdrawn', closed_at = %s, resolved_at = %s, "
                "remind_at = NULL, version = version + 1 WHERE id = %s",
                NOW, NOW, case.pk,
            )  # fmt: skip

    def test_keeps_what_was_said(self, case):
        with pytest.raises(DatabaseError, match="stays as it was said"):
            self.sql("UPDATE loop_promise SET what = 'Nothing' WHERE id = %s", the_promise(case).pk)
        with pytest.raises(DatabaseError, match="never deleted"):
            self.sql("DELETE FROM loop_promise WHERE id = %s", the_promise(case).pk)

    def test_keeps_how_it_ended(self, case):
        on(case, "keep_promise")
        with pytest.raises(DatabaseError, match="stays as it ended"):
            self.sql("UPDATE loop_promise SET ending = '', ended_at = NULL WHERE id = %s", the_promise(case).pk)


# A promise for Monday 09:12 in Stockholm: reminded of on Friday and on Monday at 08:00, overdue at 09:12; in UTC:
FRIDAY, MONDAY, OVERDUE = later(hours=22.8), later(days=3, hours=22.8), later(days=4)
AGAIN = later(days=6)  # two working days later
A_MINUTE = timedelta(minutes=1)


class TestReminders:
    def given(self, case):
        return [
            (event.kind, event.data.get("level"))
            for event in case.events.filter(kind__startswith="reminder_promise").order_by("pk")
        ]

    def told(self, now):
        announce.announce_missed(now=now)
        delivery.deliver_due(now=now)
        sent = Message.objects.filter(kind__startswith="reminder_promise", state=MessageState.SENT)
        return sorted((message.kind, message.user.name) for message in sent)

    def test_come_the_morning_before_the_morning_of_the_day_and_when_it_is_overdue(self, case):
        for at in (FRIDAY, MONDAY, OVERDUE, AGAIN):
            before = len(self.given(case))
            reminders.remind_due(now=at - A_MINUTE)
            assert len(self.given(case)) == before
            for tick in range(3):
                reminders.remind_due(now=at + tick * A_MINUTE)
            assert len(self.given(case)) == before + 1
        assert [level for _kind, level in self.given(case)] == ["before", "day", "overdue", "overdue"]

    def test_go_to_whoever_promised_and_the_lead_when_it_is_overdue(self, case):
        reminders.remind_due(now=MONDAY)
        assert self.told(MONDAY) == [("reminder_promise", "Anna")]
        reminders.remind_due(now=OVERDUE)
        assert [row for row in self.told(OVERDUE) if "overdue" in row[0]] == [
            ("reminder_promise_overdue", "Anna"), ("reminder_promise_overdue", "Lars")
        ]  # fmt: skip

    def test_go_to_the_new_owner_when_the_case_was_handed_over(self, people, case):
        factories.hand_over(case, people.colleague, now=later(hours=5))
        reminders.remind_due(now=FRIDAY)
        assert self.told(FRIDAY) == [("reminder_promise", "Kim")]

    def test_after_an_outage_come_as_one(self, case):
        reminders.remind_due(now=later(days=30))
        assert len(self.given(case)) == 1

    def test_do_not_leave_once_it_is_kept(self, case):
        reminders.remind_due(now=FRIDAY)
        announce.announce_missed(now=FRIDAY)
        on(case, "keep_promise", now=FRIDAY)
        assert self.told(FRIDAY) == []
        assert {m.state for m in Message.objects.filter(kind="reminder_promise")} == {MessageState.CANCELLED}

    def test_do_not_leave_once_another_time_was_agreed(self, case):
        reminders.remind_due(now=FRIDAY)
        announce.announce_missed(now=FRIDAY)
        on(case, "move_promise", due_at=later(days=8), reason="Agreed.", now=FRIDAY)
        assert self.told(FRIDAY) == []

    def test_come_again_for_a_promise_moved_there_and_back(self, case):
        reminders.remind_due(now=FRIDAY)
        on(case, "move_promise", due_at=later(days=8), reason="Agreed.", now=later(days=1.1))
        on(case, "move_promise", due_at=later(days=4), reason="After all.", now=later(days=1.2))
        reminders.remind_due(now=MONDAY)
        assert [level for _kind, level in self.given(case)] == ["before", "day"]

    def test_of_two_promises_both_arrive(self, case):
        factories.promised(case, "A call back", days=4)
        reminders.remind_due(now=FRIDAY)
        assert self.told(FRIDAY) == [("reminder_promise", "Anna")] * 2

    def test_go_on_for_a_promise_that_outlives_its_case(self, case):
        resolve(case, promises_reason="It follows.")
        reminders.remind_due(now=FRIDAY)
        assert self.told(FRIDAY) == [("reminder_promise", "Anna")]

    def test_end_with_the_promise(self, case):
        on(case, "keep_promise")
        reminders.remind_due(now=later(days=60))
        assert self.given(case) == []


def test_the_promised_tab_shows_them_by_what_is_due_first_closed_cases_too(people, case):
    from loop import inbox

    soon = factories.promised(factories.case(owner=people.agent), days=1)
    factories.case(owner=people.agent)
    resolve(case, promises_reason="It follows.")
    page = inbox.page(people.agent, inbox.Wanted(tab="promised"), NOW)
    assert [found.pk for group in page.groups for found in group.cases] == [soon.pk, case.pk]
    assert inbox.cases_of_tab(people.other_agent, "promised").count() == 0
    assert Case.objects.promised().count() == 2
