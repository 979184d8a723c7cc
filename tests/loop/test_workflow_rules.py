"""What holds for every step alike: who asks, which version they saw, and that it is done whole or not at all."""

import pytest

from loop import access, timeline, workflow
from loop.models import Case, CaseEvent, ContactAttempt, RootCause
from loop.workflow import TEXT_LIMIT, StaleVersion, StepNotAllowed, StepRefused
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


def steps(people):
    """One call of every step that a new case allows."""
    return {
        "assign": lambda **who: workflow.assign(owner=people.colleague, reason="Swap", **who),
        "attempt": lambda **who: workflow.attempt(channel="phone", reached=True, **who),
        "plan_next": lambda **who: workflow.plan_next(at=later(days=1), **who),
        "promise": lambda **who: workflow.promise(what="A new invoice", due_at=later(days=1), **who),
        "escalate": lambda **who: workflow.escalate(reason="Angry", **who),
        "withdraw": lambda **who: workflow.withdraw(reason="A test", **who),
        "note": lambda **who: workflow.note(text="Called.", **who),
    }


STEPS_OF_A_NEW_CASE = ("assign", "attempt", "plan_next", "promise", "escalate", "withdraw", "note")


@pytest.fixture
def case(people):
    return factories.case(owner=people.agent)


@pytest.mark.parametrize("name", STEPS_OF_A_NEW_CASE)
class TestEveryStep:
    def test_raises_the_version_by_one_and_adds_one_line(self, people, case, name):
        lines = case.events.count()
        done = steps(people)[name](case_id=case.pk, actor=people.lead, version=case.version, now=later(hours=1))
        assert done.version == stories.as_it_is_now(case).version == case.version + 1
        assert case.events.count() == lines + 1
        line = case.events.latest("pk")
        assert (line.actor, line.at) == (people.lead, later(hours=1))

    def test_with_a_stale_version_is_refused_and_shows_the_case_as_it_is(self, people, case, name):
        workflow.note(case_id=case.pk, text="I was first.", actor=people.agent, now=NOW)
        with pytest.raises(StaleVersion, match="Somebody changed this case meanwhile") as no:
            steps(people)[name](case_id=case.pk, actor=people.lead, version=case.version, now=later(hours=1))
        assert no.value.case.version == case.version + 1
        assert stories.kinds(case) == ["opened", "assigned", "note"]
        assert not ContactAttempt.objects.exists()

    def test_without_a_version_the_last_one_wins(self, people, case, name):
        workflow.note(case_id=case.pk, text="I was first.", actor=people.agent, now=NOW)
        assert steps(people)[name](case_id=case.pk, actor=people.lead, now=later(hours=1)).version == case.version + 2

    def test_by_somebody_of_another_team_is_refused_and_leaves_no_trace(self, people, case, name):
        with pytest.raises(access.NotAllowed):
            steps(people)[name](case_id=case.pk, actor=people.other_lead, now=NOW)
        assert stories.as_it_is_now(case).version == case.version
        assert stories.kinds(case) == ["opened", "assigned"]

    def test_on_a_case_that_is_not_there_says_so(self, people, name):
        with pytest.raises(Case.DoesNotExist):
            steps(people)[name](case_id=4711, actor=people.admin, now=NOW)

    def test_taken_by_loop_itself_has_no_actor(self, people, case, name):
        steps(people)[name](case_id=case.pk, actor=None, now=NOW)
        assert case.events.latest("pk").actor is None

    def test_tells_by_which_way_it_was_taken(self, people, case, name):
        steps(people)[name](case_id=case.pk, actor=people.lead, now=NOW, via="api")
        assert case.events.latest("pk").data["via"] == "api"

    def test_is_done_whole_or_not_at_all(self, people, case, name, monkeypatch):
        def fails(*args, **kwargs):
            raise RuntimeError("the disk is full")

        monkeypatch.setattr(timeline, "record", fails)
        with pytest.raises(RuntimeError):
            steps(people)[name](case_id=case.pk, actor=people.lead, now=NOW)
        now = stories.as_it_is_now(case)
        assert (now.state, now.version, now.owner) == (case.state, case.version, case.owner)
        assert not ContactAttempt.objects.exists()


class TestWords:
    def texts(self, case, text):
        who = {"case_id": case.pk, "actor": None, "now": NOW}
        return {
            "reason": lambda: workflow.escalate(reason=text, **who),
            "note": lambda: workflow.note(text=text, **who),
        }

    @pytest.mark.parametrize("field", ["reason", "note"])
    def test_have_an_end(self, case, field):
        with pytest.raises(StepRefused, match="At most 10000 characters") as no:
            self.texts(case, "x" * (TEXT_LIMIT + 1))[field]()
        assert no.value.field == field

    def test_may_be_a_script_and_stay_plain_text(self, case):
        self.texts(case, "<script>alert(1)</script>")["note"]()
        assert stories.told(case, "note") == [{"text": "<script>alert(1)</script>"}]

    def test_lose_what_a_database_cannot_keep(self, case):
        self.texts(case, "be\x00fore ")["note"]()
        assert stories.told(case, "note") == [{"text": "before"}]


def test_a_refused_step_shows_the_case_as_the_database_has_it(people, case):
    with pytest.raises(StepNotAllowed) as no:
        workflow.resolve(
            case_id=case.pk,
            root_cause=RootCause.objects.get(key="billing"),
            summary="Done.",
            actor=people.agent,
            now=NOW,
        )
    shown = no.value.case
    assert (shown.state, shown.summary, shown.root_cause, shown.closed_at) == ("new", "", None, None)


def test_every_step_of_the_table_is_a_function_here():
    functions = {name: "ask_for_someone_else" if name == "someone_else" else name for name in access.STEPS}
    assert [name for name, function in functions.items() if not callable(getattr(workflow, function, None))] == []


def test_nothing_happens_to_the_timeline_of_another_case(people, case):
    other = factories.case(owner=people.agent)
    for call in steps(people).values():
        call(case_id=case.pk, actor=None, now=later(hours=1))
    assert CaseEvent.objects.filter(case=other).count() == 2
