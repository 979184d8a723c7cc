"""Two people press a button on the same case in the same moment: one wins, the other learns of it, nothing is lost."""

import pytest

from loop import access, reminders, workflow
from loop.models import Case, CaseEvent, RootCause
from loop.workflow import StaleVersion, StepNotAllowed
from tests import factories, stories
from tests.concurrency.racing import Meeting, at_once, failures
from tests.factories import later

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(people):
    return factories.contacted_case(owner=people.agent)


@pytest.fixture
def resolve(case):
    """Resolves the case, as `who`, on the page that shows this version."""
    billing = RootCause.objects.get(key="billing")

    def press(who, version=None):
        return workflow.resolve(
            case_id=case.pk, root_cause=billing, summary=f"By {who}.", actor=who, version=version, now=later(hours=2)
        )

    return press


class TestTwoPeopleResolve:
    def test_on_the_same_version_and_one_is_told_it_is_stale(self, people, case, resolve):
        results = at_once(lambda: resolve(people.agent, case.version), lambda: resolve(people.lead, case.version))
        (loser,) = failures(results)
        assert isinstance(loser, StaleVersion)
        assert (loser.case.state, loser.case.version) == ("resolved", case.version + 1)
        self.assert_done_once(case)

    def test_without_a_version_and_one_is_told_the_state_forbids_it(self, people, case, resolve):
        results = at_once(lambda: resolve(people.agent), lambda: resolve(people.lead))
        (loser,) = failures(results)
        assert type(loser) is StepNotAllowed
        self.assert_done_once(case)

    def assert_done_once(self, case):
        assert stories.kinds(case).count("resolved") == 1
        assert stories.kinds(case).count("recovery_planned") == 1
        assert stories.as_it_is_now(case).version == case.version + 1

    @pytest.mark.postgres
    def test_and_without_the_row_lock_both_would_win(self, people, case, resolve, without_row_locks, monkeypatch):
        """What the lock is good for: both have read the case before either writes."""
        meeting = Meeting(2)
        with meeting.before(monkeypatch, access, "require"):
            results = at_once(lambda: resolve(people.agent, case.version), lambda: resolve(people.lead, case.version))
        assert meeting.met.is_set()
        assert failures(results) == []
        assert stories.kinds(case).count("resolved") == 2

    def test_and_the_row_lock_keeps_the_second_out_however_slow_the_first_is(self, people, case, resolve, monkeypatch):
        meeting = Meeting(2)
        with meeting.before(monkeypatch, access, "require"):
            results = at_once(lambda: resolve(people.agent, case.version), lambda: resolve(people.lead, case.version))
        assert not meeting.met.is_set()
        assert [type(failure) for failure in failures(results)] == [StaleVersion]
        self.assert_done_once(case)


class TestTwoPeopleTake:
    def test_a_waiting_case_and_the_faster_one_has_it(self, people):
        waiting = factories.case(team=people.north)
        both = (people.agent, people.colleague)
        results = at_once(
            *[lambda who=who: workflow.take(case_id=waiting.pk, actor=who, now=later(hours=1)) for who in both]
        )
        (loser,) = failures(results)
        assert isinstance(loser, access.NotAllowed | StepNotAllowed)
        (winner,) = [result.owner for result in results if isinstance(result, Case)]
        assert stories.as_it_is_now(waiting).owner == winner
        assert stories.kinds(waiting).count("assigned") == 3  # at its opening, into the queue, out of it


class TestEverybodyWrites:
    def test_and_no_note_is_lost_nor_a_version_given_twice(self, people, case):
        notes = [f"note {number}" for number in range(6)]
        results = at_once(
            *[
                lambda text=text: workflow.note(case_id=case.pk, text=text, actor=people.agent, now=later(hours=2))
                for text in notes
            ]
        )
        assert failures(results) == []
        assert sorted(line["text"] for line in stories.told(case, "note")) == notes
        assert sorted(result.version for result in results) == [case.version + number for number in range(1, 7)]

    @pytest.mark.postgres
    def test_and_without_the_row_lock_versions_would_be_given_twice(self, people, case, without_row_locks, monkeypatch):
        meeting = Meeting(2)
        with meeting.before(monkeypatch, access, "require"):
            results = at_once(
                *[
                    lambda text=text: workflow.note(case_id=case.pk, text=text, actor=None, now=later(hours=2))
                    for text in ("one", "two")
                ]
            )
        assert failures(results) == []
        assert len({result.version for result in results}) == 1


class TestManyClocks:
    """Beat runs twice, a sweep by hand beside it: every reminder is given once."""

    CASES, CLOCKS = 4, 4

    @pytest.fixture
    def cases(self, people):
        return [factories.case(3, owner=people.agent) for _ in range(self.CASES)]

    def tick(self):
        return at_once(*[lambda: reminders.remind_due(now=later(days=1))] * self.CLOCKS)

    def assert_once_each(self, cases):
        for case in cases:
            assert stories.kinds(case) == [
                "opened",
                "assigned",
                "reminder_half_time",
                "reminder_due",
                "reminder_overdue",
                "escalated",
            ]
            assert stories.as_it_is_now(case).escalation_level == 1

    def test_each_case_is_reminded_of_by_one_of_them(self, cases):
        assert sum(self.tick()) == self.CASES
        self.assert_once_each(cases)

    def test_the_keys_of_the_events_would_hold_even_without_row_locks(self, cases, without_row_locks):
        assert failures(self.tick()) == []
        self.assert_once_each(cases)
        assert CaseEvent.objects.filter(kind="escalated").count() == self.CASES
