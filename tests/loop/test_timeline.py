"""A case's story: written with the change it tells of, read newest first, told once where it may happen only once."""

import pytest
from django.db import IntegrityError, transaction

from loop import timeline, workflow
from loop.models import CaseEvent
from loop.models.event import EventKind
from loop.signals import case_event_recorded
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(people):
    return factories.case(owner=people.agent)


@pytest.fixture
def heard():
    """The numbers of the events whose bell was rung."""
    numbers = []

    def listen(sender, event_id, **_kwargs):
        numbers.append(event_id)

    case_event_recorded.connect(listen)
    yield numbers
    case_event_recorded.disconnect(listen)


class TestALine:
    def test_keeps_who_what_and_when(self, people, case):
        event = timeline.record(case, EventKind.NOTE, actor=people.agent, now=later(hours=1), data={"text": "Hello"})
        stored = CaseEvent.objects.get(pk=event.pk)
        assert (stored.case, stored.kind, stored.actor, stored.at) == (case, "note", people.agent, later(hours=1))
        assert (stored.data, stored.key, stored.announced_at) == ({"text": "Hello"}, None, None)

    def test_of_an_unknown_kind_is_refused_by_the_database(self, case):
        with pytest.raises(IntegrityError, match="event_kind_is_known"), transaction.atomic():
            timeline.record(case, "gossip", actor=None, now=NOW)

    def test_with_a_key_is_written_once_in_the_life_of_the_installation(self, people, case):
        timeline.record(case, EventKind.NOTE, actor=None, now=NOW, key="once")
        other = factories.case(owner=people.agent)
        with pytest.raises(IntegrityError), transaction.atomic():
            timeline.record(other, EventKind.NOTE, actor=None, now=later(days=1), key="once")

    def test_without_a_key_may_repeat(self, case):
        for _ in range(2):
            timeline.record(case, EventKind.NOTE, actor=None, now=NOW, data={"text": "Same"})
        assert stories.kinds(case).count("note") == 2


class TestTheBell:
    def test_rings_after_the_commit_with_the_number_of_the_line(self, case, heard, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            event = timeline.record(case, EventKind.NOTE, actor=None, now=NOW)
            assert heard == []
        assert heard == [event.pk]

    @pytest.mark.django_db(transaction=True)
    def test_rings_once_for_all_lines_of_a_step_with_the_first(self, people, heard):
        reached = factories.contacted_case(owner=people.agent)
        heard.clear()
        factories.resolve(reached, now=later(days=1))
        assert stories.kinds(reached)[-2:] == ["resolved", "recovery_planned"]
        assert list(CaseEvent.objects.filter(pk__in=heard).values_list("kind", flat=True)) == ["resolved"]

    @pytest.mark.django_db(transaction=True)
    def test_rings_for_what_is_left_when_the_first_line_is_taken_back(self, case, heard):
        heard.clear()
        with transaction.atomic():
            with transaction.atomic():
                timeline.record(case, EventKind.NOTE, actor=None, now=NOW)
                transaction.set_rollback(True)
            left = timeline.record(case, EventKind.NOTE, actor=None, now=NOW)
        assert heard == [left.pk]

    def test_that_nobody_can_answer_does_not_undo_the_step(self, case, django_capture_on_commit_callbacks):
        def fails(sender, **_kwargs):
            raise RuntimeError("the broker is on fire")

        case_event_recorded.connect(fails)
        try:
            with django_capture_on_commit_callbacks(execute=True):
                workflow.note(case_id=case.pk, text="Called.", actor=None, now=NOW)
        finally:
            case_event_recorded.disconnect(fails)
        assert stories.kinds(case)[-1] == "note"

    @pytest.mark.django_db(transaction=True)
    def test_stays_silent_when_the_step_is_rolled_back(self, people, case, heard):
        with transaction.atomic():
            workflow.note(case_id=case.pk, text="Called.", actor=None, now=NOW)
            transaction.set_rollback(True)
        assert heard == []
        workflow.note(case_id=case.pk, text="Called.", actor=None, now=NOW)
        assert len(heard) == 1


class TestTheStory:
    def test_is_told_newest_first_with_who_did_it(self, people, case, django_assert_num_queries):
        workflow.note(case_id=case.pk, text="First.", actor=people.agent, now=later(hours=1))
        workflow.note(case_id=case.pk, text="Second.", actor=people.lead, now=later(hours=2))
        with django_assert_num_queries(1):
            told = [(event.kind, event.actor.name if event.actor else "Loop") for event in timeline.story(case)]
        assert told == [("note", "Lars"), ("note", "Anna"), ("assigned", "Loop"), ("opened", "Loop")]

    def test_keeps_the_order_of_lines_written_at_the_same_instant(self, case):
        for text in ("a", "b", "c"):
            workflow.note(case_id=case.pk, text=text, actor=None, now=NOW)
        assert [line["text"] for line in stories.told(case, "note")] == ["a", "b", "c"]

    def test_of_one_case_leaves_out_every_other(self, people, case):
        other = factories.case(owner=people.agent)
        workflow.note(case_id=other.pk, text="Elsewhere.", actor=None, now=NOW)
        assert "note" not in stories.kinds(case)
