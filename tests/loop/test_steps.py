"""Which buttons somebody sees on a case, and that each of them works."""

import pytest

from loop import access, conflicts, steps, workflow
from loop.models import Case, RootCause
from tests import factories, stories
from tests.factories import later

pytestmark = pytest.mark.django_db

NEW = ["assign", "attempt", "plan_next", "promise", "escalate", "close_unreached", "note", "someone_else"]
CONTACTED = ["assign", "attempt", "plan_next", "hold", "promise", "escalate", "resolve", "note", "someone_else"]
ON_PROMISES = ["keep_promise", "move_promise", "withdraw_promise"]


class TestAnAgent:
    def test_works_on_her_new_case(self, people):
        assert steps.available(people.agent, factories.case(owner=people.agent)) == NEW

    def test_can_resolve_once_the_customer_was_reached(self, people):
        assert steps.available(people.agent, factories.contacted_case(owner=people.agent)) == CONTACTED

    def test_can_only_add_a_note_to_a_resolved_case(self, people):
        assert steps.available(people.agent, factories.resolved_case(owner=people.agent)) == ["note"]

    def test_can_act_on_a_promise_as_long_as_one_is_unkept_on_a_resolved_case_too(self, people):
        case = factories.promised_case(owner=people.agent)
        assert [step for step in steps.available(people.agent, case) if step in ON_PROMISES] == ON_PROMISES
        resolved = factories.resolve(
            factories.promised(factories.contacted_case(owner=people.agent)), now=later(hours=2)
        )
        assert steps.available(people.agent, resolved) == [*ON_PROMISES, "note"]

    def test_can_take_a_case_that_waits_in_her_queue(self, people):
        assert steps.available(people.agent, factories.case(team=people.north)) == ["take", "note", "someone_else"]

    def test_has_no_buttons_on_the_case_of_a_colleague(self, people):
        assert steps.available(people.colleague, factories.case(owner=people.agent)) == []


class TestALead:
    def test_can_withdraw_beside_all_her_agent_can(self, people):
        assert steps.available(people.lead, factories.case(owner=people.agent)) == [
            "assign", "attempt", "plan_next", "promise", "escalate", "close_unreached", "withdraw", "note",
            "someone_else",
        ]  # fmt: skip

    def test_can_reopen_a_resolved_case(self, people):
        assert steps.available(people.lead, factories.resolved_case(owner=people.agent)) == ["reopen", "note"]

    def test_can_reopen_a_case_closed_as_not_reached(self, people):
        assert "reopen" in steps.available(people.lead, factories.unreached_case(owner=people.agent))

    def test_can_take_a_waiting_case_and_not_an_owned_one(self, people):
        assert "take" in steps.available(people.lead, factories.case(team=people.north))
        assert "take" not in steps.available(people.lead, factories.case(owner=people.agent))

    def test_cannot_take_a_resolved_case_that_never_had_an_owner(self, people):
        waiting = factories.case(team=people.north)
        workflow.withdraw(case_id=waiting.pk, reason="A test", actor=people.lead, now=later(hours=1))
        assert steps.available(people.lead, stories.as_it_is_now(waiting)) == ["reopen", "note"]


def test_leadership_reads(people):
    for case in (factories.case(), factories.contacted_case(), factories.resolved_case()):
        assert steps.available(people.leader, case) == []


def test_the_steps_here_are_those_of_the_access_table_in_its_order():
    assert list(steps.TRANSITIONS) == list(access.STEPS)


def promise_of(case):
    """The unkept promise of the case, or the number of none."""
    return case.promises.unkept().values_list("pk", flat=True).first() or 0


def take_step(step, case, actor):
    """Call the step with what it needs."""
    needs = {
        "assign": {"owner": actor, "reason": "Mine"},
        "take": {},
        "attempt": {"channel": "phone", "reached": True},
        "plan_next": {"at": later(days=6)},
        "hold": {"until": later(days=9), "reason": "Back from leave then."},
        "resume": {},
        "promise": {"what": "A new invoice", "due_at": later(days=6)},
        "keep_promise": {"promise_id": promise_of(case)},
        "move_promise": {"promise_id": promise_of(case), "due_at": later(days=7), "reason": "Agreed."},
        "withdraw_promise": {"promise_id": promise_of(case), "reason": "She found it."},
        "escalate": {"reason": "Angry"},
        "resolve": {
            "root_cause": RootCause.objects.get(key="billing"),
            "summary": "Done.",
            "promises_reason": "Follows.",
        },
        "close_unreached": {"reason": "Quiet"},
        "withdraw": {"reason": "A test"},
        "reopen": {"reason": "Again"},
        "note": {"text": "Words."},
        "someone_else": {},
    }
    take = conflicts.ask_for_someone_else if step == "someone_else" else getattr(workflow, step)
    take(case_id=case.pk, actor=actor, now=later(days=5), **needs[step])


@pytest.mark.parametrize("step", sorted(access.STEPS))
@pytest.mark.parametrize("state", ["waiting", "new", "promised", "contacted", "held", "resolved", "unreached"])
def test_a_button_shows_exactly_when_the_step_would_be_taken(people, state, step):
    """Every state x step x person: what is offered works, what is not offered is refused and changes nothing."""
    for person in people:
        case = {
            "waiting": lambda: factories.case(team=people.north),
            "new": lambda: factories.case(owner=people.agent),
            "promised": lambda: factories.promised_case(owner=people.agent),
            "contacted": lambda: factories.contacted_case(owner=people.agent),
            "held": lambda: factories.held_case(owner=people.agent),
            "resolved": lambda: factories.resolved_case(owner=people.agent),
            "unreached": lambda: factories.unreached_case(owner=people.agent),
        }[state]()
        offered = step in steps.available(person, case)
        lines = stories.kinds(case)
        try:
            take_step(step, case, person)
            taken = True
        except workflow.StepRefused:
            # Possible for this person in this state; it only needs something more. Of promises the case has none.
            taken = step not in ON_PROMISES
            assert step in ("close_unreached", *ON_PROMISES)
        except (access.NotAllowed, workflow.StepNotAllowed):
            taken = False
        assert taken == offered, f"{person.name}: {step} on a {state} case"
        if not taken:
            assert stories.kinds(case) == lines
            assert Case.objects.get(pk=case.pk).version == case.version
