"""Somebody puts off being reminded of a case: what waits, what does not, until when, and what ends it."""

from datetime import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from loop import access, callbacks, snoozes, sweeping, timeline, workflow
from loop.locking import StepNotAllowed, StepRefused
from loop.models import Case, CaseEvent, Snooze
from loop.models.event import EventKind
from notifications import digests
from notifications.models import Message
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(people) -> Case:
    """Anna's; first contact is due on Monday morning (score 6: two working days)."""
    return factories.case(6, owner=people.agent)


def put_off(case: Case, user, until: datetime | None = None, now: datetime = NOW) -> Snooze:
    return snoozes.snooze(case_id=case.pk, until=until or later(days=1), actor=user, now=now)


def told(kind: str) -> list[tuple[str, str]]:
    return [(m.user.name, m.state) for m in Message.objects.filter(kind=kind).select_related("user").order_by("pk")]


class TestWhatWaits:
    def test_is_the_reminder_of_whoever_put_it_off(self, people, case):
        put_off(case, people.agent, later(days=1, hours=3))
        Case.objects.filter(pk=case.pk).update(remind_at=later(hours=2))
        sweeping.run_all(now=later(hours=2))
        [(name, state)] = told("reminder_half_time")
        assert (name, state) == ("Anna", "cancelled")
        assert Message.objects.get(kind="reminder_half_time").error == "they put it off themselves"

    def test_comes_back_when_its_time_is_over(self, people, case):
        put_off(case, people.agent, later(hours=5))
        sweeping.run_all(now=later(hours=4))
        assert told("reminder_snoozed") == []
        sweeping.run_all(now=later(hours=5))
        assert told("reminder_snoozed") == [("Anna", "sent")]
        sweeping.run_all(now=later(hours=6))
        assert len(told("reminder_snoozed")) == 1

    def test_is_not_in_the_morning_mail(self, people, case):
        keys = lambda: {part.key for part in digests.parts(people.agent, later(days=1))}  # noqa: E731
        assert keys() & {"new", "today"}
        put_off(case, people.agent, later(days=1, hours=5))
        assert not keys() & {"new", "today", "overdue"}

    def test_is_not_what_the_lead_is_told(self, people, case):
        due = Case.objects.get(pk=case.pk).due_at
        put_off(case, people.agent, due)
        sweeping.run_all(now=due)
        assert ("Lars", "sent") in told("case_escalated")

    def test_is_no_clock_of_the_case(self, people, case):
        put_off(case, people.agent)
        stands = Case.objects.get(pk=case.pk)
        assert (stands.contact_due_at, stands.remind_at, stands.version) == (
            case.contact_due_at, case.remind_at, case.version,
        )  # fmt: skip


class TestUntilWhen:
    def test_not_past_the_due_time(self, people, case):
        with pytest.raises(StepRefused, match="The case is due then") as refused:
            put_off(case, people.agent, later(days=6))
        assert refused.value.field == "until"
        assert not Snooze.objects.exists()

    def test_not_past_a_promise(self, people, case):
        factories.promised(case, hours=3)
        with pytest.raises(StepRefused, match="A promise is due then"):
            put_off(Case.objects.get(pk=case.pk), people.agent, later(hours=4))

    def test_not_past_an_agreed_call(self, people, case):
        callbacks.book(case_id=case.pk, actor=people.agent, starts_at=later(hours=4, minutes=18), now=NOW)
        with pytest.raises(StepRefused, match="A call is agreed for then"):
            put_off(case, people.agent, later(hours=5))

    def test_a_day_where_it_is_overdue(self, people, case):
        late = later(days=20)
        with pytest.raises(StepRefused, match="at most a day"):
            put_off(case, people.agent, later(days=22), now=late)
        assert put_off(case, people.agent, later(days=21), now=late).until == later(days=21)

    @pytest.mark.parametrize("hours", [0, -1])
    def test_not_back_in_time(self, people, case, hours):
        with pytest.raises(StepRefused, match="still to come"):
            put_off(case, people.agent, later(hours=hours))

    def test_the_latest_time_counts(self, people, case):
        put_off(case, people.agent, later(hours=2))
        put_off(case, people.agent, later(hours=6), now=later(minutes=1))
        assert Snooze.objects.get(ended_at=None).until == later(hours=6)


