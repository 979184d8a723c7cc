"""Several cases at once: each by itself through the workflow, with a result, within what each person may do."""

import pytest

from loop import several, workflow
from loop.models import Case
from loop.several import Tick
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


def ticks(*cases):
    return [Tick(case.pk, case.version) for case in cases]


def give(user, to, *cases):
    return several.hand_over(ticks(*cases), owner=to, team=None, reason="Holiday", actor=user, now=later(hours=1))


class TestHandingOver:
    def test_one_that_somebody_changed_holds_up_none_of_the_others(self, people):
        cases = [factories.case(owner=people.agent) for _ in range(3)]
        workflow.note(case_id=cases[1].pk, text="I call her.", actor=people.agent, now=NOW)

        results = give(people.lead, people.colleague, *cases)

        assert [each.done for each in results] == [True, False, True]
        assert results[1].is_stale
        assert "Somebody changed this case" in results[1].why
        owners = [Case.objects.get(pk=case.pk).owner for case in cases]
        assert owners == [people.colleague, people.agent, people.colleague]

    def test_each_tells_its_own_story_with_the_reason(self, people):
        case = factories.case(owner=people.agent)

        give(people.lead, people.colleague, case)

        assert stories.told(case, "assigned")[-1]["reason"] == "Holiday"

    @pytest.mark.parametrize("name", ["other_agent", "other_lead", "colleague"])
    def test_nobody_hands_over_what_they_do_not_see(self, people, name):
        case = factories.case(owner=people.agent)

        results = give(getattr(people, name), people.other_agent, case)

        assert [(each.done, each.case) for each in results] == [(False, None)]
        assert Case.objects.get(pk=case.pk).owner == people.agent

    def test_leadership_reads_and_an_agent_only_takes_from_the_queue(self, people):
        hers, queued = factories.case(owner=people.agent), factories.case(team=people.north)

        assert not give(people.leader, people.colleague, hers)[0].done
        assert not give(people.agent, people.colleague, queued)[0].done
        assert give(people.agent, people.colleague, hers)[0].done

    def test_to_somebody_who_left_nothing_goes(self, people):
        case = factories.case(owner=people.agent)
        people.colleague.is_active = False
        people.colleague.save()

        results = give(people.lead, people.colleague, case)

        assert "cannot sign in any more" in results[0].why
        assert Case.objects.get(pk=case.pk).version == case.version


class TestTaking:
    def test_only_what_waits_in_ones_queue(self, people):
        queued, theirs = factories.case(team=people.north), factories.case(team=people.south)
        hers = factories.case(owner=people.agent)

        results = several.take(ticks(queued, theirs, hers), actor=people.agent, now=later(hours=1))

        assert [each.done for each in results] == [True, False, False]
        assert Case.objects.get(pk=queued.pk).owner == people.agent
        assert Case.objects.get(pk=theirs.pk).owner is None


class TestReadingTicks:
    @pytest.mark.parametrize("text", ["", "1", "x.1", "1.x", "1.", "-1.1", "99999999999999999999.1", "१.1"])
    def test_what_is_none_is_passed_over(self, text):
        assert several.read([text]) == []

    def test_a_case_counts_once_and_there_is_an_end(self):
        assert several.read(["1.1", "1.2", "2.1"]) == [Tick(1, 2), Tick(2, 1)]
        assert len(several.read(f"{n}.1" for n in range(1000))) == several.MOST