class TestWho:
    def test_only_whoever_is_reminded(self, people, case):
        for other in (people.colleague, people.lead, people.other_agent, people.leader):
            with pytest.raises(access.NotAllowed):
                put_off(case, other)

    def test_also_who_stands_in(self, people, case):
        people.colleague.covering_people = [people.agent.pk]
        assert put_off(case, people.colleague).user == people.colleague

    def test_nobody_of_a_closed_case(self, people, case):
        workflow.withdraw(case_id=case.pk, reason="A test.", actor=people.admin, now=NOW)
        with pytest.raises(StepNotAllowed):
            put_off(case, people.agent)

    def test_only_for_themselves(self, people, case):
        put_off(case, people.agent)
        assert not snoozes.running(people.colleague, later(hours=1)).exists()
        assert snoozes.running(people.agent, later(hours=1)).exists()


class TestNews:
    def test_of_the_customer_ends_it(self, people, case):
        put_off(case, people.agent, later(hours=6))
        timeline.record(case, EventKind.CUSTOMER_WROTE, actor=None, now=later(hours=1))
        assert not snoozes.running(people.agent, later(hours=2)).exists()
        sweeping.run_all(now=later(hours=6))
        assert told("reminder_snoozed") == []  # the news itself was told

    def test_is_not_ones_own_note(self, people, case):
        put_off(case, people.agent, later(hours=6))
        workflow.note(case_id=case.pk, text="Waiting for billing.", actor=people.agent, now=later(hours=1))
        assert snoozes.running(people.agent, later(hours=2)).exists()

    def test_is_that_somebody_else_has_it_now(self, people, case):
        put_off(case, people.agent, later(hours=6))
        factories.hand_over(case, people.colleague, now=later(hours=1))
        sweeping.run_all(now=later(hours=6))
        assert told("reminder_snoozed") == []


class TestThePage:
    @pytest.fixture(autouse=True)
    def _thursday_morning(self):
        with time_machine.travel(NOW, tick=False):
            yield

    @pytest.fixture
    def anna(self, people) -> Client:
        client = Client()
        client.force_login(people.agent)
        return client

    def test_offers_mornings_before_the_due_time(self, anna, case):
        page = anna.get(reverse("case", args=[case.pk]))
        form = page.context["snooze_form"]
        offered = [value for value, _words in form.fields["when"].choices]
        assert offered[-1] == "own"
        assert offered[:-1]
        assert all(datetime.fromisoformat(at) <= case.due_at for at in offered[:-1])
        assert "Remind me later" in page.text

    def test_puts_it_off_and_takes_it_back(self, anna, people, case):
        at = anna.get(reverse("case", args=[case.pk])).context["snooze_form"].initial["when"]
        page = anna.post(reverse("case-snooze", args=[case.pk]), {"when": at}, follow=True)
        assert "or sooner if there is news" in page.text
        assert "you are not reminded before" in page.text
        assert "put off until" in anna.get(reverse("cases")).text
        page = anna.post(reverse("case-wake", args=[case.pk]), follow=True)
        assert "You are reminded as usual." in page.text
        assert "put off until" not in anna.get(reverse("cases")).text

    def test_says_at_the_field_what_is_wrong_and_keeps_what_was_typed(self, anna, case):
        typed = {"when": "own", "until": "2026-12-24T09:00"}
        page = anna.post(reverse("case-snooze", args=[case.pk]), typed)
        assert page.status_code == 400
        assert "The case is due then" in page.text
        assert 'value="2026-12-24T09:00"' in page.text
        assert anna.post(reverse("case-snooze", args=[case.pk]), {"when": "own"}).status_code == 400
        assert not Snooze.objects.exists()

    def test_is_not_offered_to_who_is_not_reminded(self, people, case):
        client = Client()
        client.force_login(people.lead)
        assert "Remind me later" not in client.get(reverse("case", args=[case.pk])).text
        address = reverse("case-snooze", args=[case.pk])
        assert client.post(address, {"when": later(hours=1).isoformat()}).status_code == 403


def test_one_that_fails_does_not_keep_the_others_away(people, monkeypatch):
    cases = [factories.case(6, owner=people.agent) for _ in range(2)]
    for each in cases:
        put_off(each, people.agent, later(hours=1))
    broken, record = cases[0].pk, timeline.record

    def breaks(case, *args, **facts):
        if case.pk == broken:
            raise RuntimeError("no")
        return record(case, *args, **facts)

    monkeypatch.setattr(timeline, "record", breaks)
    assert snoozes.wake_due(now=later(hours=2)) == 1
    assert CaseEvent.objects.filter(kind=EventKind.REMINDER_SNOOZED).count() == 1
